"""Rules on text that stands twice: within a brief, and in other briefs of the desk."""

from briefs.brief import Brief
from briefs.findings import Severity
from briefs.markdown import Kind
from briefs.repetition import copied
from briefs.rules.registry import Remarks, at, rule

SHORTEST = 5


@rule(Severity.WARNING)
def text_repeated(brief: Brief) -> Remarks:
    """A text stands once; where two sections need it, each says its own.

    Bad:  the paragraph on defense, once more below “Diplomatic Objectives”.
    Good: what defense means for diplomacy. Repeated text earns no points either.
    """
    seen: set[int] = set()
    for unit, other in brief.counted.repeats():
        if unit.words >= SHORTEST and id(unit.block) not in seen and unit is not other:
            seen.add(id(unit.block))
            line = other.block.place(other.at)[0]
            yield at(
                unit.block, f"say it in other words, or once: line {line} says the same", unit.at
            )


@rule(Severity.WARNING)
def text_copied(brief: Brief) -> Remarks:
    """A brief does not repeat what another brief of the desk says.

    Bad:  Portugal's paragraph on energy, with the country's name exchanged.
    Good: a paragraph on this country.
    """
    for block in brief.draft.tree.flat if brief.around.others else ():
        is_text = block.kind in (Kind.PARAGRAPH, Kind.ITEM) and block.text
        if is_text and (name := copied(block, brief.around.others)):
            yield at(block, f"write this anew: the brief “{name}” says the same")
