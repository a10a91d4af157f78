"""Teaching frameworks and their crosswalk to the hub, as data with a source on every row.

Codes and short titles are facts of the published frameworks; the links are authored. Nothing here
is verified until a state's own staff have set `verified`.
"""

import csv
from importlib.resources import files
from typing import Final, NamedTuple

STANDARDS_FILE: Final = "standards.csv"
CROSSWALK_FILE: Final = "crosswalk.csv"


class StandardRow(NamedTuple):
    """A standard of a framework; the root's code is the framework's name and it has no parent."""

    framework: str
    code: str
    title: str
    parent: str
    source: str
    verified: bool


class LinkRow(NamedTuple):
    """A link between standards of two frameworks; `strength` is in (0, 1]."""

    from_framework: str
    from_code: str
    to_framework: str
    to_code: str
    strength: float
    source: str
    verified: bool


def read_text(name: str) -> str:
    """Return one of the data files (`STANDARDS_FILE`, `CROSSWALK_FILE`) as it stands."""
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def standards() -> tuple[StandardRow, ...]:
    """Return every standard: roots first within their framework, then parents, then leaves."""
    return tuple(
        StandardRow(
            row["framework"],
            row["code"],
            row["title"],
            row["parent"],
            row["source"],
            row["verified"] == "true",
        )
        for row in csv.DictReader(read_text(STANDARDS_FILE).splitlines())
    )


def crosswalk() -> tuple[LinkRow, ...]:
    """Return every link from a framework's leaf to a standard of the hub."""
    return tuple(
        LinkRow(
            row["from_framework"],
            row["from_code"],
            row["to_framework"],
            row["to_code"],
            float(row["strength"]),
            row["source"],
            row["verified"] == "true",
        )
        for row in csv.DictReader(read_text(CROSSWALK_FILE).splitlines())
    )
