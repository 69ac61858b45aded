"""Slack, outward: the one module that imports slack_sdk."""

import logging
import os
from typing import Final

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler

from briefs.announcements import Announcement
from briefs.errors import BriefError
from tasks.channels import NotDelivered, Unclear
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
        self._channel_id: str | None = None

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
            raise NotDelivered(f"Slack refused: {error.response.get('error')}") from None
        except (SlackClientError, OSError) as error:
            raise Unclear(f"Slack did not answer: {type(error).__name__}") from None
        self._channel_id = str(answer["channel"])
        return str(answer["ts"])

    def find(self, announcement: Announcement) -> str | None:
        """Look back in the channel for the message that carries the key; return its `ts`."""
        try:
            answer = self._client.conversations_history(
                channel=self._channel_id or self._channel,
                include_all_metadata=True,
                limit=_LOOK_BACK,
            )
        except (SlackApiError, SlackClientError, OSError) as error:
            raise Unclear(f"Slack cannot be asked: {type(error).__name__}") from None
        for message in answer["messages"]:
            metadata = message.get("metadata") or {}
            if (metadata.get("event_payload") or {}).get("key") == announcement.key:
                return str(message["ts"])
        return None


def escaped(text: str) -> str:
    """Return `text` so that Slack shows it as it is: no mention, no link, no broadcast."""
    short = text if len(text) <= LONGEST else text[:LONGEST].rstrip() + "\n… (briefs show has more)"
    return short.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
