from datetime import date, timedelta
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.clock import day_end_ms, day_start_ms
from recommender.errors import NotFound
from recommender.renewal.account import account
from recommender.renewal.facts import CredentialFacts, Record, TeacherFacts
from recommender.renewal.left import what_is_left
from recommender.renewal.profiles import licences_of
from recommender.renewal.worth import Worth
from recommender.states.shelf import Shelf
from recommender.teacher_state import RECORD, UNDATED_MS, Ragged
from recommender.vocabulary import RecordStatus

TODAY = date(2026, 11, 25)
SHELF = Shelf()
CATALOG = tuple(
    CredentialFacts(
        ("", f"c{i}"),
        hours=hours,
        kind=kind,
        subjects=frozenset(subjects),
        standards=frozenset(standards),
    )
    for i, (hours, kind, subjects, standards) in enumerate(
        [
            (Fraction(10), "micro_credential", {"Literacy"}, {("NCEES", "4a")}),
            (Fraction(25), "micro_credential", {"Reading"}, set()),
            (Fraction(15, 2), "micro_credential", {"Art"}, {("NCEES", "3")}),
            (Fraction(40), "workshop", set(), {("NCEES", "1")}),
            (Fraction(20), "course", {"Suicide prevention"}, set()),
            (Fraction(9), "classroom_preparation", set(), set()),
            (Fraction(8), "classroom_preparation", set(), set()),
            (None, "micro_credential", {"Literacy"}, set()),
        ]
    )
)
TEACHERS = (
    TeacherFacts("AR"),
    TeacherFacts("NC", grade_bands=frozenset({"K-2"})),
    TeacherFacts("NC", grade_bands=frozenset({"9-12"}), license_type="Continuing"),
    TeacherFacts("NC", grade_bands=frozenset({"K-2", "9-12"}), role=""),
    TeacherFacts("NC", license_type="Lifetime"),
    TeacherFacts("SC", license_type="Professional", employer="public_district"),
    TeacherFacts("SC", employer="private_school"),
    TeacherFacts("WY"),
    TeacherFacts("VA"),
)
days = st.dates(date(2019, 1, 1), TODAY)
records = st.lists(
    st.tuples(st.integers(0, len(CATALOG) - 1), st.sampled_from(RecordStatus), st.none() | days),
    max_size=12,
)
ends = st.none() | st.dates(date(2026, 1, 1), date(2034, 12, 31))


def arrays(rows):
    made = [
        (column, status.code, UNDATED_MS if on is None else day_start_ms(on))
        for column, status, on in rows
    ]
    return Ragged(np.array([0, len(made)]), np.array(made, dtype=RECORD))


def left_of(teacher, rows, end, on=TODAY, worth=None):
    moments = np.array([day_end_ms(on)])
    last = np.array([UNDATED_MS if end is None else day_start_ms(end)])
    kinds = (teacher,)
    licences = licences_of(kinds, np.zeros(1, dtype=np.int32), last, moments, SHELF)
    if licences.profile[0] < 0:
        return None
    (profile,) = licences.profiles
    table = (worth or Worth(CATALOG)).of(profile)
    return what_is_left(profile, table, arrays(rows), moments, last)


def remaining(teacher, rows, end, on=TODAY):
    try:
        pack = SHELF.find(teacher.state, on)
    except NotFound:
        return None
    made = [Record(CATALOG[column], status, when) for column, status, when in rows]
    facts = TeacherFacts(**{**vars(teacher), "license_expires_on": end})
    return account(made, facts, pack, on).remaining


def in_cycle(end):
    """Whether today is in the five years that end with the licence, if that day is known."""
    return end is None or TODAY <= end < TODAY.replace(year=TODAY.year + 5)


@given(st.sampled_from(TEACHERS), records, ends)
def test_it_is_what_the_account_says(teacher, rows, end):
    left, told = left_of(teacher, rows, end), remaining(teacher, rows, end)
    if left is None:
        assert told is None
    elif in_cycle(end):
        assert left.left[0] == pytest.approx(float(told or 0))


@given(st.sampled_from(TEACHERS), records, ends, st.integers(0, len(CATALOG) - 1))
def test_a_credential_fills_what_the_account_loses_by_it(teacher, rows, end, column):
    left, told = left_of(teacher, rows, end), remaining(teacher, rows, end)
    if left is None or told is None or any(row[0] == column for row in rows):
        return
    if not in_cycle(end):
        return
    after = remaining(teacher, [*rows, (column, RecordStatus.EARNED, TODAY)], end)
    assert left.fills[0, column] == pytest.approx(float(told - after))


@given(st.sampled_from(TEACHERS), records, ends, st.randoms())
def test_the_order_of_records_does_not_matter(teacher, rows, end, random):
    shuffled = list(rows)
    random.shuffle(shuffled)
    one, other = left_of(teacher, rows, end), left_of(teacher, shuffled, end)
    if one is not None:
        np.testing.assert_array_equal(one.fills, other.fills)


@given(st.sampled_from(TEACHERS), records, ends, days, st.integers(0, len(CATALOG) - 1))
def test_a_revoked_record_is_as_if_it_had_never_been(teacher, rows, end, on, column):
    others = [row for row in rows if row[0] != column]
    taken_away = [
        (column, RecordStatus.EARNED, on),
        (column, RecordStatus.REVOKED, min(TODAY, on + timedelta(days=30))),
    ]
    one, other = left_of(teacher, others, end), left_of(teacher, [*others, *taken_away], end)
    if one is not None:
        np.testing.assert_array_equal(one.left, other.left)
        np.testing.assert_array_equal(one.fills, other.fills)


def test_nothing_fills_a_need_that_is_met():
    rows = [(3, RecordStatus.EARNED, date(2026, 9, 1))]
    left = left_of(TEACHERS[0], rows, date(2028, 12, 31))
    assert left.left[0] == 0
    assert not left.fills.any()
    assert left_of(TEACHERS[0], [], date(2028, 12, 31)).fills.any()


def test_hours_of_last_school_year_do_not_fill_this_one():
    rows = [(3, RecordStatus.EARNED, date(2026, 6, 1))]
    assert left_of(TEACHERS[0], rows, date(2028, 12, 31)).left[0] == 36


def test_a_full_category_is_filled_no_further():
    teacher = TEACHERS[2]  # 4 in the subject, 4 in general; 25 and 40 hours of anything
    rows = [(1, RecordStatus.EARNED, date(2025, 1, 1)), (3, RecordStatus.EARNED, TODAY)]
    left = left_of(teacher, rows, date(2027, 6, 30))
    assert left.left[0] == 4
    assert left.fills[0, 0] == 1.0
    assert left.fills[0, 1] == 0.0


def test_wyoming_promises_nothing_for_a_micro_credential():
    left = left_of(TeacherFacts("WY"), [], date(2027, 6, 30))
    assert left.left[0] == 5
    micro = [one.kind == "micro_credential" for one in CATALOG]
    assert not left.fills[0, micro].any()


def test_an_employer_that_does_not_take_part_closes_a_route():
    (private,) = left_of(TEACHERS[6], [], date(2027, 6, 30)).fills
    (public,) = left_of(TEACHERS[5], [], date(2027, 6, 30)).fills
    assert private[4] == pytest.approx(20 * 20 / 15)
    assert not private[:4].any()
    assert public[:4].all()


def test_a_licence_whose_end_is_not_known_is_due_on_no_day():
    assert not left_of(TEACHERS[5], [], None).fills.any()


def test_the_same_rules_are_worked_out_once():
    worth = Worth(CATALOG)
    left_of(TEACHERS[5], [], None, worth=worth)
    (table,) = worth._tables.values()
    left_of(TEACHERS[5], [], date(2027, 1, 1), worth=worth)
    assert list(worth._tables.values()) == [table]


def test_rules_long_gone_are_forgotten(monkeypatch):
    monkeypatch.setattr("recommender.renewal.worth.MOST_PROFILES", 1)
    worth = Worth(CATALOG)
    for teacher in TEACHERS[:3]:
        left_of(teacher, [], None, worth=worth)
    assert len(worth._tables) == 1
