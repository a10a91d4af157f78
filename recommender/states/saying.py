"""A statement of a pack as a short text, whatever it states."""

from fractions import Fraction

from recommender.states.amounts import amount_text
from recommender.states.schema import Figure, Rate, Told


def said(told: Told) -> str:
    """Return the content of a statement as a short text."""
    if isinstance(told, Figure):
        return _value(told.value)
    if isinstance(told, Rate):
        return f"{amount_text(told.hours)} hours make {amount_text(told.units)}"
    for name in ("words", "taken", "title", "checklist"):
        if isinstance(text := getattr(told, name, None), str):
            return text
    return ""


def _value(value: object) -> str:
    if isinstance(value, Fraction):
        return amount_text(value)
    return ", ".join(value) if isinstance(value, tuple) else str(value)
