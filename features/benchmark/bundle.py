"""An invented large district as files: a OneRoster bundle, a catalog, and records."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Final

SCHOOLS: Final = 150
DISTRICT: Final = "org-district"
FIRST: Final = datetime(2020, 8, 1, tzinfo=UTC)

Row = Sequence[object]


@dataclass(frozen=True)
class Sizes:
    """How large the district is."""

    staff: int = 100_000
    credentials: int = 5_000
    records: int = 1_000_000

    @property
    def rows(self) -> int:
        """Rows of the three files that are read."""
        return self.staff + self.credentials + self.records


DATA_FILES: Final = ("users.csv", "credentials.csv", "records.csv")


class Export(StrEnum):
    """Which of a district's exports."""

    FIRST = "first"
    AGAIN = "again"
    """The whole district once more, one person and one record in a hundred changed."""
    DELTA = "delta"
    """Of that only what changed, and the catalog."""


CHANGES: Final = 100
"""One in so many changes from the first export to the next."""


def write_bundle(folder: Path, sizes: Sizes, export: Export = Export.FIRST) -> None:
    """Write the files; the same sizes give the same files."""
    folder.mkdir(parents=True, exist_ok=True)
    changed = export is not Export.FIRST
    step = CHANGES if export is Export.DELTA else 1
    mode = "delta" if export is Export.DELTA else "bulk"
    _write(folder / "manifest.csv", ("propertyName", "value"), _manifest(mode))
    _write(folder / "orgs.csv", (*_BASE, "name", "type", "identifier", "parentSourcedId"), _orgs())
    _write(
        folder / "users.csv",
        _USERS,
        (_user(number, changed=changed) for number in range(0, sizes.staff, step)),
    )
    _write(
        folder / "credentials.csv",
        ("credential_id", "title", "issuer", "description", "hours", "cost_usd", "url"),
        (_credential(number) for number in range(sizes.credentials)),
    )
    _write(
        folder / "records.csv",
        ("teacher_id", "credential_id", "status", "on", "source"),
        (_record(number, sizes, changed=changed) for number in range(0, sizes.records, step)),
    )


_BASE: Final = ("sourcedId", "status", "dateLastModified")
_USERS: Final = (
    *(*_BASE, "enabledUser", "orgSourcedIds", "role", "username", "userIds", "givenName"),
    *("familyName", "middleName", "identifier", "email", "sms", "phone", "agentSourcedIds"),
    *("grades", "password"),
)


def _write(path: Path, header: Sequence[str], rows: Iterable[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)


def _manifest(mode: str) -> Iterable[Row]:
    yield "manifest.version", "1.0"
    yield "oneroster.version", "1.1"
    yield "file.orgs", "bulk"
    yield "file.users", mode


def _orgs() -> Iterable[Row]:
    yield DISTRICT, "", "", "A large district", "district", "", ""
    for number in range(SCHOOLS):
        yield f"org-{number:03d}", "", "", f"School {number}", "school", "", DISTRICT


def _user(number: int, *, changed: bool) -> Row:
    name = f"person{number:06d}"
    family = f"Person {number}" + (" Junior" if changed and number % CHANGES == 0 else "")
    school = f"org-{number % SCHOOLS:03d}"
    return (
        *(f"usr-{number:06d}", "", "", "true", school, "teacher", name, "", "Pat"),
        *(family, "", "", f"{name}@district.example", "", "", "", "", ""),
    )


def _credential(number: int) -> Row:
    title = f"Micro-credential {number}"
    page = f"https://catalog.example/micro-credentials/{number}"
    return f"mc-{number:05d}", title, "An issuer", f"{title} in a few words.", number % 40, 0, page


def _record(number: int, sizes: Sizes, *, changed: bool) -> Row:
    teacher, turn = number % sizes.staff, number // sizes.staff
    credential = (teacher * 7 + turn * 499) % sizes.credentials
    on = FIRST + timedelta(minutes=number)
    source = "portfolio, seen again" if changed and number % CHANGES == 0 else "portfolio"
    return f"usr-{teacher:06d}", f"mc-{credential:05d}", "earned", on.isoformat(), source
