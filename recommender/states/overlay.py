"""A district's file over its state's: what it changes, and the mark that it did."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from recommender.states.faults import Fault

HEAD: Final = ("code", "name", "district", "valid_from", "valid_to")
"""Keys that say which file this is, and change nothing."""

_CONFIRMS: Final = frozenset({"verified", "note"})
"""A district may confirm or annotate the state's statement; anything else needs its own source."""


def overlay(state: dict[str, Any], district: dict[str, Any]) -> dict[str, Any]:
    """Return the state's content with a district's tables over it, key by key.

    Every statement that the district's file touches is marked as set by it.
    """
    body = {key: value for key, value in district.items() if key not in HEAD}
    return _merge(state, body, str(district["district"]))


def overlay_faults(file: Path, state: dict[str, Any], district: dict[str, Any]) -> list[Fault]:
    """Return what a district's file may not do to its state's."""
    found = [Fault(file, place, rule) for place, rule in _unsourced(state, district, "")]
    again = set(state.get("sources", {})) & set(_table(district, "sources"))
    found += [
        Fault(file, f"sources.{key}", "is a source of the state's; give yours another name")
        for key in sorted(again)
    ]
    if "unit" in _table(district, "renewal"):
        found.append(Fault(file, "renewal.unit", "is the state's; a district counts in it too"))
    return found


def marked(content: object, place: str = "") -> Iterator[str]:
    """Yield the places where a file writes what only the program does."""
    if isinstance(content, dict):
        for key, inner in content.items():
            here = f"{place}.{key}" if place else key
            if key == "set_by" or here == "parents":
                yield here
            yield from marked(inner, here)


def _table(content: dict[str, Any], key: str) -> dict[str, Any]:
    value = content.get(key, {})
    return value if isinstance(value, dict) else {}


def _merge(below: dict[str, Any], above: dict[str, Any], district: str) -> dict[str, Any]:
    merged = dict(below)
    for key, value in above.items():
        old = merged.get(key)
        if isinstance(value, dict):
            merged[key] = _merge(old if isinstance(old, dict) else {}, value, district)
        else:
            merged[key] = value
    if isinstance(merged.get("sources"), tuple) and _says(above):
        merged["set_by"] = district
    return merged


def _says(table: dict[str, Any]) -> bool:
    """Whether a table says something itself, not only in the tables below it."""
    return any(not isinstance(value, dict) or key == "match" for key, value in table.items())


def _unsourced(
    state: dict[str, Any], district: dict[str, Any], place: str
) -> Iterator[tuple[str, str]]:
    """Find statements of the state's whose content changes while its sources would stay."""
    changed = {key for key in district if key not in _CONFIRMS and _says({key: district[key]})}
    if isinstance(state.get("sources"), tuple) and changed and "sources" not in district:
        yield place, "changes what the state says and must name its own sources"
    for key, value in district.items():
        old = state.get(key)
        if isinstance(value, dict) and isinstance(old, dict):
            yield from _unsourced(old, value, f"{place}.{key}" if place else key)
