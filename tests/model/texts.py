"""A memo read again, by other means than the desk's: its sections, and who brought which words."""

import json
import re

import yaml

from tests.model.drafts import TITLES

_HEADS = {title.casefold(): path for path, title in TITLES.items()}


def parts(text):
    """Return the blocks of each section of a memo, each in one spelling."""
    text = text.replace("\r\n", "\n").removeprefix("---\n")
    head, _, body = text.partition("\n---\n")
    front = yaml.load(head, yaml.BaseLoader)
    lines = (f"{k}: {json.dumps(v, sort_keys=True)}" for k, v in sorted(front.items()))
    found = {"@front": list(map(_spelt, lines)), "@rest": [], "@assets": []}
    path = "@rest"
    for block in re.split(r"\n\s*\n|\n(?=[-*] )", body):
        if match := re.match(r"\s*(#+) (.*)", block):
            title = match.group(2).strip(" *:#")
            path = _HEADS.get(title.casefold(), "@rest")
            if path == "@rest":
                found[path].append(_spelt(title))
            found.setdefault(path, [])
        elif block.strip():
            found[path].append(_spelt(re.sub(r"^\s*[-*] ", "", block)))
    return {path: tuple(blocks) for path, blocks in found.items()}, front


def _spelt(text):
    return " ".join(text.replace("’", "'").replace("\\", "").split())


def _words(block):
    return re.findall(r"\w+", block.casefold())


def _runs(blocks, length):
    found = set()
    for words in map(_words, blocks):
        found.update(tuple(words[n : n + length]) for n in range(len(words) - length + 1))
    return found


def _sentences(blocks):
    split = (re.split(r"(?<=[.!?]) ", block.casefold()) for block in blocks)
    return {s for sentences in split for s in sentences if len(s.split()) > 3}


def _marks(blocks):
    return _runs(blocks, 3) | _sentences(blocks)


_NAMES = frozenset("sines lisbon braga porto portugal".split())  # noqa: SIM905
_WEIGHTY = frozenset(
    "not no never must should may might cannot only any half most very".split()  # noqa: SIM905
)


def _weight(blocks):
    """Return what no change of wording may touch: numbers, negations, duties, names."""
    words = [w for block in blocks for w in _words(block)]
    return [w for w in words if w in _WEIGHTY | _NAMES or any(c.isdigit() for c in w)]


def carries(how, before, after):
    """Say whether a sign-off might outlive a change, by the terms."""
    if how == "typographic":
        return [w for b in before for w in _words(b)] == [w for b in after for w in _words(b)]
    return how == "wording" and _weight(before) == _weight(after)


def covers(scope, found):
    """Return the paths that a scope names."""
    scope = set(scope)
    if "@figures" in scope:
        scope |= {p for p, b in found.items() if p != "@front" and re.search(r"\d", "".join(b))}
    return {
        path
        for path in found
        if "*" in scope or path in scope or any(path.startswith(f"{one}.") for one in scope)
    }


class Authorship:
    """Who brought which words of which section since the last publication."""

    def __init__(self, base):
        self.base, self.before = base or {}, base or {}
        self.brought, self.long = {}, {}
        self.old = set().union(*(_runs(blocks, 8) for blocks in self.base.values()))

    def take(self, persons, now):
        moved = list(self._moved(now))
        for path, blocks in now.items():
            fresh = _marks(blocks) - _marks(self.before.get(path, ()))
            for person in persons:
                self.brought.setdefault((person, path), set()).update(fresh)
        for person, path, run in moved:
            self.brought.setdefault((person, path), set()).update(_runs([" ".join(run)], 3))
        for (person, path), marks in self.brought.items():
            for run in _runs(now.get(path, ()), 8) - self.old:
                if marks & _runs([" ".join(run)], 3):
                    self.long.setdefault(run, set()).add(person)
        self.before = now

    def _moved(self, now):
        """Yield eight words that come to a section, and whose they were elsewhere."""
        for path, blocks in now.items():
            for run in _runs(blocks, 8) - _runs(self.before.get(path, ()), 8):
                for person in self.long.get(run, ()):
                    yield person, path, run

    def holds(self, names, path):
        """Say whether words that one of these names brought to a section surely stand there."""
        blocks = self.before.get(path, ())
        if path in self.base and self.base[path] == blocks:
            return False
        marks = _marks(blocks)
        return any(self.brought.get((name, path), set()) & marks for name in names)
