"""The documents hold: generated parts are fresh, links lead somewhere, what is named exists."""

import pkgutil
import re
import shlex
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, Final

import pytest
from cyclopts import App, CycloptsError

from briefs.digests import Digests
from briefs.receipt import receipt_of
from briefs.record import Published, State, Summary
from briefs.rules import RULES
from briefs.signoff import SignOff
from briefs.terms import Stage
from desk import cli, exits
from desk.prefect_settings import embedded, for_server
from tasks.settings import Desk
from tasks.settings import Settings as DeskSettings
from tests.docs.generated import PARTS, ROOT, renewed

DOCUMENTS: Final = sorted(
    path
    for pattern in ("*.md", "briefs/README.md", "docs/**/*.md", "tests/README.md")
    for path in ROOT.glob(pattern)
    if "node_modules" not in path.parts
)
NAMES: Final = [str(path.relative_to(ROOT)) for path in DOCUMENTS]
DECISIONS: Final = sorted((ROOT / "docs" / "decisions").glob("*.md"))

_FENCE: Final = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK: Final = re.compile(r"\]\(([^)\s]+)\)")
_MARKER: Final = re.compile(r"<!-- fields: ([\w.]+:\w+) -->\n\n((?:\|.*\n)+)")
_FOREIGN: Final = re.compile(
    r"(?<![\w.~])/(?:work|root|tmp)(?:/|\b)"
    r"|(?:pypi|pythonhosted|npmjs|crates|rubygems|docker|ghcr|quay|anaconda)\.(?:org|com|io)\b"
)


@pytest.mark.parametrize("name", PARTS)
def test_generated_parts_are_up_to_date(name: str) -> None:
    assert renewed(name) == (ROOT / name).read_text("utf-8"), "run make docs"


@pytest.mark.parametrize("name", NAMES)
def test_every_relative_link_leads_somewhere(name: str) -> None:
    # What stands in a block of code is an example.
    targets = [link.partition("#") for link in _LINK.findall(_FENCE.sub("", _text(name)))]
    near = [(path, anchor) for path, _, anchor in targets if ":" not in path]

    lost = [
        path + (f"#{anchor}" if anchor else "")
        for path, anchor in near
        if not _leads(ROOT / name, path, anchor)
    ]

    assert lost == []


@pytest.mark.parametrize("name", NAMES)
def test_no_document_names_a_path_of_one_machine_or_a_registry(name: str) -> None:
    assert [match.group() for match in _FOREIGN.finditer(_text(name))] == []


@pytest.mark.parametrize("name", NAMES)
def test_every_command_in_a_block_is_understood(name: str) -> None:
    lines = [line for _, block in _FENCE.findall(_text(name)) for line in block.splitlines()]
    found = [line.removeprefix("$ ") for line in lines if re.match(r"(\$ )?briefs ", line)]

    assert [line for line in found if not _understood(line)] == []


@pytest.mark.parametrize("name", NAMES)
def test_every_command_that_is_named_exists(name: str) -> None:
    words = re.findall(r"`briefs ([a-z][a-z-]*)", _text(name))

    assert set(words) <= set(cli.COMMANDS)


@pytest.mark.parametrize("name", NAMES)
def test_every_make_target_that_is_named_exists(name: str) -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))

    words = re.findall(r"(?:`|^\$ |^)make ([a-z]+)(?:`|$|\s+#)", _text(name), re.MULTILINE)

    assert set(words) <= targets


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.stem[:4])
def test_every_decision_has_its_number_status_and_three_headings(path: Path) -> None:
    text = path.read_text("utf-8")

    assert text.startswith(f"# {int(path.stem[:4])}. ")
    assert re.search(r"^Status: \w", text, re.MULTILINE)
    headings = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert headings == ["Context", "Decision", "Consequences"]


def test_decisions_are_numbered_without_a_gap() -> None:
    assert [int(p.stem[:4]) for p in DECISIONS] == list(range(1, len(DECISIONS) + 1))


@pytest.mark.parametrize("name", ["docs/records.md", "docs/operations.md"])
def test_the_fields_listed_are_those_of_the_code(name: str) -> None:
    listed = {place: _first_cells(table) for place, table in _MARKER.findall(_text(name))}

    assert listed
    assert listed == {place: _fields(pkgutil.resolve_name(place)) for place in listed}


def test_the_records_page_leaves_no_part_of_a_record_out() -> None:
    listed = {place.partition(":")[2] for place, _ in _MARKER.findall(_text("docs/records.md"))}

    parts = _parts_of(*(pkgutil.resolve_name(place) for place in _TOP))

    assert parts <= listed


def test_the_keys_of_a_receipt_are_those_of_the_code() -> None:
    receipt = receipt_of(_state(), _published(), (_signoff(),), {})

    assert _first_cells(_after("<!-- keys: receipt -->")) == list(receipt)
    signed = _first_cells(_after("<!-- keys: receipt sign-off -->"))
    assert signed == list(receipt["signoffs"][0])


def test_every_setting_of_prefect_is_explained() -> None:
    desk = Desk(Path("desk"), DeskSettings())
    part = _text("docs/prefect.md").partition("<!-- settings -->")[2]
    table = part.partition("<!-- /settings -->")[0]

    assert set(_first_cells(table)) == {*for_server(desk, 4200, ""), *embedded(desk)}


def test_every_exit_code_is_explained() -> None:
    codes = {value for name, value in vars(exits).items() if name.isupper()}

    assert set(re.findall(r"^\| (\d+) \|", _text("README.md"), re.MULTILINE)) == set(
        map(str, codes)
    )


def test_the_words_of_the_readme_name_every_stage_once() -> None:
    words = re.findall(r"^\| \*\*(.+?)\*\* \|", _text("README.md"), re.MULTILINE)

    assert len(words) == len(set(words))
    assert {str(stage) for stage in Stage} <= set(words)


def test_rules_that_are_named_exist() -> None:
    named = {word for name in NAMES for word in re.findall(r"`\[([a-z-]+)\]`", _text(name))}

    assert named <= set(RULES)


_TOP: Final = (
    "briefs.record:State",
    "briefs.record:Event",
    "briefs.report:Report",
    "briefs.signoff:SignOff",
    "tasks.outbox:Delivery",
)


def _text(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def _leads(document: Path, path: str, anchor: str) -> bool:
    target = document.parent / path if path else document
    if not anchor or not target.is_file():
        return target.exists()
    titles = re.findall(r"^#+ (.+)$", target.read_text("utf-8"), re.MULTILINE)
    return anchor in {re.sub(r"[^\w -]", "", t.lower()).replace(" ", "-") for t in titles}


def _understood(line: str) -> bool:
    words = shlex.split(line.removesuffix(" &"), comments=True)[1:]
    try:
        cli._app().parse_args(words, exit_on_error=False, print_error=False)
    except CycloptsError:
        return False
    command = pkgutil.resolve_name(f"desk.commands.{cli.COMMANDS[words[0]]}")
    # An application without a command of its own takes its inner ones alone.
    return not isinstance(command, App) or bool(command.default_command) or words[1] in [*command]


def _first_cells(table: str) -> list[str]:
    return re.findall(r"^\| `([^`]+)` \|", table, re.MULTILINE)


def _after(marker: str) -> str:
    return _text("docs/records.md").partition(marker)[2].lstrip("\n").partition("\n\n")[0]


def _fields(kind: Any) -> list[str]:
    return [f.name for f in fields(kind)] if is_dataclass(kind) else list(kind.model_fields)


def _parts_of(*kinds: Any) -> set[str]:
    """Return the names of `kinds` and of every dataclass and model that their fields hold."""
    found: dict[str, Any] = {}
    waiting = list(kinds)
    while waiting:
        kind = waiting.pop()
        if isinstance(kind, type) and (is_dataclass(kind) or hasattr(kind, "model_fields")):
            if kind.__name__ not in found:
                found[kind.__name__] = kind
                waiting += [f.type for f in fields(kind)] if is_dataclass(kind) else []
        else:
            waiting += getattr(kind, "__args__", ())
    return set(found)


def _digests() -> Digests:
    return Digests(bytes="0" * 64, brief="1" * 64, sections={"1": "2" * 64})


def _published() -> Published:
    return Published(1, 1, 8, "2026-03-01T08:00:00Z", "Belgium", "0" * 64)


def _state() -> State:
    return State(
        slug="belgium",
        seq=8,
        stage=Stage.PUBLISHED,
        edition=1,
        revision=1,
        title="Belgium",
        type="country",
        type_version=1,
        policy="3" * 64,
        rules=(),
        digests=_digests(),
        report=Summary(0, 0, 100, 80, True, ()),
        contributors=("ada",),
        submission="key",
        submitter="ada",
        updated="2026-03-01T08:00:00Z",
    )


def _signoff() -> SignOff:
    return SignOff(
        slug="belgium",
        edition=1,
        revision=1,
        bytes="0" * 64,
        scope=("*",),
        sections={"1": "2" * 64},
        reviewer="ben",
        at="2026-02-27T08:00:00Z",
        comment="",
        channel="command line",
        nonce="key",
    )
