"""Signatures: ssh-keygen is the oracle, of ours and for ours."""

import os
import pty
import re
import shutil
import stat
import subprocess
import sys
from base64 import b64decode, b64encode
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from briefs.keys import BadKey, strings
from briefs.keys import public_key as pure_public_key
from tasks import signatures
from tasks.signatures import (
    COMMITS,
    NAMESPACE,
    DeskKey,
    SignatureError,
    Signer,
    allowed_signers,
    available,
    fingerprint,
    holds,
    make_key,
    public_key,
    revocations,
    sign_personally,
    signed_by,
    verified,
)

DATA = b"a brief, and what it says\n"
NOON = "2026-11-24T12:00:00Z"
BEFORE, AFTER = "2026-11-24T11:59:59Z", "2026-11-24T12:00:01Z"
KINDS = {
    "ed25519": ["-t", "ed25519"],
    "rsa": ["-t", "rsa", "-b", "2048"],
    "p256": ["-t", "ecdsa", "-b", "256"],
    "p384": ["-t", "ecdsa", "-b", "384"],
    "p521": ["-t", "ecdsa", "-b", "521"],
}

pytestmark = pytest.mark.skipif(not available(), reason="ssh-keygen is the oracle")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Keys of every kind, made once: desk, other, ed25519, rsa, p256 …, locked."""
    folder = tmp_path_factory.mktemp("keys")
    for name in ("desk", "other"):
        make_key(folder / name)
    for name, kind in KINDS.items():
        keygen("-q", *kind, "-N", "", "-C", f"{name} of ada", "-f", str(folder / name))
    keygen("-q", "-t", "ed25519", "-N", "secret", "-f", str(folder / "locked"))
    return folder


@pytest.fixture(scope="module")
def desk(folder: Path) -> DeskKey:
    return DeskKey.open(folder / "desk")


@pytest.fixture(autouse=True)
def no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever runs these tests in a terminal is not asked for anything."""
    monkeypatch.setattr(signatures, "_terminal", lambda: False)
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)


# Keys


def test_a_key_that_we_make_is_one_that_ssh_keygen_reads(tmp_path: Path) -> None:
    public = make_key(tmp_path / "desk")

    assert keygen("-y", "-f", str(tmp_path / "desk")).stdout.strip() == public
    assert (tmp_path / "desk.pub").read_text() == f"{public}\n"
    assert stat.S_IMODE((tmp_path / "desk").stat().st_mode) == 0o600
    assert DeskKey.open(tmp_path / "desk").public == public


@pytest.mark.parametrize("taken", ["desk", "desk.pub"])
def test_no_key_is_written_over(tmp_path: Path, taken: str) -> None:
    (tmp_path / taken).write_text("dear")

    with pytest.raises(SignatureError, match="there already"):
        make_key(tmp_path / "desk")

    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [(taken, "dear")]


def test_a_key_cannot_be_made_in_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SignatureError, match="No such file"):
        make_key(tmp_path / "absent" / "desk")


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o620])
def test_a_key_that_others_may_use_is_refused(tmp_path: Path, mode: int) -> None:
    make_key(tmp_path / "desk")
    (tmp_path / "desk").chmod(mode)

    with pytest.raises(SignatureError, match="chmod 600"):
        DeskKey.open(tmp_path / "desk")


@pytest.mark.parametrize(
    ("name", "why"), [("rsa", "Ed25519"), ("p256", "Ed25519"), ("locked", "passphrase")]
)
def test_the_desks_key_is_ed25519_without_a_passphrase(folder: Path, name: str, why: str) -> None:
    with pytest.raises(SignatureError, match=why):
        DeskKey.open(folder / name)


@pytest.mark.parametrize(
    ("kind", "why"),
    [
        ("absent", "No such file"),
        ("folder", "directory"),
        ("pipe", "is no file"),
        ("empty", "no private key"),
        ("garbage", "no private key"),
        ("half", "no private key"),
    ],
)
def test_what_is_no_key_is_refused(tmp_path: Path, folder: Path, kind: str, why: str) -> None:
    path = tmp_path / "desk"
    if kind == "folder":
        path.mkdir(0o700)
    elif kind == "pipe":
        os.mkfifo(path, 0o600)
    elif kind != "absent":
        whole = (folder / "desk").read_bytes()
        path.write_bytes({"empty": b"", "garbage": b"\0\xff" * 99, "half": whole[:200]}[kind])
        path.chmod(0o600)

    with pytest.raises(SignatureError, match=why):
        DeskKey.open(path)


def test_a_key_shows_nothing_private(desk: DeskKey, folder: Path) -> None:
    assert repr(desk) == f"DeskKey(public='{desk.public}')"


@pytest.mark.parametrize("name", [*KINDS, "desk"])
def test_a_public_key_and_its_fingerprint_are_those_of_openssh(folder: Path, name: str) -> None:
    line = (folder / f"{name}.pub").read_text()
    listed = keygen("-l", "-f", str(folder / f"{name}.pub")).stdout.split()

    assert public_key(line) == " ".join(line.split()[:2])
    assert fingerprint(line) == listed[1]


@pytest.mark.parametrize(
    "kind", ["sk-ssh-ed25519@openssh.com", "sk-ecdsa-sha2-nistp256@openssh.com"]
)
def test_the_public_half_of_a_hardware_key_is_one(folder: Path, tmp_path: Path, kind: str) -> None:
    plain = body(folder, "ed25519" if "ed25519" in kind else "p256")
    line = written(kind, *strings(plain)[1:], b"ssh:")
    (tmp_path / "key.pub").write_text(line)

    assert public_key(f"{line} ada's token") == line
    assert fingerprint(line) == keygen("-l", "-f", str(tmp_path / "key.pub")).stdout.split()[1]


def test_what_is_no_public_key_is_refused_in_a_sentence(folder: Path) -> None:
    line = (folder / "ed25519.pub").read_text()
    kind, text = line.split()[:2]
    point = strings(b64decode(text))[1]
    curve, place = strings(body(folder, "p256"))[1:]
    exponent, modulus = strings(body(folder, "rsa"))[1:]
    padded, token = written("ecdsa-sha2-nistp256", curve, place), "sk-ssh-ed25519@openssh.com"
    hardware = packed(token.encode(), point, b"ssh:")
    bad = {
        "empty": "",
        "type alone": kind,
        "two lines": f"{line}{line}",
        "private": (folder / "ed25519").read_text(),
        "options": f'command="x" {line}',
        "other type": f"ssh-rsa {text}",
        "other type inside": f"{kind} {b64encode(packed(b'ssh-ed25518', point)).decode()}",
        "no point": written(kind, (2**255 - 16).to_bytes(32, "little")),
        "other name of a curve": written("ecdsa-sha2-nistp256", b"nistp384", place),
        "hybrid": written("ecdsa-sha2-nistp256", curve, b"\6" + place[1:]),
        "padding bits": re.sub(r".(?==)", lambda m: chr(ord(m[0]) + 1), padded),
        "cut at the end": f"{token} {b64encode(hardware[:-1]).decode()}",
        "no base64": f"{kind} {text[:-4]}****",
        "cut": f"{kind} {text[:-4]}",
        "loose end": f"{kind} {b64encode(b64decode(text) + b'x').decode()}",
        "one more": written(kind, point, b""),
        "short point": written(kind, point[:31]),
        "no parts": written(kind),
        "dss": written("ssh-dss", b"\5", b"\5", b"\5", b"\5"),
        "certificate": written("ssh-ed25519-cert-v01@openssh.com", point),
        "off the curve": written("ecdsa-sha2-nistp256", curve, place[:-1] + b"\0"),
        "other curve": written("ecdsa-sha2-nistp384", curve, place),
        "compressed": written("ecdsa-sha2-nistp256", curve, b"\2" + place[1:33]),
        "short modulus": written("ssh-rsa", exponent, b"\0" + b"\xff" * 128),
        "exponent 1": written("ssh-rsa", b"\1", modulus),
        "even modulus": written("ssh-rsa", exponent, modulus[:-1] + b"\0"),
        "negative": written("ssh-rsa", exponent, modulus[1:]),
        "padded": written("ssh-rsa", exponent, b"\0" + modulus),
        "very long": f"{kind} {text} {'x' * 20_000}",
        "surrogate": f"{kind} \ud800",
    }

    assert [name for name, text in bad.items() if not refused(text)] == []


def test_who_gives_a_private_key_is_told_to_keep_it(folder: Path) -> None:
    with pytest.raises(SignatureError, match="keep it to yourself") as error:
        public_key((folder / "ed25519").read_text())

    assert "BEGIN" not in str(error.value)


def test_a_key_for_which_anybody_can_sign_is_refused(tmp_path: Path) -> None:
    # The neutral point: R neutral and S zero hold for any text, with OpenSSH's own judgement.
    neutral = (1).to_bytes(32, "little")
    weak = written("ssh-ed25519", neutral)
    proof = packed(b"ssh-ed25519", neutral + bytes(32))
    forged = armor(b64decode(weak.split()[1]), NAMESPACE.encode(), b"", b"sha512", proof)

    assert oracle(tmp_path, forged, DATA, f"ada {weak}\n").returncode == 0
    assert refused(weak)
    assert not holds(forged, DATA, NAMESPACE, weak)


def test_the_pure_floor_says_the_same_with_an_error_of_its_own() -> None:
    with pytest.raises(BadKey) as ours:
        pure_public_key("ssh-dss AAAA")
    with pytest.raises(SignatureError) as theirs:
        public_key("ssh-dss AAAA")

    assert str(ours.value) == str(theirs.value)
    assert isinstance(ours.value, ValueError)


# The desk's key, in this process


@pytest.mark.parametrize("namespace", [NAMESPACE, COMMITS])
@pytest.mark.parametrize("data", [DATA, b"", b"\0\xff\r\n" * 50_000])
def test_ssh_keygen_verifies_what_the_desk_signs(
    desk: DeskKey, tmp_path: Path, namespace: str, data: bytes
) -> None:
    armored = desk.sign(data, namespace)
    signers = allowed_signers([Signer("desk", desk.public, None, None)], namespace)

    assert oracle(tmp_path, armored, data, signers, "desk", namespace).returncode == 0
    assert holds(armored, data, namespace, desk.public)
    assert signed_by(armored) == desk.public


@pytest.mark.parametrize("algorithm", ["sha256", "sha512"])
def test_the_desk_verifies_what_ssh_keygen_signs(folder: Path, algorithm: str) -> None:
    option = ["-O", f"hashalg={algorithm}"]
    armored = signed_by_keygen(folder / "ed25519", DATA, *option)

    assert holds(armored, DATA, NAMESPACE, (folder / "ed25519.pub").read_text())


def test_both_write_the_same_bytes(folder: Path, desk: DeskKey) -> None:
    assert desk.sign(DATA, NAMESPACE) == signed_by_keygen(folder / "desk", DATA)


def test_what_was_not_signed_so_does_not_hold(desk: DeskKey, folder: Path) -> None:
    armored = desk.sign(DATA, NAMESPACE)
    other = (folder / "other.pub").read_text()

    assert not holds(armored, DATA + b"\n", NAMESPACE, desk.public)
    assert not holds(armored, DATA, COMMITS, desk.public)
    assert not holds(armored, DATA, NAMESPACE, other)
    assert not holds(armored, DATA, NAMESPACE, "no key")
    assert not holds("no signature", DATA, NAMESPACE, desk.public)
    assert not holds(with_key_of(other, armored), DATA, NAMESPACE, other)


def test_a_signature_of_another_type_is_none_of_the_desks(folder: Path) -> None:
    armored = signed_by_keygen(folder / "rsa", DATA)

    assert not holds(armored, DATA, NAMESPACE, (folder / "rsa.pub").read_text())


def test_no_flipped_bit_holds(desk: DeskKey) -> None:
    armored = desk.sign(DATA, NAMESPACE)
    whole = blob_of(armored)
    flipped = [
        bytes([*whole[:i], whole[i] ^ 1 << i % 8, *whole[i + 1 :]]) for i in range(len(whole))
    ]

    assert [
        i for i, b in enumerate(flipped) if holds(encoded(b), DATA, NAMESPACE, desk.public)
    ] == []


def test_there_is_one_form_of_a_signature(desk: DeskKey) -> None:
    armored = desk.sign(DATA, NAMESPACE)
    whole = blob_of(armored)
    key, namespace, reserved, name, proof = strings(whole[10:])
    group_order = 2**252 + 27742317777372353535851937790883648493
    r, s = proof[-64:-32], int.from_bytes(proof[-32:], "little")
    twin = packed(b"ssh-ed25519", r + (s + group_order).to_bytes(32, "little"))
    others = {
        "reserved": armor(key, namespace, b"x", name, proof),
        "longer": armor(key, namespace, reserved, name, proof, b""),
        "shorter": armor(key, namespace, reserved, name),
        "empty key": armor(b"", namespace, reserved, name, proof),
        "loose end": encoded(whole + b"x"),
        "version": encoded(whole[:9] + b"\0" + whole[10:]),
        "proof": armor(key, namespace, reserved, name, proof + b"x"),
        "two proofs": armor(key, namespace, reserved, name, proof + packed(b"x")),
        "type of proof": armor(key, namespace, reserved, name, packed(b"ssh-ed25518", proof[-64:])),
        "md5": armor(key, namespace, reserved, b"md5", proof),
        "lines of 64": "\n".join([BEGIN, *chunks(whole, 64), END, ""]),
        "carriage returns": armored.replace("\n", "\r\n"),
        "text before": f"x\n{armored}",
        "text after": f"{armored}x",
        "two": armored * 2,
        "blank line": armored.replace("\n", "\n\n", 1),
        "padding": armored.replace("==\n", "\n"),
        "padding bits": re.sub(r".(?==)", lambda m: chr(ord(m[0]) + 1), armored, count=1),
        "surrogate": armored.replace("U1NI", "U1N\ud800"),
        "digits": armored.replace("1", "\u0661"),
        "long": BEGIN + "\n" + "A" * 1_000_000 + "\n" + END + "\n",
        "NUL": f"{armored}\0",
    }

    assert [name for name, text in others.items() if readable(text)] == []
    assert not holds(armor(key, namespace, reserved, name, twin), DATA, NAMESPACE, desk.public)
    assert holds(armored.removesuffix("\n"), DATA, NAMESPACE, desk.public)


@settings(max_examples=300, deadline=None)
@given(text=st.text() | st.binary().map(lambda blob: encoded(b"SSHSIG\0\0\0\1" + blob)))
def test_whatever_comes_in_is_refused_in_a_sentence(text: str) -> None:
    assert not readable(text)
    assert not holds(text, DATA, NAMESPACE, text)
    assert verified(text, DATA, text, text, text, text, text)


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(draw=st.data())
def test_no_mutant_holds(desk: DeskKey, draw: st.DataObject) -> None:
    armored = desk.sign(DATA, NAMESPACE)
    at = draw.draw(st.integers(0, len(armored) - 1))
    until = draw.draw(st.integers(at, min(len(armored), at + 3)))
    mutant = armored[:at] + draw.draw(st.text(max_size=3)) + armored[until:]

    same = mutant in (armored, armored.removesuffix("\n"))
    assert holds(mutant, DATA, NAMESPACE, desk.public) == same


@pytest.mark.parametrize(
    "namespace", ["", "*", "a b", 'a"', "a\nb", "a,b", "é", "\ud800", "a" * 101]
)
def test_a_namespace_has_no_signs_of_a_meaning(desk: DeskKey, folder: Path, namespace: str) -> None:
    with pytest.raises(SignatureError):
        desk.sign(DATA, namespace)
    with pytest.raises(SignatureError):
        sign_personally(folder / "ed25519", DATA, namespace)


@pytest.mark.parametrize("broken", [False, True])
def test_git_verifies_a_commit_that_the_desk_signed(
    desk: DeskKey, tmp_path: Path, broken: bool
) -> None:
    repository = tmp_path / "content.git"
    git(tmp_path, "init", "-q", "--bare", str(repository))
    tree = git(repository, "hash-object", "-w", "-t", "tree", "--stdin")
    head = f"tree {tree}\nauthor A <a@b> 1700000000 +0000\ncommitter D <d@e> 1700000000 +0000"
    armored = desk.sign(f"{head}\n\nportugal: draft\n".encode(), COMMITS)
    header = "gpgsig " + armored.rstrip("\n").replace("\n", "\n ")
    text = f"{head}\n{header}\n\nportugal: {'approved' if broken else 'draft'}\n"
    commit = git(repository, "hash-object", "-w", "-t", "commit", "--stdin", data=text)
    signers = tmp_path / "signers"
    signers.write_text(allowed_signers([Signer("desk", desk.public, BEFORE_ALL, None)], COMMITS))

    options = ["-c", "gpg.format=ssh", "-c", f"gpg.ssh.allowedSignersFile={signers}"]
    done = subprocess.run(
        ["git", "-C", repository, *options, "verify-commit", commit], capture_output=True, text=True
    )

    assert (done.returncode == 0) is not broken
    assert broken or 'Good "git" signature for desk' in done.stderr


# Personal keys, with ssh-keygen


@pytest.mark.parametrize("kind", KINDS)
def test_a_person_signs_with_any_kind_of_key(folder: Path, tmp_path: Path, kind: str) -> None:
    armored = sign_personally(folder / kind, DATA)
    signers = signers_of(folder, kind)

    assert signed_by(armored) == public_key((folder / f"{kind}.pub").read_text())
    assert oracle(tmp_path, armored, DATA, signers).returncode == 0
    assert verified(armored, DATA, "ada", signers, "", NOON) == ""
    assert "not one of these data" in verified(armored, DATA + b"x", "ada", signers, "", NOON)
    assert "no signature" in verified(armored[:-60], DATA, "ada", signers, "", NOON)


def test_a_flipped_bit_of_a_proof_does_not_verify(folder: Path) -> None:
    for kind in ("rsa", "p256"):
        whole = blob_of(sign_personally(folder / kind, DATA))
        broken = encoded(whole[:-1] + bytes([whole[-1] ^ 1]))

        assert verified(broken, DATA, "ada", signers_of(folder, kind), "", NOON)


def test_an_agent_signs_for_its_public_half(folder: Path, tmp_path: Path) -> None:
    public = tmp_path / "token.pub"
    shutil.copy(folder / "ed25519.pub", public)
    script = (
        "import sys, pathlib; from tasks.signatures import sign_personally;"
        "print(sign_personally(pathlib.Path(sys.argv[1]), b'data'), end='')"
    )
    add = f'ssh-add -q {folder / "ed25519"} && exec {sys.executable} -c "{script}" {public}'

    done = subprocess.run(
        ["ssh-agent", "sh", "-c", add], capture_output=True, text=True, timeout=30, check=True
    )

    assert holds(done.stdout, b"data", NAMESPACE, public.read_text())


def test_what_cannot_sign_says_so(folder: Path, tmp_path: Path) -> None:
    shutil.copy(folder / "ed25519.pub", tmp_path / "alone.pub")
    shutil.copy(folder / "ed25519", tmp_path / "open")
    (tmp_path / "open").chmod(0o644)
    (tmp_path / "garbage").write_text("hello")
    cases = {
        tmp_path / "absent": "there is no key",
        tmp_path: "there is no key",
        tmp_path / "alone.pub": "no agent has",
        tmp_path / "open": "chmod 600",
        tmp_path / "garbage": "could not sign",
    }

    for key, why in cases.items():
        with pytest.raises(SignatureError, match=why):
            sign_personally(key, DATA)


@pytest.mark.parametrize("data", [DATA, b"", b"secret\nand the rest\n"])
def test_a_passphrase_is_not_asked_for_without_a_terminal(folder: Path, data: bytes) -> None:
    script = (
        "import sys, pathlib; from tasks.signatures import sign_personally, SignatureError\n"
        "try: print(sign_personally(pathlib.Path(sys.argv[1]), sys.argv[2].encode()))\n"
        "except SignatureError as error: print('refused:', error)"
    )
    trap = {"DISPLAY": ":0", "SSH_ASKPASS": "/bin/cat", "SSH_ASKPASS_REQUIRE": "force"}
    held, _open = os.pipe()  # never written to, never closed

    done = subprocess.run(
        [sys.executable, "-c", script, folder / "locked", data.decode()],
        stdin=held,
        capture_output=True,
        text=True,
        timeout=20,
        env=os.environ | trap,
        start_new_session=True,
        check=True,
    )
    os.close(held), os.close(_open)

    assert done.stdout.startswith("refused: ")


def test_a_passphrase_is_asked_for_on_the_terminal(folder: Path, tmp_path: Path) -> None:
    script = (
        "import sys, pathlib; from tasks.signatures import sign_personally;"
        "pathlib.Path(sys.argv[2]).write_text(sign_personally(pathlib.Path(sys.argv[1]), b'data'))"
    )
    child, terminal = pty.fork()
    if not child:
        arguments = [sys.executable, "-c", script, folder / "locked", tmp_path / "signature"]
        os.execv(sys.executable, arguments)
    seen = b""
    while b"passphrase" not in seen:
        seen += os.read(terminal, 1000)
    os.write(terminal, b"secret\n")
    while tail(terminal):
        pass
    _, status = os.waitpid(child, 0)

    assert status == 0
    public = (folder / "locked.pub").read_text()
    assert holds((tmp_path / "signature").read_text(), b"data", NAMESPACE, public)


# Who may sign, and when


@pytest.mark.parametrize(
    ("since", "until", "why"),
    [
        (None, None, ""),
        (NOON, NOON_LATER := "2026-11-25T12:00:00Z", ""),
        ("2026-11-23T12:00:00Z", NOON, ""),
        (AFTER, None, "not valid yet"),
        (None, BEFORE, "no longer valid"),
        (AFTER, NOON_LATER, "not valid yet"),
        ("0999-01-01T00:00:00Z", None, "1970"),
    ],
)
@pytest.mark.parametrize("zone", ["UTC", "EST5", "JST-9"])
def test_a_key_counts_from_its_first_moment_to_its_last(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    since: str | None,
    until: str | None,
    why: str,
    zone: str,
) -> None:
    monkeypatch.setenv("TZ", zone)
    armored = signed_by_keygen(folder / "ed25519", DATA)
    try:
        signers = signers_of(folder, "ed25519", since, until)
    except SignatureError as error:
        assert why and why in str(error)
        return

    said = verified(armored, DATA, "ada", signers, "", NOON)

    assert said == "" if not why else why in said


def test_the_file_says_in_utc_when_a_key_counts(folder: Path, tmp_path: Path) -> None:
    armored = signed_by_keygen(folder / "ed25519", DATA)
    signers = signers_of(folder, "ed25519", NOON, NOON_LATER)

    assert 'valid-after="20261124120000Z",valid-before="20261125120000Z"' in signers
    late = ["-O", "verify-time=20261125120001Z"]
    in_time = ["-O", "verify-time=20261125120000Z"]
    assert oracle(tmp_path, armored, DATA, signers, extra=in_time).returncode == 0
    assert oracle(tmp_path, armored, DATA, signers, extra=late).returncode != 0


@pytest.mark.parametrize(
    "stamps",
    [(NOON, NOON), (NOON, BEFORE), ("1970-01-01T00:00:00Z", None), ("soon", None), ('"\n', None)],
)
def test_dates_that_ssh_keygen_would_stumble_over_are_refused(
    folder: Path, stamps: tuple[str, str | None]
) -> None:
    with pytest.raises(SignatureError):
        signers_of(folder, "ed25519", *stamps)


def test_a_revoked_key_does_not_count(folder: Path) -> None:
    armored = signed_by_keygen(folder / "ed25519", DATA)
    own, rest = ((folder / f"{name}.pub").read_text() for name in ("ed25519", "rsa"))
    signers = signers_of(folder, "ed25519")

    assert "revoked" in verified(armored, DATA, "ada", signers, revocations([own, rest]), NOON)
    assert verified(armored, DATA, "ada", signers, revocations([rest]), NOON) == ""
    assert verified(armored, DATA, "ada", signers, revocations([]), NOON) == ""
    assert verified(armored, DATA, "ada", signers, "not a list\n", NOON) != ""


def test_a_key_counts_for_its_person_and_its_namespace_alone(folder: Path) -> None:
    armored = signed_by_keygen(folder / "ed25519", DATA)
    signers = signers_of(folder, "ed25519")
    for_commits = allowed_signers([signer(folder, "ed25519")], COMMITS)
    both = allowed_signers([signer(folder, "ed25519")], f"{COMMITS},{NAMESPACE}")

    assert "none of bob's" in verified(armored, DATA, "bob", signers, "", NOON)
    assert "none of ada's" in verified(armored, DATA, "ada", signers_of(folder, "rsa"), "", NOON)
    assert "of this kind" in verified(armored, DATA, "ada", for_commits, "", NOON)
    assert verified(armored, DATA, "ada", both, "", NOON) == ""
    assert NAMESPACE in verified(armored, DATA, "ada", both, "", NOON, COMMITS)
    assert verified(armored, DATA, "ada", signers, "", "soon") != ""


HOSTILE = [
    "*",
    "a*",
    "?da",
    "ada,bob",
    "!bob,*",
    'ada"',
    "ada bob",
    "ada\n* x",
    "#ada",
    "é",
    "\ud800",
]
HOSTILE += ['"*"', "ada\t", "%2A", "cert-authority", "-I", "\0", "\u2028", "a\\*"]


@pytest.mark.parametrize("identity", HOSTILE)
def test_an_identity_is_never_a_pattern(folder: Path, tmp_path: Path, identity: str) -> None:
    armored = signed_by_keygen(folder / "ed25519", DATA)
    signers = allowed_signers([Signer(identity, signer(folder, "ed25519").key, None, None)])

    assert len(signers.splitlines()) == 1
    assert verified(armored, DATA, identity, signers, "", NOON) == ""
    for other in {"ada", "bob", "a", "*", "", "a*x", "ada bob", "é"} - {identity}:
        assert verified(armored, DATA, other, signers, "", NOON) != ""
    assert oracle(tmp_path, armored, DATA, signers, "ada").returncode != 0


def test_nothing_breaks_out_of_its_line(folder: Path) -> None:
    key = signer(folder, "ed25519").key

    for bad in ('x"', "x y", "x\n* y", "*", "", "a,,b", "a,*"):
        with pytest.raises(SignatureError):
            allowed_signers([Signer("ada", key, None, None)], bad)
    for bad in (f"{key}\n* {key}", "no key", ""):
        with pytest.raises(SignatureError):
            allowed_signers([Signer("ada", bad, None, None)])
        with pytest.raises(SignatureError):
            revocations([bad])
    with pytest.raises(SignatureError):
        allowed_signers([Signer("", key, None, None)])
    assert allowed_signers([Signer("a@b", f"{key} * x", None, None)]).endswith(f'" {key}\n')


def test_one_persons_unreadable_key_keeps_nobody_else_from_signing(folder: Path) -> None:
    armored = signed_by_keygen(folder / "ed25519", DATA)
    signers = "bob ssh-new AAAA\n" + signers_of(folder, "ed25519")

    assert verified(armored, DATA, "ada", signers, "", NOON) == ""


# Where things are missing


def test_without_ssh_keygen_the_desk_signs_all_the_same(
    desk: DeskKey, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    armored = desk.sign(DATA, NAMESPACE)

    assert not available()
    assert holds(armored, DATA, NAMESPACE, desk.public)
    assert "install it" in verified(armored, DATA, "ada", "", "", NOON)
    with pytest.raises(SignatureError, match="apt install openssh-client"):
        sign_personally(folder / "ed25519", DATA)


def test_an_ssh_keygen_that_fails_or_hangs_verifies_nothing(
    desk: DeskKey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    armored = desk.sign(DATA, NAMESPACE)
    program = tmp_path / "ssh-keygen"
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setattr(signatures, "_MOST_SECONDS", 0.3)

    for text in ("#!/bin/sh\nexit 9\n", "#!/bin/sh\nexec sleep 9\n", "#!/absent\n"):
        program.write_text(text)
        program.chmod(0o755)
        assert verified(armored, DATA, "ada", "", "", NOON) != ""


def test_what_signs_something_else_is_found_out(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = shutil.which("ssh-keygen")
    script = f'#!/bin/sh\ncase "$*" in *"-Y sign "*) head -c 3;; *) cat;; esac | {real} "$@"\n'
    (tmp_path / "ssh-keygen").write_text(script)
    (tmp_path / "ssh-keygen").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")

    with pytest.raises(SignatureError, match="not one of these data"):
        sign_personally(folder / "ed25519", DATA)


def test_nothing_is_left_behind_and_little_is_passed_on(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "ssh-keygen").write_text(f"#!/bin/sh\nenv > {tmp_path}/seen; exit 1\n")
    (tmp_path / "ssh-keygen").chmod(0o755)
    (tmp_path / "tmp").mkdir()
    armored = signed_by_keygen(folder / "ed25519", DATA)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    for name in ("SSH_ASKPASS", "DISPLAY", "LD_PRELOAD_TOKEN", "SLACK_BOT_TOKEN"):
        monkeypatch.setenv(name, "x")

    verified(armored, DATA, "ada", "", "", NOON)

    seen = {line.partition("=")[0] for line in (tmp_path / "seen").read_text().splitlines()}
    ours = {"PATH", "HOME", "LC_ALL", "TZ", "SSH_ASKPASS_REQUIRE"}
    assert seen - {"PWD", "OLDPWD", "SHLVL", "_"} <= ours
    assert [*(tmp_path / "tmp").iterdir()] == []


BEFORE_ALL = "2020-01-01T00:00:00Z"
BEGIN, END = "-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----"


def keygen(*arguments: str, data: bytes | None = None) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(["ssh-keygen", *arguments], input=data, capture_output=True, check=True)
    return subprocess.CompletedProcess(done.args, 0, done.stdout.decode(), done.stderr.decode())


def signed_by_keygen(key: Path, data: bytes, *options: str) -> str:
    return keygen("-Y", "sign", *options, "-n", NAMESPACE, "-f", str(key), data=data).stdout


def oracle(
    folder: Path,
    armored: str,
    data: bytes,
    signers: str,
    identity: str = "ada",
    namespace: str = NAMESPACE,
    extra: list[str] | None = None,
) -> subprocess.CompletedProcess[bytes]:
    """Ask ssh-keygen itself, with nothing of ours between."""
    (folder / "allowed").write_text(signers)
    (folder / "given").write_text(armored)
    files = ["-f", folder / "allowed", "-s", folder / "given"]
    arguments = ["-Y", "verify", *files, "-I", identity, "-n", namespace, *(extra or [])]
    return subprocess.run(["ssh-keygen", *arguments], input=data, capture_output=True, check=False)


def git(folder: Path, *arguments: str, data: str = "") -> str:
    done = subprocess.run(
        ["git", *arguments], cwd=folder, input=data, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def signer(folder: Path, name: str, since: str | None = None, until: str | None = None) -> Signer:
    return Signer("ada", public_key((folder / f"{name}.pub").read_text()), since, until)


def signers_of(folder: Path, name: str, since: str | None = None, until: str | None = None) -> str:
    return allowed_signers([signer(folder, name, since, until)])


def body(folder: Path, name: str) -> bytes:
    return b64decode((folder / f"{name}.pub").read_text().split()[1])


def packed(*fields: bytes) -> bytes:
    return b"".join(len(each).to_bytes(4, "big") + each for each in fields)


def written(kind: str, *fields: bytes) -> str:
    return f"{kind} {b64encode(packed(kind.encode(), *fields)).decode()}"


def chunks(blob: bytes, size: int = 70) -> list[str]:
    text = b64encode(blob).decode()
    return [text[at : at + size] for at in range(0, len(text), size)]


def encoded(blob: bytes) -> str:
    return "\n".join([BEGIN, *chunks(blob), END, ""])


def armor(*fields: bytes) -> str:
    return encoded(b"SSHSIG\0\0\0\1" + packed(*fields))


def blob_of(armored: str) -> bytes:
    return b64decode("".join(armored.splitlines()[1:-1]))


def with_key_of(public: str, armored: str) -> str:
    _, *rest = strings(blob_of(armored)[10:])
    return armor(b64decode(public.split()[1]), *rest)


def refused(text: str) -> bool:
    try:
        public_key(text)
    except SignatureError as error:
        return len(str(error).splitlines()) == 1 and "PRIVATE KEY---" not in str(error)
    return False


def readable(text: str) -> bool:
    try:
        signed_by(text)
    except SignatureError:
        return False
    return True


def tail(terminal: int) -> bytes:
    try:
        return os.read(terminal, 1000)
    except OSError:  # how Linux says that nobody has the terminal open any more
        return b""
