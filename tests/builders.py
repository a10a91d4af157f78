"""Small catalogs and teachers for tests, made by the functions of the house itself."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np

from features.catalog import CatalogRows, CredentialRow, StandardRow, build_catalog
from features.state import CONTEXT, Contexts, FactRows, Facts, share_of_scale, teacher_states
from recommender.axes import Axes
from recommender.catalog import Catalog, CredentialCard
from recommender.clock import day_end_ms, day_start_ms
from recommender.teacher_state import (
    ASSESSMENT,
    EVENT,
    GOAL,
    RATING,
    RECORD,
    UNDATED_MS,
    TeacherStates,
)
from recommender.vocabulary import EventKind, QualityStatus, RecordStatus, SetBy

FRAMEWORK = "D"
STANDARDS = {"1a": "Knowing Content", "2b": "Culture for Learning", "3b": "Using Questioning"}
AS_OF = date(2026, 6, 30)


def make_catalog(*rows: dict[str, Any], standards: dict[str, str] | None = None) -> Catalog:
    """Build a catalog from dicts; all but `id` may be left out.

    A dict has the fields of a card and district, known, valid_from, retired_on (dates), quality,
    prerequisites (ids), and aligned ({code: strength} in the framework 'D').
    """
    titles = STANDARDS if standards is None else standards
    return build_catalog(
        CatalogRows(
            credentials=[_credential(dict(row)) for row in rows],
            standards=[
                StandardRow((FRAMEWORK, FRAMEWORK)),
                *(StandardRow((FRAMEWORK, code), t, FRAMEWORK) for code, t in titles.items()),
            ],
            alignments=[
                ((row.get("district", ""), row["id"]), (FRAMEWORK, code), strength)
                for row in rows
                for code, strength in row.get("aligned", {}).items()
            ],
            grade_bands=("K-2", "9-12"),
            subjects=("art", "math"),
        )
    )


def _credential(row: dict[str, Any]) -> CredentialRow:
    row.pop("aligned", None)
    return CredentialRow(
        key=(row.pop("district", ""), row.pop("id")),
        known=row.pop("known", True),
        valid_from=day_start_ms(row.pop("valid_from", date.min)),
        retired_on=day_start_ms(row.pop("retired_on", date.max)),
        quality=row.pop("quality", QualityStatus.MET).code,
        prerequisites=tuple(row.pop("prerequisites", ())),
        card=CredentialCard(**row),
    )


def make_states(axes: Axes, *teachers: dict[str, Any], as_of: date = AS_OF) -> TeacherStates:
    """Build teachers' states from dicts; every key may be left out.

    records: (id, status, date or None); ratings: (code, level on 1..4 or None, date); assessments:
    as ratings, and wants; goals: (code, set_by, date); events: (id, kind, date); grade_bands and
    subjects: words. An id may be a whole key (district, id).
    """
    return teacher_states(_facts(axes, teachers), len(teachers), day_end_ms(as_of))


def random_teachers(axes: Axes, count: int, seed: int) -> list[dict[str, Any]]:
    """Return made-up teachers with records, ratings, self-assessments, goals and events."""
    rng = np.random.default_rng(seed)
    codes = [code for framework, code in axes.standards if code != framework]

    def day() -> date:
        return AS_OF - timedelta(days=int(rng.integers(1, 1500)))

    def some(items: Sequence[Any], most: int) -> list[Any]:
        most = min(most, len(items))
        chosen = rng.choice(len(items), rng.integers(0, most + 1), replace=False)
        return [items[i] for i in sorted(chosen)]

    statuses = list(RecordStatus)[:3]
    return [
        {
            "records": [
                (key, statuses[rng.integers(3)], day()) for key in some(axes.credentials, 8)
            ],
            "ratings": [(code, int(rng.integers(1, 5)), day()) for code in some(codes, 3)],
            "assessments": [
                (code, int(rng.integers(1, 5)), day(), bool(rng.integers(2)))
                for code in some(codes, 2)
            ],
            "goals": [(code, "teacher", day()) for code in some(codes, 1)],
            "events": [(key, "shown", day()) for key in some(axes.credentials, 2)],
        }
        for _ in range(count)
    ]


def _facts(axes: Axes, teachers: tuple[dict[str, Any], ...]) -> Facts:
    def credential(key):
        return axes.credential_columns[key if isinstance(key, tuple) else ("", key)]

    def rows(kind, dtype, build):
        pairs = [(i, build(*row)) for i, t in enumerate(teachers) for row in t.get(kind, ())]
        owner = np.array([i for i, _ in pairs], dtype=np.int64)
        return FactRows(owner, np.array([row for _, row in pairs], dtype=dtype))

    def record(key, status, day):
        return (credential(key), RecordStatus(status).code, _on(day))

    def rated(code, level, day, *wants):
        share = np.nan if level is None else share_of_scale(level, 1, 4)
        return (axes.standard_columns[FRAMEWORK, code], share, 1, 4, _on(day), *wants)

    def goal(code, set_by, day):
        column = axes.standard_columns[FRAMEWORK, code]
        return (column, SetBy(set_by).code, _on(day), day_start_ms(date.max))

    def event(key, kind, day):
        return (credential(key), EventKind(kind).code, _on(day))

    def words(kind, columns):
        marks = [[word in t.get(kind, ()) for word in columns] for t in teachers]
        return np.array(marks, dtype=bool).reshape(len(teachers), len(columns))

    always = (day_start_ms(date.min), day_start_ms(date.max), np.nan)
    entries = np.array([always] * len(teachers), dtype=CONTEXT)
    return Facts(
        records=rows("records", RECORD, record),
        ratings=rows("ratings", RATING, rated),
        assessments=rows("assessments", ASSESSMENT, rated),
        goals=rows("goals", GOAL, goal),
        events=rows("events", EVENT, event),
        contexts=Contexts(
            FactRows(np.arange(len(teachers)), entries),
            words("grade_bands", axes.grade_bands),
            words("subjects", axes.subjects),
        ),
    )


def _on(day: date | None) -> int:
    return UNDATED_MS if day is None else day_start_ms(day)
