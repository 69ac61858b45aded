"""What every channel of announcements can do, and the one that is always there: files."""

import os
from pathlib import Path
from typing import Protocol

from briefs.announcements import Announcement
from briefs.errors import BriefError


class NotDelivered(BriefError):
    """The channel says for certain that the message was not taken; it may be sent again."""


class Unclear(BriefError):
    """The message may have been taken, or not: look for it before sending it again."""


class OutOfReach(BriefError):
    """The channel cannot be asked now; ask again later, and send nothing until then."""


class Channel(Protocol):
    """A way to tell people. `send` and `find` answer with the channel's own mark of a message."""

    name: str

    def send(self, announcement: Announcement, text: str, thread: str | None) -> str:
        """Send `text`; return its mark. Raises `NotDelivered` or `Unclear`."""

    def find(self, announcement: Announcement, thread: str | None) -> str | None:
        """Return the mark of the message if it was taken, else None.

        Raises:
            Unclear: the channel will never tell.
            OutOfReach: it cannot be asked now.
        """


class Files:
    """Announcements as files, one each, named by key: complete, and seen at once."""

    name = "files"

    def __init__(self, folder: Path) -> None:
        """Keep the files in `folder`."""
        self._folder = folder

    def send(self, announcement: Announcement, text: str, thread: str | None) -> str:
        """Write the message, whole or not at all; return the file's name."""
        self._folder.mkdir(parents=True, exist_ok=True)
        target = self._folder / f"{announcement.key}.txt"
        # One name a message, so that the next try clears what a killed one left.
        temporary = self._folder / f".{announcement.key}.unfinished"
        try:
            with temporary.open("w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(target)
        except OSError as error:
            raise NotDelivered(f"{target} cannot be written: {error.strerror}") from error
        return target.name

    def find(self, announcement: Announcement, thread: str | None) -> str | None:
        """Return the file's name if it is there."""
        target = self._folder / f"{announcement.key}.txt"
        return target.name if target.exists() else None
