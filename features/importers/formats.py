"""The foreign formats that an import knows, and those that it knows of but does not take."""

from collections.abc import Callable
from typing import Final

from features.importers.badges import Badges
from features.importers.case import Case
from features.importers.ctdl import Ctdl
from features.importers.edfi import EdFi
from features.importers.oneroster import OneRoster
from features.importers.sources import Format, Sample
from features.importers.xapi import Xapi

FORMATS: Final[tuple[Format, ...]] = (OneRoster(), Case(), Ctdl(), EdFi(), Xapi(), Badges())


def _says(*words: bytes) -> Callable[[Sample], bool]:
    return lambda sample: bool(sample.json_names) and any(word in sample.head for word in words)


OTHERS: Final[tuple[tuple[Callable[[Sample], bool], str], ...]] = (
    (
        _says(b"ctdlasn", b"ceasn:"),
        "a CTDL-ASN competency framework; give its CASE package or standards.csv instead",
    ),
    (
        lambda sample: b"ed-fi.org/" in sample.head,
        "an Ed-Fi file without evaluation ratings; nothing else is read from Ed-Fi",
    ),
    (
        lambda sample: "human coding scheme" in sample.csv_header,
        "OpenSALT's CSV of items; export the framework as a CASE package (JSON) instead",
    ),
)
"""Signs of formats that are not taken, and what to tell."""
