"""Side effects: one module for each outside system; `acts` is the one way anything changes."""
