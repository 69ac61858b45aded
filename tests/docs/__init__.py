"""The documents: what of them is generated, and the tests that keep the rest from lagging."""
