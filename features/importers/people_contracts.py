"""The contracts of people: the roster, and dated facts about teachers."""

from functools import partial
from typing import Final

from sqlalchemy import Boolean, Date, Double

from features.importers import parsing as p
from features.importers.columns import (
    COACH,
    CREDENTIAL,
    STANDARD,
    TEACHER,
    check_period,
    code_column,
    fill_root,
    key_column,
    lists,
    number_column,
    same,
    table_of,
    texts,
    words,
)
from features.importers.contracts import (
    Column,
    Contract,
    Presence,
    Row,
    RowRejected,
    Style,
    Target,
)
from recommender.store import tables as t
from recommender.store.columns import ALWAYS, FOREVER, UNDATED, UtcDateTime
from recommender.vocabulary import EventKind, RecordStatus, SetBy


def _check_goal(row: Row) -> None:
    if bool(row["framework"]) == bool(row["pathway"]):
        raise RowRejected("pathway", "and framework: exactly one of the two must be given")
    if row["standard_code"] and not row["framework"]:
        raise RowRejected("framework", "is empty beside a standard_code")
    fill_root(row, "framework", "standard_code")
    name = row["pathway"]
    row["goal_key"] = (
        f"pathway:{name}" if name else f"standard:{row['framework']}:{row['standard_code']}"
    )
    check_period(row, "set_on", "until")


def _check_level(row: Row) -> None:
    fill_root(row, "framework", "standard_code")
    low, level, high = row["scale_min"], row["level"], row["scale_max"]
    if low >= high:
        raise RowRejected("scale_max", "is not above scale_min")
    if level is not None and not low <= level <= high:
        raise RowRejected("level", "is outside its scale")


_SCALE: Final = (
    Column("level", p.level, Presence.HEADER, None, Double, private=True),
    Column("scale_min", p.number, Presence.CELL, None, Double, private=True),
    Column("scale_max", p.number, Presence.CELL, None, Double, private=True),
)

TEACHERS: Final = Contract(
    "teachers",
    (
        key_column("teacher_id"),
        Column("email", p.email, private=True),
        *texts("given_name", "family_name", "school_id", "state"),
        *lists("grade_bands", "subjects"),
        number_column("years_experience"),
        Column("license_type"),
        Column("license_expires_on", p.day, default=None, type=Date),
        *texts("role", "employer"),
        Column("active", p.yes_no, default=True, type=Boolean),
    ),
    (
        Target(
            table_of(t.Teacher),
            Style.IN_PLACE,
            ("district_id", "source_id"),
            {"district_id": "district_id", "source_id": "teacher_id"}
            | same("email", "given_name", "family_name"),
        ),
        Target(
            table_of(t.TeacherContext),
            Style.DATED,
            ("teacher_id",),
            same("school_id", "state", "grade_bands", "subjects")
            | same("years_experience", "license_type", "license_expires_on", "role", "employer"),
            (TEACHER,),
            ends="active",
        ),
    ),
)

COACHES: Final = Contract(
    "coaches",
    (key_column("coach_id"), Column("email", p.email, private=True), Column("name")),
    (
        Target(
            table_of(t.Coach),
            Style.IN_PLACE,
            ("district_id", "source_id"),
            {"district_id": "district_id", "source_id": "coach_id"} | same("email", "name"),
        ),
    ),
)

CASELOADS: Final = Contract(
    "caseloads",
    (
        *(key_column("coach_id"), key_column("teacher_id")),
        Column("from", p.day, default=ALWAYS, type=Date),
        Column("to", p.day, default=FOREVER, type=Date),
    ),
    (
        Target(
            table_of(t.Caseload),
            Style.IN_PLACE,
            ("coach_id", "teacher_id", "valid_from"),
            {"valid_from": "from", "valid_to": "to"},
            (COACH, TEACHER),
        ),
    ),
    check=partial(check_period, first="from", last="to"),
)

GOALS: Final = Contract(
    "goals",
    (
        key_column("teacher_id"),
        *(Column(name, p.key) for name in ("framework", "standard_code", "pathway")),
        Column("set_on", p.past_day, Presence.HEADER, ALWAYS, Date),
        Column("until", p.day, default=FOREVER, type=Date),
        Column("set_by", p.one_of(words(list(SetBy))), default=SetBy.TEACHER.value),
        Column("goal_key", presence=Presence.DERIVED),
    ),
    (
        Target(
            table_of(t.GrowthGoal),
            Style.FACT,
            ("teacher_id", "goal_key", "set_on"),
            same("goal_key", "pathway", "set_on", "until", "set_by"),
            (TEACHER, STANDARD),
        ),
    ),
    check=_check_goal,
)

SELF_ASSESSMENTS: Final = Contract(
    "self_assessments",
    (
        *(key_column("teacher_id"), key_column("framework"), code_column("standard_code"), *_SCALE),
        Column("taken_on", p.past_day, Presence.HEADER, ALWAYS, Date),
        Column("wants_to_grow", p.yes_no, default=False, type=Boolean, private=True),
    ),
    (
        Target(
            table_of(t.SelfAssessment),
            Style.FACT,
            ("teacher_id", "standard_id", "taken_on"),
            same("level", "scale_min", "scale_max", "taken_on", "wants_to_grow"),
            (TEACHER, STANDARD),
        ),
    ),
    check=_check_level,
    holds_ratings=True,
)

EVALUATIONS: Final = Contract(
    "evaluations",
    (
        *(key_column("teacher_id"), key_column("framework"), code_column("standard_code"), *_SCALE),
        Column("rated_on", p.past_day, Presence.HEADER, ALWAYS, Date),
        Column("cycle", p.key),
    ),
    (
        Target(
            table_of(t.EvaluationRating),
            Style.FACT,
            ("teacher_id", "standard_id", "rated_on", "cycle"),
            same("level", "scale_min", "scale_max", "rated_on", "cycle"),
            (TEACHER, STANDARD),
        ),
    ),
    check=_check_level,
    holds_ratings=True,
)

RECORDS: Final = Contract(
    "records",
    (
        *(key_column("teacher_id"), key_column("credential_id")),
        Column("status", p.one_of(words(list(RecordStatus))), Presence.CELL),
        Column("on", p.past_moment, Presence.HEADER, UNDATED, UtcDateTime),
        Column("source"),
    ),
    (
        Target(
            table_of(t.CredentialRecord),
            Style.FACT,
            ("teacher_id", "credential_id", "status", "on"),
            same("status", "on", "source"),
            (TEACHER, CREDENTIAL),
        ),
    ),
)

EVENTS: Final = Contract(
    "events",
    (
        *(key_column("teacher_id"), key_column("credential_id")),
        Column("kind", p.one_of(words(list(EventKind))), Presence.CELL),
        Column("at", p.past_moment, Presence.CELL, None, UtcDateTime),
        Column("reason"),
    ),
    (
        Target(
            table_of(t.FeedbackEvent),
            Style.FACT,
            ("teacher_id", "credential_id", "kind", "at"),
            same("kind", "at", "reason"),
            (TEACHER, CREDENTIAL),
        ),
    ),
)
