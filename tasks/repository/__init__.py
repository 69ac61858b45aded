"""The content repository: bare, a branch for each brief, one commit a transition.

`Content` is what the rest of the program uses; `git` holds Git's verbs, `site_branch` the branch
that the public sees, `upkeep` what is done at start-up and on the clock.
"""

from tasks.repository.content import Change, Content
from tasks.repository.git import LostRace, RepositoryError

__all__ = ["Change", "Content", "LostRace", "RepositoryError"]
