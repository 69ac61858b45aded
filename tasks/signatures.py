"""Signatures as OpenSSH makes them (PROTOCOL.sshsig): of sign-offs, and of the desk's commits.

What a person signs is made and checked by `ssh-keygen`, which knows agents, hardware keys and every
type of key. The desk's own key is Ed25519, and is used in this process: `DeskKey` signs, `holds`
checks. Either side reads what the other wrote.
"""

import hashlib
import os
import re
import shutil
import stat
import subprocess
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from urllib.parse import quote

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_ssh_private_key,
)

from briefs import keys
from briefs.errors import BriefError
from briefs.instants import read_stamp, stamp

NAMESPACE: Final = "signoff@briefs"  # of sign-offs
COMMITS: Final = "git"  # what Git itself uses for signed commits
_MOST_SECONDS: Final = 20
_LONGEST: Final = 1 << 14  # characters of a signature; one of RSA with 16,384 bits has some 5,800
_BEGIN: Final = "-----BEGIN SSH SIGNATURE-----\n"
_END: Final = "\n-----END SSH SIGNATURE-----\n"
_MAGIC: Final = b"SSHSIG"
_VERSION: Final = (1).to_bytes(4, "big")
_HASHES: Final = {"sha256": hashlib.sha256, "sha512": hashlib.sha512}
_NAMESPACE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9@._-]{0,99}")
_ZULU: Final = re.compile(r'(valid-(?:after|before)="\d{14})Z"')
_PASSED_ON: Final = ("PATH", "HOME", "SSH_AUTH_SOCK", "SSH_SK_PROVIDER")


class SignatureError(BriefError):
    """A key or a signature that is of no use here; the message says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Signer:
    """A key that a person signs with, from the moment `since` until `until`, both included."""

    identity: str
    key: str
    since: str | None
    until: str | None


@dataclass(frozen=True, slots=True)
class DeskKey:
    """The desk's own key, read from its file; `public` is the other half, as `type base64`."""

    public: str
    _private: Ed25519PrivateKey = field(repr=False)

    @classmethod
    def open(cls, path: Path) -> "DeskKey":
        """Read the key at `path`. Raises `SignatureError` if others may read it, or it is none."""
        try:
            private = load_ssh_private_key(_private_bytes(path), password=None)
        except OSError as error:
            raise SignatureError(f"cannot read the key {path}: {error.strerror}") from error
        except TypeError as error:
            raise SignatureError(
                f"{path} asks for a passphrase, which the desk cannot type; make one without"
            ) from error
        except (ValueError, UnsupportedAlgorithm) as error:
            raise SignatureError(f"{path} is no private key of OpenSSH; restore it") from error
        if not isinstance(private, Ed25519PrivateKey):
            raise SignatureError(f"{path} is no Ed25519 key, which the desk's own must be")
        return cls(_public(private), private)

    def sign(self, data: bytes, namespace: str) -> str:
        """Return the signature of `data` in that namespace, in the form that `ssh-keygen` gives."""
        name = _checked(namespace).encode("ascii")
        proof = self._private.sign(_MAGIC + _packed(*_covered(data, name, "sha512")))
        blob = b64decode(self.public.split()[1])
        return _armored(
            _MAGIC + _VERSION + _packed(blob, name, b"", b"sha512", _packed(b"ssh-ed25519", proof))
        )


@dataclass(frozen=True, slots=True)
class _Signature:
    key: str
    namespace: str
    hash: str
    proof: bytes


def make_key(path: Path) -> str:
    """Make an Ed25519 key at `path`, and its public half at `path`.pub; return `type base64`.

    Raises:
        SignatureError: one of the two is there already, and stays as it is; or the disk refuses.
    """
    private = Ed25519PrivateKey.generate()
    public = _public(private)
    text = private.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
    beside = path.with_name(f"{path.name}.pub")
    _written(path, text, 0o600)
    try:
        _written(beside, f"{public}\n".encode("ascii"), 0o644)
    except SignatureError:
        path.unlink(missing_ok=True)  # half a key would keep the next attempt from succeeding
        raise
    return public


def signed_by(armored: str) -> str:
    """Return the public key inside a signature, as `type base64`; nothing is verified.

    Raises:
        SignatureError: `armored` is not exactly what `ssh-keygen` writes.
    """
    return _read(armored).key


def holds(armored: str, data: bytes, namespace: str, public: str) -> bool:
    """Say whether that Ed25519 key made this signature of `data` in that namespace."""
    try:
        signature, key = _read(armored), public_key(public)
        kind, body = key.split()
        if (signature.key, signature.namespace, kind) != (key, namespace, "ssh-ed25519"):
            return False
        _, proof = keys.strings(signature.proof)
        (_, point) = keys.strings(b64decode(body))
        covered = _covered(data, namespace.encode("ascii"), signature.hash)
        Ed25519PublicKey.from_public_bytes(point).verify(proof, _MAGIC + _packed(*covered))
    except (SignatureError, InvalidSignature):
        return False
    return True


def sign_personally(key: Path, data: bytes, namespace: str = NAMESPACE) -> str:
    """Return the signature of `data` with a person's key: a private one, or a `.pub` in an agent.

    `ssh-keygen` asks for a passphrase or a touch on the terminal, as long as it takes.

    Raises:
        SignatureError: no `ssh-keygen`, no such key, or it could not be used.
    """
    if not key.is_file():
        raise SignatureError(f"there is no key at {key}; name your key, or make one: ssh-keygen")
    terminal = _terminal()
    arguments = ["-q", "-Y", "sign", "-n", _checked(namespace), "-f", os.fspath(key)]
    done = _ssh_keygen(arguments, data, None if terminal else 3 * _MOST_SECONDS, heard=not terminal)
    if done.returncode:
        raise SignatureError(_unsigned(key, done.stderr))
    armored = done.stdout.decode("ascii", "replace").replace("\r\n", "\n")
    # Without a terminal, ssh-keygen takes the first line of the data for the passphrase, and signs
    # the rest. What leaves here is a signature of these data.
    own = allowed_signers([Signer("self", signed_by(armored), None, None)], namespace)
    if fault := verified(armored, data, "self", own, "", "2026-01-01T00:00:00Z", namespace):
        raise SignatureError(f"ssh-keygen signed with {key}, yet {fault}")
    return armored


def allowed_signers(signers: Iterable[Signer], namespaces: str = NAMESPACE) -> str:
    """Return an ALLOWED SIGNERS file (ssh-keygen(1)); `namespaces` are separated by commas.

    Raises:
        SignatureError: a key, moment or namespace is none, or a span ends before it begins.
    """
    names = ",".join(_checked(name) for name in namespaces.split(","))
    return "".join(_line(signer, names) for signer in signers)


def revocations(keys: Iterable[str]) -> str:
    """Return the file for `ssh-keygen -Y verify -r` that revokes these public keys."""
    return "".join(f"{key}\n" for key in sorted({public_key(key) for key in keys}))


def verified(
    armored: str,
    data: bytes,
    identity: str,
    signers: str,
    revoked: str,
    at: str,
    namespace: str = NAMESPACE,
) -> str:
    """Return why this is no signature of `data` by `identity` at the moment `at`, or "".

    `signers` and `revoked` are what `allowed_signers` and `revocations` wrote. `ssh-keygen` judges.
    """
    try:
        signature = _read(armored)
        if signature.namespace != namespace:
            return f"the signature is for “{signature.namespace}”; sign for “{_checked(namespace)}”"
        # Without its Z, and in UTC: ssh-keygen before 9.1 reads no other form.
        files = {
            "signers": _ZULU.sub(r'\1"', signers),
            "revoked": revoked,
            "signature": armored,
        }
        options = ["-O", f"verify-time={_digits(at)}", "-n", namespace, "-I", _principal(identity)]
        done = _verification(options, files, data)
    except SignatureError as error:
        return str(error)
    except OSError as error:
        return f"the signature cannot be checked here ({error.strerror}); see to the disk"
    return _why(signature, identity, revoked, done.stderr) if done.returncode else ""


def available() -> bool:
    """Say whether `ssh-keygen` is installed."""
    return shutil.which("ssh-keygen") is not None


def fingerprint(public: str) -> str:
    """Return the fingerprint of a public key: `briefs.keys.fingerprint`, with our error."""
    try:
        return keys.fingerprint(public)
    except ValueError as error:
        raise SignatureError(str(error)) from error


def public_key(text: str) -> str:
    """Return the public key in `text`: `briefs.keys.public_key`, with our error."""
    try:
        return keys.public_key(text)
    except ValueError as error:
        raise SignatureError(str(error)) from error


def _private_bytes(path: Path) -> bytes:
    # O_NONBLOCK: a named pipe in the key's place must not keep us waiting.
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        mode = os.fstat(descriptor).st_mode
        if not stat.S_ISREG(mode):
            raise SignatureError(f"{path} is no file; name the desk's private key")
        if mode & 0o077:
            raise SignatureError(f"others may use the key {path}: chmod 600 it, or make another")
        return file.read(_LONGEST)


def _written(path: Path, data: bytes, mode: int) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    try:
        descriptor = os.open(path, flags, mode)
    except FileExistsError as error:
        raise SignatureError(f"{path} is there already; keep it, or move it away") from error
    except OSError as error:
        raise SignatureError(f"cannot write the key {path}: {error.strerror}") from error
    try:
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(descriptor, mode)
            file.write(data)
            file.flush()
            os.fsync(descriptor)
        _synced(path.parent)
    except OSError as error:
        with suppress(OSError):
            path.unlink()
        raise SignatureError(f"cannot write the key {path}: {error.strerror}") from error


def _synced(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _public(private: Ed25519PrivateKey) -> str:
    point = private.public_key().public_bytes_raw()
    return f"ssh-ed25519 {b64encode(_packed(b'ssh-ed25519', point)).decode('ascii')}"


def _packed(*fields: bytes) -> bytes:
    return b"".join(len(each).to_bytes(4, "big") + each for each in fields)


def _covered(data: bytes, namespace: bytes, name: str) -> Sequence[bytes]:
    return namespace, b"", name.encode("ascii"), _HASHES[name](data).digest()


def _armored(blob: bytes) -> str:
    text = b64encode(blob).decode("ascii")
    lines = (text[at : at + 70] for at in range(0, len(text), 70))
    return f"{_BEGIN}{chr(10).join(lines)}{_END}"


def _read(armored: str) -> _Signature:
    """Return what a signature says of itself; only the one form that `ssh-keygen` writes passes."""
    try:
        if len(armored) > _LONGEST:
            raise ValueError
        whole = armored.removesuffix("\n") + "\n"
        blob = b64decode(whole.removeprefix(_BEGIN).removesuffix(_END).replace("\n", ""))
        if _armored(blob) != whole or not blob.startswith(_MAGIC + _VERSION):
            raise ValueError
        return _parts(blob[len(_MAGIC + _VERSION) :])
    except keys.BadKey as error:
        raise SignatureError(f"the signature's key is of no use: {error}") from error
    except ValueError as error:
        raise SignatureError(
            "that is no signature as ssh-keygen writes it; hand in its output whole, or sign again"
        ) from error


def _parts(blob: bytes) -> _Signature:
    key, namespace, reserved, name, proof = keys.strings(blob)
    inner, *_ = keys.strings(key)
    kind = inner.decode("ascii")
    public = keys.public_key(f"{kind} {b64encode(key).decode('ascii')}")
    signature = _Signature(public, namespace.decode("ascii"), name.decode("ascii"), proof)
    if reserved or signature.hash not in _HASHES or not _NAMESPACE.fullmatch(signature.namespace):
        raise ValueError
    if kind == "ssh-ed25519":
        named, value = keys.strings(proof)
        if named != inner or len(value) != 64:
            raise ValueError
    return signature


def _checked(namespace: str) -> str:
    if not _NAMESPACE.fullmatch(namespace):
        raise SignatureError(f"a namespace is written as {NAMESPACE}, without signs of any meaning")
    return namespace


def _line(signer: Signer, namespaces: str) -> str:
    principal = _principal(signer.identity)
    options = [f'namespaces="{namespaces}"']
    begin, end = (moment and _digits(moment) for moment in (signer.since, signer.until))
    if begin and end and begin >= end:
        raise SignatureError(f"a key of {principal} ends before it begins; correct its dates")
    options += [f'valid-after="{begin}Z"'] if begin else []
    options += [f'valid-before="{end}Z"'] if end else []
    return f"{principal} {','.join(options)} {public_key(signer.key)}\n"


def _principal(identity: str) -> str:
    # Principals are patterns, in which nothing can be escaped: so each sign of a meaning is written
    # as %2A, both here and where ssh-keygen is asked for the identity.
    if not identity:
        raise SignatureError("a signer needs a name; say whose key it is")
    return quote(identity, safe="@+", errors="surrogatepass")


def _digits(at: str) -> str:
    try:
        moment = read_stamp(at)
    except ValueError as error:
        raise SignatureError("a moment of a key is written as 2026-11-24T08:00:00Z") from error
    if moment.timestamp() <= 0:
        raise SignatureError("ssh-keygen knows no moment before 1970; name a later one")
    return re.sub(r"\D", "", stamp(moment))


def _ssh_keygen(
    arguments: Sequence[str], data: bytes, seconds: int | None, heard: bool = True
) -> subprocess.CompletedProcess[bytes]:
    """Run `ssh-keygen` on `data`; `heard` says whether its words come to us or to the terminal."""
    program = shutil.which("ssh-keygen")
    if program is None:
        raise SignatureError("ssh-keygen is not here; install it: apt install openssh-client")
    try:
        return subprocess.run(
            [program, *arguments],
            input=data,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE if heard else None,
            env=_environment(),
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise SignatureError(f"ssh-keygen took longer than {seconds} s; try again") from error
    except OSError as error:
        raise SignatureError(f"ssh-keygen does not start ({error.strerror}); mend it") from error


def _environment() -> Mapping[str, str]:
    passed_on = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    return passed_on | {"LC_ALL": "C", "TZ": "UTC0", "SSH_ASKPASS_REQUIRE": "never"}


def _terminal() -> bool:
    try:
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC))
    except OSError:
        return False
    return True


def _unsigned(key: Path, said: bytes | None) -> str:
    words = (said or b"").decode("ascii", "replace")
    if "passphrase" in words:
        return f"{key} asks for a passphrase, and there is no terminal; ssh-add it to an agent"
    if "too open" in words:
        return f"others may read {key}, so ssh-keygen does not use it: chmod 600 it"
    if "No private key found" in words:
        return f"no agent has the private half of {key}; ssh-add it, or name the private key"
    return f"ssh-keygen could not sign with {key}; try it: ssh-keygen -Y sign -n file -f {key}"


def _verification(
    options: Sequence[str], files: Mapping[str, str], data: bytes
) -> subprocess.CompletedProcess[bytes]:
    with TemporaryDirectory(prefix="briefs-") as folder:
        paths = {name: os.path.join(folder, name) for name in files}
        for name, text in files.items():
            Path(paths[name]).write_bytes(text.encode("utf-8", "replace"))
        named = ["-f", paths["signers"], "-r", paths["revoked"], "-s", paths["signature"]]
        return _ssh_keygen(["-Y", "verify", *named, *options], data, _MOST_SECONDS)


def _why(signature: _Signature, identity: str, revoked: str, said: bytes) -> str:
    """Return in a sentence what `ssh-keygen` refused; it is silent on half of its reasons."""
    whose = f"the key {fingerprint(signature.key)}"
    words = said.decode("utf-8", "replace")
    for phrase, fault in _FAULTS.items():
        if phrase in words:
            return fault.format(whose=whose)
    if signature.key in revoked:
        return f"{whose} is revoked; sign with another"
    return f"{whose} is none of {_principal(identity)}'s; sign with a key that the policy names"


_FAULTS: Final = {
    "incorrect signature": "the signature is not one of these data; sign what is there now",
    "not yet valid": "{whose} was not valid yet at that moment; see its dates in the policy",
    "has expired": "{whose} was no longer valid at that moment; sign with another",
    "not permitted for use": "{whose} is not for signatures of this kind; sign with another",
}
