"""Specimens of the rules on the front matter."""

from tests.briefs.specimens.kit import specimen

FAIL = {
    "front-matter-missing": specimen(
        ("country: PT\n", ""),
        line="---",
        message="add “country:” to the front matter",
        node="@front",
    ),
    "front-matter-unknown": specimen(
        ("region: Europe", "regoin: Europe"),
        line="regoin: Europe",
        message="“regoin” is not a key of this type: write “region”",
        node="@front",
    ),
    "front-matter-invalid": specimen(
        ("as_of: 2025-06-30", "as_of: 2025-13-30"),
        line="as_of: 2025-13-30",
        message="as_of: “2025-13-30” is no date (month must be in 1..12); write it as 2026-03-01",
        node="@front",
    ),
    "front-matter-twice": specimen(
        ("## Preface\n", '## title: "Portugal"\n\n## Preface\n'),
        line='## title: "Portugal"',
        message="remove the second front matter: “title:” is no heading",
    ),
    "title-differs": specimen(
        ('title: "Portugal: Strategic', 'title: "2. Portugal: Strategic'),
        line='title: "2. Portugal: Strategic U.S. Foreign Policy Analysis"',
        message="make the title that of line 23",
        severity="warning",
        node="@front",
    ),
}
