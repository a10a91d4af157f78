"""`GET /v1/teachers/{teacher_id}/profile`."""

from datetime import date
from typing import Any

from fastapi import APIRouter

from features.catalog import words
from recommender.clock import today
from recommender.store.columns import ALWAYS, FOREVER, UNDATED
from recommender.store.facts import Fact
from recommender.store.tables import Credential, Standard, TeacherContext
from recommender.vocabulary import SetBy
from serving.api.profile import queries
from serving.api.profile.schemas import (
    AssessmentOut,
    EventOut,
    GoalOut,
    ProfileOut,
    RatingOut,
    RecordOut,
    RosterOut,
)
from serving.api.suggestions.schemas import CredentialRef, StandardRef
from serving.deps import SessionDep, TeacherDep
from serving.problems import READING_ONE, documented

router = APIRouter(prefix="/v1/teachers", tags=["facts"])


@router.get(
    "/{teacher_id:path}/profile",  # noqa: FAST003 - TeacherDep reads it
    summary="What is known of a teacher, from where and since when",
    responses=documented(*READING_ONE),
)
def get_profile(teacher: TeacherDep, session: SessionDep) -> ProfileOut:
    """Show every fact that counts today, for those who may see the suggestions made of them."""
    on, id_ = today(), teacher.id or 0
    return ProfileOut(
        teacher_id=teacher.source_id,
        district_id=teacher.district_id,
        as_of=on,
        roster=_roster(queries.roster_entry(session, id_, on)),
        ratings=[
            RatingOut(
                **_dated(rating, rating.rated_on, on, "evaluation"),
                **_columns(rating, "level", "scale_min", "scale_max", "cycle"),
                standard=_standard(standard),
            )
            for rating, standard in queries.ratings(session, id_, on)
        ],
        self_assessments=[
            AssessmentOut(
                **_dated(said, said.taken_on, on, "teacher"),
                **_columns(said, "level", "scale_min", "scale_max", "wants_to_grow"),
                standard=_standard(standard),
            )
            for said, standard in queries.assessments(session, id_, on)
        ],
        goals=[
            GoalOut(
                **_dated(goal, goal.set_on, on, SetBy(goal.set_by).value),
                **_columns(goal, "pathway", "set_by"),
                until=None if goal.until == FOREVER else goal.until,
                standard=_standard(standard) if standard else None,
            )
            for goal, standard in queries.goals(session, id_, on)
        ],
        records=[
            RecordOut(
                **_dated(record, record.on.date(), on, record.source),
                status=record.status,
                credential=_credential(credential),
            )
            for record, credential in queries.records(session, id_, on)
        ],
        events=[
            EventOut(
                **_dated(event, event.at.date(), on, "teacher"),
                **_columns(event, "kind", "reason"),
                credential=_credential(credential),
            )
            for event, credential in queries.events(session, id_, on)
        ],
    )


def _dated(fact: Fact, day: date, on: date, source: str) -> dict[str, Any]:
    known = day not in {ALWAYS, UNDATED.date()}
    return {
        "on": day if known else None,
        "age_days": (on - day).days if known else None,
        "recorded_at": fact.recorded_at,
        "source": source,
    }


def _columns(fact: Fact, *names: str) -> dict[str, Any]:
    return {name: getattr(fact, name) for name in names}


def _standard(standard: Standard) -> StandardRef:
    return StandardRef(framework=standard.framework, code=standard.code, title=standard.title)


def _credential(credential: Credential) -> CredentialRef:
    return CredentialRef(
        credential_id=credential.source_id,
        district_id=credential.district_id,
        title=credential.title or credential.source_id,
    )


def _roster(entry: TeacherContext | None) -> RosterOut | None:
    if entry is None:
        return None
    fields = ("school_id", "state", "years_experience", "license_type", "license_expires_on")
    return RosterOut(
        **{name: getattr(entry, name) for name in fields},
        grade_bands=list(words(entry.grade_bands)),
        subjects=list(words(entry.subjects)),
        valid_from=None if entry.valid_from == ALWAYS else entry.valid_from,
    )
