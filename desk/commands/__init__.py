"""The commands, by who uses them; each parses, calls, prints, and returns an exit code."""
