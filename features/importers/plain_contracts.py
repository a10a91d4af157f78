"""The plain CSV contracts of a district, in the order in which they are merged."""

from collections.abc import Sequence
from functools import partial
from typing import Any, Final

from sqlalchemy import Boolean, Date, Double, Table
from sqlmodel import SQLModel

from features.importers import parsing as p
from features.importers.contracts import (
    Column,
    Contract,
    Entity,
    Presence,
    Reference,
    Row,
    RowRejected,
    Scope,
    Style,
    Target,
)
from recommender.store import tables as t
from recommender.store.columns import ALWAYS, FOREVER, UNDATED, UtcDateTime
from recommender.vocabulary import EventKind, QualityStatus, RecordStatus, SetBy

HELD_OUT: Final = "heldout_records.csv"
"""For judging a model only: never imported."""

DISTRICT: Final = Column("district_id", p.key, default=None)
"""May stand in every file whose rows belong to a district."""

_CELL, _HEADER, _DERIVED = Presence.CELL, Presence.HEADER, Presence.DERIVED
_MET: Final = {"yes": QualityStatus.MET, "no": QualityStatus.NOT_MET}


def _words(members: Sequence[Any]) -> dict[str, str]:
    return {member.value: member.value for member in members}


_QUALITY: Final = p.one_of(
    _words(list(QualityStatus)) | {word: status.value for word, status in _MET.items()}
)


def _table(model: type[SQLModel]) -> Table:
    return SQLModel.metadata.tables[str(model.__tablename__)]


def _key(name: str) -> Column:
    return Column(name, p.key, _CELL)


def _code(name: str) -> Column:
    """Code of a standard; empty means the framework's root."""
    return Column(name, p.key, _HEADER)


def _number(name: str) -> Column:
    return Column(name, p.number, default=None, type=Double)


def _texts(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name) for name in names)


def _lists(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name, p.text_list) for name in names)


_STRENGTH: Final = Column("strength", p.strength, default=1.0, type=Double)
_VERIFIED: Final = Column("verified", p.yes_no, default=False, type=Boolean)
_TEACHER: Final = Reference(Entity.TEACHER, ("teacher_id",), "teacher_id")
_COACH: Final = Reference(Entity.COACH, ("coach_id",), "coach_id")
_CREDENTIAL: Final = Reference(Entity.CREDENTIAL, ("credential_id",), "credential_id")
_STANDARD: Final = Reference(Entity.STANDARD, ("framework", "standard_code"), "standard_id")


def _same(*names: str) -> dict[str, str]:
    return {name: name for name in names}


def _root_code(row: Row, framework: str, code: str) -> None:
    row[code] = row[code] or row[framework]


def _check_standard(row: Row) -> None:
    root = row["framework"]
    _root_code(row, "framework", "code")
    if row["code"] == root:
        row["parent"] = ""
        return
    row["parent"] = row["parent"] or root
    if row["parent"] == row["code"]:
        raise RowRejected("parent", "names the standard itself", row["parent"])


def _check_crosswalk(row: Row) -> None:
    _root_code(row, "from_framework", "from_code")
    _root_code(row, "to_framework", "to_code")
    if (row["from_framework"], row["from_code"]) == (row["to_framework"], row["to_code"]):
        raise RowRejected("to_code", "names the standard that the link starts from", row["to_code"])


def _check_alignment(row: Row) -> None:
    _root_code(row, "framework", "standard_code")


def _check_period(row: Row, first: str, last: str) -> None:
    if row[last] < row[first]:
        raise RowRejected(last, f"is before {first}", str(row[last]))


def _check_goal(row: Row) -> None:
    if bool(row["framework"]) == bool(row["pathway"]):
        raise RowRejected("pathway", "and framework: exactly one of the two must be given")
    if row["standard_code"] and not row["framework"]:
        raise RowRejected("framework", "is empty beside a standard_code")
    _root_code(row, "framework", "standard_code")
    name = row["pathway"]
    row["goal_key"] = (
        f"pathway:{name}" if name else f"standard:{row['framework']}:{row['standard_code']}"
    )
    _check_period(row, "set_on", "until")


def _check_level(row: Row) -> None:
    _root_code(row, "framework", "standard_code")
    low, level, high = row["scale_min"], row["level"], row["scale_max"]
    if low >= high:
        raise RowRejected("scale_max", "is not above scale_min")
    if level is not None and not low <= level <= high:
        raise RowRejected("level", "is outside its scale")


_SCALE: Final = (
    Column("level", p.level, _HEADER, None, Double, private=True),
    Column("scale_min", p.number, _CELL, None, Double, private=True),
    Column("scale_max", p.number, _CELL, None, Double, private=True),
)

STANDARDS: Final = Contract(
    "standards",
    (_key("framework"), _code("code"), Column("title"), Column("parent", p.key))
    + (Column("source"), _VERIFIED),
    (
        Target(
            _table(t.Standard),
            Style.IN_PLACE,
            ("framework", "code"),
            _same("framework", "code", "title", "parent", "source", "verified"),
        ),
    ),
    Scope.NONE,
    _check_standard,
    own_references=(Reference(Entity.STANDARD, ("framework", "parent"), "parent_id"),),
)

CROSSWALK: Final = Contract(
    "crosswalk",
    (_key("from_framework"), _code("from_code"), _key("to_framework"), _code("to_code"))
    + (_STRENGTH, Column("source"), _VERIFIED),
    (
        Target(
            _table(t.CrosswalkLink),
            Style.IN_PLACE,
            ("from_standard_id", "to_standard_id"),
            _same("strength", "source", "verified"),
            (
                Reference(Entity.STANDARD, ("from_framework", "from_code"), "from_standard_id"),
                Reference(Entity.STANDARD, ("to_framework", "to_code"), "to_standard_id"),
            ),
        ),
    ),
    Scope.NONE,
    _check_crosswalk,
)

_CREDENTIAL_VALUES: Final = (
    *_texts("title", "issuer", "competency", "description"),
    *(_number(name) for name in ("hours", "cost_usd", "fee_usd", "turnaround_days")),
    *_lists("grade_bands", "subjects", "prerequisites", "serves"),
    *_texts("stack", "url", "format"),
    Column("qa_status", _QUALITY, default=QualityStatus.UNKNOWN.value),
    Column("valid_from", p.day, default=ALWAYS, type=Date),
    Column("retired_on", p.day, default=FOREVER, type=Date),
    Column("needs_students", p.yes_no, default=None, type=Boolean),
    Column("kind", p.key, default="micro_credential"),
)

CREDENTIALS: Final = Contract(
    "credentials",
    (_key("credential_id"), *_CREDENTIAL_VALUES),
    (
        Target(
            _table(t.Credential),
            Style.IN_PLACE,
            ("district_id", "source_id"),
            {"district_id": "district_id", "source_id": "credential_id"}
            | _same(*(column.name for column in _CREDENTIAL_VALUES)),
        ),
    ),
    Scope.CATALOG,
    partial(_check_period, first="valid_from", last="retired_on"),
)

ALIGNMENTS: Final = Contract(
    "alignments",
    (_key("credential_id"), _key("framework"), _code("standard_code"), _STRENGTH),
    (
        Target(
            _table(t.Alignment),
            Style.DATED,
            ("credential_id", "standard_id"),
            _same("strength"),
            (_CREDENTIAL, _STANDARD),
            group="credential_id",
        ),
    ),
    Scope.ABOUT_CATALOG,
    _check_alignment,
)

QUALITY: Final = Contract(
    "quality",
    (_key("credential_id"), _key("component"), Column("met", _QUALITY, _HEADER, "unknown"))
    + (Column("reviewer"), Column("reviewed_on", p.past_day, default=ALWAYS, type=Date)),
    (
        Target(
            _table(t.QualityReview),
            Style.IN_PLACE,
            ("credential_id", "component", "reviewed_on"),
            _same("component", "met", "reviewer", "reviewed_on"),
            (_CREDENTIAL,),
        ),
    ),
    Scope.ABOUT_CATALOG,
)

_PATHWAY_VALUES: Final = ("title", "kind", "state", "requires", "source")

PATHWAYS: Final = Contract(
    "pathways",
    (_key("pathway"), *_texts(*_PATHWAY_VALUES), _VERIFIED),
    (
        Target(
            _table(t.Pathway),
            Style.IN_PLACE,
            ("district_id", "pathway"),
            _same("district_id", "pathway", *_PATHWAY_VALUES, "verified"),
        ),
    ),
    Scope.CATALOG,
)

TEACHERS: Final = Contract(
    "teachers",
    (
        _key("teacher_id"),
        Column("email", p.email, private=True),
        *_texts("given_name", "family_name", "school_id", "state"),
        *_lists("grade_bands", "subjects"),
        _number("years_experience"),
        Column("license_type"),
        Column("license_expires_on", p.day, default=None, type=Date),
    ),
    (
        Target(
            _table(t.Teacher),
            Style.IN_PLACE,
            ("district_id", "source_id"),
            {"district_id": "district_id", "source_id": "teacher_id"}
            | _same("email", "given_name", "family_name"),
        ),
        Target(
            _table(t.TeacherContext),
            Style.DATED,
            ("teacher_id",),
            _same("school_id", "state", "grade_bands", "subjects")
            | _same("years_experience", "license_type", "license_expires_on"),
            (_TEACHER,),
        ),
    ),
)

COACHES: Final = Contract(
    "coaches",
    (_key("coach_id"), Column("email", p.email, private=True), Column("name")),
    (
        Target(
            _table(t.Coach),
            Style.IN_PLACE,
            ("district_id", "source_id"),
            {"district_id": "district_id", "source_id": "coach_id"} | _same("email", "name"),
        ),
    ),
)

CASELOADS: Final = Contract(
    "caseloads",
    (_key("coach_id"), _key("teacher_id"))
    + (Column("from", p.day, default=ALWAYS, type=Date),)
    + (Column("to", p.day, default=FOREVER, type=Date),),
    (
        Target(
            _table(t.Caseload),
            Style.IN_PLACE,
            ("coach_id", "teacher_id", "valid_from"),
            {"valid_from": "from", "valid_to": "to"},
            (_COACH, _TEACHER),
        ),
    ),
    check=partial(_check_period, first="from", last="to"),
)

GOALS: Final = Contract(
    "goals",
    (
        _key("teacher_id"),
        *(Column(name, p.key) for name in ("framework", "standard_code", "pathway")),
        Column("set_on", p.past_day, _HEADER, ALWAYS, Date),
        Column("until", p.day, default=FOREVER, type=Date),
        Column("set_by", p.one_of(_words(list(SetBy))), default=SetBy.TEACHER.value),
        Column("goal_key", presence=_DERIVED),
    ),
    (
        Target(
            _table(t.GrowthGoal),
            Style.FACT,
            ("teacher_id", "goal_key", "set_on"),
            _same("goal_key", "pathway", "set_on", "until", "set_by"),
            (_TEACHER, _STANDARD),
        ),
    ),
    check=_check_goal,
)

SELF_ASSESSMENTS: Final = Contract(
    "self_assessments",
    (
        *(_key("teacher_id"), _key("framework"), _code("standard_code"), *_SCALE),
        Column("taken_on", p.past_day, _HEADER, ALWAYS, Date),
        Column("wants_to_grow", p.yes_no, default=False, type=Boolean, private=True),
    ),
    (
        Target(
            _table(t.SelfAssessment),
            Style.FACT,
            ("teacher_id", "standard_id", "taken_on"),
            _same("level", "scale_min", "scale_max", "taken_on", "wants_to_grow"),
            (_TEACHER, _STANDARD),
        ),
    ),
    check=_check_level,
    holds_ratings=True,
)

EVALUATIONS: Final = Contract(
    "evaluations",
    (
        *(_key("teacher_id"), _key("framework"), _code("standard_code"), *_SCALE),
        Column("rated_on", p.past_day, _HEADER, ALWAYS, Date),
        Column("cycle", p.key),
    ),
    (
        Target(
            _table(t.EvaluationRating),
            Style.FACT,
            ("teacher_id", "standard_id", "rated_on", "cycle"),
            _same("level", "scale_min", "scale_max", "rated_on", "cycle"),
            (_TEACHER, _STANDARD),
        ),
    ),
    check=_check_level,
    holds_ratings=True,
)

RECORDS: Final = Contract(
    "records",
    (
        *(_key("teacher_id"), _key("credential_id")),
        Column("status", p.one_of(_words(list(RecordStatus))), _CELL),
        Column("on", p.past_moment, _HEADER, UNDATED, UtcDateTime),
        Column("source"),
    ),
    (
        Target(
            _table(t.CredentialRecord),
            Style.FACT,
            ("teacher_id", "credential_id", "status", "on"),
            _same("status", "on", "source"),
            (_TEACHER, _CREDENTIAL),
        ),
    ),
)

EVENTS: Final = Contract(
    "events",
    (
        *(_key("teacher_id"), _key("credential_id")),
        Column("kind", p.one_of(_words(list(EventKind))), _CELL),
        Column("at", p.past_moment, _CELL, None, UtcDateTime),
        Column("reason"),
    ),
    (
        Target(
            _table(t.FeedbackEvent),
            Style.FACT,
            ("teacher_id", "credential_id", "kind", "at"),
            _same("kind", "at", "reason"),
            (_TEACHER, _CREDENTIAL),
        ),
    ),
)

CONTRACTS: Final = (
    *(STANDARDS, CROSSWALK, CREDENTIALS, ALIGNMENTS, QUALITY, PATHWAYS),
    *(TEACHERS, COACHES, CASELOADS),
    *(GOALS, SELF_ASSESSMENTS, EVALUATIONS, RECORDS, EVENTS),
)

BY_FILE_NAME: Final = {contract.file_name: contract for contract in CONTRACTS}
