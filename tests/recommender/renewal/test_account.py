"""The account's invariants, on every shipped pack, and what it says in odd cases."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.renewal.account import account
from recommender.renewal.credit import LicenceStatus
from recommender.renewal.facts import CredentialFacts, Record, TeacherFacts
from recommender.renewal.periods import window_of
from recommender.states.shelf import Shelf
from recommender.vocabulary import RecordStatus

TODAY = date(2026, 11, 24)
PACKS = {code: Shelf().find(code, TODAY) for code in ("AR", "NC", "SC", "WY")}
LICENCES = {"AR": "Standard", "NC": "Continuing", "SC": "Professional", "WY": "Standard"}
KINDS = ("micro_credential", "course", "workshop", "classroom_preparation", "book_club")
DAYS = st.dates(date(2018, 1, 1), date(2028, 12, 31))

CREDENTIALS = st.builds(
    CredentialFacts,
    st.tuples(st.just(""), st.sampled_from("ABCDEF")),
    hours=st.none() | st.fractions(Fraction(1, 2), 60, max_denominator=4),
    kind=st.sampled_from(KINDS),
    subjects=st.frozensets(st.sampled_from(["Literacy", "Mathematics", "Suicide prevention"])),
    standards=st.frozensets(st.sampled_from([("NCEES", "4a"), ("NCEES", "1a"), ("SCTS", "I.1")])),
)


@st.composite
def histories(draw):
    """Records of one catalog: a credential's facts are the same in all of its records."""
    catalog = {item.key: item for item in draw(st.lists(CREDENTIALS, max_size=6))}
    if not catalog:
        return []
    return draw(
        st.lists(
            st.builds(
                Record,
                st.sampled_from(sorted(catalog.values(), key=lambda item: item.key)),
                st.sampled_from([*RecordStatus, RecordStatus.EARNED, RecordStatus.EARNED]),
                st.none() | DAYS,
                st.booleans(),
            ),
            max_size=12,
        )
    )


@st.composite
def teachers(draw):
    state = draw(st.sampled_from(sorted(PACKS)))
    return TeacherFacts(
        state,
        grade_bands=draw(st.sampled_from([frozenset({"K-2"}), frozenset({"9-12"}), frozenset()])),
        license_type=draw(st.sampled_from([LICENCES[state], "", "Lifetime", "Other"])),
        license_expires_on=draw(st.none() | DAYS),
        employer=draw(st.sampled_from(["", "public_district", "private"])),
    )


def earned(key="A", hours=10, on=date(2026, 3, 1), **facts):
    return Record.if_earned(
        CredentialFacts(("", key), hours=None if hours is None else Fraction(hours), **facts), on
    )


def teacher(state="NC", **facts):
    known = {"license_type": LICENCES[state], "license_expires_on": date(2028, 6, 30)}
    return TeacherFacts(state, **{**known, "grade_bands": frozenset({"K-2"}), **facts})


@given(histories(), teachers(), DAYS, st.randoms())
def test_the_order_of_records_does_not_matter(records, who, on, random):
    shuffled = [*records]
    random.shuffle(shuffled)
    pack = PACKS[who.state]
    assert account(records, who, pack, on) == account(shuffled, who, pack, on)


@given(histories(), teachers(), DAYS)
def test_no_record_gives_more_than_its_hours_make(records, who, on):
    pack = PACKS[who.state]
    found = account(records, who, pack, on)
    routes = {kind: route for route in pack.renewal.routes.values() for kind in route.kinds}
    seen = {share.record for share in found.shares}
    assert len({record.credential.key for record in seen}) == len(seen)
    for record in seen:
        rate = routes[record.credential.kind].rate
        given_units = sum(share.units for share in found.shares if share.record == record)
        assert given_units <= record.credential.hours * rate.units / rate.hours
    if found.total:
        assert found.total.earned == sum(share.units for share in found.shares)
        assert sum(item.earned for item in found.categories) <= found.total.earned


@given(histories(), teachers(), DAYS)
def test_a_superseded_record_is_as_if_it_had_never_been(records, who, on):
    pack = PACKS[who.state]
    left = [record for record in records if not record.superseded]
    assert account(records, who, pack, on) == account(left, who, pack, on)


@given(histories(), teachers(), DAYS)
def test_a_record_outside_the_cycle_or_after_the_day_gives_nothing(records, who, on):
    pack = PACKS[who.state]
    window = window_of(pack, who.license_expires_on)
    found = account(records, who, pack, on)
    for share in found.shares:
        assert share.record.on <= on
        assert window is None or share.record.on in window
    if window is not None:
        outside = earned("Z", 1000, window.first - timedelta(days=1))
        assert account([*records, outside], who, pack, on).shares == found.shares


@given(histories(), teachers(), DAYS)
def test_the_cap_of_arkansas_holds_in_every_school_year(records, who, on):
    pack = PACKS["AR"]
    found = account(records, replace(who, state="AR"), pack, on)
    for year in found.years:
        assert (
            sum(
                share.units
                for share in found.shares
                if share.record.credential.kind == "classroom_preparation"
                and share.record.on in year.year
            )
            <= 12
        )
    assert sum(item.standing.earned for item in found.years) == sum(
        share.units for share in found.shares
    )


@given(histories(), teachers(), DAYS)
def test_one_more_earned_credential_never_leaves_more_to_do(records, who, on):
    pack = PACKS[who.state]
    before = account(records, who, pack, on)
    after = account([*records, earned("Z", 7, on)], who, pack, on)
    assert (before.remaining is None) == (after.remaining is None)
    if before.remaining is not None:
        assert after.remaining <= before.remaining


def test_the_same_credential_earned_again_in_the_cycle_gives_credit_once():
    found = account(
        [earned(on=date(2025, 3, 1)), earned(on=date(2026, 3, 1))], teacher(), PACKS["NC"], TODAY
    )
    assert found.total.earned == 1
    assert [item.words for item in found.left_out] == [
        "It gives credit once; the record of 2025-03-01 is counted."
    ]


@pytest.mark.parametrize(
    ("status", "on", "left"),
    [
        (RecordStatus.REVOKED, date(2026, 4, 1), 0),
        (RecordStatus.REVOKED, None, 0),
        (RecordStatus.REVOKED, date(2026, 2, 1), 1),
        (RecordStatus.EXPIRED, date(2026, 4, 1), 1),
    ],
)
def test_what_was_revoked_gives_nothing_and_what_expired_was_still_learned(status, on, left):
    record = earned()
    found = account([record, Record(record.credential, status, on)], teacher(), PACKS["NC"], TODAY)
    assert found.total.earned == left


def test_an_undated_record_gives_nothing_and_says_so():
    found = account([earned(on=None)], teacher(), PACKS["NC"], TODAY)
    assert found.total.earned == 0
    assert "date is not known" in found.left_out[0].words


def test_without_the_licences_end_there_is_no_cycle():
    found = account([earned()], teacher(license_expires_on=None), PACKS["NC"], TODAY)
    assert found.status is LicenceStatus.UNKNOWN
    assert found.total is found.remaining is found.by_when is None
    assert any("day on which your licence ends is not known" in note for note in found.notes)


def test_without_the_licences_end_arkansas_still_tells_this_school_year():
    found = account(
        [earned(on=date(2026, 9, 1)), earned("B", on=date(2026, 3, 1))],
        teacher("AR", license_expires_on=None),
        PACKS["AR"],
        TODAY,
    )
    assert [(str(item.year), item.standing.earned) for item in found.years] == [
        ("1 July 2026 to 30 June 2027", 10)
    ]
    assert found.remaining == 26
    assert [item.standing.title for item in found.years] == ["School year 2026-27"]
    assert len(found.left_out) == 1


@pytest.mark.parametrize(
    ("licence", "status", "words"),
    [
        ("Lifetime", LicenceStatus.EXEMPT, "A Lifetime licence needs no renewal"),
        ("Initial", LicenceStatus.UNKNOWN, "are not about the licence 'Initial'"),
    ],
)
def test_other_licences_have_no_account(licence, status, words):
    found = account([earned()], teacher(license_type=licence), PACKS["NC"], TODAY)
    assert found.status is status
    assert found.total is None
    assert found.shares == found.categories == ()
    assert any(words in note for note in found.notes)


def test_a_teacher_of_two_groups_gets_the_total_but_no_guess_at_the_minimums():
    both = teacher(grade_bands=frozenset({"3-5", "6-8"}))
    found = account([earned()], both, PACKS["NC"], TODAY)
    assert found.plan == ""
    assert found.categories == ()
    assert found.total.earned == 1
    assert any("Teachers of grades K-5, Teachers of grades 6-12" in note for note in found.notes)


def test_a_licence_that_ended_is_told():
    found = account([], teacher(license_expires_on=date(2026, 6, 30)), PACKS["NC"], TODAY)
    assert any("Your licence ended on 30 June 2026" in note for note in found.notes)


def test_the_account_says_that_its_rules_are_not_verified_and_where_sources_differ():
    notes = account([], teacher("SC"), PACKS["SC"], TODAY).notes
    assert notes[0].startswith("Possible credit only")
    assert "0 are verified by the state" in notes[1]
    assert any("Graduate coursework" in note for note in notes)


def test_a_topic_is_found_among_the_records_of_the_cycle_only():
    topic = frozenset({"suicide prevention"})
    who = teacher("AR", license_expires_on=date(2026, 12, 31))
    inside = earned("A", 2, date(2022, 1, 1), subjects=topic)
    before = earned("B", 2, date(2021, 12, 31), subjects=topic)
    found = {item.key: item for item in account([inside, before], who, PACKS["AR"], TODAY).topics}
    assert found["suicide_prevention"].hours == found["suicide_prevention"].needed == 2
    assert found["child_maltreatment"].hours == 0
    assert "elsewhere" in found["child_maltreatment"].words


def test_hours_over_a_cap_are_told():
    record = earned("A", 20, date(2026, 9, 1), kind="classroom_preparation")
    found = account([record], teacher("AR"), PACKS["AR"], TODAY)
    assert found.remaining == 24
    assert found.left_out[0].words == "More than may count of 'Classroom preparation'."
