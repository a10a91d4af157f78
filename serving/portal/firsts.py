"""What a caseload says of each teacher, remembered while what it rests on stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
from sqlmodel import Session

from recommender.catalog import Catalog
from recommender.clock import ms_to_date
from recommender.policy import Policy
from recommender.sentences import credential_title, standard_title
from recommender.store.tables import Teacher
from recommender.teacher_state import UNDATED_MS, TeacherStates
from recommender.vocabulary import Segment
from recommender.voice import Voice
from serving.deps import Service
from serving.live.champion import Serving
from serving.live.recall import grounds_of
from serving.live.suggestions import Suggested, suggest_to

AREAS_SHOWN: Final = 3
ROOM: Final = 0.5
"""A level below this share of its scale is shown as a growth area."""


@dataclass(frozen=True)
class First:
    """A teacher at a glance: where to grow, what was done last, what is suggested first."""

    segment: Segment
    areas: tuple[str, ...]
    goals: tuple[str, ...]
    last_activity: date | None
    suggestion: str
    reason: str


def firsts_of(
    session: Session,
    service: Service,
    serving: Serving,
    policy: Policy,
    teachers: Sequence[Teacher],
) -> list[First]:
    """Return each teacher at a glance, in the order given; what is not remembered is worked out."""
    grounds = grounds_of(session, service.states, serving, teachers)
    found: list[First | None] = [
        service.recall.find(_key(teacher), ground)
        for teacher, ground in zip(teachers, grounds, strict=True)
    ]
    missing = [number for number, first in enumerate(found) if first is None]
    made = _worked_out(session, service, serving, policy, [teachers[n] for n in missing])
    fresh = dict(zip(missing, made, strict=True))
    for number, first in fresh.items():
        service.recall.keep(_key(teachers[number]), grounds[number], first)
    return [first or fresh[number] for number, first in enumerate(found)]


def _key(teacher: Teacher) -> tuple[str, int]:
    return "first", teacher.id or 0


def _worked_out(
    session: Session, service: Service, serving: Serving, policy: Policy, teachers: list[Teacher]
) -> list[First]:
    if not teachers:
        return []
    voice = Voice.ABOUT_TEACHER
    lists = suggest_to(session, serving, service.catalog, policy, teachers, k=1, voice=voice)
    return [_first(made) for made in lists]


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
