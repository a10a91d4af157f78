"""Rows of `teachers.csv` from the files of a OneRoster bundle.

Staff are people with a staff role; students, guardians and others are counted and passed over.
The password column and `metadata.*` are never looked at.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Final

from features.importers.documents import list_cell
from features.importers.reader import CsvFile
from features.importers.sources import LINE, Asides, RawRow
from recommender.errors import ImportRefused

STAFF: Final = frozenset(
    {"teacher", "administrator", "aide", "principal", "counselor"}
    | {"siteadministrator", "districtadministrator"}
)
"""Roles whose people are teachers to us; each of them is a learner of micro-credentials."""

ENDED: Final = frozenset({"tobedeleted", "inactive"})
STATUSES: Final = frozenset({"", "active"}) | ENDED

HEADER: Final = (
    *("teacher_id", "email", "given_name", "family_name", "school_id", "district_id"),
    *("active", "role"),
)
CLASS_HEADER: Final = ("grade_bands", "subjects")
"""Beside, where the bundle tells whole which classes a teacher teaches."""

LOOKED_AT: Final = frozenset(
    {
        *("sourcedid", "status", "type", "parentsourcedid", "orgsourcedid", "orgsourcedids"),
        *("primaryorgsourcedid", "role", "roletype", "enddate", "email", "givenname", "familyname"),
        *("usersourcedid", "classsourcedid", "coursesourcedid", "grades", "subjects"),
    }
)
"""Columns of any file of a bundle that are read; `password` and the like are not among them."""

NO_STAFF: Final = "people who are no staff (students, guardians, others)"
NO_USER: Final = "roles of people who are not among the users"

_ROLES: Final[Mapping[str, str]] = {
    "teacher": "teacher",
    "counselor": "student_services",
    **dict.fromkeys(("administrator", "principal", "siteadministrator"), "administrator"),
    "districtadministrator": "administrator",
}
"""Roles (OneRoster 1.1 and 1.2) as the rules of states name them; other roles say nothing."""

_BANDS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("it", "pr", "pk", "tk"), "PK"),
    **dict.fromkeys(("kg", "k", "01", "02", "1", "2"), "K-2"),
    **dict.fromkeys(("03", "04", "05", "3", "4", "5"), "3-5"),
    **dict.fromkeys(("06", "07", "08", "6", "7", "8"), "6-8"),
    **dict.fromkeys(("09", "10", "11", "12", "9"), "9-12"),
}
"""Grade codes (CEDS) to the bands of our contracts; other codes say nothing."""

_LONGEST_CHAIN: Final = 32

Parts = Mapping[str, Callable[[], AbstractContextManager[CsvFile]]]


@dataclass(frozen=True)
class Org:
    """A school, a district, or something between them."""

    kind: str
    parent: str


@dataclass(frozen=True)
class Orgs:
    """The organisations of a bundle."""

    by_id: Mapping[str, Org]
    broken: Mapping[str, int] = field(default_factory=dict)
    """Rows that could not be read."""

    @cached_property
    def districts(self) -> frozenset[str]:
        """Ids of the districts; of the local authorities where nothing is called a district."""
        kinds = {org.kind for org in self.by_id.values()}
        kind = "district" if "district" in kinds else "local"
        return frozenset(name for name, org in self.by_id.items() if org.kind == kind)

    def district_of(self, org_id: str) -> str:
        """Return the district above an organisation, or the only one there is, or nothing."""
        at = org_id
        for _ in range(_LONGEST_CHAIN):
            org = self.by_id.get(at)
            if org is None:
                break
            if at in self.districts:
                return at
            at = org.parent
        return next(iter(self.districts)) if len(self.districts) == 1 else ""

    def school_of(self, org_ids: Sequence[str]) -> str:
        """Return the first school among organisations; one that is not known counts as a school."""
        kinds = ((name, self.by_id.get(name)) for name in org_ids)
        return next((name for name, org in kinds if org is None or org.kind == "school"), "")


def read_orgs(file: CsvFile) -> Orgs:
    """Read the organisations that are not to be deleted."""
    found: dict[str, Org] = {}
    broken = Asides()
    for record, _row in _records(file, broken):
        if not _has_ended(record):
            kind = record.get("type", "").casefold()
            found[record["sourcedid"]] = Org(kind, record.get("parentsourcedid", ""))
    return Orgs(found, broken)


@dataclass(frozen=True)
class Roles:
    """What roles.csv (1.2) says of one person."""

    current: tuple[str, ...] = ()
    """Organisations of the staff roles that hold, the primary one first."""
    over: tuple[str, ...] = ()
    """Organisations of the staff roles that have ended."""
    role: str = ""
    """The primary role that holds, else the first, in small letters."""


@dataclass
class StaffTable:
    """A `RowTable` of the staff in a bundle."""

    name: str
    header: Sequence[str]
    set_aside: Asides
    _made: Callable[[], Iterator[RawRow]]
    _at: Callable[[], int]
    unit: str = LINE

    @property
    def position(self) -> int:
        """Bytes read so far."""
        return self._at()

    def rows(self) -> Iterator[RawRow]:
        """Yield each row."""
        return self._made()


@contextmanager
def staff_table(
    name: str,
    parts: Parts,
    orgs: Orgs,
    *,
    district: str | None,
    as_of: date,
    delta: bool,
) -> Iterator[StaffTable]:
    """Open the users of a bundle as rows of `teachers.csv`.

    Raises
    ------
    ImportRefused
        A delta says nowhere whose its people are.
    """
    if delta and district is None and not orgs.districts:
        raise ImportRefused(
            f"{name} is a delta that names no district: say with --district whose it is."
        )
    named = district if len(orgs.districts) <= 1 else None
    asides = Asides(orgs.broken)
    classes = {} if delta else _taught(parts, asides)
    roles = _read_roles(parts, as_of, asides)
    with parts["users"]() as file:
        told = not delta and {"classes", "enrollments"} <= parts.keys()
        maker = _Maker(file, orgs, roles, classes if told else None, named, asides)
        header = (*HEADER, *CLASS_HEADER) if told else HEADER
        label = file.name if file.name.endswith(name) else f"{file.name} in {name}"
        yield StaffTable(label, header, maker.asides, maker.rows, lambda: file.position)


@dataclass
class _Maker:
    file: CsvFile
    orgs: Orgs
    roles: dict[str, Roles] | None
    """None: the users themselves say their role (1.1)."""
    classes: Mapping[str, "Taught"] | None
    district: str | None
    """Named by hand, and the bundle has no several."""
    asides: Asides
    _seen: set[str] = field(default_factory=set)

    def rows(self) -> Iterator[RawRow]:
        if self.roles is None and "role" not in self.file.header:
            raise ImportRefused(
                f"{self.file.name} has no column role (1.1), and there is no roles.csv (1.2) "
                "beside it."
            )
        for record, row in _records(self.file, None):
            if row.problem:
                yield row
                continue
            if (made := self._row(record, row.line)) is not None:
                yield made
        if self.roles:
            unseen = len(self.roles.keys() - self._seen)
            if unseen:
                self.asides.add(NO_USER, unseen)

    def _row(self, record: Mapping[str, str], line: int) -> RawRow | None:
        if self.roles is None:
            role = record["role"].casefold()
            orgs = _split(record.get("orgsourcedids", ""))
            held = Roles(tuple(orgs), role=role) if role in STAFF else None
        else:
            held = self.roles.get(record["sourcedid"])
            self._seen.add(record["sourcedid"])
        if held is None:
            self.asides.add(NO_STAFF)
            return None
        status = record["status"].casefold()
        if status not in STATUSES:
            return RawRow(line, (), "status is not one of active, tobedeleted")
        active = status not in ENDED and (self.roles is None or bool(held.current))
        return self._cells(record, line, held, active=active)

    def _cells(self, record: Mapping[str, str], line: int, held: Roles, *, active: bool) -> RawRow:
        orgs = held.current or held.over
        teacher = record["sourcedid"]
        primary = record.get("primaryorgsourcedid", "")
        places = list(dict.fromkeys((*filter(None, (primary,)), *orgs)))
        districts = [found for place in places if (found := self.orgs.district_of(place))]
        cells = [
            *(teacher, record.get("email", "")),
            *(record["givenname"], record["familyname"]),
            self.orgs.school_of(places),
            self.district or next(iter(districts), ""),
            "yes" if active else "no",
            _ROLES.get(held.role, ""),
        ]
        if self.classes is not None:
            taught = self.classes.get(teacher, Taught())
            cells += [list_cell(list(taught.bands)), list_cell(list(taught.subjects))]
        return RawRow(line, cells, "")


@dataclass
class Taught:
    """Grade bands and subjects of a teacher's classes, in order of their first mention."""

    bands: dict[str, None] = field(default_factory=dict)
    subjects: dict[str, None] = field(default_factory=dict)

    def add(self, other: "Taught") -> None:
        """Take over what another one holds."""
        self.bands |= other.bands
        self.subjects |= other.subjects


def _taught(parts: Parts, asides: Asides) -> dict[str, Taught]:
    """Return what each teacher teaches, from enrolments in classes."""
    if not {"classes", "enrollments"} <= parts.keys():
        return {}
    courses = _contents(parts, "courses", {}, asides)
    classes = _contents(parts, "classes", courses, asides)
    found: dict[str, Taught] = {}
    with parts["enrollments"]() as file:
        for record, _row in _records(file, asides):
            content = classes.get(record["classsourcedid"])
            teaches = record["role"].casefold() == "teacher" and not _has_ended(record)
            if teaches and content is not None:
                found.setdefault(record["usersourcedid"], Taught()).add(content)
    return found


def _contents(
    parts: Parts, kind: str, courses: Mapping[str, Taught], asides: Asides
) -> dict[str, Taught]:
    """Return grade bands and subjects of classes or courses; a class falls back on its course."""
    if kind not in parts:
        return {}
    found = {}
    with parts[kind]() as file:
        for record, _row in _records(file, asides):
            if _has_ended(record):
                continue
            grades = _split(record.get("grades", ""))
            bands = [_BANDS[grade.casefold()] for grade in grades if grade.casefold() in _BANDS]
            content = Taught(
                dict.fromkeys(sorted(bands)), dict.fromkeys(_split(record.get("subjects", "")))
            )
            course = courses.get(record.get("coursesourcedid", ""), Taught())
            content.bands = content.bands or course.bands
            content.subjects = content.subjects or course.subjects
            found[record["sourcedid"]] = content
    return found


def _read_roles(parts: Parts, as_of: date, asides: Asides) -> dict[str, Roles] | None:
    """Return the staff roles of each person, or None where the bundle has no roles.csv."""
    if "roles" not in parts:
        return None
    found: dict[str, Roles] = {}
    with parts["roles"]() as file:
        for record, _row in _records(file, asides):
            if record["role"].casefold() not in STAFF:
                continue
            known = found.get(record["usersourcedid"], Roles())
            org = record.get("orgsourcedid", "")
            role = record["role"].casefold()
            if _is_over(record, as_of):
                known = Roles(known.current, (*known.over, org), known.role)
            elif record["roletype"].casefold() == "primary":
                known = Roles((org, *known.current), known.over, role)
            else:
                known = Roles((*known.current, org), known.over, known.role or role)
            found[record["usersourcedid"]] = known
    return found


def _is_over(record: Mapping[str, str], as_of: date) -> bool:
    return _has_ended(record) or "" < record.get("enddate", "")[:10] < as_of.isoformat()


def _has_ended(record: Mapping[str, str]) -> bool:
    return record["status"].casefold() in ENDED


def _records(file: CsvFile, asides: Asides | None) -> Iterator[tuple[dict[str, str], RawRow]]:
    """Yield each row by the names of its columns; broken ones are counted, else yielded as such."""
    wanted = [(name, at) for at, name in enumerate(file.header) if name in LOOKED_AT]
    for row in file.rows():
        if not row.problem:
            cells = row.cells
            yield {name: cells[at].strip() for name, at in wanted}, row
        elif asides is None:
            yield {}, row
        else:
            asides.add(f"rows of {file.name} that cannot be read")


def _split(text: str) -> list[str]:
    """Return the values of a list in one cell."""
    return [part for item in text.split(",") if (part := item.strip())]
