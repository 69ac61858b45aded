"""The front doors: they parse, call a flow or an act, and show; they decide nothing."""

import gc

# A command lives for a moment: to look for cycles every 700 objects takes a tenth of it.
gc.set_threshold(50_000, 20, 20)
