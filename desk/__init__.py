"""The front doors: they parse, call a flow or an act, and show; they decide nothing."""
