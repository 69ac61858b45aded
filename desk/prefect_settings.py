"""Prefect's settings for one machine. Why each one is there was measured: docs/prefect.md."""

import os
import secrets
import sys
from collections.abc import Mapping
from pathlib import Path

from tasks.settings import VARIABLE, Desk


def for_server(desk: Desk, port: int, password: str) -> Mapping[str, str]:
    """Return the environment of a desk's own server on `port`, and of all that talks to it."""
    url = f"http://127.0.0.1:{port}"
    return _common(desk) | {
        "PREFECT_SERVER_EPHEMERAL_ENABLED": "false",
        "PREFECT_API_URL": f"{url}/api",
        "PREFECT_UI_API_URL": f"{url}/api",
        "PREFECT_SERVER_API_HOST": "127.0.0.1",
        "PREFECT_SERVER_API_PORT": str(port),
        # Without a password, any page open in a browser on this machine could start flows.
        "PREFECT_SERVER_API_AUTH_STRING": password,
        "PREFECT_API_AUTH_STRING": password,
        "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": url,
        # Leases in memory are lost with the server and leak their slots for ever.
        "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": (
            "prefect.server.concurrency.lease_storage.filesystem"
        ),
        # One row a transaction makes SQLite answer 503 and clients wait for 2 s.
        "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_BATCH_SIZE": "100",
        "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_READ_BATCH_SIZE": "50",
        "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_FLUSH_INTERVAL": "1",
        "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_BATCH_SIZE": "100",
        "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_READ_BATCH_SIZE": "50",
        "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
    }


def embedded(desk: Desk) -> Mapping[str, str]:
    """Return the environment of a Prefect that lives as long as one command."""
    return _common(desk) | {
        "PREFECT_SERVER_EPHEMERAL_ENABLED": "true",
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "90",
    }


def password_of(desk: Desk) -> str:
    """Return the server's password, made once and kept in `state/`, for this account alone."""
    file = desk.state / "prefect.password"
    if not file.exists():
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as stream:
            stream.write(f"desk:{secrets.token_urlsafe(24)}")
    return file.read_text("utf-8").strip()


def program(name: str) -> str:
    """Return the path of a program that is installed beside this Python."""
    return str(Path(sys.executable).parent / name)


def _common(desk: Desk) -> dict[str, str]:
    return {
        VARIABLE: str(desk.root),
        "PREFECT_HOME": str(desk.state / "prefect"),
        "PREFECT_PROFILES_PATH": str(desk.state / "prefect" / "profiles.toml"),
        "PREFECT_SERVER_DATABASE_CONNECTION_URL": (
            f"sqlite+aiosqlite:///{desk.state / 'prefect' / 'prefect.db'}"
        ),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
        "PREFECT_RESULTS_DEFAULT_SERIALIZER": "json",
        # Runs keep their logs for Prefect's pages; the terminal shows what needs a person.
        "PREFECT_LOGGING_LEVEL": "INFO",
        "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "WARNING",
        "PREFECT_LOGGING_SERVER_LEVEL": "WARNING",
        "PREFECT_CLI_COLORS": "false",
        "DO_NOT_TRACK": "1",
    }
