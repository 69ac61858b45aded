"""`briefs`: the command line. Commands are named by import strings and loaded when they are run,
so that what needs no Prefect and no Git never pays for them."""

import os
import pkgutil
import sys
from collections.abc import Sequence

# Looking for pydantic's plugins reads the metadata of everything installed; we use none.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")

from cyclopts import App, CycloptsError

from briefs.errors import BriefError
from desk import output

COMMANDS = {
    "init": "setup:init",
    "doctor": "setup:doctor",
    "serve": "setup:serve_desk",
    "reconcile": "setup:reconcile",
    "policy": "policy:app",
    "new": "beginning:new",
    "check": "authoring:check",
    "fmt": "formatting:fmt",
    "types": "types:app",
    "submit": "submission:submit",
    "recall": "submission:recall",
    "abandon": "submission:abandon",
    "status": "reading:status",
    "show": "reading:show",
    "history": "reading:history",
    "diff": "reading:diff",
    "ready": "reading:ready",
    "verify": "proof:verify",
    "outbox": "announcements:app",
    "assign": "review:assign",
    "approve": "review:approve",
    "request-changes": "review:request_changes",
    "retract": "review:retract",
    "veto": "review:veto",
    "lift": "review:lift",
    "comment": "review:comment",
    "override": "review:override",
    "settle": "review:settle",
    "schedule": "publication:schedule",
    "unschedule": "publication:unschedule",
    "publish": "publication:publish",
    "withdraw": "publication:withdraw",
}


def _app() -> App:
    app = App(
        name="briefs",
        help="From draft to published page: check, review, sign off and publish briefs.",
        version=lambda: str(pkgutil.resolve_name("importlib.metadata:version")("briefs")),
        help_format="plaintext",
        suppress_keyboard_interrupt=False,  # `main` turns it into an exit code, like the rest
    )
    for name, place in COMMANDS.items():
        app.command(f"desk.commands.{place}", name=name)
    return app


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; return its exit code (see `desk.exits`)."""
    try:
        result = _run(list(sys.argv[1:] if argv is None else argv))
        sys.stdout.flush()
        return result if isinstance(result, int) else 0
    except CycloptsError as error:
        output.note(f"briefs: {output.one_line(str(error))} See briefs --help.")
        return 2
    except BriefError as error:
        code = getattr(error, "code", None)
        output.note(f"briefs: {output.one_line(str(error))}")
        return code if isinstance(code, int) else _exit_code(error)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        if os.environ.get("BRIEFS_DEBUG"):
            raise
        output.note(
            f"briefs: internal error: {type(error).__name__}: {output.one_line(str(error))}; "
            "run it again with BRIEFS_DEBUG=1 and report what it prints"
        )
        return 3


def _run(words: list[str]) -> object:
    app = _app()
    if words in ([], ["--help"], ["-h"]):
        # The overview shows what every command says of itself, and so loads them all.
        for name in COMMANDS:
            app[name]
    return app(words, exit_on_error=False, print_error=False, result_action="return_value")


def _exit_code(error: BriefError) -> int:
    # Only a refusal needs the table, which knows Git's errors and so imports it.
    return int(pkgutil.resolve_name("desk.refusals:code_of")(error))


if __name__ == "__main__":
    sys.exit(main())
