"""One failing specimen for each rule: the sample brief with the least change that breaks the rule.

A specimen is kept as its change, since the sample has 340 lines and a change has one or two.
"""

from dataclasses import dataclass

from tests.briefs.samples import SAMPLE


@dataclass(frozen=True)
class Specimen:
    """What becomes what in the sample; the line that is found, by its text; and what is said."""

    changes: tuple[tuple[str, str], ...]
    line: str
    severity: str
    message: str

    def text(self):
        """Return the sample with the changes made, each at its one place."""
        text = SAMPLE
        for before, after in self.changes:
            if text.count(before) != 1:
                raise ValueError(f"{before!r} stands {text.count(before)} times in the sample")
            text = text.replace(before, after)
        return text

    def number(self):
        """Return the number of the line that is found, from 1; `---` is the head of the brief."""
        return self.text().split("\n").index(self.line) + 1


def specimen(*changes, line, message, severity="error"):
    """Return a specimen of these changes."""
    return Specimen(changes, line, severity, message)


def below(title):
    """Return the text below a bold title in the sample, up to the next title."""
    return SAMPLE.split(f"**{title}:**\n\n")[1].split("\n**")[0]


def line_of(start):
    """Return the whole line of the sample that begins so."""
    (line,) = (line for line in SAMPLE.split("\n") if line.startswith(start))
    return line


IMMIGRATION = "**Immigration to USA Report:**"

FAIL = {
    "front-matter-missing": specimen(
        ("as_of: 2025-06-30\n", ""),
        line="---",
        message="add “as_of:” to the front matter",
    ),
    "front-matter-unknown": specimen(
        ("region: Europe", "regoin: Europe"),
        line="regoin: Europe",
        message="“regoin” is not a key of this type: write “region”",
    ),
    "front-matter-invalid": specimen(
        ("as_of: 2025-06-30", "as_of: 2025-13-30"),
        line="as_of: 2025-13-30",
        message="as_of: “2025-13-30” is no date (month must be in 1..12); write it as 2026-03-01",
    ),
    "front-matter-twice": specimen(
        ("## Preface\n", '## title: "Portugal"\n\n## Preface\n'),
        line='## title: "Portugal"',
        message="remove the second front matter: “title:” is no heading",
    ),
    "title-differs": specimen(
        ('title: "Portugal: Strategic', 'title: "2. Portugal: Strategic'),
        line='title: "2. Portugal: Strategic U.S. Foreign Policy Analysis"',
        severity="warning",
        message="make the title that of line 23",
    ),
    "section-missing": specimen(
        (IMMIGRATION, "Immigration to USA Report:"),
        line="**Tariff Report:**",
        message="add the section “Immigration to USA Report” (10.20)",
    ),
    "section-demoted": specimen(
        ("## Crises", "**Crises**"),
        line="**Crises**",
        message="make “Crises” a heading: ##",
    ),
    "section-misplaced": specimen(
        (f"{IMMIGRATION}\n\n{below('Immigration to USA Report')}\n", ""),
        (
            "**Country Profile:**",
            f"{IMMIGRATION}\n\n{below('Immigration to USA Report')}\n**Country Profile:**",
        ),
        line=IMMIGRATION,
        message="move “Immigration to USA Report” below “6. Policy Goals”",
    ),
    "section-out-of-order": specimen(
        ("**Diplomatic Objectives:**", "**Swapped:**"),
        ("**Economic Strategies:**", "**Diplomatic Objectives:**"),
        ("**Swapped:**", "**Economic Strategies:**"),
        line="**Diplomatic Objectives:**",
        severity="warning",
        message="move “Diplomatic Objectives” before “Economic Strategies”",
    ),
    "section-doubled": specimen(
        ("**Human Rights Details:**", "### Crises\n\nOne more.\n\n**Human Rights Details:**"),
        line="### Crises",
        message="“Crises” stands at line 31 already: merge them",
    ),
    "section-empty": specimen(
        (below("Immigration to USA Report"), ""),
        line=IMMIGRATION,
        message="write the section “Immigration to USA Report”",
    ),
    "section-thin": specimen(
        (below("Immigration to USA Report"), "- None.\n"),
        line=IMMIGRATION,
        severity="warning",
        message="say more in “Immigration to USA Report”: under 20 words",
    ),
    "field-missing": specimen(
        ("- **Burden:** Diseases", "- Diseases"),
        line="**Health Beyond Pandemics (Noncommunicable Diseases):**",
        message="add the field “Burden”: - **Burden:** …",
    ),
    "field-empty": specimen(
        (line_of("- **Assistance:**"), "- **Assistance:**"),
        line="- **Assistance:**",
        message="write the field “Assistance”",
    ),
    "guidance-left": specimen(
        ("## Crises\n", "## Crises\n\n*This section should be written with care.*\n"),
        line="*This section should be written with care.*",
        message="remove the instruction to the author",
    ),
    "heading-skips-level": specimen(
        ("## Preface", "### Preface"),
        line="### Preface",
        severity="warning",
        message="make this a heading of level 2: ##",
    ),
    "heading-bold": specimen(
        ("## Crises", "## **Crises**"),
        line="## **Crises**",
        severity="warning",
        message="take the asterisks out of the heading",
    ),
}
