"""State packs: what each state and framework says, as data."""
