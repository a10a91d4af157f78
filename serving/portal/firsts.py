"""What a caseload says of each teacher, remembered while what it rests on stands."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from threading import Lock
from typing import Annotated, Final

import numpy as np
from fastapi import Depends, Request
from sqlmodel import Session, col, func, select

from recommender.catalog import Catalog
from recommender.clock import ms_to_date, today
from recommender.policy import Policy
from recommender.sentences import credential_title, standard_title
from recommender.store.tables import Teacher
from recommender.store.versions import StoreVersion, TeacherVersion
from recommender.teacher_state import UNDATED_MS, TeacherStates
from recommender.vocabulary import Segment
from recommender.voice import Voice
from serving.deps import Service
from serving.live.champion import Serving
from serving.live.memory import Ground
from serving.live.suggestions import Suggested, suggest_to
from serving.live.versions import Versions

AREAS_SHOWN: Final = 3
ROOM: Final = 0.5
"""A level below this share of its scale is shown as a growth area."""

MOST_REMEMBERED: Final = 5_000
IDS_A_QUERY: Final = 500


@dataclass(frozen=True)
class First:
    """A teacher at a glance: where to grow, what was done last, what is suggested first."""

    segment: Segment
    areas: tuple[str, ...]
    goals: tuple[str, ...]
    last_activity: date | None
    suggestion: str
    reason: str


class Firsts:
    """What was worked out for the caseloads of a service; those longest unused are forgotten.

    Requests of several threads share it.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[int, tuple[Ground, First]] = OrderedDict()
        self._lock = Lock()

    def find(self, teacher: Teacher, ground: Ground) -> First | None:
        """Return what is remembered of a teacher, None where it rests on other ground."""
        with self._lock:
            found = self._kept.get(teacher.id or 0)
            if found is None or found[0] != ground:
                return None
            self._kept.move_to_end(teacher.id or 0)
            return found[1]

    def keep(self, teacher: Teacher, ground: Ground, first: First) -> None:
        """Remember it in place of what there was."""
        with self._lock:
            self._kept[teacher.id or 0] = ground, first
            self._kept.move_to_end(teacher.id or 0)
            while len(self._kept) > MOST_REMEMBERED:
                self._kept.popitem(last=False)


def get_firsts(request: Request) -> Firsts:
    """Return what the app that serves this request remembers."""
    firsts: Firsts = request.app.state.firsts
    return firsts


FirstsDep = Annotated[Firsts, Depends(get_firsts)]


def firsts_of(
    remembered: Firsts,
    session: Session,
    service: Service,
    serving: Serving,
    policy: Policy,
    teachers: Sequence[Teacher],
) -> list[First]:
    """Return each teacher at a glance, in the order given; what is not remembered is worked out.

    The session sees one state of the store throughout, so the versions that it reads are those of
    all else that it reads.
    """
    grounds = _grounds(session, service, serving, teachers)
    found = [
        remembered.find(teacher, ground) for teacher, ground in zip(teachers, grounds, strict=True)
    ]
    missing = [number for number, first in enumerate(found) if first is None]
    made = _worked_out(session, service, serving, policy, [teachers[n] for n in missing])
    fresh = dict(zip(missing, made, strict=True))
    for number, first in fresh.items():
        remembered.keep(teachers[number], grounds[number], first)
    return [first or fresh[number] for number, first in enumerate(found)]


def _worked_out(
    session: Session, service: Service, serving: Serving, policy: Policy, teachers: list[Teacher]
) -> list[First]:
    if not teachers:
        return []
    voice = Voice.ABOUT_TEACHER
    lists = suggest_to(session, serving, service.catalog, policy, teachers, k=1, voice=voice)
    return [_first(made) for made in lists]


def _grounds(
    session: Session, service: Service, serving: Serving, teachers: Sequence[Teacher]
) -> list[Ground]:
    """Return what is told of each teacher rests on."""
    service.states.current()
    shared = int(session.exec(select(func.sum(StoreVersion.version))).one() or 0)
    own: dict[int, int] = {}
    ids = [teacher.id or 0 for teacher in teachers]
    for start in range(0, len(ids), IDS_A_QUERY):
        some = col(TeacherVersion.teacher_id).in_(ids[start : start + IDS_A_QUERY])
        asked = select(TeacherVersion.teacher_id, TeacherVersion.version).where(some)
        own.update(session.exec(asked).all())
    day, changes = today(), service.states.changes
    return [
        Ground(Versions(shared, own.get(id_, 0)), day, serving.version.bundle_hash, changes)
        for id_ in ids
    ]


def last_activity(state: TeacherStates) -> date | None:
    """Return the day of a teacher's latest record or event, None where none is dated."""
    moments = np.concatenate([state.records.rows["on"], state.events.rows["on"]])
    dated = moments[moments != UNDATED_MS]
    return ms_to_date(int(dated.max())) if len(dated) else None


def needs_of(state: TeacherStates, catalog: Catalog) -> dict[int, float]:
    """Return the latest level of each standard that leaves room to grow, lowest first.

    What no micro-credential develops is left out, a framework's root among it.
    """
    latest: dict[int, tuple[int, float]] = {}
    for rows in (state.ratings.rows, state.assessments.rows):
        for row in rows[~np.isnan(rows["level"])]:
            told = (int(row["on"]), float(row["level"]))
            latest[int(row["standard"])] = max(latest.get(int(row["standard"]), told), told)
    reachable = catalog.reach.max(axis=0, initial=0) > 0
    low = [
        (level, column)
        for column, (_, level) in latest.items()
        if level < ROOM and reachable[column]
    ]
    return {column: level for level, column in sorted(low)}


def _first(made: Suggested) -> First:
    item = made.suggestions.items[0] if made.suggestions.items else None
    goals = dict.fromkeys(made.state.goals.rows["standard"].tolist())
    return First(
        segment=made.suggestions.segment,
        areas=_titles(list(needs_of(made.state, made.catalog))[:AREAS_SHOWN], made.catalog),
        goals=_titles(list(goals)[:AREAS_SHOWN], made.catalog),
        last_activity=last_activity(made.state),
        suggestion=credential_title(item.column, made.catalog) if item else "",
        reason=item.reasons[0].text if item else "",
    )


def _titles(columns: Sequence[int], catalog: Catalog) -> tuple[str, ...]:
    return tuple(standard_title(column, catalog) for column in columns if column >= 0)
