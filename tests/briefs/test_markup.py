import re
import time
from html.parser import HTMLParser

import pytest

from briefs.markup import contents, to_html

TAGS = {f"h{level}" for level in range(1, 7)} | {
    *("a", "blockquote", "br", "code", "div", "em", "hr", "li", "ol", "p", "pre", "section"),
    *("strong", "sup", "table", "tbody", "td", "th", "thead", "tr", "ul"),
}


class Seen(HTMLParser):
    def __init__(self, html):
        super().__init__()
        self.elements, self.text = [], ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))

    def handle_data(self, data):
        self.text += data

    def values(self, name):
        return [attributes[name] for _, attributes in self.elements if name in attributes]


# The number is that of the row in the list of bad inputs.
HOSTILE = [
    ("1", "<script>alert(1)</script>"),
    ("1 inline", "a <script>alert(1)</script> b"),
    ("2 heading", "## <img src=x onerror=alert(1)>"),
    ("2 cell", "| <img src=x onerror=alert(1)> |\n|---|\n| <img src=x onerror=alert(2)> |"),
    ("2 alt", '![<img src=x onerror=alert(1)>"onerror="alert(2)](https://example.org/x.png)'),
    ("2 label", "## A\n\n**<img src=x onerror=alert(1)>**"),
    ("3", "[x](javascript:alert(1))"),
    ("3 case", "[x](JaVaScRiPt:alert(1))"),
    ("3 tab", "[x](java&#x09;script:alert(1))"),
    ("3 colon", "[x](javascript&colon;alert(1))"),
    ("3 autolink", "<javascript:alert(1)>"),
    ("3 reference", "[x][y]\n\n[y]: javascript:alert(1)"),
    ("3 control", "[x](\x01javascript:alert(1))"),
    ("3 vbscript", "[x](vbscript:alert(1))"),
    ("4 link", "[x](data:text/html;base64,PHNjcmlwdD4=)"),
    ("4 image", "![x](data:image/svg+xml;base64,PHN2Zz4=)"),
    ("4 remote", "![x](https://evil.example/pixel.png)"),
    ("6 math", "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1>'>"),
    ("6 noscript", '<noscript><p title="</noscript><img src=x onerror=alert(1)>">'),
    ("7", '```html" onmouseover="alert(1)\nx\n```'),
    ("7 class", '```a"b\nx\n```\n\n~~~ h<i>\nx\n~~~'),
    ("8", "<a id=config><a id=config name=url href=javascript:alert(1)>"),
    ("8 heading", "## config\n\n## document.forms[0]"),
    ("10 host", "[x](//evil.example/x)"),
    ("10 file", "[x](file:///etc/passwd)"),
    ("10 relative", "[x](../desk.yaml) [y](/etc/passwd) [z](evil)"),
    ("10 backslash", r"[x](https:\\evil.example) [y](https://good.example\@evil.example/)"),
    ("12 meta", "<meta http-equiv=refresh content='0;url=//evil.example'>"),
    ("12 base", "<base href=//evil.example>\n\n<form action=//evil.example><input name=a></form>"),
    ("13", "{{ 7*7 }} {% include '/etc/passwd' %}"),
    ("attribute", '[x](https://example.org/"onclick="alert(1))'),
    ("title", '[x](https://example.org "\\" onclick=alert(1)")'),
    ("footnote", 'a[^"><b>]\n\n[^"><b>]: <script>x</script>'),
]


@pytest.mark.parametrize(("row", "text"), HOSTILE, ids=[row for row, _ in HOSTILE])
def test_nothing_that_a_browser_would_obey_comes_out(row, text):
    seen = Seen(to_html(text))

    assert {tag for tag, _ in seen.elements} <= TAGS
    allowed = {"href", "rel", "id", "class", "scope", "start", "aria-label"}
    assert {name for _, attributes in seen.elements for name in attributes} <= allowed
    assert all(re.match(r"https?://[a-z.]+(/|$)|mailto:|#", h) for h in seen.values("href"))
    assert all(re.fullmatch(r"(user|note|ref)-[a-z0-9-]+|notes", i) for i in seen.values("id"))
    assert all(re.fullmatch(r"[a-z0-9+-]{1,20}", c) for c in seen.values("class"))


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "a <b onclick=x>b</b>", "<!-- c -->", "{{ 7*7 }}", "&lt;"]
)
def test_what_is_no_markdown_is_shown_as_it_was_written(text):
    assert Seen(to_html(text)).text.strip() == text.replace("&lt;", "<")


@pytest.mark.parametrize(
    "address",
    [
        "javascript:x",
        "data:text/html,x",
        "//evil.example",
        "file:///x",
        "x.html",
        "https:x",
        "#",
        "",
    ],
)
def test_a_link_that_may_not_be_one_leaves_its_text(address):
    assert to_html(f"[the *text*](<{address}>)") == "<p>the <em>text</em></p>\n"


@pytest.mark.parametrize(
    "address", ["https://user@evil.example/", "https://a.example\u202e/", "mailto:nobody"]
)
def test_an_address_that_deceives_the_eye_is_no_link(address):
    assert "<a" not in to_html(f"[x](<{address}>)")


@pytest.mark.parametrize(
    ("text", "html"),
    [
        (
            "[a](https://example.org/?b=1&c=2)",
            '<a href="https://example.org/?b=1&amp;c=2" rel="noopener noreferrer">a</a>',
        ),
        (
            "[a](HTTP://example.org)",
            '<a href="HTTP://example.org" rel="noopener noreferrer">a</a>',
        ),
        ("<ada@example.org>", '<a href="mailto:ada@example.org">ada@example.org</a>'),
        ("[a](mailto:ada@example.org)", '<a href="mailto:ada@example.org">a</a>'),
        ("[a](#crises)", '<a href="#user-crises">a</a>'),
        ("[a](#user-crises)", '<a href="#user-crises">a</a>'),
        ("![A *map* `<`\nb](https://example.org/m.png)", "A map &lt; b"),
        ("[![A map](m.png)](javascript:x)", "A map"),
        ("*a* **b** `c<`", "<em>a</em> <strong>b</strong> <code>c&lt;</code>"),
        ("a\\\nb", "a<br>\nb"),
    ],
)
def test_inline_marks_become_html(text, html):
    assert to_html(text) == f"<p>{html}</p>\n"


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"),
        ("3. a", '<ol start="3">\n<li>a</li>\n</ol>\n'),
        ("1. a", "<ol>\n<li>a</li>\n</ol>\n"),
        ("> a", "<blockquote>\n<p>a</p>\n</blockquote>\n"),
        ("---", "<hr>\n"),
        ("```c++ x\n<\n```", '<pre><code class="c++">&lt;\n</code></pre>\n'),
        ('```C"\n<\n```', "<pre><code>&lt;\n</code></pre>\n"),
        ("    a", "<pre><code>a</code></pre>\n"),
    ],
)
def test_blocks_become_html(text, html):
    assert to_html(text) == html


def test_a_table_names_its_columns():
    html = to_html("| a | b |\n|---|--:|\n| 1 | 2 |")

    assert html == (
        '<div class="table"><table>\n'
        '<thead>\n<tr><th scope="col">a</th><th scope="col" class="right">b</th></tr>\n</thead>\n'
        '<tbody>\n<tr><td>1</td><td class="right">2</td></tr>\n</tbody>\n'
        "</table></div>\n"
    )


def test_footnotes_stand_at_the_end_in_the_order_of_their_marks_with_ways_back():
    html = to_html("[^b]: second\n\na[^c] b[^b] c[^c]\n\n[^c]: first\n\n[^x]: never referred to")

    assert html == (
        '<p>a<sup><a id="ref-1-1" href="#note-1">1</a></sup>'
        ' b<sup><a id="ref-2-1" href="#note-2">2</a></sup>'
        ' c<sup><a id="ref-1-2" href="#note-1">1</a></sup></p>\n'
        '<section class="notes">\n<h2 id="notes">Notes</h2>\n<ol>\n'
        '<li id="note-1"><p>first'
        ' <a href="#ref-1-1" aria-label="Back to the text">↩</a>'
        ' <a href="#ref-1-2" aria-label="Back to the text">↩</a></p>\n</li>\n'
        '<li id="note-2"><p>second <a href="#ref-2-1" aria-label="Back to the text">↩</a></p>\n'
        "</li>\n"
        '<li id="note-3"><p>never referred to</p>\n</li>\n'
        "</ol>\n</section>\n"
    )


def test_equal_headings_get_different_ids():
    html = to_html("## A 2\n\n## A\n\n## A\n\n## Ä\n\n## Я")

    assert Seen(html).values("id") == [
        "user-a-2",
        "user-a",
        "user-a-3",
        "user-a-4",
        "user-section",
    ]


def test_a_bold_label_is_a_heading_of_level_3_without_its_colon():
    html = to_html("## A\n\n**Country *Profile*:**\n\n**Trade**:\n\ntext")

    assert html == (
        '<h2 id="user-a">A</h2>\n'
        '<h3 id="user-country-profile">Country <em>Profile</em></h3>\n'
        '<h3 id="user-trade">Trade</h3>\n'
        "<p>text</p>\n"
    )


@pytest.mark.parametrize(
    "text",
    [
        "**Label:** and text",
        "- **Label:**",
        "> **Label:**",
        "**[Label](https://example.org)**",
        f"**{'long ' * 30}line**",
    ],
)
def test_other_bold_text_is_no_heading(text):
    assert "<h3" not in to_html(f"## A\n\n{text}")


def test_a_label_above_all_sections_is_no_heading():
    assert to_html("**Label:**") == "<p><strong>Label:</strong></p>\n"


def test_no_heading_level_is_skipped():
    html = to_html("# T\n\n#### a\n\n###### b\n\n## c", "T")

    assert [tag for tag, _ in Seen(html).elements] == ["h2", "h3", "h2"]


def test_the_heading_that_the_page_has_already_is_left_out():
    assert to_html("# The  *Title*\n\na", "The Title") == "<p>a</p>\n"
    assert (
        to_html("# Another\n\na", "The Title") == '<h2 id="user-another">Another</h2>\n<p>a</p>\n'
    )
    assert to_html("## A\n\n# The Title", "The Title").endswith(
        '<h2 id="user-the-title">The Title</h2>\n'
    )
    assert to_html("# The Title") == '<h1 id="user-the-title">The Title</h1>\n'


def test_the_contents_are_the_sections_and_their_labels():
    text = "# T\n\n## A `b`\n\n**C:**\n\n### D\n\n#### E\n\n> ## Quoted\n\n## A b"

    assert contents(text, "T") == [
        (2, "user-a-b", "A b"),
        (3, "user-c", "C"),
        (3, "user-d", "D"),
        (2, "user-a-b-2", "A b"),
    ]


def test_every_entry_of_the_contents_leads_to_a_heading():
    text = "# T\n\n## T\n\n**T:**\n\n## T\n\nx[^1]\n\n[^1]: a\n\n    ## T"

    assert {name for _, name, _ in contents(text, "T")} <= set(
        Seen(to_html(text, "T")).values("id")
    )


@pytest.mark.parametrize(
    "unit",
    ["## a\n", "**a:**\n\n", "[^a] ", "[x](https://a) ", "*a **b ", "> ", "<b>", "![", "`", "|a"],
)
def test_sixteen_times_the_text_takes_no_more_than_its_share_of_time(unit):
    def seconds(count):
        text = "## s\n\n" + unit * count + "\n\n|a|\n|-|\n\n[^a]: n"
        best = []
        for _ in range(3):
            start = time.process_time()
            to_html(text)
            best.append(time.process_time() - start)
        return min(best)

    assert seconds(8_000) < 16 * 4 * seconds(500) + 0.05


def test_deep_nesting_is_flattened_and_no_word_is_lost():
    html = to_html("> " * 5_000 + "deep")

    assert html.count("<blockquote>") == html.count("</blockquote>") == 100
    assert Seen(html).text.strip() == "deep"
