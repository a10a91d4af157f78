from datetime import UTC, date, datetime

import pytest
from sqlmodel import Session

from features.stack_facts import read_stacks
from recommender.store.tables import Teacher
from tests.features.store_rows import StoreRows

ON = date(2026, 6, 1)
ADA = ("ada", "north")


@pytest.fixture
def rows(engine):
    rows = StoreRows(engine)
    rows.teacher(*ADA)
    for name, asked in (("a", ""), ("b", "c"), ("c", "a"), ("d", "")):
        rows.credential(name, title=f"Step {name}", stack="Feedback", prerequisites=asked)
    rows.credential("e", stack="Other")
    rows.credential("own", "south", stack="Feedback")
    return rows


def standing(rows, on=ON):
    with Session(rows.engine) as session:
        return read_stacks(session, session.get_one(Teacher, rows._teacher(ADA)), on)


def record(rows, credential, status="earned", month=1):
    rows.record(ADA, credential, datetime(2026, month, 1, tzinfo=UTC), status=status)


def test_a_stack_that_was_not_begun_is_none_of_the_teachers(rows):
    assert standing(rows) == []


def test_what_can_be_started_comes_first(rows):
    record(rows, "a")
    (stack,) = standing(rows)
    assert (stack.name, stack.size, stack.share) == ("Feedback", 4, 0.25)
    assert stack.earned == ["Step a"]
    assert stack.missing == ["Step c", "Step d", "Step b"]


def test_what_is_under_way_is_no_next_step(rows):
    record(rows, "a")
    record(rows, "c", "submitted")
    (stack,) = standing(rows)
    assert stack.under_way == ["Step c"]
    assert stack.missing == ["Step d", "Step b"]


def test_what_was_revoked_is_to_be_earned_again(rows):
    record(rows, "a")
    record(rows, "d")
    record(rows, "d", "revoked", month=2)
    (stack,) = standing(rows)
    assert stack.earned == ["Step a"]
    assert "Step d" in stack.missing


def test_what_may_no_longer_be_started_is_no_step(rows):
    record(rows, "a")
    rows.credential("f", title="Step f", stack="Feedback", retired_on=date(2026, 5, 1))
    (stack,) = standing(rows)
    assert "Step f" not in stack.missing
