"""One failing specimen for each rule that holds in every type; begin with `kit`.

Rules that a type must name are another matter: tests/briefs/test_proposals.py holds them.
"""

from tests.briefs.specimens import (
    characters,
    evidence,
    front_matter,
    headings,
    links,
    prose,
    references,
    repetition,
    structure,
    tables,
)

_PARTS = (front_matter, structure, headings, prose, evidence, repetition)
_PARTS += (links, references, tables, characters)

FAIL = {name: specimen for part in _PARTS for name, specimen in part.FAIL.items()}
