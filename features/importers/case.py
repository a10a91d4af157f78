"""CASE 1.0 and 1.1 packages (JSON): frameworks, their standards, and links between frameworks.

The framework is the document's title, as it is what people and other files call it; its standards
are known by their coding scheme where they have one, else by their identifier.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import Final

from features.importers.catalog_contracts import CROSSWALK, STANDARDS
from features.importers.documents import Item, as_list, cell, open_json
from features.importers.parsing import MAX_KEY
from features.importers.sources import (
    Asides,
    Converted,
    Lookups,
    RawRow,
    Sample,
    Setting,
    Source,
    Taken,
)
from recommender.codes import natural
from recommender.errors import ImportRefused

STRENGTHS: Final[Mapping[str, float]] = {
    "exactMatchOf": 1.0,
    "isPartOf": 0.7,
    "isRelatedTo": 0.4,
}
"""What an association between two frameworks is worth to the crosswalk."""

PARENT: Final = "isChildOf"

STANDARD_HEADER: Final = ("framework", "code", "title", "parent", "source")
LINK_HEADER: Final = (
    "from_framework",
    "from_code",
    "to_framework",
    "to_code",
    "strength",
    "source",
)

OUTSIDE: Final = "associations with something that no package given here holds"
OTHER_KINDS: Final = "associations of kinds that say nothing here (precedes, exemplar and others)"
INSIDE: Final = "associations within one framework other than its tree"
MORE_PARENTS: Final = "parents beside the first one of a standard"
RUBRICS: Final = "rubrics"


Key = tuple[str, str]
"""Framework and code."""


@dataclass(frozen=True)
class Names:
    """Which standard each identifier of the packages means; the document means the root."""

    by_id: dict[str, Key] = field(default_factory=dict)

    def of(self, link: object) -> Key | None:
        """Return the standard that a link means, if a package holds it."""
        return self.by_id.get(_identifier(link))


@dataclass(frozen=True)
class Package:
    """One package, read whole."""

    name: str
    content: Item

    @cached_property
    def document(self) -> Item:
        """The framework's own record."""
        found = self.content.get("CFDocument")
        if not isinstance(found, dict):
            raise ImportRefused(f"{self.name} is a CASE package without a CFDocument.")
        return found

    @cached_property
    def framework(self) -> str:
        """Name of the framework: its title, or its identifier where it has none."""
        name = cell(self.document.get("title")) or cell(self.document.get("identifier"))
        if not name or len(name) > MAX_KEY:
            raise ImportRefused(
                f"{self.name}: the CFDocument needs a title of at most {MAX_KEY} characters."
            )
        return name

    @property
    def version(self) -> str:
        """Version of CASE, so far as it can be told."""
        text = cell(self.document.get("uri")) + cell(self.document.get("caseVersion"))
        rubrics = self.content.get("CFRubrics")
        return "1.1" if "v1p1" in text or "1.1" in text or rubrics else "1.0"

    @cached_property
    def items(self) -> list[Item]:
        """Standards, in no order."""
        return [item for item in as_list(self.content.get("CFItems")) if isinstance(item, dict)]

    @cached_property
    def associations(self) -> list[Item]:
        """Links between two things each."""
        found = as_list(self.content.get("CFAssociations"))
        return [item for item in found if isinstance(item, dict)]

    @cached_property
    def codes(self) -> dict[str, str]:
        """Identifier to code; a coding scheme that stands for two standards stands for neither."""
        schemes: dict[str, int] = {}
        for item in self.items:
            scheme = cell(item.get("humanCodingScheme"))
            schemes[scheme] = schemes.get(scheme, 0) + 1
        found = {}
        for item in self.items:
            scheme, identifier = cell(item.get("humanCodingScheme")), _identifier(item)
            usable = scheme and schemes[scheme] == 1 and scheme != self.framework
            found[identifier] = scheme if usable else identifier
        return found

    def add_names(self, names: Names) -> None:
        """Say what each identifier of this package means."""
        found = {_identifier(self.document): self.framework, **self.codes}
        for identifier, code in found.items():
            if identifier:
                names.by_id[identifier] = (self.framework, code)

    def standards(self, asides: Asides) -> Iterator[RawRow]:
        """Yield the root, then each standard after its parent and the ones before it."""
        page = cell(self.document.get("officialSourceURL")) or cell(self.document.get("uri"))
        yield RawRow(0, (self.framework, self.framework, self.framework, "", page), "")
        parents = self._parents(asides)
        for number, item in _in_order(self.items, parents):
            identifier = _identifier(item)
            title = cell(item.get("abbreviatedStatement")) or cell(item.get("fullStatement"))
            parent = self.codes.get(parents.get(identifier, Parent()).identifier, "")
            cells = (self.framework, self.codes[identifier], title, parent, page)
            yield RawRow(number, cells, "" if identifier else "the CFItem has no identifier")
        asides.add(RUBRICS, len(as_list(self.content.get("CFRubrics"))))

    def _parents(self, asides: Asides) -> dict[str, "Parent"]:
        """Return the first parent of each standard, by the sequence that its association says."""
        found: dict[str, Parent] = {}
        for item in self.associations:
            child, parent = _ends(item)
            if item.get("associationType") != PARENT or child not in self.codes:
                continue
            asides.add(MORE_PARENTS, int(child in found))
            candidate = Parent(parent, _number(item.get("sequenceNumber")))
            known = found.get(child, candidate)
            found[child] = candidate if candidate.sequence < known.sequence else known
        return found

    def links(self, names: Names, asides: Asides) -> Iterator[RawRow]:
        """Yield what links a standard with one of another framework."""
        for number, item in enumerate(self.associations, 1):
            kind = cell(item.get("associationType"))
            start, end = (names.by_id.get(identifier) for identifier in _ends(item))
            if kind == PARENT:
                asides.add(OUTSIDE, int(start is None or end is None))
            elif kind not in STRENGTHS:
                asides.add(OTHER_KINDS)
            elif start is None or end is None:
                asides.add(OUTSIDE)
            elif start[0] == end[0]:
                asides.add(INSIDE)
            else:
                source = cell(item.get("uri"))
                yield RawRow(number, (*start, *end, str(STRENGTHS[kind]), source), "")


@dataclass(frozen=True)
class Parent:
    """Whose child a standard is, and its place among the children."""

    identifier: str = ""
    sequence: float = float("inf")


class Case:
    """CASE packages, versions 1.0 and 1.1."""

    name = "CASE"

    def recognise(self, sample: Sample) -> float:
        """Return how sure it is, by the members of a package."""
        signs = {"CFDocument", "CFItems", "CFAssociations"} & sample.json_names
        return 0.95 if signs else 0.0

    def sources(self, samples: Sequence[Sample], _setting: Setting) -> Taken:
        """Return standards and links of each package; links may lead to any other package."""
        names = Names()
        titles: dict[str, str] = {}
        sources: list[Source] = []
        for sample in samples:
            package = _read(sample.path)
            root = _identifier(package.document)
            if titles.setdefault(package.framework, root) != root:
                raise ImportRefused(
                    f"{sample.path.name}: another package has the title {package.framework!r} too."
                )
            package.add_names(names)
            found = f"CASE {package.version}"
            sources += [
                Source(sample.path, STANDARDS, found, partial(_standards, sample.path)),
                Source(sample.path, CROSSWALK, found, partial(_links, sample.path, names)),
            ]
        return Taken(tuple(sources))


def _read(path: Path) -> Package:
    with open_json(path) as file:
        items = [item for _, item in file.objects()]
    if len(items) != 1:
        raise ImportRefused(f"{path.name} holds {len(items)} CASE packages; give one a file.")
    package = Package(path.name, items[0])
    seen: set[str] = set()
    for identifier in map(_identifier, package.items):
        if identifier and identifier in seen:
            raise ImportRefused(f"{path.name}: two CFItems have the same identifier.")
        seen.add(identifier)
    return package


@contextmanager
def _standards(path: Path, _lookups: Lookups) -> Iterator[Converted]:
    asides = Asides()
    rows = _read(path).standards(asides)
    yield Converted(f"{path.name} (standards)", STANDARD_HEADER, rows, set_aside=asides)


@contextmanager
def _links(path: Path, names: Names, _lookups: Lookups) -> Iterator[Converted]:
    asides = Asides()
    rows = _read(path).links(names, asides)
    yield Converted(f"{path.name} (crosswalk)", LINK_HEADER, rows, set_aside=asides)


def _identifier(link: object) -> str:
    """Return the identifier of a record or a link, which may be a plain URI."""
    if isinstance(link, dict):
        return cell(link.get("identifier")) or cell(link.get("uri")).rpartition("/")[2]
    return cell(link).rpartition("/")[2]


def _ends(association: Item) -> tuple[str, str]:
    start = association.get("originNodeURI", association.get("originNodeIdentifier"))
    end = association.get("destinationNodeURI", association.get("destinationNodeIdentifier"))
    return _identifier(start), _identifier(end)


def _in_order(items: Sequence[Item], parents: Mapping[str, Parent]) -> Iterator[tuple[int, Item]]:
    """Yield items and their numbers (from 1) depth first; what lies in a circle comes last."""
    ids = {_identifier(item) for item in items}
    children: dict[str, list[tuple[int, Item]]] = {}
    for number, item in enumerate(items, 1):
        parent = parents.get(_identifier(item), Parent()).identifier
        children.setdefault(parent if parent in ids else "", []).append((number, item))

    def place(numbered: tuple[int, Item]) -> tuple[float, bool, list[tuple[bool, int, str]], int]:
        number, item = numbered
        own = _number(item.get("sequenceNumber"))
        sequence = min(own, parents.get(_identifier(item), Parent()).sequence)
        code = cell(item.get("humanCodingScheme"))
        return sequence, not code, natural(code), number

    waiting = sorted(children.pop("", []), key=place, reverse=True)
    while waiting or children:
        if not waiting:
            waiting = sorted(children.pop(next(iter(children))), key=place, reverse=True)
        number, item = waiting.pop()
        yield number, item
        waiting += sorted(children.pop(_identifier(item), []), key=place, reverse=True)


def _number(value: object) -> float:
    usable = isinstance(value, (int, float)) and not isinstance(value, bool)
    return float(value) if usable and isinstance(value, (int, float)) else float("inf")
