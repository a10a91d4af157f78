from datetime import date
from fractions import Fraction

import pytest
from sqlalchemy import event
from sqlmodel import Session

from features.live import find_teacher
from features.renewal_facts import (
    read_credential_facts,
    read_offers,
    read_records,
    read_teacher_facts,
    rules_for,
)
from recommender.renewal.account import account
from recommender.renewal.credit import CreditStatus
from recommender.states.shelf import Shelf
from recommender.store.columns import FOREVER, utc_now
from recommender.vocabulary import RecordStatus
from tests.features.store_rows import small_district

ON = date(2026, 5, 31)
ENDS = date(2028, 6, 30)


@pytest.fixture
def rows(engine):
    return small_district(engine)


@pytest.fixture
def session(rows):
    with Session(rows.engine) as opened:
        yield opened


@pytest.fixture(scope="module")
def shelf():
    return Shelf()


def teacher(session, id_="idle"):
    return find_teacher(session, id_, "north")


def facts(session, id_="idle"):
    return read_teacher_facts(session, [teacher(session, id_)], ON)[0]


def count_queries(session, act):
    seen = []
    engine = session.get_bind()
    listen = lambda *_: seen.append(1)  # noqa: E731 - a listener to take off again
    event.listen(engine, "before_cursor_execute", listen)
    act()
    event.remove(engine, "before_cursor_execute", listen)
    return len(seen)


def test_the_licence_is_that_of_the_day(session, rows):
    rows.context(
        ("idle", "north"),
        valid_to=date(2026, 1, 31),
        state="SC",
        license_type="Initial",
        license_expires_on=date(2026, 6, 30),
    )
    rows.context(
        ("idle", "north"),
        date(2026, 2, 1),
        state=" nc ",
        license_type="Continuing",
        license_expires_on=ENDS,
        grade_bands="6-8|3-5",
    )
    found = facts(session)
    assert (found.state, found.district) == ("NC", "north")
    assert (found.license_type, found.license_expires_on) == ("Continuing", ENDS)
    assert found.grade_bands == {"3-5", "6-8"}


def test_who_is_on_no_roster_is_of_the_districts_state(session):
    found = facts(session)
    assert (found.state, found.license_type, found.license_expires_on) == ("", "", None)


@pytest.mark.parametrize("ends", [FOREVER, date(1, 1, 1)])
def test_a_licence_that_ends_in_an_impossible_year_has_no_known_end(session, rows, shelf, ends):
    rows.context(("idle", "north"), state="AR", license_type="Standard", license_expires_on=ends)
    found = facts(session)
    assert found.license_expires_on is None
    assert account((), found, rules_for(shelf, found, ON), ON).cycle is None


def test_only_direct_alignments_of_the_day_are_told(session, rows):
    rows.align("dialogue", "Danielson", "3c", valid_to=date(2026, 5, 30))
    told = read_credential_facts(session, [("", "questions"), ("", "dialogue")], ON)
    assert told["", "questions"].standards == {("NCEES", "4a")}
    assert told["", "dialogue"].standards == frozenset()
    assert told["", "questions"].hours == Fraction("12.5")
    assert told["", "dialogue"].hours is None


def test_another_districts_credential_of_the_same_id_is_not_taken(session, rows):
    rows.credential("questions", "south", title="South's")
    told = read_credential_facts(session, [("", "questions"), ("north", "nowhere")], ON)
    assert [item.title for item in told.values()] == ["Asking questions"]


def test_records_are_those_in_force_up_to_the_day(session, rows):
    t1 = ("t1", "north")
    rows.record(t1, ("own", "north"), superseded_at=utc_now())
    found = read_records(session, teacher(session, "t1"), ON)
    assert [(item.credential.key[1], item.status, item.on) for item in found] == [
        ("dialogue", RecordStatus.EARNED, None),
        ("questions", RecordStatus.ENROLLED, date(2025, 5, 1)),
        ("questions", RecordStatus.EARNED, date(2025, 6, 1)),
    ]
    early = read_records(session, teacher(session, "t1"), date(2025, 5, 31))
    assert [item.on for item in early] == [None, date(2025, 5, 1)]


def test_the_account_of_the_store(session, rows, shelf):
    rows.context(
        ("idle", "north"),
        state="NC",
        license_type="Continuing",
        license_expires_on=ENDS,
        grade_bands="9-12",
    )
    rows.record(("idle", "north"), "questions", utc_now().replace(year=2026, month=3, day=1))
    found = facts(session)
    records = read_records(session, teacher(session), ON)
    made = account(records, found, rules_for(shelf, found, ON), ON)
    assert made.total.earned == Fraction("1.25")
    assert made.by_when == ENDS


def offers(session, shelf, *keys):
    (made,) = read_offers(session, shelf, [(teacher(session), keys)], ON)
    return made


@pytest.mark.parametrize(
    ("state", "licence", "status", "amount"),
    [
        ("AR", "Standard", CreditStatus.POSSIBLE, "12.5 PD hours"),
        ("NC", "Continuing", CreditStatus.POSSIBLE, "1.25 CEUs"),
        ("SC", "Professional", CreditStatus.POSSIBLE, "12.5 renewal credits"),
        ("WY", "Standard", CreditStatus.UNKNOWN, "None "),
        ("NC", "Lifetime", CreditStatus.NONE, "None "),
        ("NC", "Emergency", CreditStatus.UNKNOWN, "None "),
        ("TX", "Standard", CreditStatus.UNKNOWN, "None "),
        ("", "", CreditStatus.UNKNOWN, "None "),
    ],
)
def test_an_offer_stands_in_the_states_own_unit(
    session, rows, shelf, state, licence, status, amount
):
    rows.context(("idle", "north"), state=state, license_type=licence, license_expires_on=ENDS)
    made = offers(session, shelf, ("", "questions"))["", "questions"]
    assert (made.status, f"{made.amount} {made.unit}") == (status, amount)
    assert not made.verified
    assert ("confirm with" in made.words) or status is not CreditStatus.POSSIBLE
    assert bool(made.sources) == (state in {"AR", "NC", "SC", "WY"})


def test_an_offer_tells_between_which_categories_it_may_be_split(session, rows, shelf):
    rows.context(
        ("idle", "north"),
        state="NC",
        license_type="Continuing",
        license_expires_on=ENDS,
        grade_bands="9-12",
    )
    made = offers(session, shelf, ("", "questions"))["", "questions"]
    assert made.categories == ("Subject area", "General")
    assert "may be split between 'Subject area' and 'General'" in made.words


def test_an_offer_after_the_licences_end_gives_nothing_and_does_not_say_it_was_earned(
    session, rows, shelf
):
    rows.context(
        ("idle", "north"),
        state="SC",
        license_type="Professional",
        license_expires_on=date(2026, 5, 1),
    )
    made = offers(session, shelf, ("", "questions"))["", "questions"]
    assert made.status is CreditStatus.NONE
    assert made.words == "Earned on 2026-05-31, it would fall outside the renewal cycle."


def test_few_queries_whatever_is_asked(session, shelf):
    keys = [("", "questions"), ("", "dialogue"), ("north", "own")]
    people = [teacher(session, id_) for id_ in ("idle", "t1", "t2")]
    assert (
        count_queries(
            session, lambda: read_offers(session, shelf, [(who, keys) for who in people], ON)
        )
        == 3
    )
    assert count_queries(session, lambda: read_records(session, people[1], ON)) == 2
    assert read_offers(session, shelf, [], ON) == []
