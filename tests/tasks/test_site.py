import fcntl
import json
import os
import re
import shutil
import threading
from datetime import UTC, datetime
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import nh3
import pytest

from briefs import markup
from briefs.canonical import canonical, sha256
from briefs.errors import BadName, UnreadableRecord
from tasks.repository import Change, Content
from tasks.repository.content import MAIN
from tasks.repository.git import create
from tasks.site import SiteRefused, build, folder, generations, press

AT = datetime(2025, 6, 30, 12, tzinfo=UTC)
WITHDRAWN = {"at": "2025-07-02T08:30:00Z", "by": "ada", "reason": "Overtaken & <b>wrong</b>."}
BODY = """\
## Crises

**Floods:**

Water.[^1] [Source](https://example.org)

[^1]: Much of it.
"""


def text(title="Belgium", body=BODY, front=""):
    return f'---\ntitle: "x"\n{front}---\n# {title}\n\n{body}'.encode()


class Desk:
    """A content repository whose `main` is written by hand, and the site made from it."""

    def __init__(self, root):
        self.root, self.site = root, root / "site"
        self.content = Content(root / "content.git")
        self.entries, self.tip = {}, None

    def publish(self, slug="belgium", data=None, title="Belgium", **changes):
        """Commit an edition to `main`; `changes` go into its manifest entry."""
        data = text(title) if data is None else data
        entry = {
            "edition": 1,
            "revision": 4,
            "title": title,
            "published_at": "2025-06-30T12:00:00Z",
            "digest": sha256(data),
            "withdrawn": None,
        } | changes
        self.entries[slug] = entry
        self.commit(
            {
                f"briefs/{slug}.md": None if entry["withdrawn"] else data,
                f"receipts/{slug}.json": canonical(receipt(slug, entry)),
            }
        )

    def commit(self, files):
        manifest = canonical({"schema_version": 1, "briefs": self.entries})
        change = Change({"manifest.json": manifest} | files, "publish\n", AT)
        with self.content.locked():
            self.tip = self.content.commit(MAIN, self.tip, change)

    def build(self):
        return build(self.content, self.site)

    def page(self, name="belgium.html"):
        return (self.site / "current" / name).read_text("utf-8")

    def generations(self):
        return sorted(os.listdir(self.site / "generations"))


def receipt(slug, entry):
    return entry | {
        "schema_version": 1,
        "slug": slug,
        "type": "country",
        "type_version": 2,
        "policy": "p" * 40,
        "digests": {"bytes": entry["digest"], "brief": "b", "sections": {}},
        "signoffs": [
            {
                "reviewer": "bea",
                "name": "Bea <b>Nunes</b>",
                "at": "2025-06-28T09:00:00Z",
                "channel": "slack",
                "scope": ["*"],
                "comment": "",
            },
            {
                "reviewer": "carl",
                "name": "",
                "at": "2025-06-29T16:20:00Z",
                "channel": "cli",
                "scope": ["2", "6.1"],
                "comment": "",
            },
        ],
    }


class Seen(HTMLParser):
    def __init__(self, html):
        super().__init__()
        self.elements, self.pieces = [], []
        self.feed(html)
        self.close()
        self.text = "".join(self.pieces)
        self.words = " ".join(" ".join(self.pieces).split())

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))

    def handle_data(self, data):
        self.pieces.append(data)

    def tags(self):
        return [tag for tag, _ in self.elements]


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    path = tmp_path_factory.mktemp("empty") / "content.git"
    create(path)
    return path


@pytest.fixture
def desk(tmp_path, empty):
    shutil.copytree(empty, tmp_path / "content.git")
    desk = Desk(tmp_path)
    yield desk
    desk.content.git.close()


def files(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


# What is built


def test_without_main_there_is_no_site(desk):
    assert desk.build() is None
    assert not desk.site.exists()


def test_the_site_of_a_commit_is_its_pages_receipts_index_and_style(desk):
    desk.publish("belgium")
    desk.publish("chad", title="Chad")

    folder = desk.build()

    assert folder == desk.site / "generations" / desk.tip[:16]
    assert os.readlink(desk.site / "current") == f"generations/{desk.tip[:16]}"
    assert set(files(folder)) == {
        ".build.json",
        "index.html",
        "style.css",
        *("belgium.html", "belgium.json", "chad.html", "chad.json"),
    }
    assert (folder / "chad.json").read_bytes() == desk.content.file(desk.tip, "receipts/chad.json")


def test_a_page_names_its_edition_its_digest_and_who_signed_off(desk):
    desk.publish()
    desk.build()

    seen = Seen(desk.page())

    digest = desk.entries["belgium"]["digest"]
    assert f"Edition 1 Published 30 June 2025 Digest {digest[:12]}" in seen.words
    assert "Revision 4 Type country, version 2 Published at 30 June 2025, 12:00 UTC" in seen.words
    assert "Bea <b>Nunes</b> 28 June 2025 slack Witnessed All sections" in seen.words
    assert "carl 29 June 2025 cli Witnessed 2, 6.1" in seen.words
    assert digest in seen.words
    assert ("a", {"href": "belgium.json"}) in seen.elements


def test_a_page_has_one_title_and_no_level_is_skipped(desk):
    desk.publish()
    desk.build()

    levels = [int(tag[1]) for tag in Seen(desk.page()).tags() if re.fullmatch("h[1-6]", tag)]

    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_every_link_within_a_page_leads_somewhere_once(desk):
    desk.publish()
    desk.build()

    elements = Seen(desk.page()).elements
    ids = [attributes["id"] for _, attributes in elements if "id" in attributes]
    wanted = {a["href"][1:] for t, a in elements if t == "a" and a["href"].startswith("#")}

    assert len(ids) == len(set(ids))
    assert wanted == {"main", "user-crises", "user-floods", "sign-offs", "note-1", "ref-1-1"}
    assert wanted <= set(ids)


@pytest.mark.parametrize(
    ("front", "language", "direction"),
    [
        ("language: pt\n", "pt", "ltr"),
        ("language: AR\n", "ar", "rtl"),
        ("", "en", "ltr"),
        ("language: 'x\" onload=\"y'\n", "en", "ltr"),
        ("language: [pt]\n", "en", "ltr"),
    ],
)
def test_a_page_says_its_language(desk, front, language, direction):
    desk.publish(data=text(front=front))
    desk.build()

    assert Seen(desk.page()).elements[0] == ("html", {"lang": language, "dir": direction})


def test_line_ends_and_a_byte_order_mark_do_not_reach_the_page(desk):
    desk.publish("a", text())
    desk.publish("b", b"\xef\xbb\xbf" + text().replace(b"\n", b"\r\n"))
    desk.publish("c", text().replace(b"\n", b"\r"))
    desk.build()

    body = re.compile('<div class="body">.*?</div>', re.DOTALL)
    first, *others = [body.search(desk.page(name))[0] for name in ("a.html", "b.html", "c.html")]
    assert others == [first, first]


@pytest.mark.parametrize("name", ["index.html", "belgium.html", "chad.html"])
def test_no_page_may_load_or_send_anything(desk, name):
    desk.publish("belgium")
    desk.publish("chad", title="Chad", withdrawn=WITHDRAWN)
    desk.build()

    seen = Seen(desk.page(name))

    policy = (
        "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'"
    )
    header = {"http-equiv": "Content-Security-Policy", "content": policy}
    assert ("meta", header) in seen.elements
    assert not {"script", "img", "form", "iframe", "base", "object"} & set(seen.tags())
    assert not [a for _, a in seen.elements if "style" in a or "src" in a]


def test_the_index_lists_the_newest_first_and_the_withdrawn_apart(desk):
    desk.publish("old", title="Old", published_at="2025-01-01T00:00:00Z")
    desk.publish("gone", title="Gone", withdrawn=WITHDRAWN)
    desk.publish("new", title="New")
    desk.build()

    hrefs = [a["href"] for tag, a in Seen(desk.page("index.html")).elements if tag == "a"]

    assert hrefs == ["#main", "index.html", "new.html", "old.html", "gone.html"]


def test_a_withdrawn_brief_keeps_its_address_and_says_when_and_why(desk):
    desk.publish()
    desk.build()
    desk.publish(withdrawn=WITHDRAWN)
    desk.build()

    seen = Seen(desk.page())

    assert "withdrawn on 2 July 2025, 08:30 UTC" in seen.text
    assert "Overtaken & <b>wrong</b>." in seen.text
    assert "Water." not in seen.text
    assert "ada" not in seen.text


# Bad input; the numbers are those of the rows in the list


HOSTILE = [
    ("1", "<script>alert(1)</script>", "<script>alert(1)</script>"),
    ("2 heading", "## <img src=x onerror=alert(1)>", "<img src=x onerror=alert(1)>"),
    ("2 cell", "| <img src=x onerror=alert(1)> |\n|--|", "<img src=x onerror=alert(1)>"),
    ("2 alt", "![<img src=x onerror=alert(1)>](a.png)", "<img src=x onerror=alert(1)>"),
    ("3", "[x](javascript:alert(1)) [y](JaVaScRiPt:a) [z](java&#x09;script:a)", "x y z"),
    ("3 colon", "[x](javascript&colon;alert(1))", "x"),
    ("4", "[x](data:text/html;base64,AA) ![y](data:image/svg+xml;base64,AA)", "x y"),
    ("6", "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img'>", "<math>"),
    ("6 noscript", '<noscript><p title="</noscript><img src=x onerror=y>">', "<noscript>"),
    ("7", '```html" onmouseover="alert(1)\nx\n```', "x"),
    ("8", "<a id=config><a id=config name=url href=//e>", "<a id=config>"),
    ("10", "[x](//evil.example/x) [y](file:///etc/passwd)", "x y"),
    ("12", "<meta http-equiv=refresh><base href=//e><form action=//e>", "<base href=//e>"),
    ("13", "{{ 7*7 }} {% include '/etc/passwd' %}", "{{ 7*7 }} {% include '/etc/passwd' %}"),
]


@pytest.mark.parametrize(("row", "body", "shown"), HOSTILE, ids=[row for row, *_ in HOSTILE])
def test_a_hostile_body_is_shown_and_does_nothing(desk, row, body, shown):
    desk.publish(data=text(body=f"## A\n\n{body}\n"))
    desk.build()

    page = desk.page()
    inside = page[page.index('<div class="body">') : page.index('<section class="sign-offs"')]
    seen = Seen(inside)

    assert shown in seen.text
    assert set(seen.tags()) <= {"div", "h2", "p", "pre", "code", "section"} | {
        *("table", "thead", "tbody", "tr", "th", "td")
    }
    assert not [a for _, a in seen.elements if set(a) - {"class", "id", "scope", "aria-labelledby"}]


@pytest.mark.parametrize("row", HOSTILE, ids=[row for row, *_ in HOSTILE])
def test_a_second_reading_of_a_hostile_body_finds_the_same(row):
    once = press._cleaned(markup.to_html(row[1]))

    assert press._cleaned(once) == once
    assert Seen(nh3.clean(once)).tags() == Seen(once).tags()


@pytest.mark.parametrize(
    "title",
    [
        "{{ 7*7 }}",
        "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
        "{% include '/etc/passwd' %}",
        "</title><script>alert(1)</script>",
        '" onload="alert(1)',
    ],
)
def test_a_hostile_title_is_printed_as_it_is(desk, title):
    desk.publish(title=title, data=text())
    desk.publish("gone", title=title, withdrawn=WITHDRAWN)
    desk.build()

    for name in ("belgium.html", "gone.html", "index.html"):
        seen = Seen(desk.page(name))
        assert title in seen.text
        assert "script" not in seen.tags()
        assert not [a for _, a in seen.elements if any(key.startswith("on") for key in a)]


def test_the_sanitiser_leaves_all_that_we_write_and_takes_all_else():
    everything = (
        "## A\n\n**L:**\n\n#### c\n\n[a](https://a) <b@c.d> *e* **f** `g`\\\nh[^1]\n\n- i\n\n3. j\n"
        "\n> k\n\n---\n\n```c++\nl\n```\n\n| m | n | o |\n|---|--:|:-:|\n| p | q | r |\n\n[^1]: s\n"
    )
    html = markup.to_html(everything)

    assert Seen(press._cleaned(html)).elements == Seen(html).elements
    made = {tag for tag, _ in Seen(html).elements}
    assert press._TAGS - made == {"h1", "h5", "h6"}
    spoilt = '<p id="config" onclick="x"><a id="x" href="/y">z</a><img src="x"><i>w</i></p>'
    assert press._cleaned(spoilt) == "<p><a>z</a>w</p>"


@pytest.mark.parametrize("place", ["site", "site/generations", "site/.building", "above"])
def test_a_link_on_the_way_is_refused_and_nothing_is_written_behind_it(desk, place, tmp_path):
    desk.publish()
    behind = tmp_path / "behind"
    behind.mkdir()
    if place == "above":
        (tmp_path / "real").mkdir()
        (tmp_path / "above").symlink_to(tmp_path / "real")
        desk.site = tmp_path / "above" / "site"
    else:
        (tmp_path / place).parent.mkdir(exist_ok=True)
        (tmp_path / place).symlink_to(behind)

    with pytest.raises(SiteRefused, match="symbolic link"):
        desk.build()

    assert not list(behind.iterdir())


def test_a_generation_that_is_a_link_is_refused(desk, tmp_path):
    desk.publish()
    (tmp_path / "behind").mkdir()
    generations = desk.site / "generations"
    generations.mkdir(parents=True)
    (generations / desk.tip[:16]).symlink_to(tmp_path / "behind")

    with pytest.raises(SiteRefused):
        desk.build()

    assert not (desk.site / "current").exists()


def test_a_link_planted_after_the_build_is_refused_too(desk, tmp_path):
    desk.publish()
    desk.build()
    (desk.site / "generations").rename(tmp_path / "elsewhere")
    (desk.site / "generations").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(SiteRefused):
        desk.build()


def test_a_file_is_never_written_through_a_link(tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "index.html").symlink_to(tmp_path / "secret")

    with folder.Folder(tmp_path / "folder") as opened, pytest.raises(FileExistsError):
        opened.write("index.html", b"x")
    assert not (tmp_path / "secret").exists()


def test_current_is_replaced_when_it_leads_elsewhere_and_left_when_it_is_no_link(desk):
    desk.publish()
    desk.site.mkdir()
    (desk.site / "current").symlink_to("/etc")
    assert desk.build() == (desk.site / "current").resolve()

    (desk.site / "current").unlink()
    (desk.site / "current").mkdir()
    with pytest.raises(SiteRefused, match="is not the link"):
        desk.build()


@pytest.mark.parametrize("mode", [b"120000", b"160000", b"100755"])
def test_anything_but_plain_files_on_main_is_refused(desk, mode):
    desk.publish()
    with desk.content.locked():
        git = desk.content.git
        kept = git.read(f"{desk.tip}^{{tree}}")[2]
        link = git.write("blob", b"/etc/passwd")
        tree = git.write("tree", mode + b" a.md\0" + bytes.fromhex(link) + kept)
        who = "D <d@x.invalid> 0 +0000"
        body = f"tree {tree}\nparent {desk.tip}\nauthor {who}\ncommitter {who}\n\nx\n"
        desk.content.move(MAIN, git.write("commit", body.encode()), desk.tip)

    with pytest.raises(UnreadableRecord):
        desk.build()

    assert not (desk.site / "current").exists()


@pytest.mark.parametrize("slug", ["../x", "index", "A", "a/b", ".build"])
def test_a_name_that_is_no_slug_is_refused(desk, slug):
    desk.publish()
    desk.entries[slug] = desk.entries["belgium"]
    desk.commit({})

    with pytest.raises(BadName):
        desk.build()


# What must agree


def test_a_text_that_is_not_the_one_released_is_not_published(desk):
    desk.publish()
    first = desk.build()
    desk.publish(digest="0" * 64)

    with pytest.raises(SiteRefused, match="is not the text that was released"):
        desk.build()

    assert (desk.site / "current").resolve() == first
    assert desk.generations() == [first.name]


def test_a_text_changed_behind_the_manifest_is_noticed_although_a_page_of_it_stands(desk):
    desk.publish()
    desk.build()
    desk.commit({"briefs/belgium.md": text(body="Forged.\n")})

    with pytest.raises(SiteRefused, match="is not the text that was released"):
        desk.build()


@pytest.mark.parametrize("change", [{"slug": "chad"}, {"edition": 2}, {"revision": 5}])
def test_a_receipt_of_another_edition_is_refused(desk, change):
    desk.publish()
    other = receipt("belgium", desk.entries["belgium"]) | change
    desk.commit({"receipts/belgium.json": canonical(other)})

    with pytest.raises(UnreadableRecord, match="is not the receipt of edition 1"):
        desk.build()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("manifest.json", b"{"),
        ("manifest.json", b'{"schema_version":2,"briefs":{}}'),
        ("manifest.json", None),
        ("receipts/belgium.json", b"[]"),
        ("receipts/belgium.json", None),
        ("briefs/belgium.md", None),
    ],
)
def test_a_main_that_is_not_understood_is_refused(desk, name, data):
    desk.publish()
    desk.commit({name: data})

    with pytest.raises(UnreadableRecord):
        desk.build()


def test_a_moment_that_is_none_is_refused(desk):
    desk.publish(published_at="yesterday")

    with pytest.raises(UnreadableRecord, match="is no moment"):
        desk.build()


# Generations


def test_the_same_commit_gives_the_same_bytes(desk, tmp_path):
    desk.publish("belgium")
    desk.publish("chad", title="Chad", withdrawn=WITHDRAWN)

    once = files(desk.build())
    again = files(build(desk.content, tmp_path / "another"))

    assert once == again


def test_pages_taken_over_are_the_bytes_that_would_be_made_anew(desk, tmp_path):
    desk.publish("belgium")
    desk.build()
    desk.publish("chad", title="Chad")

    assert files(desk.build()) == files(build(desk.content, tmp_path / "another"))


def test_a_site_that_stands_is_not_touched(desk, monkeypatch):
    desk.publish()
    desk.build()
    monkeypatch.setattr(generations, "_advance", None)

    assert desk.build() == desk.site / "generations" / desk.tip[:16]


def test_pages_that_did_not_change_are_the_same_files(desk):
    desk.publish("belgium")
    desk.publish("chad", title="Chad")
    first = desk.build()
    desk.publish("chad", title="Chad", edition=2)
    second = desk.build()

    for name in ("belgium.html", "belgium.json"):
        assert (first / name).samefile(second / name)
    for name in ("chad.html", "chad.json", "index.html"):
        assert not (first / name).samefile(second / name)
    assert "Edition 2" in desk.page("chad.html")


@pytest.mark.parametrize("changed", ["receipt", "text", "manifest"])
def test_a_page_is_made_anew_when_what_it_is_made_from_changes(desk, changed):
    desk.publish()
    first = desk.build()
    entry = desk.entries["belgium"]
    if changed == "receipt":
        other = receipt("belgium", entry)
        other["signoffs"] = []
        desk.commit({"receipts/belgium.json": canonical(other)})
    elif changed == "text":
        desk.publish(data=text(body="## Other\n"))
    else:
        desk.entries["belgium"] = entry | {"title": "Belgium, corrected"}
        desk.commit({})

    second = desk.build()

    assert not (first / "belgium.html").samefile(second / "belgium.html")


def test_other_templates_make_every_page_anew(desk, tmp_path, monkeypatch):
    desk.publish("belgium")
    first = desk.build()
    desk.publish("chad", title="Chad")
    shutil.copytree(press.TEMPLATES, tmp_path / "templates")
    base = tmp_path / "templates" / "site" / "base.html.j2"
    base.write_text(base.read_text("utf-8").replace("Policy briefs", "Our briefs"), "utf-8")
    monkeypatch.setattr(press, "TEMPLATES", tmp_path / "templates")

    second = desk.build()

    assert not (first / "belgium.html").samefile(second / "belgium.html")
    assert "Our briefs" in desk.page("belgium.html")


@pytest.mark.parametrize("note", [None, b"", b"[1]", b"null"])
def test_nothing_is_taken_from_a_generation_that_cannot_say_how_it_was_made(desk, note):
    desk.publish("belgium")
    first = desk.build()
    (first / ".build.json").unlink()
    if note is not None:
        (first / ".build.json").write_bytes(note)
    desk.publish("chad", title="Chad")

    second = desk.build()

    assert not (first / "belgium.html").samefile(second / "belgium.html")


def test_a_page_that_was_lost_or_made_a_link_is_made_anew(desk, tmp_path):
    desk.publish("belgium")
    first = desk.build()
    wanted = (first / "belgium.html").read_bytes()
    (first / "belgium.html").unlink()
    (first / "belgium.json").unlink()
    (tmp_path / "secret").write_text("secret", "utf-8")
    (first / "belgium.json").symlink_to(tmp_path / "secret")
    desk.publish("chad", title="Chad")

    second = desk.build()

    assert (second / "belgium.html").read_bytes() == wanted
    assert "slug" in json.loads((second / "belgium.json").read_bytes())


def test_three_generations_are_kept(desk):
    made = []
    for edition in range(1, 6):
        desk.publish(edition=edition)
        made.append(desk.build())
        os.utime(made[-1], ns=(edition, edition))

    assert desk.generations() == sorted(folder.name for folder in made[-3:])


def test_what_a_killed_builder_left_is_removed(desk):
    desk.publish()
    left = desk.site / "generations" / ".tmp-0123456789abcdef"
    left.mkdir(parents=True)
    (left / "index.html").write_text("half", "utf-8")
    (desk.site / ".tmp-current").symlink_to("generations/nowhere")

    folder = desk.build()

    assert desk.generations() == [folder.name]
    assert sorted(os.listdir(desk.site)) == [".building", "current", "generations"]


def test_a_generation_that_was_finished_and_not_yet_shown_is_shown(desk):
    desk.publish()
    folder = desk.build()
    page = os.stat(folder / "belgium.html").st_ino
    (desk.site / "current").unlink()

    desk.build()

    assert os.stat(desk.site / "current" / "belgium.html").st_ino == page


class Killed(BaseException):
    pass


@pytest.mark.parametrize("step", ["mkdir", "fsync", "link", "rename", "symlink", "replace"])
def test_killed_at_any_step_the_old_site_stands_whole_and_the_next_build_mends_it(
    desk, step, monkeypatch
):
    desk.publish("belgium")
    first = desk.build()
    before = files(first)
    desk.publish("chad", title="Chad")

    def die(*args, **kwargs):
        raise Killed

    with monkeypatch.context() as patched, pytest.raises(Killed):
        patched.setattr(os, step, die)
        desk.build()

    assert (desk.site / "current").resolve() == first
    assert files(desk.site / "current") == before
    assert desk.build().name == desk.tip[:16]
    assert "chad.html" in files(desk.site / "current")


def test_all_is_on_disk_before_readers_are_led_to_it(desk, monkeypatch):
    desk.publish("belgium")
    steps = []
    fsync, replace, rename = os.fsync, os.replace, os.rename

    def noted_fsync(descriptor):
        steps.append(Path(os.readlink(f"/proc/self/fd/{descriptor}")).name)
        fsync(descriptor)

    def noted(name, real):
        def act(*args, **kwargs):
            steps.append(name)
            real(*args, **kwargs)

        return act

    monkeypatch.setattr(os, "fsync", noted_fsync)
    monkeypatch.setattr(os, "rename", noted("RENAME", rename))
    monkeypatch.setattr(os, "replace", noted("SWAP", replace))
    folder = desk.build()

    renamed, swapped = steps.index("RENAME"), steps.index("SWAP")
    assert {*files(folder), f".tmp-{folder.name}"} <= set(steps[:renamed])
    assert "generations" in steps[renamed:swapped]
    assert steps[swapped + 1 :] == ["site"]


def test_readers_find_a_whole_generation_at_every_moment(desk):
    desk.publish("belgium")
    desk.build()
    broken, done = [], threading.Event()

    def read():
        while not done.is_set():
            try:
                (desk.site / "current" / "index.html").read_bytes()
            except FileNotFoundError as error:
                broken.append(error)

    reader = threading.Thread(target=read)
    reader.start()
    for edition in range(2, 5):
        desk.publish("belgium", edition=edition)
        desk.build()
    done.set()
    reader.join()

    assert not broken


def test_a_builder_waits_for_another_and_then_looks_at_main_again(desk, monkeypatch):
    desk.publish(edition=1)
    desk.site.mkdir()
    waits, flock = threading.Event(), fcntl.flock

    def noted(descriptor, operation):
        waits.set()
        flock(descriptor, operation)

    def build_too():
        with Content(desk.root / "content.git") as content:
            build(content, desk.site)

    with open(desk.site / ".building", "w") as other:
        flock(other, fcntl.LOCK_SH)
        monkeypatch.setattr(folder.fcntl, "flock", noted)
        builder = threading.Thread(target=build_too)
        builder.start()
        assert waits.wait(10)
        assert not (desk.site / "current").exists()
        monkeypatch.undo()
        desk.publish(edition=2)
    builder.join(10)

    assert desk.generations() == [desk.tip[:16]]
