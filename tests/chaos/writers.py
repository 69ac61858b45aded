"""One writer: a process that asks the desk for one act after another and keeps a log of its own.

Before an act its log says what is asked, after it what the desk answered; both are on disk before
the writer goes on. A writer that was killed begins with the act that its log holds no answer to.
"""

import json
import os
import random
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from briefs.errors import NotEntitled, TransitionRefused, UnknownBrief
from briefs.record import Details, State
from briefs.terms import Action, Stage
from tasks import acts, outbox, site
from tasks.acts import Outcome, by_desk
from tasks.agreed import current_policy
from tasks.channels import Files
from tasks.repository import Content, RepositoryError, site_branch
from tasks.settings import Desk, open_desk
from tasks.unfinished import TO_REVIEW
from tests.chaos import desks

Job = dict[str, Any]
SENDS = "BRIEFS_CHAOS_SENDS"  # the file that notes what was sent
_BY_DESK = (Action.CHECK, Action.SCORE, Action.REQUEST_REVIEW, Action.PUBLISH)


@dataclass(slots=True)
class Log:
    """What a writer asked and was told, a line of JSON each."""

    path: Path
    asked: int = 0
    open: Job | None = None

    def __post_init__(self) -> None:
        for line in read_lines(self.path):
            self._count(line)

    def write(self, line: Job) -> None:
        with self.path.open("ab") as file:
            file.write(json.dumps(line).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
        self._count(line)

    def _count(self, line: Job) -> None:
        self.open = None if "outcome" in line else line
        self.asked += "outcome" not in line


def read_lines(path: Path) -> list[Job]:
    """Return the whole lines of a log; a killed writer may have left half a line."""
    if not path.exists():
        return []
    lines = path.read_bytes().split(b"\n")
    return [json.loads(line) for line in lines if line.startswith(b"{") and line.endswith(b"}")]


def calls(logs: Path) -> Iterator[Job]:
    """Yield what all writers were told; `info` for what was asked and never answered."""
    for path in sorted(logs.glob("*.jsonl")):
        lines = read_lines(path)
        answered = {line["key"] for line in lines if "outcome" in line}
        for line in lines:
            if "outcome" in line:
                yield line
            elif line["key"] not in answered:
                yield line | {"outcome": "info"}


@dataclass(slots=True)
class Writer:
    """A writer of a number, with its desk, its log and its dice."""

    number: int
    desk: Desk
    content: Content
    log: Log
    dice: random.Random
    plan: Job

    def key(self) -> str:
        """Return a key that this writer has not used before."""
        return f"w{self.number}-{self.log.asked}"

    def state(self, slug: str) -> State | None:
        tip = self.content.tip(slug)
        return self.content.state(tip) if tip else None

    def ask(self, job: Job) -> str:
        """Ask for one act; return the outcome as the log has it."""
        self.log.write(job)
        answer = dict(job)
        try:
            outcome = perform(self.content, job)
            answer["outcome"] = "unchanged" if outcome.unchanged else "ok"
            answer["commit"] = None if outcome.unchanged else outcome.commit
        except (TransitionRefused, NotEntitled, UnknownBrief) as error:
            answer |= {"outcome": "refused", "said": str(error)}
        except RepositoryError as error:
            answer |= {"outcome": "info", "said": str(error)}
        except Exception:
            answer |= {"outcome": "fault", "said": traceback.format_exc()}
        self.log.write(answer)
        return str(answer["outcome"])

    def retry(self) -> None:
        """Ask again, under its key, for the act that a killed writer got no answer to."""
        if self.log.open:
            self.ask(self.log.open)


def perform(content: Content, job: Job) -> Outcome:
    """Have the desk do one job."""
    action, slug, key = Action(job["action"]), job["slug"], job["key"]
    if action is Action.SUBMIT:
        return desks.submit(content, slug, key, desks.good(job["mark"]), job["base"])
    if action in _BY_DESK:
        return acts.perform(content, by_desk(action, slug, job["cause"]))
    if action is Action.RELEASE:
        return desks.release(content, slug, key)
    details = Details(digest=job.get("digest", ""), reason="because")
    return acts.perform(content, desks.act(action, slug, key, job["person"], details))


def work(plan: Job, number: int) -> None:
    """Be the writer `number` of a plan until its work is done, or it is told to stop."""
    desk = open_desk(Path(plan["desk"]))
    os.environ[SENDS] = str(desk.root / "sends.log")
    note_what_is_sent()
    log = Log(Path(plan["logs"]) / f"{number}.jsonl")
    dice = random.Random(f"{plan['seed']}/{number}/{log.asked}")
    with Content(desk.content) as content:
        writer = Writer(number, desk, content, log, dice, plan)
        writer.retry()
        _WORKS[plan["work"]](writer)


def desks_job(slug: str, state: State) -> Job | None:
    """Return the desk's next action on a brief that is on its way to review."""
    action = TO_REVIEW.get(state.stage)
    return _by_desk(action, slug, state.submission) if action else None


def _by_desk(action: Action, slug: str, cause: str) -> Job:
    key = by_desk(action, slug, cause).key
    return {"key": key, "slug": slug, "action": action, "cause": cause}


# Many briefs: each writer has its own to submit, and others' to sign.


def _many(writer: Writer) -> None:
    briefs, number, all_of = writer.plan["briefs"], writer.number, writer.plan["writers"]
    waiting = [(_submit_one, i) for i in range(briefs) if i % all_of == number]
    # The same submission under the same key by another door: one of the two is told “again”.
    waiting += [(_submit_one, i) for i in range(briefs) if (i + 3) % all_of == number]
    waiting += [(_sign_as("ben"), i) for i in range(briefs) if (i + 1) % all_of == number]
    waiting += [(_sign_as("cleo"), i) for i in range(briefs) if (i + 2) % all_of == number]
    writer.dice.shuffle(waiting)
    while waiting:
        later = [(task, i) for task, i in waiting if not task(writer, i)]
        if len(later) == len(waiting):
            time.sleep(0.02)
        waiting = later


def _submit_one(writer: Writer, number: int) -> bool:
    slug = f"brief-{number:03d}"
    job = {"key": f"submit-{slug}", "slug": slug, "action": "submit", "mark": slug, "base": 0}
    writer.ask(job)
    while (state := writer.state(slug)) and (onward := desks_job(slug, state)):
        if writer.ask(onward) == "fault":
            break
    return True


def _sign_as(person: str) -> Callable[[Writer, int], bool]:
    def sign(writer: Writer, number: int) -> bool:
        slug = f"brief-{number:03d}"
        state = writer.state(slug)
        if state is None or state.stage not in (Stage.IN_REVIEW, Stage.APPROVED):
            return False
        digest = state.digests.bytes
        job = {"slug": slug, "action": "sign off", "digest": digest}
        if writer.dice.random() < 0.2:  # what must be refused: her own brief, another text
            writer.ask(job | {"key": writer.key(), "person": "ada"})
            writer.ask(job | {"key": writer.key(), "person": person, "digest": "0" * 64})
        writer.ask(job | {"key": f"{person}-{slug}", "person": person})
        return True

    return sign


# One brief: eight people at once on the same text.


def _one(writer: Writer) -> None:
    person = desks.REVIEWERS[writer.number]
    for _ in range(writer.plan["rounds"]):
        writer.ask(_something(writer, "shared", person))


# In the wild: a few briefs, everybody does everything, and nobody is safe.


def _wild(writer: Writer) -> None:
    stop = Path(writer.plan["stop"])
    while not stop.exists():
        slug = f"wild-{writer.dice.randrange(writer.plan['briefs'])}"
        try:
            if writer.dice.random() < 0.2:
                _tell(writer, slug)
        except (RepositoryError, UnknownBrief):
            pass  # nothing is promised: the next round, or reconcile, does it
        except Exception:
            said = {"outcome": "fault", "said": traceback.format_exc()}
            writer.log.write({"key": writer.key(), "slug": slug} | said)
        writer.ask(_something(writer, slug, writer.dice.choice(desks.REVIEWERS)))


def _tell(writer: Writer, slug: str) -> None:
    outbox.deliver(writer.desk, writer.content, slug)
    site_branch.reflect(writer.content, slug, current_policy(writer.content))
    site.build(writer.content, writer.desk.site)


def _something(writer: Writer, slug: str, person: str) -> Job:
    """Return something that somebody might do with a brief as it stands; not all of it is right."""
    state, key, dice = writer.state(slug), writer.key(), writer.dice
    job: Job = {"key": key, "slug": slug, "person": person}
    revise = job | {"action": "submit", "mark": key, "base": state.revision if state else 0}
    if state is None:
        return revise
    if dice.random() < 0.7 and (onward := desks_job(slug, state)):
        return onward
    if state.stage is Stage.SCHEDULED and state.schedule and dice.random() < 0.7:
        return _by_desk(Action.PUBLISH, slug, state.schedule.key)
    digest = state.digests.bytes if dice.random() < 0.9 else "0" * 64
    choices: list[tuple[int, Job]] = [
        (8 if state.stage is Stage.IN_REVIEW else 1, {"action": "sign off", "digest": digest}),
        (2, {"action": "retract"}),
        (1, {"action": "request changes"}),
        (1, {"action": "recall", "person": "ada"}),
        (4 if state.stage is Stage.APPROVED else 0, {"action": "release"}),
        (2 if state.stage is Stage.PUBLISHED else 0, {"action": "withdraw", "person": "zoe-vance"}),
        (2, revise),
    ]
    chosen = dice.choices([c for _, c in choices], [weight for weight, _ in choices])[0]
    return job | chosen


def note_what_is_sent() -> None:
    """Let the channel of files leave a line for each message that it takes."""
    send = Files.send

    def noted(self: Files, announcement: Any, text: str, thread: str | None) -> str:
        mark = send(self, announcement, text, thread)
        if log := os.environ.get(SENDS):
            with Path(log).open("ab", buffering=0) as file:
                file.write(f"{announcement.key}\n".encode())
        return mark

    Files.send = noted  # type: ignore[method-assign]


_WORKS = {"many": _many, "one": _one, "wild": _wild}
