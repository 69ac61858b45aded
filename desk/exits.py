"""Exit codes: the contract with scripts. `refusals` says which error gets which."""

from typing import Final

DONE: Final = 0
REFUSED: Final = 1
USAGE: Final = 2
INTERNAL: Final = 3
NOT_ENTITLED: Final = 4
WAITING: Final = 8
INTERRUPTED: Final = 130
