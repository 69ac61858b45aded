"""The skeleton of a new brief: every section of its type, with guidance to be written over."""

import pycountry

from briefs.errors import BadPolicy
from briefs.slugs import valid
from briefs.types import BriefType, SectionType
from tasks.words import render


def skeleton(slug: str, brief_type: BriefType, country: str | None) -> str:
    """Return the text of a new brief.

    Raises:
        BadName: `slug` is none.
        BadPolicy: `country` is no ISO 3166-1 code.
    """
    valid(slug)
    name = _country(country) if country else slug.replace("-", " ").title()
    title = next((n.title for n in brief_type.nodes() if n.form == "title"), slug)
    values = {
        "title": title.replace("{country}", name),
        "type": brief_type.type,
        "country": country or "",
        "required": [key for key, declared in brief_type.front_matter.items() if declared.required],
        "sections": [_plain(node) for node in brief_type.nodes() if node.form != "title"],
    }
    return render("skeleton.md.j2", values)


def _plain(node: SectionType) -> dict[str, object]:
    asks = [f"{node.words} words or more"] if node.words else []
    sources = "a source" if node.sources == 1 else f"{node.sources} sources"
    asks += [f"{sources} or more"] if node.sources else []
    return {
        "title": node.title,
        "block": node.form == "block",
        "asks": " and ".join(asks),
        "fields": [declared.title for declared in node.fields],
    }


def _country(code: str) -> str:
    found = pycountry.countries.get(alpha_2=code.upper())
    if found is None:
        raise BadPolicy(f"“{code[:20]}” is no ISO 3166-1 code; write two letters, as BE")
    return str(found.name)
