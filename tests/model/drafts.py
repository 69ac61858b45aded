"""A small kind of brief, and what people do to a text: a digit, a word, a comma, a whole section.

Every edit is a function of a memo and of dice; it returns another memo, and changes no old one.
"""

from copy import deepcopy
from dataclasses import dataclass, field

TYPE = """\
type: memo
version: 1
title: Memo
pass_mark: 60
house_rules: false
front_matter:
  keys:
    title: {required: true}
    authors: {kind: people, required: true}
    level: {one_of: [open, high]}
    embargo_until: {kind: moment}
sections:
  - {path: "1", title: Facts, weight: 40, words: 12}
  - {path: "2", title: Advice, weight: 40, words: 12}
  - {path: "2.1", title: Costs, level: 3, weight: 20, words: 6}
  - {path: "3", title: Sources}
  - {path: "4", title: Names, required: false}
rules:
  section-missing: {}
signoff:
  - {sections: ["*"], role: reviewer}
  - {sections: ["*"], role: legal}
"""

TITLES = {"1": "Facts", "2": "Advice", "2.1": "Costs", "3": "Sources", "4": "Names"}

# Whole sentences to write. Words, numbers, negations and names stand in each.
STOCK = (
    "The line carried 32 trains a week in the cold north last year.",
    "The port of Sines is calm, and small boats reach it at night.",
    "The ministry should buy 14 engines from the yard in Lisbon soon.",
    "The fund must not lend more than 9 million to any one town.",
    "The engines cost 5 million a year at the very most there.",
    "The country's rail office wrote a long report on the old bridge.",
    "Two towns built the first bridge over the river long ago together.",
    "Braga and Porto never shared a depot, whatever the papers of 1996 say.",
    "A slow train is better than no train for the far villages.",
    "The union may ask for 3 more crews before the summer comes.",
    "The state pays half of each fare and the towns pay the rest.",
    "Freight goes by road where the old track ends near the border.",
)
PLAIN = ("quickly", "again", "calm", "steady", "broad", "useful", "quiet", "local")
BYLINES = {
    "ada": "ada@example.org",
    "ada by another address": "A.Lopes@example.com",
    "abe": "abe@example.org",
    "ian": "ian@example.org",
    "ben": "ben@example.org",
    "ben by another address": "b.okafor@example.com",
}


@dataclass
class Memo:
    """A memo as data: front matter, heading, and sections of blocks of sentences."""

    front: dict = field(default_factory=dict)
    rest: str = "Rail in Portugal"
    sections: dict = field(default_factory=dict)
    style: int = 0

    def other(self, **changes):
        found = deepcopy(self)
        for name, value in changes.items():
            setattr(found, name, value)
        return found

    def text(self):
        """Return the Markdown; `style` is the hand of one exporter or another."""
        text = "\n".join(["---", *self._front(), "---", "", f"# {self.rest}", *self._body(), ""])
        return _STYLES[self.style % len(_STYLES)](text)

    def _front(self):
        for key, value in self.front.items():
            if key == "authors":
                yield "authors:"
                yield from (f"  - {{name: X, email: {BYLINES[name]}}}" for name in value)
            else:
                yield f"{key}: {value}"

    def _body(self):
        for path, blocks in sorted(self.sections.items()):
            yield f"\n{'###' if '.' in path else '##'} {TITLES[path]}\n"
            for number, block in enumerate(blocks):
                yield ("\n- " if number else "") + " ".join(block)


_STYLES = (
    lambda text: text,
    lambda text: text.replace("\n\n", "\n\n\n").replace("\n", "\r\n"),
    lambda text: text.replace("'", "’").replace("\n- ", "\n* "),
    lambda text: text.replace(". ", ".  ").replace("## Facts", "## **Facts**"),
    lambda text: text.replace("\n## Advice", "\n## Advice:") + "\n\n",
)


def first(by="ada"):
    """Return the memo that a life begins with."""
    return Memo(
        front={"title": "Rail", "authors": [by], "level": "open"},
        sections={
            "1": [[STOCK[0], STOCK[1]], [STOCK[6]]],
            "2": [[STOCK[2], STOCK[3]]],
            "2.1": [[STOCK[4]]],
            "3": [[STOCK[5]]],
        },
    )


def _sentence(memo, dice, sections=None):
    """Return a place: path, block, sentence."""
    path = dice.choice(sorted(sections or memo.sections))
    block = dice.randrange(len(memo.sections[path]))
    return path, block, dice.randrange(len(memo.sections[path][block]))


def _reword(memo, place, change):
    made, (path, block, number) = memo.other(), place
    words = made.sections[path][block][number].split(" ")
    made.sections[path][block][number] = " ".join(change(words))
    return made


def digit(memo, dice):
    """One digit is another one."""
    places = [
        (path, b, n, c)
        for path, blocks in sorted(memo.sections.items())
        for b, block in enumerate(blocks)
        for n, sentence in enumerate(block)
        for c, sign in enumerate(sentence)
        if sign.isdigit()
    ]
    if not places:
        return word(memo, dice)
    path, b, n, c = dice.choice(places)
    made = memo.other()
    old = made.sections[path][b][n]
    new = dice.choice([d for d in "123456789" if d != old[c]])
    made.sections[path][b][n] = old[:c] + new + old[c + 1 :]
    return made


def word(memo, dice, sections=None):
    """A word is put in, or another in its place."""
    at, new = dice.randrange(1, 5), dice.choice(PLAIN)
    keep = dice.random() < 0.5
    return _reword(
        memo,
        _sentence(memo, dice, sections),
        lambda words: [*words[:at], new, *words[at + (not keep) :]],
    )


def comma(memo, dice):
    """A comma is put behind a word, or taken away."""
    at = dice.randrange(2, 5)
    return _reword(
        memo,
        _sentence(memo, dice),
        lambda words: [
            (w.rstrip(",") if w.endswith(",") else f"{w},") if n == at else w
            for n, w in enumerate(words)
        ],
    )


def negation(memo, dice):
    """A sentence says the contrary."""
    at = dice.randrange(2, 5)
    return _reword(memo, _sentence(memo, dice), lambda words: [*words[:at], "not", *words[at:]])


def move(memo, dice):
    """A sentence goes to another section."""
    places = [p for p, blocks in memo.sections.items() if sum(map(len, blocks)) > 1]
    if not places:
        return write(memo, dice)
    path, block, number = _sentence(memo, dice, places)
    made = memo.other()
    sentence = made.sections[path][block].pop(number)
    made.sections[path] = [b for b in made.sections[path] if b]
    target = dice.choice(sorted(set(made.sections) - {path}))
    dice.choice(made.sections[target]).append(sentence)
    return made


def write(memo, dice):
    """A sentence more."""
    made = memo.other()
    dice.choice(made.sections[dice.choice(sorted(made.sections))]).append(dice.choice(STOCK))
    return made


def cut(memo, dice):
    """A sentence less."""
    places = [p for p, blocks in memo.sections.items() if sum(map(len, blocks)) > 1]
    if not places:
        return write(memo, dice)
    path, block, number = _sentence(memo, dice, places)
    made = memo.other()
    del made.sections[path][block][number]
    made.sections[path] = [b for b in made.sections[path] if b]
    return made


def whole(memo, dice, path=None):
    """A section is replaced by other sentences, wholly."""
    made, path = memo.other(), path or dice.choice(sorted(memo.sections))
    standing = {s for block in memo.sections.get(path, []) for s in block}
    fresh = [s for s in STOCK if s not in standing]
    made.sections[path] = [dice.sample(fresh, 2)]
    return made


def lacking(memo, dice):
    """A section is gone, which the type asks for; or back."""
    made = memo.other()
    gone = [p for p in ("1", "2", "2.1", "3") if p not in made.sections]
    if gone:
        made.sections[gone[0]] = [[dice.choice(STOCK)]]
    else:
        del made.sections[dice.choice(["1", "2", "2.1", "3"])]
    return made


def names(memo, dice):
    """A section that nobody asks for comes or goes."""
    made = memo.other()
    if made.sections.pop("4", None) is None:
        made.sections["4"] = [[dice.choice(STOCK)]]
    return made


def exported(memo, dice):
    """The same text, by the hand of another exporter."""
    return memo.other(style=memo.style + dice.randrange(1, 5))


def byline(memo, dice):
    """Somebody is named as author, or no more."""
    made, name = memo.other(), dice.choice(sorted(BYLINES))
    listed = list(made.front["authors"])
    if name in listed and len(listed) > 1:
        listed.remove(name)
    elif name not in listed:
        listed.append(name)
    made.front["authors"] = listed
    return made


def level(memo, dice):
    """The front matter says that more is asked, or less."""
    made = memo.other()
    made.front["level"] = {"open": "high", "high": "open"}[made.front["level"]]
    return made


def heading(memo, dice):
    """The title, which stands in no section, is another."""
    return memo.other(
        rest=dice.choice(["Rail in Portugal", "Rails of Portugal", "Portugal's rail"])
    )


EDITS = (
    digit, digit, word, word, comma, comma, negation, move, write, cut, whole, exported, exported,
    byline, level, heading, lacking, names,
)  # fmt: skip
