"""The roster entries that hold on a day, from what `person_rows` tells of teachers."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from functools import lru_cache

from features.licence_rows import RosterRow, credible
from features.person_rows import PersonRow, Told, day_end, day_start
from recommender.clock import day_end_ms
from recommender.renewal.facts import TeacherFacts


def roster_of(rows: Iterable[PersonRow], on: date) -> dict[int, TeacherFacts]:
    """Return by `teacher.id` what renewal sees of each teacher; the latest entry in force counts.

    A state that the roster does not tell is the district's.
    """
    districts: dict[int, tuple[str, str]] = {}
    entries: defaultdict[int, list[PersonRow]] = defaultdict(list)
    for row in rows:
        if row.kind == Told.TEACHER:
            districts[row.owner] = (row.a or "", row.b or "")
        elif row.kind == Told.CONTEXT:
            entries[row.owner].append(row)
    now = day_end_ms(on)
    return {
        id_: _facts(*district, latest_in_force(entries[id_], now))
        for id_, district in districts.items()
    }


def latest_in_force(entries: Iterable[PersonRow], moment: int) -> PersonRow | None:
    """Return the roster entry of one teacher that holds at a moment, the latest of several."""
    held = [row for row in entries if day_start(row.a or "") <= moment <= day_end(row.b or "")]
    return max(held, key=lambda row: row.a or "", default=None)


def roster_row(entry: PersonRow, district: str, state: str) -> RosterRow:
    """Return a roster entry of a teacher; a state that it does not tell is the district's."""
    return RosterRow(
        district=district,
        state=entry.e or state,
        grade_bands=entry.c or "",
        subjects=entry.d or "",
        license_type=entry.f or "",
        role=entry.h or "",
        employer=entry.i or "",
    )


def _facts(district: str, state: str, entry: PersonRow | None) -> TeacherFacts:
    if entry is None:
        return facts_of(RosterRow(district, state), None)
    return facts_of(roster_row(entry, district, state), entry.g)


@lru_cache(maxsize=10_000)
def facts_of(row: RosterRow, expires: str | None) -> TeacherFacts:
    """Return what renewal sees of a roster entry whose licence ends on a day."""
    ends = None if expires is None else credible(date.fromisoformat(expires))
    return replace(row.facts(), license_expires_on=ends)
