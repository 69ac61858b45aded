"""What a specimen is: the sample brief with the least change that breaks one rule.

A specimen is kept as its change, since the sample has 340 lines and a change has one or two.
"""

from dataclasses import dataclass

from briefs.brief import Around, hold_against, read
from tests.briefs.samples import COUNTRY, SAMPLE

ALONE = Around()


@dataclass(frozen=True)
class Specimen:
    """What becomes what in the sample; the place that is found, by its text; and what is said.

    `node` is the path that the finding names; `around` what the brief is judged among; `extras`
    whether the type has room for sections that it does not name.
    """

    changes: tuple[tuple[str, str], ...]
    line: str
    message: str
    severity: str = "error"
    column: int = 1
    node: str = ""
    around: Around = ALONE
    extras: bool = True

    def text(self):
        """Return the sample with the changes made, each at its one place."""
        text = SAMPLE
        for before, after in self.changes:
            if text.count(before) != 1:
                raise ValueError(f"{before!r} stands {text.count(before)} times in the sample")
            text = text.replace(before, after)
        return text

    def brief(self):
        """Return the brief that the text is, of the type."""
        of = COUNTRY.model_copy(update={"extras": self.extras})
        return hold_against(read(self.text().encode("utf-8")), of, self.around)

    def number(self):
        """Return the number of the line that is found, from 1; `---` is the head of the brief."""
        return self.text().split("\n").index(self.line) + 1


def specimen(*changes, line, message, **more):
    """Return a specimen of these changes."""
    return Specimen(changes, line, message, **more)


def added(text, below="## Crises", **more):
    """Return a specimen with `text` as a block of its own below a title; its first line is found.

    What the rule is to say stands in `more`.
    """
    more = {"line": text.split("\n")[0], "node": "2" if below == "## Crises" else "", **more}
    return specimen((f"{below}\n", f"{below}\n\n{text}\n"), **more)


def section(title):
    """Return the text below a heading in the sample, up to the next heading."""
    return SAMPLE.split(f"## {title}\n\n")[1].split("\n\n## ")[0]


def below(title):
    """Return the text below a bold title in the sample, up to the next title."""
    return SAMPLE.split(f"**{title}:**\n\n")[1].split("\n**")[0]


def line_of(start):
    """Return the whole line of the sample that begins so."""
    (line,) = (line for line in SAMPLE.split("\n") if line.startswith(start))
    return line
