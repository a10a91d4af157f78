"""Invented people and micro-credentials in any number, written straight into an empty store.

What the figures of the demonstration would be for 50,000 teachers and 2,000 micro-credentials, made
in seconds: how long histories are, how unequal credentials, how many ratings a teacher has. Chance
follows from the seed alone.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import numpy as np
from numpy.random import Generator
from sqlalchemy import Engine, func, insert, select, text
from sqlmodel import SQLModel

from recommender.clock import today
from recommender.store.tables import (
    Alignment,
    Caseload,
    Coach,
    Credential,
    CredentialRecord,
    CrosswalkLink,
    District,
    EvaluationRating,
    FeedbackEvent,
    GrowthGoal,
    SelfAssessment,
    Standard,
    Teacher,
    TeacherContext,
)
from recommender.vocabulary import EventKind, QualityStatus, RecordStatus, SetBy

DISTRICTS: Final = ("north", "south")
STATES: Final = ("NC", "SC")
COACH_EVERY: Final = 50
FRAMEWORKS: Final = (("Hub", 10), ("First", 24), ("Second", 30))
"""Each framework and how many standards it has below its root."""

BANDS: Final = ("PK-2", "3-5", "6-8", "9-12")
SUBJECTS: Final = ("arts", "english", "history", "languages", "math", "music", "science", "sports")
TOPICS: Final = 40
WORDS_A_TOPIC: Final = 12
STEP_AFTER: Final = 9
WISHES: Final = 0.3
DAYS: Final = 1500
"""Facts lie within so many days before today."""

Row = dict[str, Any]


@dataclass(frozen=True)
class Size:
    """How many there are of each."""

    teachers: int
    credentials: int


class World:
    """The invented districts.

    Parameters
    ----------
    size
        How many teachers and credentials.
    seed
        All chance follows from it.
    """

    def __init__(self, size: Size, seed: int = 1) -> None:
        self.size = size
        self._rng = np.random.default_rng(seed)
        self._topic = self._rng.integers(0, TOPICS, size.credentials)
        rank = self._rng.permutation(size.credentials) + 1
        self._wanted = rank**-0.8 / (rank**-0.8).sum()
        self._of_topic = [np.flatnonzero(self._topic == topic) for topic in range(TOPICS)]
        self._standards = sum(count + 1 for _, count in FRAMEWORKS)

    def found(self, engine: Engine) -> None:
        """Write districts, coaches, standards and the catalog."""
        _write(engine, District, [_district(row) for row in range(len(DISTRICTS))])
        _write(engine, Coach, list(self._coaches()))
        _write(engine, Standard, list(self._standard_rows()))
        _write(engine, CrosswalkLink, list(self._links()))
        _write(engine, Credential, [self._credential(row) for row in range(self.size.credentials)])
        _write(engine, Alignment, list(self._alignments()))

    def settle(self, engine: Engine, first: int, last: int) -> None:
        """Write the teachers with ids from `first` to before `last`, and their facts."""
        ids = range(first, last)
        _write(engine, Teacher, [_teacher(id_) for id_ in ids])
        _write(engine, TeacherContext, [self._context(id_) for id_ in ids])
        _write(engine, Caseload, [_caseload(id_) for id_ in ids])
        for table, rows_of in (
            (CredentialRecord, self._records),
            (EvaluationRating, self._ratings),
            (SelfAssessment, self._assessments),
            (GrowthGoal, self._goals),
            (FeedbackEvent, self._events),
        ):
            _write(engine, table, [row for id_ in ids for row in rows_of(id_)])
        _follow_ids(engine)

    def _coaches(self) -> Iterator[Row]:
        for number in range(self.size.teachers // COACH_EVERY + 2):
            district = DISTRICTS[number % len(DISTRICTS)]
            yield {"id": number + 1, "district_id": district, "source_id": f"C{number}"}

    def _standard_rows(self) -> Iterator[Row]:
        id_ = 0
        for framework, count in FRAMEWORKS:
            for number in range(count + 1):
                id_ += 1
                code = str(number) if number else framework
                parent = framework if number else ""
                title = f"{framework} standard {number}"
                yield {
                    "id": id_,
                    "framework": framework,
                    "code": code,
                    "title": title,
                    "parent": parent,
                }

    def _links(self) -> Iterator[Row]:
        hub = FRAMEWORKS[0][1]
        for standard in self._leaves():
            if standard > hub + 1:
                to = int(self._rng.integers(2, hub + 2))
                yield {"from_standard_id": standard, "to_standard_id": to, "strength": 0.8}

    def _leaves(self) -> list[int]:
        """Return the ids of the standards that are no root."""
        found: list[int] = []
        first = 1
        for _, count in FRAMEWORKS:
            found += range(first + 1, first + count + 1)
            first += count + 1
        return found

    def _credential(self, row: int) -> Row:
        topic, rng = int(self._topic[row]), self._rng
        words = " ".join(f"topic{topic}word{n}" for n in rng.integers(0, WORDS_A_TOPIC, 12))
        in_stack = row % 5 != 0
        return {
            "id": row + 1,
            "source_id": f"MC-{row:04d}",
            "title": f"Micro-credential {row}: {words.split()[0]}",
            "issuer": f"Issuer {row % 17}",
            "competency": words,
            "description": words,
            "hours": float(rng.integers(4, 40)),
            "cost_usd": float(rng.integers(0, 5) * 25),
            "grade_bands": "" if row % 3 else BANDS[row % len(BANDS)],
            "subjects": "" if row % 4 else SUBJECTS[row % len(SUBJECTS)],
            "stack": f"Stack {row // 5}" if in_stack else "",
            "prerequisites": f"MC-{row - 1:04d}" if row % 10 == STEP_AFTER else "",
            "url": f"https://example.org/{row}",
            "qa_status": QualityStatus.MET if row % 2 else QualityStatus.UNKNOWN,
        }

    def _alignments(self) -> Iterator[Row]:
        leaves = self._leaves()
        for row in range(self.size.credentials):
            for standard in self._rng.choice(leaves, 3, replace=False):
                strength = float(self._rng.uniform(0.3, 1.0))
                yield {
                    "credential_id": row + 1,
                    "standard_id": int(standard),
                    "strength": strength,
                }

    def _context(self, id_: int) -> Row:
        rng = self._rng
        return {
            "teacher_id": id_,
            "school_id": f"School {id_ % 200}",
            "state": STATES[id_ % len(STATES)],
            "grade_bands": BANDS[int(rng.integers(len(BANDS)))],
            "subjects": SUBJECTS[int(rng.integers(len(SUBJECTS)))],
            "years_experience": float(rng.integers(0, 35)),
            "license_expires_on": today() + timedelta(days=int(rng.integers(100, 1500))),
        }

    def _records(self, id_: int) -> list[Row]:
        rng = self._rng
        likes = rng.integers(0, TOPICS, 2)
        wanted = int(rng.geometric(0.17)) - 1
        near = np.concatenate([self._of_topic[topic] for topic in likes])
        inside = rng.choice(near, min(wanted * 2 // 3, len(near)), replace=False)
        anywhere = rng.choice(self.size.credentials, wanted - len(inside), p=self._wanted)
        chosen = np.unique(np.concatenate([inside, anywhere])).astype(int)
        statuses = rng.choice(["earned", "earned", "earned", "enrolled"], len(chosen))
        return [
            {
                "teacher_id": id_,
                "credential_id": int(column) + 1,
                "status": RecordStatus(str(status)),
                "on": _moment(rng),
                "source": "",
            }
            for column, status in zip(chosen, statuses, strict=True)
        ]

    def _ratings(self, id_: int) -> list[Row]:
        return [
            {**_leveled(self._rng, id_, standard), "rated_on": _day(self._rng), "cycle": ""}
            for standard in self._some_standards(id_, 10)
        ]

    def _assessments(self, id_: int) -> list[Row]:
        return [
            {
                **_leveled(self._rng, id_, standard),
                "taken_on": _day(self._rng),
                "wants_to_grow": bool(self._rng.random() < WISHES),
            }
            for standard in self._some_standards(id_, int(self._rng.integers(0, 8)))
        ]

    def _goals(self, id_: int) -> list[Row]:
        return [
            {
                "teacher_id": id_,
                "goal_key": f"standard:{standard}",
                "standard_id": standard,
                "set_on": _day(self._rng),
                "set_by": SetBy.TEACHER if id_ % 2 else SetBy.COACH,
            }
            for standard in self._some_standards(id_, id_ % 3)
        ]

    def _events(self, id_: int) -> list[Row]:
        kinds = (EventKind.SHOWN, EventKind.VIEWED, EventKind.SAVED, EventKind.DISMISSED)
        columns = self._rng.choice(self.size.credentials, int(self._rng.integers(0, 6)))
        return [
            {
                "teacher_id": id_,
                "credential_id": int(column) + 1,
                "kind": kinds[int(column) % len(kinds)],
                "at": _moment(self._rng),
            }
            for column in np.unique(columns)
        ]

    def _some_standards(self, id_: int, count: int) -> list[int]:
        """Return standards of the one framework in which this teacher is rated."""
        leaves = self._leaves()
        first = FRAMEWORKS[0][1] + (FRAMEWORKS[1][1] if id_ % 2 else 0)
        own = leaves[first : first + FRAMEWORKS[1 + id_ % 2][1]]
        return [int(s) for s in self._rng.choice(own, min(count, len(own)), replace=False)]


def teacher_name(id_: int) -> str:
    """Return the outside id of a teacher."""
    return f"T{id_:06d}"


def district_of(id_: int) -> str:
    """Return the district of a teacher."""
    return DISTRICTS[id_ % len(DISTRICTS)]


def _district(row: int) -> Row:
    return {"district_id": DISTRICTS[row], "state": STATES[row]}


def _teacher(id_: int) -> Row:
    return {"id": id_, "district_id": district_of(id_), "source_id": teacher_name(id_)}


def _caseload(id_: int) -> Row:
    coaches = 2 * (id_ // COACH_EVERY // 2) + id_ % 2
    return {"teacher_id": id_, "coach_id": coaches + 1}


def _leveled(rng: Generator, id_: int, standard: int) -> Row:
    level = float(rng.integers(1, 5))
    scale = {"level": level, "scale_min": 1.0, "scale_max": 4.0}
    return {"teacher_id": id_, "standard_id": standard, **scale}


def _day(rng: Generator) -> date:
    return today() - timedelta(days=int(rng.integers(1, DAYS)))


def _moment(rng: Generator) -> datetime:
    midnight = datetime.combine(_day(rng), datetime.min.time(), UTC)
    return midnight + timedelta(seconds=int(rng.integers(0, 86_400)))


def _write(engine: Engine, table: type[SQLModel], rows: Sequence[Row]) -> None:
    """Insert rows, with the defaults of what they leave out."""
    if not rows:
        return
    left_out = {
        name: field.get_default(call_default_factory=True)
        for name, field in table.model_fields.items()
        if not field.is_required() and name not in rows[0] and name != "id"
    }
    with engine.execution_options(sqlite_begin="IMMEDIATE").begin() as connection:
        connection.execute(insert(table), [{**left_out, **row} for row in rows])


def _follow_ids(engine: Engine) -> None:
    """Let PostgreSQL's counters go on behind the ids that were given."""
    if engine.dialect.name != "postgresql":
        return
    with engine.begin() as connection:
        for table in (Teacher, Coach, Standard, Credential):
            last = connection.execute(select(func.max(table.id))).scalar_one()
            counter = func.pg_get_serial_sequence(text(f"'{table.__tablename__}'"), text("'id'"))
            connection.execute(select(func.setval(counter, last)))
