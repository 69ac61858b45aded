"""For authors: begin a brief."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from briefs.errors import BriefError
from desk import exits, output
from desk.commands.authoring import brief_type, default_type
from tasks.skeleton import skeleton


def new(
    slug: str,
    *,
    type: str | None = None,
    country: str | None = None,
    output_dir: Annotated[Path, Parameter(name=["-o", "--output"])] = Path(),
) -> int:
    """Write the skeleton of a brief, with guidance that the checker tells from text.

    Parameters
    ----------
    slug
        The brief's name for life; the file is SLUG.md.
    type
        The brief type; see briefs types.
    country
        The country, as two letters of ISO 3166-1, where the type asks for one.
    output_dir
        The folder to write to.
    """
    text = skeleton(slug, brief_type(type or default_type(), {}), country)
    target = output_dir / f"{slug}.md"
    try:
        with target.open("x", encoding="utf-8") as stream:
            stream.write(text)
    except FileExistsError:
        raise BriefError(f"{target} exists; take another slug or move it away") from None
    output.say(str(target))
    return exits.DONE
