"""A teacher's suggestions."""
