"""Sign-off at the command line: keys, sections, vetoes, overrides, a policy of two, proof."""

import json
import subprocess

import pytest

from tests.desk.support import (
    PROJECT,
    carry_on,
    file_at,
    forge,
    git,
    record,
    refused,
    said,
)


@pytest.fixture
def key(tmp_path):
    """Return a maker of SSH keys without a passphrase."""

    def make(name, kind="ed25519"):
        path = tmp_path / name
        subprocess.run(
            ["ssh-keygen", "-q", "-t", kind, "-N", "", "-f", path, "-C", name], check=True
        )
        return path

    return make


def digest(root, slug="portugal"):
    return record(root, slug)["digests"]["bytes"]


def edit(root, name, before, after):
    path = root / "policy" / name
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after, 1))


def give_key(root, person, path, more=""):
    public = path.with_suffix(".pub").read_text().strip()
    entry = f"  - id: {person}\n    keys: [{{key: {public}{more}}}]\n"
    edit(root, "people.yaml", f"  - id: {person}\n", entry)


def applied(run, *who):
    told = run("policy", "apply", "--as", "zoe-vance", *who)
    assert told.code == 0, told.err


def signoffs(root, person):
    names = git(root, "ls-tree", "-r", "--name-only", "briefs/portugal", "signoffs/").split()
    found = [json.loads(file_at(root, "portugal", name)) for name in names]
    return [s for given in found for s in given if s["reviewer"] == person]


@pytest.mark.parametrize("kind", ["ed25519", "ecdsa", "rsa"])
def test_a_sign_off_with_the_own_key_is_personal_and_verifies(desk_at, run, key, kind):
    root = desk_at("in review")
    own = key("ben", kind)
    give_key(root, "ben", own)
    applied(run)

    told = run(
        "approve", "portugal", "--as", "ben", "--digest", digest(root), "--ssh-key", own,
        "--comment", "Read twice.",
    )  # fmt: skip

    assert told.code == 0, told.err
    (given,) = signoffs(root, "ben")
    public = " ".join(own.with_suffix(".pub").read_text().split()[:2])
    assert (given["strength"], given["key"]) == ("personal", public)
    assert "1 personal and 0 witnessed sign-offs" in run("verify").out


def test_without_a_key_the_desk_witnesses_and_says_so(desk_at, run):
    root = desk_at("approved")

    told = run("verify")

    assert {s["strength"] for p in ("ben", "cleo") for s in signoffs(root, p)} == {"witnessed"}
    assert told.code == 0
    assert "0 personal and 2 witnessed sign-offs" in told.out


def test_a_key_of_nobody_of_somebody_else_or_revoked_signs_nothing(desk_at, run, key):
    root = desk_at("in review")
    stranger, cleos, lost = key("stranger"), key("cleo"), key("lost")
    give_key(root, "cleo", cleos)
    give_key(root, "ben", lost, ", revoked: true")
    applied(run)
    words = ("approve", "portugal", "--as", "ben", "--digest", digest(root), "--ssh-key")

    refused(run(*words, stranger), 1, "is none of ben's; sign with a key that the policy names")
    refused(run(*words, cleos), 1, "is none of ben's")
    refused(run(*words, lost), 1, "revoked")
    assert signoffs(root, "ben") == []


def test_where_the_policy_asks_for_a_key_nothing_else_is_taken(desk_at, run, key):
    root = desk_at("new")
    own = key("ben")
    give_key(root, "ben", own)
    rules = (
        "signoff:\n  country:\n    - {sections: ['*'], role: reviewer, count: 1, "
        "personal_key: true}\n"
    )
    (root / "policy/policy.yaml").open("a").write(rules)
    applied(run)
    assert run("submit", root / "portugal.md", "--as", "ada").code == 0
    carry_on(root, "portugal")
    words = ("approve", "portugal", "--as", "ben", "--digest", digest(root))

    refused(run(*words), 1, "sign it with your own key: --ssh-key FILE")

    assert run(*words, "--ssh-key", own).code == 0
    assert record(root, "portugal")["stage"] == "approved"


def test_all_but_signs_the_others_and_unknown_sections_are_named(desk_at, run):
    root = desk_at("in review")
    words = ("approve", "portugal", "--as", "ben", "--digest", digest(root))

    refused(run(*words, "--all-but", "99"), 2, "portugal has no section 99")
    refused(run(*words, "--all-but", "2", "--sections", "3"), 2, "or those that you do not")
    assert run(*words, "--all-but", "2", "10").code == 0

    (given,) = signoffs(root, "ben")
    everything = set(record(root, "portugal")["digests"]["sections"])
    left = {path for path in everything if path.partition(".")[0] in ("2", "10")}
    assert set(given["sections"]) == everything - left
    assert "on sections 2, 10: ben, cleo can give it" in run("ready", "portugal").out


def test_an_edit_asks_for_its_section_again_and_shows_what_changed(desk_at, run):
    root = desk_at("approved")
    draft = root / "portugal.md"
    draft.write_text(draft.read_text().replace("91 of the 230 seats", "92 of the 230 seats"))
    assert run("submit", draft, "--as", "ada").code == 0
    carry_on(root, "portugal")

    ready, diff = run("ready", "portugal"), run("diff", "portugal", "--since", "ben")

    assert ready.code == 8
    assert "get 2 more sign-offs by role reviewer on section 2: ben, cleo" in ready.out
    assert diff.out.splitlines()[-1] == "section 2, material: signed 91, now 92"
    words = ("--digest", digest(root), "--sections", "2")
    for person in ("ben", "cleo"):
        assert run("approve", "portugal", "--as", person, *words).code == 0
    assert record(root, "portugal")["stage"] == "approved"


def test_a_veto_stands_until_its_giver_lifts_it(desk_at, run):
    root = desk_at("new")
    text = "terms:\n  country: {veto: [reviewer]}\n"
    (root / "policy/policy.yaml").open("a").write(text)
    applied(run)
    assert run("submit", root / "portugal.md", "--as", "ada").code == 0
    carry_on(root, "portugal")
    for person in ("ben", "cleo"):
        assert run("approve", "portugal", "--as", person, "--digest", digest(root)).code == 0

    assert run("veto", "portugal", "--as", "cleo", "--reason", "Wrong map").code == 0

    assert record(root, "portugal")["stage"] == "in review"
    told = run("ready", "portugal")
    assert told.code == 1
    assert "have cleo lift the veto of r1 (“Wrong map”), or override it" in told.out
    refused(run("lift", "portugal", "--as", "ben"), 1, "leave it to its giver: cleo")
    assert run("lift", "portugal", "--as", "cleo").code == 0
    # Cleo's word of before is gone for good.
    assert "get 1 more sign-off" in run("ready", "portugal").out


def test_an_override_is_a_debt_that_somebody_else_settles(desk_at, run):
    root = desk_at("new")
    people = (root / "policy/people.yaml").read_text()
    account = people.partition("accounts: ")[2].splitlines()[0]
    max_ = (
        "  - {id: max, name: Max Weber, email: max@example.org, roles: [editor], "
        f"accounts: {account}}}\n"
    )
    (root / "policy/people.yaml").write_text(people.rstrip("\n") + "\n" + max_)
    applied(run)
    assert run("submit", root / "portugal.md", "--as", "ada").code == 0
    carry_on(root, "portugal")
    words = ("override", "portugal", "--as", "zoe-vance", "--reason", "The summit is tomorrow")
    words = (*words, "--digest", digest(root), "--due", record(root, "portugal")["updated"][:10])

    refused(run(*words, "--settler", "zoe-vance"), 1, "name a settler who", "--settler max")
    assert run(*words, "--settler", "max").code == 0

    assert record(root, "portugal")["stage"] == "approved"
    assert "owed: zoe-vance overrode the review of r1" in run("status", "portugal").out
    assert "note: settle the override of r1" in run("ready", "portugal").out
    refused(run("settle", "portugal", "--as", "zoe-vance"), 1, "leave it to max")
    assert run("settle", "portugal", "--as", "max", "--comment", "Looked at it").code == 0
    assert record(root, "portugal")["debts"] == []
    assert run("verify").code == 0


def test_a_policy_that_asks_for_two_waits_for_the_second(desk_at, run):
    root = desk_at("new")
    edit(root, "people.yaml", "roles: [author]", "roles: [author, admin]")
    (root / "policy/policy.yaml").open("a").write("change: {count: 2}\n")
    applied(run)
    edit(root, "policy.yaml", "default_type: country", "default_type: eip")

    told = run("policy", "apply", "--as", "zoe-vance")

    assert told.code == 8
    version = told.out.split()[2]
    assert f"(ada): briefs policy approve --version {version}" in told.out
    assert f"{version} is proposed by zoe-vance" in run("policy", "show").err
    refused(run("policy", "approve", "--version", "0" * 12, "--as", "ada"), 2, "waits to be agreed")
    refused(run("policy", "approve", "--version", version, "--as", "ben"), 4, "role admin")
    assert run("policy", "approve", "--version", version, "--as", "zoe-vance").code == 8
    assert run("policy", "approve", "--version", version, "--as", "ada").code == 0
    assert run("verify").code == 0
    assert run("policy", "show", "--json").json["proposed"] is None


def test_a_policy_that_drops_the_desks_key_is_refused(desk_at, run):
    root = desk_at("new")
    text = (root / "policy/policy.yaml").read_text()
    (root / "policy/policy.yaml").write_text(text.partition("desk_keys:")[0])

    refused(run("policy", "apply", "--as", "zoe-vance"), 2, "desk_keys: keep the key")


def test_the_keys_printed_let_git_itself_verify(desk_at, run, tmp_path):
    root = desk_at("approved")
    allowed = tmp_path / "allowed"
    allowed.write_text(run("policy", "signers").out)

    where = f"--git-dir={root / 'content.git'}"
    command = ["git", "-c", f"gpg.ssh.allowedSignersFile={allowed}", where]

    done = subprocess.run(
        [*command, "verify-commit", "briefs/portugal"], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    assert 'Good "git" signature for desk' in done.stderr


def test_a_clone_verifies_without_a_desk_or_settings(desk_at, run, tmp_path, monkeypatch):
    root = desk_at("approved")
    clone, key = tmp_path / "clone.git", tmp_path / "desk.pub"
    subprocess.run(
        ["git", "clone", "-q", "--mirror", str(root / "content.git"), str(clone)], check=True
    )
    key.write_text((root / "keys/desk.pub").read_text())
    monkeypatch.delenv("BRIEFS_DESK")
    monkeypatch.chdir(PROJECT.parent)

    told = run("verify", "--repository", clone, "--desk-key", key)

    assert (told.code, told.out.count("✓ portugal: ")) == (0, 1), told


def test_the_doctor_says_what_works_without_ssh_keygen(desk_at, run, tmp_path, monkeypatch):
    root = desk_at("in review")
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("git", "env"):
        found = subprocess.run(["which", name], capture_output=True, text=True, check=True)
        (programs / name).symlink_to(found.stdout.strip())
    monkeypatch.setenv("PATH", str(programs))

    told = run("doctor")

    assert "✗ ssh-keygen: install it: apt install openssh-client" in told.out
    for person in ("ben", "cleo"):
        assert run("approve", "portugal", "--as", person, "--digest", digest(root)).code == 0
    assert run("verify").code == 0


def test_one_brief_that_was_tampered_with_keeps_no_other_from_going_out(desk_at, run):
    root = desk_at("approved")
    copy = root / "spain.md"
    copy.write_text((root / "portugal.md").read_text())
    assert said("submit", copy, "--as", "ada").code == 0
    carry_on(root, "spain")
    for person in ("ben", "cleo"):
        words = ("--as", person, "--digest", digest(root, "spain"))
        assert run("approve", "spain", *words).code == 0
    for slug in ("portugal", "spain"):
        assert run("publish", slug, "--as", "zoe-vance").code == 0
    names = git(root, "ls-tree", "-r", "--name-only", "briefs/portugal").split()
    top = {name: file_at(root, "portugal", name) for name in names if "/" not in name}
    forge(root, "portugal", top)

    told = run("publish", "--due")

    assert "spain: published" in told.out
    assert told.code != 0
    assert "portugal" in told.err + told.out
    assert record(root, "spain")["stage"] == "published"
    assert record(root, "portugal")["stage"] == "scheduled"


def test_what_takes_a_key_away_is_never_kept_from_counting(desk_at, run, key):
    root = desk_at("new")
    own = key("ben")
    give_key(root, "ben", own)
    rules = "signoff:\n  country:\n    - {sections: ['*'], count: 1, personal_key: true}\n"
    (root / "policy/policy.yaml").open("a").write(rules)
    applied(run)
    public = own.with_suffix(".pub").read_text().strip()
    edit(root, "people.yaml", f"key: {public}", f"key: {public}, revoked: true")

    told = run("policy", "apply", "--as", "zoe-vance")

    assert told.code == 0
    assert "note: country: 1 sign-off by role reviewer with an own key is asked" in told.err


def test_a_person_who_takes_another_id_stays_the_author(desk_at, run):
    root = desk_at("in review")
    edit(root, "people.yaml", "- id: ada\n", "- id: ada-lopes\n")
    edit(root, "people.yaml", "roles: [author]", "roles: [author, reviewer]")

    refused(run("policy", "apply", "--as", "zoe-vance"), 2, "add names: [ada] to ada-lopes")

    edit(root, "people.yaml", "- id: ada-lopes\n", "- id: ada-lopes\n    names: [ada]\n")
    applied(run)
    words = ("approve", "portugal", "--as", "ada-lopes", "--digest", digest(root))
    refused(run(*words), 1, "all of it holds text of yours")


def test_nothing_left_to_sign_is_not_everything(desk_at, run):
    root = desk_at("in review")
    words = ("approve", "portugal", "--as", "ben", "--digest", digest(root), "--all-but", "*")

    refused(run(*words), 2, "no section is left to sign")
    assert signoffs(root, "ben") == []


def test_a_comment_is_signed_as_it_is_recorded(desk_at, run, key):
    root = desk_at("in review")
    own = key("ben")
    give_key(root, "ben", own)
    applied(run)
    words = ("approve", "portugal", "--as", "ben", "--digest", digest(root), "--ssh-key", own)

    assert run(*words, "--comment", "Fine.\r\nReally. ").code == 0
    assert signoffs(root, "ben")[0]["comment"] == "Fine.\nReally."


def test_the_same_text_under_another_rule_is_a_revision_that_keeps_its_sign_offs(desk_at, run):
    root = desk_at("in review")
    assert run("approve", "portugal", "--as", "ben", "--digest", digest(root)).code == 0
    rules = "signoff:\n  country:\n    - {sections: ['*'], count: 1}\n"
    (root / "policy/policy.yaml").open("a").write(rules)
    applied(run)

    assert run("submit", root / "portugal.md", "--as", "ada").code == 0
    carry_on(root, "portugal")

    assert (record(root, "portugal")["revision"], record(root, "portugal")["stage"]) == (
        2,
        "approved",
    )


def test_a_sign_off_where_no_rule_asks_for_the_role_is_refused(desk_at, run):
    root = desk_at("new")
    edit(root, "people.yaml", "roles: [reviewer]", "roles: [legal]")
    rules = (
        "signoff:\n  country:\n    - {sections: ['*'], count: 1}\n"
        "    - {sections: ['8'], role: legal}\n"
    )
    (root / "policy/policy.yaml").open("a").write(rules)
    applied(run)
    assert run("submit", root / "portugal.md", "--as", "ada").code == 0
    carry_on(root, "portugal")
    words = ("approve", "portugal", "--as", "ben", "--digest", digest(root), "--sections")

    refused(run(*words, "4"), 1, "sign where your role is asked for: section 8")
    assert run(*words, "8").code == 0


def test_a_key_of_an_act_is_one_act_on_the_same_sections(desk_at, run):
    root = desk_at("in review")
    words = ("approve", "portugal", "--as", "ben", "--digest", digest(root), "--key", "k1")
    assert run(*words, "--sections", "3").code == 0

    assert "said before" in run(*words, "--sections", "3").out
    refused(run(*words, "--sections", "4"), 1, "take another key")


def test_a_comment_of_several_lines_is_one_line_of_the_history(desk_at, run):
    root = desk_at("in review")
    forged = "fine”\n99: “approved by the minister"
    assert run("comment", "portugal", "--as", "ben", "--comment", forged).code == 0

    assert not [line for line in run("history", "portugal").out.splitlines() if line[:3] == "99:"]
    assert record(root, "portugal")["stage"] == "in review"
