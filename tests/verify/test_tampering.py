"""Whatever somebody without the desk's key does to a repository is found, and named."""

import pytest

from briefs.policy import policy
from desk.cli import main
from tasks import verify
from tests.verify.hands import MAIN, POLICY, by
from tests.verify.tampering import TAMPERINGS

FEW = ("an edited text, the signatures kept", "an edited policy", "a rewound branch")


def faults(report: verify.Report) -> list[str]:
    """Return what was found, a sentence each."""
    found = [f"{verdict.slug}: {verdict.fault}" for verdict in report.verdicts if verdict.fault]
    return [report.fault, *found] if report.fault else found


def found_in(path, capsys):
    """Return what the command says that it found, as lines, and its exit code."""
    code = main(["verify", "--repository", str(path)])
    told = capsys.readouterr()
    assert (code, told.err.count("internal error")) in ((0, 0), (1, 0)), told
    lines = told.out.splitlines()
    return [line.removeprefix("✗ ") for line in lines if line.startswith("✗ ")], code


@pytest.mark.parametrize("kind", TAMPERINGS)
def test_tampering_is_found_and_named(hand, kind, capsys):
    expected = TAMPERINGS[kind](hand)

    found, code = found_in(hand.path, capsys)

    assert ([line[: len(expected)] for line in found], code) == ([expected], 1), found
    assert found[0].isprintable()


@pytest.mark.parametrize("kind", FEW)
def test_the_command_says_what_the_verifier_found(hand, kind, capsys):
    TAMPERINGS[kind](hand)

    assert faults(verify.briefs(hand.path)) == found_in(hand.path, capsys)[0]


def test_only_the_brief_that_was_tampered_with_falls(hand):
    TAMPERINGS["a rewound branch"](hand)

    report = verify.briefs(hand.path)

    assert [v.slug for v in report.verdicts if v.fault] == ["greece"]
    assert [v.records for v in report.verdicts if not v.fault] == [1, 22, 12]
    assert verify.briefs(hand.path, ["portugal", "spain"]).holds


def test_a_policy_of_its_own_disowns_every_brief(hand):
    """A new first version, whole and in order, that names the stranger's key as the desk's."""
    first = hand.records(POLICY)[0]
    theirs, stranger = (
        " ".join(hand.key(name).with_suffix(".pub").read_text().split()[:2])
        for name in ("desk", "stranger")
    )
    data = hand.blob(first, "policy.yaml").replace(theirs.encode(), stranger.encode())
    hand.put(first, "policy.yaml", data)
    texts = {name: hand.blob(first, name).decode() for name in ("people.yaml", "policy.yaml")}
    hand.edit(first, "amendment.json", version=policy(texts, {}).version)
    hand.lay(POLICY, [first], by(hand.key("stranger")))
    hand.drop(MAIN)  # else the first thing to say is that main is another desk's

    said = faults(verify.briefs(hand.path))

    assert len(said) == 4
    assert [line for line in said if "(record 1): its policy" in line] == said
    assert [line for line in said if line.endswith("was never agreed on")] == said
