"""The published site: what readers see, made from the branch `main` alone. Begin at `build`.

It comes in generations, each in a folder of its own; `current` points at one, and moves only when
the next is whole and on disk. The same commit gives the same bytes: no clock is asked.
`generations` builds and switches, `press` makes pages, `folder` keeps names inside the site.
"""

from tasks.site.folder import SiteRefused
from tasks.site.generations import build

__all__ = ["SiteRefused", "build"]
