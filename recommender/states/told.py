"""Every statement of a pack by its dotted place, with its sources, dates and flag."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from recommender.states.schema import Pack, Source, Told


@dataclass(frozen=True)
class Basis:
    """What a page shows beside a figure: where it is said, by whom, when, and is it verified."""

    place: str
    sources: tuple[Source, ...]
    verified: bool
    inferred: bool
    note: str
    district: str
    """District whose file says it; empty where the state's does."""


def basis(pack: Pack, place: str) -> Basis:
    """Return the provenance of the statement at a dotted place.

    Raises
    ------
    KeyError
        Nothing with a source of its own stands there.
    """
    value: Any = pack
    for step in place.split("."):
        value = value[step] if isinstance(value, dict) else getattr(value, step, None)
    if not isinstance(value, Told):
        raise KeyError(place)
    return _basis(pack, place, value)


def statements(pack: Pack) -> Iterator[tuple[Basis, Told]]:
    """Yield every statement of a pack, in the order of its file's tables."""
    for place, told in walk_told(pack):
        yield _basis(pack, place, told), told


def _basis(pack: Pack, place: str, told: Told) -> Basis:
    sources = tuple(pack.sources[key] for key in told.sources)
    return Basis(place, sources, told.verified, told.inferred, told.note, told.set_by)


def walk_told(value: object, place: str = "") -> Iterator[tuple[str, Told]]:
    """Yield the dotted place of everything with sources of its own, below `value`."""
    if isinstance(value, Told):
        yield place, value
    if isinstance(value, BaseModel):
        pairs = [(name, getattr(value, name)) for name in type(value).model_fields]
    elif isinstance(value, dict):
        pairs = list(value.items())
    else:
        return
    for name, inner in pairs:
        yield from walk_told(inner, f"{place}.{name}" if place else str(name))
