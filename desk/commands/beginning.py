"""For authors: begin a brief."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from briefs.errors import BriefError
from desk import exits, output
from desk.commands.authoring import brief_type, default_type
from desk.commands.types import own_types
from tasks.skeleton import skeleton


def new(
    slug: str,
    *,
    type: str | None = None,
    output_dir: Annotated[Path, Parameter(name=["-o", "--output"])] = Path(),
    desk: Path | None = None,
    **values: str,
) -> int:
    """Write the skeleton of a brief, with guidance that the checker tells from text.

    Parameters
    ----------
    slug
        The brief's name for life; the file is SLUG.md.
    type
        The brief type; see briefs types.
    output_dir
        The folder to write to.
    desk
        A desk whose own types count too.
    values
        What the front matter says: any key of the type, as --country BE or --title "Water rights".
    """
    chosen = brief_type(type or default_type(), own_types(desk))
    text = skeleton(slug, chosen, values)
    target = output_dir / f"{slug}.md"
    try:
        with target.open("x", encoding="utf-8") as stream:
            stream.write(text)
    except FileExistsError:
        raise BriefError(f"{target} exists; take another slug or move it away") from None
    except OSError as error:
        raise BriefError(f"{target} cannot be written: {error.strerror}") from error
    output.say(str(target))
    if type and "brief_type" not in chosen.front_matter.keys:
        output.note(f"its front matter does not name its type: briefs check {target} --type {type}")
    return exits.DONE
