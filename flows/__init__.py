"""One Prefect flow for each thing that a person or the clock does. Order only, never a rule."""
