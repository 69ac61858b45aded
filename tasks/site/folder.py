"""A folder held open: names are looked up in it, so that a planted link leads nowhere."""

import errno
import fcntl
import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from briefs.errors import BriefError

UNFINISHED: Final = ".tmp-"


class SiteRefused(BriefError):
    """The site cannot be built as things are; the message says what to do."""


class Folder:
    """A folder held open: what happens in it happens there, wherever its path may lead by now."""

    def __init__(self, path: Path, above: int | None = None) -> None:
        # `above` is the folder that it lies in, where that is held open too.
        self._path = path
        name = path if above is None else path.name
        made = True
        try:
            os.mkdir(name, 0o755, dir_fd=above)
        except FileExistsError:
            made = False
        self._open = _entered(name, os.O_RDONLY | os.O_DIRECTORY, above, path)
        if made:
            # The name of a new folder is on disk once the folder above it is.
            outer = os.open("..", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=self._open)
            os.fsync(outer)
            os.close(outer)

    def __enter__(self) -> "Folder":
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Let the folder go."""
        os.close(self._open)

    def inner(self, name: str) -> "Folder":
        """Return the folder `name` in this one, made if it is missing."""
        return Folder(self._path / name, self._open)

    def names(self) -> list[str]:
        """Return the names of all that is in it."""
        return sorted(os.listdir(self._open))

    def age(self, name: str) -> int:
        """Return when `name` was last changed, in nanoseconds."""
        return os.stat(name, dir_fd=self._open, follow_symlinks=False).st_mtime_ns

    def read(self, name: str) -> bytes:
        """Return the bytes of the file `name`."""
        with os.fdopen(self._file(name, os.O_RDONLY), "rb") as file:
            return file.read()

    def write(self, name: str, data: bytes) -> None:
        """Make the file `name`, which must not be there, and bring it to disk."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
        with os.fdopen(self._file(name, flags), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())

    def take(self, name: str, other: "Folder") -> bool:
        """Link the file `name` of `other` into this folder; say whether that could be done."""
        try:
            found = os.stat(name, dir_fd=other._open, follow_symlinks=False)
            if not stat.S_ISREG(found.st_mode):
                return False
            os.link(
                name, name, src_dir_fd=other._open, dst_dir_fd=self._open, follow_symlinks=False
            )
        except OSError:
            return False  # gone, or a file system without such links: it is made anew
        return True

    def rename(self, old: str, new: str) -> None:
        """Give `old` the name `new`, on disk before it returns."""
        os.rename(old, new, src_dir_fd=self._open, dst_dir_fd=self._open)
        self.sync()

    def remove(self, name: str) -> None:
        """Remove a file, or a folder with all that is in it."""
        if stat.S_ISDIR(os.stat(name, dir_fd=self._open, follow_symlinks=False).st_mode):
            shutil.rmtree(name, dir_fd=self._open)
        else:
            os.unlink(name, dir_fd=self._open)

    def target(self, name: str) -> str:
        """Return where the link `name` points, or nothing where there is none."""
        try:
            return os.readlink(name, dir_fd=self._open)
        except FileNotFoundError:
            return ""
        except OSError as error:
            raise SiteRefused(
                f"{self._path / name} is not the link that the site makes; move it away"
            ) from error

    def point(self, name: str, target: str) -> None:
        """Make `name` a link to `target`, at once: a reader finds the old or the new."""
        fresh = f"{UNFINISHED}{name}"
        with suppress(FileNotFoundError):
            os.unlink(fresh, dir_fd=self._open)
        os.symlink(target, fresh, dir_fd=self._open)
        os.replace(fresh, name, src_dir_fd=self._open, dst_dir_fd=self._open)
        self.sync()

    def sync(self) -> None:
        """Make the folder durable."""
        os.fsync(self._open)

    @contextmanager
    def locked(self, name: str) -> Iterator[None]:
        """Hold the lock `name`; whoever else wants it waits, and a killed holder lets go."""
        descriptor = self._file(name, os.O_RDWR | os.O_CREAT)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def _file(self, name: str, flags: int) -> int:
        return _entered(name, flags, self._open, self._path / name)


def _entered(name: str | Path, flags: int, above: int | None, shown: Path) -> int:
    """Return `name`, below the open folder `above`, opened. Raises `SiteRefused` for a link."""
    try:
        return os.open(name, flags | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644, dir_fd=above)
    except OSError as error:
        if error.errno not in (errno.ELOOP, errno.ENOTDIR):
            raise
        raise SiteRefused(
            f"{shown} is a symbolic link, or no folder; move it away and build again"
        ) from error
