"""The brief's life as a machine: random acts, recounted by a small model of its own."""
