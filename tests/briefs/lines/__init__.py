"""Lines as policy briefs have them: what each rule must find, and what it must leave alone.

`¦` stands where the finding is. Each line is put below “Crises” in the sample, by itself.
"""

from tests.briefs.lines import characters, evidence, links, prose, references, tables

_PARTS = (prose, evidence, links, references, tables, characters)

FOUND = [(rule, line) for part in _PARTS for rule, lines in part.FOUND.items() for line in lines]
ALONE = [(rule, line) for part in _PARTS for rule, lines in part.ALONE.items() for line in lines]
