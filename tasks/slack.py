"""Slack, outward: the one module that imports slack_sdk."""

import logging
import os
from socket import gaierror
from typing import Any, Final
from urllib.error import URLError

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler

from briefs.announcements import Announcement
from briefs.errors import BriefError
from tasks.channels import NotDelivered, OutOfReach, Unclear
from tasks.settings import Slack

EVENT: Final = "brief_announcement"
LONGEST: Final = 3_500
_LOOK_BACK: Final = 200

# slack_sdk logs request bodies at DEBUG, and a body holds what people wrote.
logging.getLogger("slack_sdk").setLevel(logging.WARNING)


class SlackChannel:
    """A channel of a Slack workspace. Every message carries its key as metadata."""

    name = "slack"

    def __init__(self, settings: Slack) -> None:
        """Talk to the workspace of `settings`, with the token of the variable that they name.

        Raises:
            BriefError: the variable is empty.
        """
        token = os.environ.get(settings.token_env, "")
        if not token:
            raise BriefError(f"set {settings.token_env} to the bot's token, or take slack out")
        # slack_sdk's own handlers try again after a dropped connection, and so post twice.
        handlers = [RateLimitErrorRetryHandler(max_retry_count=2)]
        self._client = WebClient(
            token=token,
            base_url=settings.base_url,
            timeout=10,
            retry_handlers=handlers,  # type: ignore[arg-type]
        )
        self._channel = settings.channel

    def send(self, announcement: Announcement, text: str, thread: str | None) -> str:
        """Post `text`; return its `ts`."""
        try:
            answer = self._client.chat_postMessage(
                channel=self._channel,
                text=escaped(text),
                thread_ts=thread,
                unfurl_links=False,
                unfurl_media=False,
                link_names=False,
                metadata={"event_type": EVENT, "event_payload": {"key": announcement.key}},
            )
        except SlackApiError as error:
            raise _refusal(error) from None
        except (SlackClientError, OSError) as error:
            raise _breakdown(error) from None
        return str(answer["ts"])

    def find(self, announcement: Announcement, thread: str | None) -> str | None:
        """Look back for the message that carries the key; return its `ts`."""
        where: dict[str, Any] = {"channel": self._channel, "include_all_metadata": True}
        try:
            if thread:
                answer = self._client.conversations_replies(ts=thread, limit=_LOOK_BACK, **where)
            else:
                answer = self._client.conversations_history(limit=_LOOK_BACK, **where)
        except SlackApiError as error:
            if _answered(error):
                raise Unclear(f"Slack will not say: {error.response.get('error')}") from None
            raise OutOfReach("Slack failed to answer") from None
        except (SlackClientError, OSError) as error:
            raise OutOfReach(f"Slack cannot be asked: {type(error).__name__}") from None
        for message in answer["messages"]:
            payload = (message.get("metadata") or {}).get("event_payload") or {}
            if payload.get("key") == announcement.key:
                return str(message["ts"])
        return None


def _answered(error: SlackApiError) -> bool:
    # A server that failed answers with no JSON, or a status of 500 and more.
    return error.response.get("ok") is False and error.response.status_code < 500


def _refusal(error: SlackApiError) -> BriefError:
    if _answered(error):
        return NotDelivered(f"Slack refused: {error.response.get('error')}")
    return Unclear("Slack failed before it answered")


def _breakdown(error: Exception) -> BriefError:
    reason = error.reason if isinstance(error, URLError) else error
    if isinstance(reason, ConnectionRefusedError | gaierror):
        return NotDelivered("Slack cannot be reached")
    return Unclear(f"Slack did not answer: {type(error).__name__}")


def escaped(text: str) -> str:
    """Return `text` so that Slack shows it as it is: no mention, no link, no broadcast."""
    short = text if len(text) <= LONGEST else text[:LONGEST].rstrip() + "\n… (briefs show has more)"
    return short.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
