"""OneRoster 1.1 and 1.2 in CSV, as a folder or a zip archive: the roster of staff.

Which file is which is told by its header, not by its name. The rows themselves are made in
`oneroster_staff`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import IO, Final

from features.importers.archives import open_archive
from features.importers.oneroster_staff import Orgs, StaffTable, read_orgs, staff_table
from features.importers.people_contracts import TEACHERS
from features.importers.reader import CsvFile, first_cells, open_csv, read_csv
from features.importers.sources import Lookups, Sample, Setting, Source, Taken
from recommender.errors import ImportRefused

ALWAYS_THERE: Final = frozenset({"sourcedid", "status", "datelastmodified"})
MANIFEST: Final = ("propertyname", "value")

KINDS: Final[Mapping[str, frozenset[str]]] = {
    "users": frozenset({"enableduser", "givenname", "familyname"}),
    "roles": frozenset({"usersourcedid", "roletype", "role"}),
    "enrollments": frozenset({"classsourcedid", "usersourcedid", "role"}),
    "classes": frozenset({"coursesourcedid", "classtype"}),
    "courses": frozenset({"coursecode", "orgsourcedid"}),
    "orgs": frozenset({"name", "type", "parentsourcedid"}),
}
"""Columns by which each file is known, beside those that every file has."""

VERSIONS: Final = ("1.1", "1.2")

_HEAD: Final = 64 * 1024
_SDS: Final = "near OneRoster, but not OneRoster (Microsoft School Data Sync 2.1?)"

Opener = Callable[[], AbstractContextManager[CsvFile]]
Parts = Mapping[str, Opener]
"""What a bundle holds, by kind."""


@dataclass(frozen=True)
class Manifest:
    """What a bundle says of itself."""

    version: str = ""
    modes: Mapping[str, str] | None = None
    """Kind of file to bulk, delta or absent; None: there is no manifest."""

    @property
    def delta(self) -> bool:
        """Whether the users of the bundle are only those that changed."""
        return bool(self.modes) and (self.modes or {}).get("users") == "delta"

    def says_absent(self, kind: str) -> bool:
        """Return whether the manifest says that there is no such file."""
        return (self.modes or {}).get(kind) == "absent"


@dataclass(frozen=True)
class Bundle:
    """One OneRoster bundle, wherever it lies."""

    path: Path
    """The archive, or the file of users."""
    opened: Callable[[], AbstractContextManager[Parts]]
    given: str | None
    setting: Setting

    @cached_property
    def manifest(self) -> Manifest:
        """The manifest, checked."""
        with self.opened() as parts:
            manifest = _read_manifest(parts)
            for kind in KINDS:
                if kind not in parts and (manifest.modes or {}).get(kind, "absent") != "absent":
                    raise ImportRefused(
                        f"{self.path.name}: the manifest names {kind}.csv, and it is not there."
                    )
        return manifest

    @cached_property
    def orgs(self) -> Orgs:
        """Schools and districts."""
        with self.opened() as parts:
            if "orgs" not in parts or self.manifest.says_absent("orgs"):
                return Orgs({})
            with parts["orgs"]() as file:
                return read_orgs(file)

    @property
    def format(self) -> str:
        """Name of what was recognised."""
        with self.opened() as parts:
            version = self.manifest.version or ("1.2" if "roles" in parts else "1.1")
        if self.manifest.modes is None:
            return f"OneRoster {version} (bulk; it has no manifest)"
        return f"OneRoster {version} ({'delta' if self.manifest.delta else 'bulk'})"

    def source(self) -> Source:
        """Return the roster in it as a source."""

        @contextmanager
        def opened(_lookups: Lookups) -> Iterator[StaffTable]:
            with self.opened() as parts:
                wanted = {
                    kind: opener
                    for kind, opener in parts.items()
                    if not self.manifest.says_absent(kind)
                }
                with staff_table(
                    self.path.name,
                    wanted,
                    self.orgs,
                    district=self.given,
                    as_of=self.setting.as_of,
                    delta=self.manifest.delta,
                ) as table:
                    yield table

        return Source(self.path, TEACHERS, self.format, opened)


class OneRoster:
    """The OneRoster CSV binding, versions 1.1 and 1.2."""

    name = "OneRoster"

    def recognise(self, sample: Sample) -> float:
        """Return how sure it is: by the header, or that it is an archive at all."""
        if sample.head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
            return 0.6
        header = frozenset(sample.csv_header)
        if sample.csv_header == MANIFEST or header >= ALWAYS_THERE:
            return 0.9
        return 0.6 if any(name.endswith("sourcedid") for name in header) else 0.0

    def sources(self, samples: Sequence[Sample], setting: Setting) -> Taken:
        """Return one source for each bundle that has users in it."""
        left: dict[str, str] = {}
        bundles: list[Bundle] = []
        folders: dict[Path, dict[str, Path]] = {}
        for sample in samples:
            if not sample.csv_header:
                self._archive(sample.path, setting, bundles, left)
                continue
            kind = kind_of(sample.csv_header)
            if not kind:
                left[sample.path.name] = _why_not(sample.csv_header)
                continue
            folders.setdefault(sample.path.parent, {})[kind] = sample.path
        for files in folders.values():
            if "users" not in files:
                left |= {path.name: "OneRoster without its users" for path in files.values()}
                continue
            opened = partial(_folder_parts, files)
            bundles.append(Bundle(files["users"], opened, setting.district, setting))
        return Taken(
            tuple(bundle.source() for bundle in bundles),
            left,
            frozenset(
                (bundle.path.parent, district)
                for bundle in bundles
                for district in bundle.orgs.districts
            ),
        )

    def _archive(
        self, path: Path, setting: Setting, bundles: list[Bundle], left: dict[str, str]
    ) -> None:
        bundle = Bundle(path, partial(_archive_parts, path), setting.district, setting)
        with bundle.opened() as parts:
            known = "users" in parts
        if known:
            bundles.append(bundle)
        else:
            left[path.name] = "an archive without a OneRoster file of users"


def kind_of(header: Sequence[str]) -> str:
    """Return which file of a bundle has this header, or nothing."""
    if tuple(header) == MANIFEST:
        return "manifest"
    names = frozenset(header)
    if not names >= ALWAYS_THERE:
        return ""
    return next((kind for kind, signs in KINDS.items() if names >= signs), "")


def _why_not(header: Sequence[str]) -> str:
    if frozenset(header) >= ALWAYS_THERE:
        return "a OneRoster file in which nothing is of use here"
    return _SDS


@contextmanager
def _folder_parts(files: Mapping[str, Path]) -> Iterator[Parts]:
    yield {kind: partial(open_csv, path) for kind, path in files.items()}


@contextmanager
def _archive_parts(path: Path) -> Iterator[Parts]:
    with open_archive(path) as members:
        parts: dict[str, Opener] = {}
        for member in members:
            if not member.name.casefold().endswith(".csv"):
                continue
            with member.open() as stream:
                kind = kind_of(first_cells(_head(stream)))
            if kind in parts:
                raise ImportRefused(f"{path.name} holds {kind} of OneRoster twice.")
            if kind:
                parts[kind] = partial(read_csv, f"{member.name} in {path.name}", member.open)
        yield parts


def _head(stream: IO[bytes]) -> bytes:
    return stream.read(_HEAD)


def _read_manifest(parts: Parts) -> Manifest:
    if "manifest" not in parts:
        return Manifest()
    with parts["manifest"]() as file:
        values = {
            row.cells[0].strip().casefold(): row.cells[1].strip().casefold()
            for row in file.rows()
            if not row.problem
        }
    version = values.get("oneroster.version", "")
    if version.removeprefix("v") not in VERSIONS:
        raise ImportRefused(
            f"{file.name}: this is OneRoster {version[:20] or 'of no version'}; read are "
            f"{' and '.join(VERSIONS)}."
        )
    modes = {
        name.removeprefix("file."): mode
        for name, mode in values.items()
        if name.startswith("file.")
    }
    unknown = sorted(set(modes.values()) - {"bulk", "delta", "absent"})
    if unknown:
        raise ImportRefused(
            f"{file.name}: a file is {unknown[0][:20]!r}, not bulk, delta or absent."
        )
    return Manifest(version.removeprefix("v"), modes)
