"""State packs: what a state asks of its teachers, and who says so."""
