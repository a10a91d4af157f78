"""A teacher's suggestions as of now: the one way from a request to `suggest`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from features.live import read_states
from models.suggest import SuggestionList, suggest
from models.suggestion_json import suggestion_list_to_dict
from recommender.catalog import Catalog
from recommender.clock import day_end_ms, today
from recommender.policy import Policy
from recommender.store.tables import Teacher
from recommender.teacher_state import TeacherStates
from serving.live.catalog import LiveCatalog
from serving.live.champion import Serving


@dataclass(frozen=True)
class Suggested:
    """One teacher's list and all it was made with."""

    teacher: Teacher
    suggestions: SuggestionList
    state: TeacherStates
    catalog: Catalog
    model_version: int

    def as_dict(self) -> dict[str, Any]:
        """Return the list as `recommender suggest --json` prints it."""
        return suggestion_list_to_dict(
            self.suggestions,
            self.catalog,
            teacher_id=self.teacher.source_id,
            district_id=self.teacher.district_id,
            model_version=self.model_version,
        )


def suggest_to(
    session: Session,
    serving: Serving,
    catalogs: LiveCatalog,
    policy: Policy,
    teachers: Sequence[Teacher],
    k: int,
) -> list[Suggested]:
    """Return the lists of some teachers, in the order given.

    Facts count to the end of today, as for the command: one list a day of unchanged facts.
    """
    catalog = catalogs.current(session, serving)
    ids = [teacher.id for teacher in teachers if teacher.id is not None]
    states = read_states(session, ids, serving.bundle.axes, day_end_ms(today()))
    made = []
    for row, teacher in enumerate(teachers):
        state = states.take([row])
        made.append(
            Suggested(
                teacher=teacher,
                suggestions=suggest(
                    serving.bundle, state, catalog, policy, k, district_id=teacher.district_id
                ),
                state=state,
                catalog=catalog,
                model_version=serving.version.version or 0,
            )
        )
    return made
