import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefs.errors import BadName
from briefs.slugs import LONGEST, RESERVED, nearest, valid

RULE = "; a slug has small letters, digits and single hyphens, at most 64"


@pytest.mark.parametrize("slug", ["belgium", "a", "7", "tax-brief-2026", "a-b-c", "x" * LONGEST])
def test_a_slug_is_small_letters_digits_and_single_hyphens(slug):
    assert valid(slug) == slug


# The number is that of the row in the list of bad inputs; then the nearest slug that is one.
BAD = {
    "36 composed": ("caf\u00e9", "cafe"),
    "36 decomposed": ("cafe\u0301", "cafe"),
    "36 Cyrillic": ("b\u0435lgium", "blgium"),
    "36 figures": ("\uff11\uff12", "12"),
    "37 up": ("../../etc/cron.d/x", "etc-cron-d-x"),
    "37 root": ("/abs", "abs"),
    "37 in between": ("a/../b", "a-b"),
    "37 encoded": ("%2e%2e%2f", "2e-2e-2f"),
    "37 backslash": ("..\\x", "x"),
    "38 device": ("CON", "con-brief"),
    "38 device with a suffix": ("aux.md", "aux-md"),
    "38 dot": ("a.", "a"),
    "38 space": ("a ", "a"),
    "38 stream": ("x:y", "x-y"),
    "38 one too long": ("x" * 65, "x" * 64),
    "38 long": ("x" * 300, "x" * 64),
    "38 long with hyphens": ("x-" * 150, ("x-" * 32)[:-1]),
    "38 empty": ("", ""),
    "38 here": (".", ""),
    "38 git": (".git", "git-brief"),
    "38 GIT": (".GIT", "git-brief"),
    "38 hidden joiner": (".g\u200cit", "git-brief"),
    "38 short name": ("git~1", "git-1"),
    "39 option": ("-rf", "rf"),
    "39 long option": ("--output=x", "output-x"),
    "39 short option": ("-x", "x"),
    "40 capitals": ("Tax-Brief", "tax-brief"),
    "41 folder": ("a/b", "a-b"),
    "hyphen at the end": ("a-", "a"),
    "two hyphens": ("a--b", "a-b"),
    "line break": ("a\n", "a"),
    "NUL": ("a\0b", "a-b"),
    "nothing of it is left": ("\u00bf?", ""),
}


@pytest.mark.parametrize("row", BAD)
def test_what_is_no_slug_is_refused_with_the_nearest_that_is(row):
    text, near = BAD[row]

    with pytest.raises(BadName) as refusal:
        valid(text)

    hint = f"; the nearest is “{near}”" if near else ""
    assert str(refusal.value).endswith(f" is not a slug{RULE}{hint}")
    assert nearest(text) == near


# Rows 38 and 44, and what the content repository and the site keep for themselves.
KEPT = ["con", "nul", "aux", "prn", "com1", "com9", "lpt0", "git", "head", "main", "desk", "policy"]
KEPT += ["index", "feed", "assets", "sitemap", "search", "robots", "receipts", "manifest", "briefs"]


@pytest.mark.parametrize("name", KEPT)
def test_a_reserved_name_is_refused_with_another(name):
    with pytest.raises(BadName) as refusal:
        valid(name)

    assert str(refusal.value) == (f"“{name}” is a reserved name; use for example “{name}-brief”")
    assert valid(f"{name}-brief")


def test_no_name_is_reserved_that_nobody_agreed_on():
    devices = {f"{device}{digit}" for device in ("com", "lpt") for digit in range(10)}

    assert RESERVED - devices == set(KEPT) - devices


def test_what_is_shown_of_a_bad_slug_is_short_and_printable():
    with pytest.raises(BadName) as refusal:
        valid("\x1b[2J\u202e" + "x" * 300)

    shown = str(refusal.value).split(" is not a slug")[0]
    assert shown == "“\ufffd[2J\ufffd" + "x" * 75 + "…”"


@given(st.text(max_size=100))
def test_the_nearest_slug_is_a_slug_or_nothing(text):
    near = nearest(text)

    assert near == "" or valid(near) == near
    assert nearest(unicodedata.normalize("NFD", text)) == nearest(
        unicodedata.normalize("NFC", text)
    )


@given(st.from_regex(r"[a-z0-9](-?[a-z0-9]){0,20}", fullmatch=True))
def test_a_slug_is_its_own_nearest(slug):
    assert nearest(slug) == (f"{slug}-brief" if slug in RESERVED else slug)


@given(st.text(alphabet="ab-./\\A\n ", max_size=70))
def test_nothing_passes_that_a_path_or_an_option_is_made_of(text):
    try:
        passed = valid(text)
    except BadName:
        return

    assert re.fullmatch(r"[a-z0-9-]{1,64}", passed)
    assert "--" not in passed
    assert passed.strip("-") == passed
