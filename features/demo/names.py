"""Invented people's names, read from `names.csv`: any likeness to a living teacher is by chance."""

import csv
from importlib.resources import files
from typing import Final


def _names(kind: str) -> tuple[str, ...]:
    text = files(__package__).joinpath("names.csv").read_text(encoding="utf-8")
    return tuple(row["name"] for row in csv.DictReader(text.splitlines()) if row["kind"] == kind)


GIVEN: Final = _names("given")
FAMILY: Final = _names("family")
