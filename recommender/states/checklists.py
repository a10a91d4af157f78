"""Checklists of quality assurance, as data: all components must be met."""

from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Final

from pydantic import Field

from recommender.states.faults import Fault
from recommender.states.schema import Key, Source, Strict, Text
from recommender.states.toml_files import read_toml, validated

FOLDER: Final = "checklists"


class Component(Strict):
    """One thing that a micro-credential must have."""

    title: Text


class Checklist(Strict):
    """A named list; `provisional` where its wording is ours, not the body's own."""

    title: Text
    provisional: bool
    source: Source
    note: str = ""
    components: Annotated[dict[Key, Component], Field(min_length=1)]


def read_checklists(folder: Path) -> tuple[dict[str, Checklist], tuple[Fault, ...]]:
    """Return the checklists of a folder by the name of their file, and what is wrong with it."""
    found: dict[str, Checklist] = {}
    faults: list[Fault] = []
    for file in sorted(folder.glob("*.toml")):
        content, wrong = read_toml(file)
        faults += wrong
        if content is None:
            continue
        checklist, wrong = validated(Checklist, content, file)
        faults += wrong
        if checklist is not None:
            found[file.stem] = checklist
    return found, tuple(faults)


def shipped_checklists() -> Mapping[str, Checklist]:
    """Return the checklists that come with the program."""
    found, _ = read_checklists(Path(str(files(__package__).joinpath(FOLDER))))
    return found
