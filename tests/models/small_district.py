"""A small district for tests of the models, built by hand from arrays."""

from datetime import date

import numpy as np

from features.training_data import TrainingData
from recommender.axes import Axes
from recommender.careers.requirements import parse_requirement
from recommender.careers.ways import PathwayRule
from recommender.catalog import Catalog, CredentialCard
from recommender.clock import day_end_ms, day_start_ms
from recommender.renewal.facts import TeacherFacts
from recommender.renewal.profiles import licences_of
from recommender.states.shelf import Shelf
from recommender.teacher_state import (
    ASSESSMENT,
    EVENT,
    GOAL,
    PATHWAY,
    RATING,
    RECORD,
    UNDATED_MS,
    PathwayGoals,
    Ragged,
    TeacherStates,
)
from recommender.vocabulary import RecordStatus

NOW = day_end_ms(date(2026, 6, 30))
DAY = 86_400_000
FOREVER = 2**62
SHELF = Shelf()
RULES = (
    PathwayRule("", "lead", "Lead", parse_requirement("credential:c0003 & credential:c0004")),
    PathwayRule("", "stack", "Stack", parse_requirement("stack:S | other:an interview")),
)
STANDARDS = (("A", "root"), ("A", "1"), ("A", "2"), ("A", "3"), ("B", "root"), ("B", "1"))


def day(year, month=1, of_month=1):
    return day_start_ms(date(year, month, of_month))


def states(
    teachers=1,
    *,
    records=(),
    ratings=(),
    assessments=(),
    goals=(),
    events=(),
    contexts=(),
    licences=(),
    pathways=(),
    schools=(),
    as_of=NOW,
):
    """Each row is (owner, *fields of the dtype); rows of one owner come in order of moment.

    A context is (owner, grade band, subject, years of experience), a licence (owner, facts, last
    day or None); `schools` are the keys of school and district of every teacher.
    """

    def ragged(rows, dtype):
        owner = np.array([row[0] for row in rows], dtype=np.int64)
        return Ragged.group(owner, np.array([tuple(row[1:]) for row in rows], dtype), teachers)

    grade_bands, subjects = np.zeros((2, teachers, 2), dtype=bool)
    years = np.full(teachers, np.nan, dtype=np.float32)
    for owner, band, subject, experience in contexts:
        grade_bands[owner, band] = subjects[owner, subject] = True
        years[owner] = experience
    return TeacherStates(
        as_of=np.full(teachers, as_of, dtype=np.int64),
        records=ragged(records, RECORD),
        ratings=ragged(ratings, RATING),
        assessments=ragged(assessments, ASSESSMENT),
        goals=ragged(goals, GOAL),
        events=ragged(events, EVENT),
        grade_bands=grade_bands,
        subjects=subjects,
        years_experience=years,
        licences=_licences(licences, teachers, as_of) if licences else None,
        pathways=PathwayGoals(ragged(pathways, PATHWAY), RULES) if pathways else None,
        schools=np.array(schools, dtype=np.int64) if schools else None,
    )


def _licences(rows, teachers, as_of):
    kinds = tuple(facts for _, facts, _ in rows)
    kind = np.full(teachers, -1, dtype=np.int32)
    ends = np.full(teachers, UNDATED_MS, dtype=np.int64)
    for place, (owner, _, last) in enumerate(rows):
        kind[owner] = place
        ends[owner] = UNDATED_MS if last is None else day_start_ms(last)
    return licences_of(kinds, kind, ends, np.full(teachers, as_of, dtype=np.int64), SHELF)


def earned(owner, credential, on=UNDATED_MS, status=RecordStatus.EARNED):
    return (owner, credential, status.code, on)


def rated(owner, standard, level, on=NOW):
    return (owner, standard, level, 1.0, 4.0, on)


def assessed(owner, standard, level, on=NOW, *, wants=False):
    return (owner, standard, level, 1.0, 5.0, on, wants)


def catalog(reach):
    reach = np.asarray(reach, dtype=np.float32)
    m = len(reach)
    return Catalog(
        axes=Axes(
            tuple(("", f"c{i:04}") for i in range(m)),
            STANDARDS[: reach.shape[1]],
            grade_bands=("K-2", "9-12"),
            subjects=("art", "math"),
        ),
        cards=tuple(
            CredentialCard(title=f"Credential {i}", hours=5.0 + i, stack="T" if i % 5 == 0 else "")
            for i in range(m)
        ),
        standard_titles=tuple(code for _, code in STANDARDS[: reach.shape[1]]),
        known=np.ones(m, dtype=bool),
        valid_from=np.zeros(m, dtype=np.int64),
        retired_on=np.full(m, FOREVER),
        quality=np.zeros(m, dtype=np.int8),
        grade_bands=np.zeros((m, 2), dtype=bool),
        subjects=np.zeros((m, 2), dtype=bool),
        prerequisites=Ragged(np.zeros(m + 1, dtype=np.int64), np.zeros(0, dtype=np.int32)),
        reach=reach,
    )


LICENCES = (
    TeacherFacts("AR"),
    TeacherFacts("NC", grade_bands=frozenset({"K-2"})),
    TeacherFacts("SC", license_type="Professional"),
    TeacherFacts("WY"),
)


def small_district(seed=0, teachers=60, credentials=14):
    """Two kinds of teachers, who earn in the lower or the upper half of the catalog."""
    rng = np.random.default_rng(seed)
    reach = rng.random((credentials, len(STANDARDS))) * (rng.random((credentials, 6)) < 0.5)
    reach[:, [0, 4]] = 0
    half = credentials // 2
    records, ratings, assessments, goals = [], [], [], []
    for t in range(teachers):
        taken = rng.choice(half, int(rng.integers(0, 6)), replace=False) + half * (t % 2)
        for when, c in enumerate(taken):
            records.append(earned(t, c, day(2024) + when * 40 * DAY))
        ratings += [
            rated(t, s, rng.integers(0, 4) / 3, day(2025, 5))
            for s in rng.choice([1, 2, 3], 2, replace=False)
        ]
        if t % 3 == 0:
            assessments.append(assessed(t, 5, rng.random(), day(2025, 9), wants=t % 2 == 0))
            goals.append((t, 1 + t % 3, t % 2, day(2026), FOREVER))
    made = states(
        teachers,
        records=records,
        ratings=ratings,
        assessments=assessments,
        goals=goals,
        licences=[
            (t, LICENCES[t % len(LICENCES)], date(2026 + t % 4, 12, 31)) for t in range(teachers)
        ],
        pathways=[(t, t % 2, t % 2, day(2026), FOREVER) for t in range(0, teachers, 4)],
        contexts=[(t, t % 2, t // 2 % 2, t % 30) for t in range(teachers) if t % 9],
        schools=[(11 + t % 4, 5 + t % 2) if t % 11 else (0, 0) for t in range(teachers)],
    )
    return TrainingData(catalog(reach), made, NOW)
