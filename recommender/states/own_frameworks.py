"""Frameworks that packs may name: the shipped ones, and those that a state's own folder brings."""

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from recommender.states.faults import Fault
from recommender.states.frameworks import (
    CROSSWALK_FILE,
    STANDARDS_FILE,
    LinkRow,
    StandardRow,
)
from recommender.states.frameworks import crosswalk as shipped_crosswalk
from recommender.states.frameworks import standards as shipped_standards

FLAGS: Final = {"true": True, "yes": True, "false": False, "no": False}


@dataclass(frozen=True)
class Frameworks:
    """Standards and crosswalk links by framework."""

    parents: Mapping[str, Mapping[str, str]]
    """For each framework the parent of each code; the root's is empty."""
    links: tuple[LinkRow, ...] = ()

    def __contains__(self, framework: object) -> bool:
        return framework in self.parents

    def has(self, framework: str, code: str) -> bool:
        """Whether the framework has a standard of this code."""
        return code in self.parents.get(framework, {})

    def links_of(self, framework: str) -> tuple[LinkRow, ...]:
        """Return the links that lead from a framework."""
        return tuple(link for link in self.links if link.from_framework == framework)


def shipped_frameworks() -> Frameworks:
    """Return the frameworks that come with the program."""
    return Frameworks(_parents(shipped_standards()), shipped_crosswalk())


def with_own(shipped: Frameworks, folder: Path) -> tuple[Frameworks, tuple[Fault, ...]]:
    """Add a state's own `standards.csv` and `crosswalk.csv`; both may be absent.

    Returns
    -------
    The frameworks with those of the folder, and what is wrong with its files; a faulty row is left
    out.
    """
    faults: list[Fault] = []
    rows = list(_standards(folder / STANDARDS_FILE, shipped, faults))
    both = Frameworks({**shipped.parents, **_parents(rows)}, shipped.links)
    faults += _orphans(folder / STANDARDS_FILE, both, rows)
    links = list(_links(folder / CROSSWALK_FILE, both, faults))
    return Frameworks(both.parents, (*shipped.links, *links)), tuple(faults)


def _parents(rows: Iterable[StandardRow]) -> dict[str, dict[str, str]]:
    parents: dict[str, dict[str, str]] = {}
    for row in rows:
        parents.setdefault(row.framework, {})[row.code] = row.parent
    return parents


def _rows(
    file: Path, columns: tuple[str, ...], faults: list[Fault]
) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the rows of a file with their place, once its header and every cell are there."""
    if not file.exists():
        return
    try:
        reader = csv.DictReader(file.read_text(encoding="utf-8-sig").splitlines())
        rows = list(reader)
    except (OSError, UnicodeDecodeError, csv.Error):
        faults.append(Fault(file, "file", "must be a CSV file in UTF-8"))
        return
    missing = [name for name in columns if name not in (reader.fieldnames or ())]
    if missing:
        faults.append(Fault(file, "line 1", f"must have the columns {', '.join(missing)}"))
        return
    for number, row in enumerate(rows, start=2):
        if any(not isinstance(row[name], str) for name in columns):
            faults.append(Fault(file, f"line {number}", "must have a cell for every column"))
            continue
        yield f"line {number}", {name: row[name].strip() for name in columns}


def _standards(file: Path, shipped: Frameworks, faults: list[Fault]) -> Iterator[StandardRow]:
    seen: set[tuple[str, str]] = set()
    for place, row in _rows(file, StandardRow._fields, faults):
        key = (row["framework"], row["code"])
        rule = _standard_rule(row)
        if row["framework"] in shipped:
            rule = f"framework '{row['framework']}' comes with the program already"
        if key in seen:
            rule = f"standard {row['code']} of {row['framework']} is told twice"
        if rule:
            faults.append(Fault(file, place, rule))
            continue
        seen.add(key)
        flag = FLAGS[row["verified"]]
        yield StandardRow(*key, row["title"], row["parent"], row["source"], flag)


def _standard_rule(row: Mapping[str, str]) -> str:
    empty = [name for name in ("framework", "code", "title", "source") if not row[name]]
    if empty:
        return f"{empty[0]} must be given"
    if row["verified"] not in FLAGS:
        return "verified must be true or false"
    if not row["parent"] and row["code"] != row["framework"]:
        return "parent must be given; only the root, whose code is the framework's name, has none"
    return ""


def _orphans(file: Path, both: Frameworks, rows: Iterable[StandardRow]) -> Iterator[Fault]:
    for row in rows:
        if row.parent and not both.has(row.framework, row.parent):
            rule = f"parent {row.parent} of {row.code} is not a standard of {row.framework}"
            yield Fault(file, f"standard {row.code}", rule)


def _links(file: Path, known: Frameworks, faults: list[Fault]) -> Iterator[LinkRow]:
    for place, row in _rows(file, LinkRow._fields, faults):
        strength = _strength(row["strength"])
        rule = _link_rule(row, strength, known)
        if rule or strength is None:
            faults.append(Fault(file, place, rule))
            continue
        ends = (row["from_framework"], row["from_code"], row["to_framework"], row["to_code"])
        yield LinkRow(*ends, strength, row["source"], FLAGS[row["verified"]])


def _link_rule(row: Mapping[str, str], strength: float | None, known: Frameworks) -> str:
    for end in ("from", "to"):
        framework, code = row[f"{end}_framework"], row[f"{end}_code"]
        if not known.has(framework, code):
            return f"{end}_code: there is no standard {code} in {framework}"
    if strength is None:
        return "strength must be above 0 and at most 1"
    if not row["source"]:
        return "source must be given"
    return "" if row["verified"] in FLAGS else "verified must be true or false"


def _strength(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if 0 < value <= 1 else None
