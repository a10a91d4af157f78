"""One line a rule: what a teacher's facts and the catalog exclude, and what lifts it again."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.eligibility import DISMISSAL_LASTS_MS, Exclusion, excluded_counts, exclusions
from recommender.policy import Policy
from recommender.vocabulary import EventKind, QualityStatus, RecordStatus
from tests.builders import AS_OF, make_catalog, make_states

MAY, JUNE = date(2026, 5, 1), date(2026, 6, 1)
LAST_DAY = AS_OF - timedelta(days=DISMISSAL_LASTS_MS // 86_400_000)
LENIENT, STRICT = Policy(), Policy(allow_unknown_quality=False)


def rule_of(teacher=None, credential=None, policy=LENIENT, others=()):
    """Return the rule that excludes credential 'c' from one teacher."""
    catalog = make_catalog({"id": "c"} | (credential or {}), *others)
    state = make_states(catalog.axes, teacher or {})
    column = next(i for i, key in enumerate(catalog.axes.credentials) if key[1] == "c")
    return Exclusion.from_code(int(exclusions(state, catalog, policy, "north")[column]))


@pytest.mark.parametrize(
    ("records", "rule"),
    [
        ([("c", "enrolled", MAY)], Exclusion.IN_PROGRESS),
        ([("c", "submitted", MAY)], Exclusion.IN_PROGRESS),
        ([("c", "earned", MAY)], Exclusion.EARNED),
        ([("c", "earned", None)], Exclusion.EARNED),
        ([("c", "enrolled", MAY), ("c", "earned", JUNE)], Exclusion.EARNED),
        ([("c", "enrolled", MAY), ("c", "earned", MAY)], Exclusion.EARNED),
        ([("c", "earned", MAY), ("c", "enrolled", JUNE)], Exclusion.IN_PROGRESS),
        ([("c", "earned", MAY), ("c", "expired", JUNE)], Exclusion.ELIGIBLE),
        ([("c", "earned", None), ("c", "expired", JUNE)], Exclusion.ELIGIBLE),
        ([("c", "enrolled", MAY), ("c", "expired", JUNE)], Exclusion.ELIGIBLE),
        ([("c", "earned", MAY), ("c", "revoked", JUNE)], Exclusion.ELIGIBLE),
        ([("c", "expired", MAY), ("c", "earned", JUNE)], Exclusion.EARNED),
    ],
)
def test_latest_record_decides(records, rule):
    assert rule_of({"records": records}) is rule


@pytest.mark.parametrize(
    ("events", "rule"),
    [
        ([("c", "shown", MAY), ("c", "viewed", MAY)], Exclusion.ELIGIBLE),
        ([("c", "saved", MAY)], Exclusion.ELIGIBLE),
        ([("c", "started", MAY)], Exclusion.IN_PROGRESS),
        ([("c", "started", MAY), ("c", "shown", JUNE)], Exclusion.IN_PROGRESS),
        ([("c", "started", MAY), ("c", "saved", JUNE)], Exclusion.ELIGIBLE),
        ([("c", "dismissed", MAY)], Exclusion.DISMISSED),
        ([("c", "dismissed", MAY), ("c", "shown", JUNE)], Exclusion.DISMISSED),
        ([("c", "dismissed", MAY), ("c", "saved", JUNE)], Exclusion.ELIGIBLE),
        ([("c", "dismissed", MAY), ("c", "started", JUNE)], Exclusion.IN_PROGRESS),
        ([("c", "saved", MAY), ("c", "dismissed", JUNE)], Exclusion.DISMISSED),
        ([("c", "dismissed", LAST_DAY + timedelta(days=1))], Exclusion.DISMISSED),
        ([("c", "dismissed", LAST_DAY)], Exclusion.ELIGIBLE),
        ([("c", "dismissed", LAST_DAY), ("c", "dismissed", MAY)], Exclusion.DISMISSED),
        ([("c", "known", date(2020, 1, 1))], Exclusion.KNOWN),
        ([("c", "known", MAY), ("c", "dismissed", LAST_DAY)], Exclusion.KNOWN),
        ([("c", "known", MAY), ("c", "saved", JUNE)], Exclusion.ELIGIBLE),
        ([("c", "claimed", date(2020, 1, 1))], Exclusion.CLAIMED),
        ([("c", "claimed", MAY), ("c", "saved", JUNE)], Exclusion.CLAIMED),
    ],
)
def test_teachers_own_words(events, rule):
    assert rule_of({"events": events}) is rule


@pytest.mark.parametrize(
    ("records", "rule"),
    [
        ([("c", "enrolled", MAY), ("c", "expired", MAY)], Exclusion.CLAIMED),
        ([("c", "earned", JUNE + timedelta(days=1))], Exclusion.EARNED),
        ([("c", "expired", JUNE + timedelta(days=1))], Exclusion.ELIGIBLE),
        ([("c", "revoked", JUNE + timedelta(days=1))], Exclusion.ELIGIBLE),
    ],
)
def test_claim_waits_for_a_later_record(records, rule):
    assert rule_of({"events": [("c", "claimed", JUNE)], "records": records}) is rule


@pytest.mark.parametrize(
    ("credential", "rule"),
    [
        ({"district": "north"}, Exclusion.ELIGIBLE),
        ({"district": "south"}, Exclusion.OTHER_DISTRICT),
        ({"retired_on": AS_OF + timedelta(days=1)}, Exclusion.ELIGIBLE),
        ({"retired_on": AS_OF}, Exclusion.RETIRED),
        ({"valid_from": AS_OF}, Exclusion.ELIGIBLE),
        ({"valid_from": AS_OF + timedelta(days=1)}, Exclusion.NOT_YET_VALID),
        ({"quality": QualityStatus.NOT_MET}, Exclusion.QUALITY_NOT_MET),
        ({"quality": QualityStatus.UNKNOWN}, Exclusion.ELIGIBLE),
    ],
)
def test_what_the_catalog_says(credential, rule):
    assert rule_of(credential=credential) is rule


def test_unknown_quality_where_the_policy_forbids_it():
    unknown = {"quality": QualityStatus.UNKNOWN}
    assert rule_of(credential=unknown, policy=STRICT) is Exclusion.QUALITY_UNKNOWN
    assert rule_of(policy=STRICT) is Exclusion.ELIGIBLE


@pytest.mark.parametrize(
    ("others", "rule"),
    [
        ([], Exclusion.ELIGIBLE),
        ([{"id": "d", "known": False}], Exclusion.ELIGIBLE),
        ([{"id": "d", "district": "south"}], Exclusion.ELIGIBLE),
        ([{"id": "d"}], Exclusion.STUB),
        ([{"id": "d", "district": "north"}], Exclusion.STUB),
    ],
)
def test_stub_is_eligible_only_where_the_district_has_no_catalog(others, rule):
    assert rule_of(credential={"known": False}, others=others) is rule


@pytest.mark.parametrize(
    ("records", "rule"),
    [
        ([], Exclusion.PREREQUISITE_MISSING),
        ([("p", "earned", MAY)], Exclusion.PREREQUISITE_MISSING),
        ([("p", "earned", MAY), ("q", "submitted", MAY)], Exclusion.PREREQUISITE_MISSING),
        ([("p", "earned", MAY), ("q", "earned", None)], Exclusion.ELIGIBLE),
        ([("p", "earned", MAY), ("q", "earned", MAY), ("q", "enrolled", JUNE)], Exclusion.ELIGIBLE),
        (
            [("p", "earned", MAY), ("q", "earned", MAY), ("q", "expired", JUNE)],
            Exclusion.PREREQUISITE_MISSING,
        ),
        (
            [("p", "earned", MAY), ("q", "earned", MAY), ("q", "revoked", MAY)],
            Exclusion.PREREQUISITE_MISSING,
        ),
    ],
)
def test_every_prerequisite_must_be_held(records, rule):
    found = rule_of(
        {"records": records},
        {"prerequisites": ("p", "q")},
        others=[{"id": "p"}, {"id": "q"}],
    )
    assert found is rule


@pytest.mark.parametrize("kind", ["grade_bands", "subjects"])
def test_fit_is_asked_only_where_both_sides_are_known(kind):
    own, other = {"grade_bands": ("K-2", "9-12"), "subjects": ("art", "math")}[kind]
    rule = {"grade_bands": Exclusion.GRADE_BAND, "subjects": Exclusion.SUBJECT}[kind]
    assert rule_of({kind: [own]}, {kind: (other,)}) is rule
    assert rule_of({kind: [own]}, {kind: (own, other)}) is Exclusion.ELIGIBLE
    assert rule_of({kind: [own, other]}, {kind: (other,)}) is Exclusion.ELIGIBLE
    assert rule_of({kind: [own]}, {}) is Exclusion.ELIGIBLE
    assert rule_of({}, {kind: (other,)}) is Exclusion.ELIGIBLE


def test_first_rule_counts():
    teacher = {"records": [("c", "earned", MAY)], "events": [("c", "dismissed", JUNE)]}
    assert rule_of(teacher, {"retired_on": MAY}) is Exclusion.EARNED


def test_each_rule_has_a_code_and_a_sentence():
    assert Exclusion.ELIGIBLE.code == 0
    assert all(rule.text().endswith(".") for rule in Exclusion)
    assert len({rule.text for rule in Exclusion}) == len(Exclusion)


def test_state_of_several_teachers_is_refused():
    catalog = make_catalog({"id": "c"})
    with pytest.raises(ValueError, match="exactly one teacher, got 2"):
        exclusions(make_states(catalog.axes, {}, {}), catalog, LENIENT, "north")


def test_counts_name_only_the_rules_that_exclude():
    codes = np.array(
        [0, Exclusion.EARNED.code, Exclusion.EARNED.code, 0, Exclusion.RETIRED.code], dtype=np.int8
    )
    assert excluded_counts(codes) == {Exclusion.EARNED: 2, Exclusion.RETIRED: 1}


def test_empty_catalog():
    catalog = make_catalog()
    codes = exclusions(make_states(catalog.axes, {}), catalog, LENIENT, "north")
    assert codes.shape == (0,)
    assert codes.dtype == np.int8


IDS = st.sampled_from(["a", "b", "c"])
DAYS = st.dates(date(2025, 6, 1), date(2026, 6, 30))


@given(
    records=st.lists(st.tuples(IDS, st.sampled_from(list(RecordStatus)), st.none() | DAYS)),
    events=st.lists(st.tuples(IDS, st.sampled_from(list(EventKind)), DAYS)),
)
def test_one_credentials_facts_change_no_other(records, events):
    catalog = make_catalog({"id": "a"}, {"id": "b"}, {"id": "c"})
    everything = {"records": records, "events": events}
    about_a = {kind: [row for row in rows if row[0] == "a"] for kind, rows in everything.items()}
    codes = [
        exclusions(make_states(catalog.axes, teacher), catalog, LENIENT, "north")
        for teacher in (everything, about_a)
    ]
    assert codes[0][0] == codes[1][0]
    assert not codes[1][1:].any()


@given(st.permutations([("a", "saved", MAY), ("a", "dismissed", JUNE), ("b", "known", MAY)]))
def test_order_of_facts_does_not_matter(events):
    catalog = make_catalog({"id": "a"}, {"id": "b"})
    codes = exclusions(make_states(catalog.axes, {"events": events}), catalog, LENIENT, "north")
    assert codes.tolist() == [Exclusion.DISMISSED.code, Exclusion.KNOWN.code]


def test_codes_are_the_order_of_the_rules():
    codes = [rule.code for rule in Exclusion]
    assert all(earlier < later for earlier, later in pairwise(codes))


@pytest.mark.parametrize(
    ("status", "rule"),
    [("earned", Exclusion.EARNED), ("expired", Exclusion.ELIGIBLE)],
)
def test_a_record_overtakes_what_was_said_to_be_started(status, rule):
    teacher = {"events": [("c", "started", MAY)], "records": [("c", status, JUNE)]}
    assert rule_of(teacher) is rule
    again = {"events": [("c", "started", JUNE)], "records": [("c", "expired", MAY)]}
    assert rule_of(again) is Exclusion.IN_PROGRESS


@pytest.mark.parametrize(
    ("fact", "rule"),
    [
        ({"goals": [("1a", "coach", JUNE)]}, Exclusion.ELIGIBLE),
        ({"goals": [("1a", "coach", date(2026, 4, 1))]}, Exclusion.DISMISSED),
        ({"goals": [("2b", "coach", JUNE)]}, Exclusion.DISMISSED),
        ({"assessments": [("1a", 4, JUNE, True)]}, Exclusion.ELIGIBLE),
        ({"assessments": [("1a", 1, JUNE, False)]}, Exclusion.ELIGIBLE),
        ({"assessments": [("1a", 4, JUNE, False)]}, Exclusion.DISMISSED),
        ({"ratings": [("1a", 1, JUNE)]}, Exclusion.ELIGIBLE),
        ({"ratings": [("1a", 4, JUNE)]}, Exclusion.DISMISSED),
        ({"ratings": [("1a", None, JUNE)]}, Exclusion.DISMISSED),
    ],
)
def test_a_new_need_brings_a_dismissed_one_back(fact, rule):
    dismissed = {"events": [("c", "dismissed", MAY)], **fact}
    assert rule_of(dismissed, {"aligned": {"1a": 0.4}}) is rule


def test_a_rating_makes_no_need_where_evaluations_may_not_count():
    teacher = {"events": [("c", "dismissed", MAY)], "ratings": [("1a", 1, JUNE)]}
    policy = Policy(use_evaluations=False)
    assert rule_of(teacher, {"aligned": {"1a": 0.4}}, policy) is Exclusion.DISMISSED


def test_what_does_not_count_toward_renewal_where_that_alone_is_asked_for():
    catalog = make_catalog({"id": "c"}, {"id": "d"})
    state = make_states(catalog.axes, {})
    counting = np.array([key[1] == "d" for key in catalog.axes.credentials])
    codes = exclusions(state, catalog, LENIENT, "north", counting=counting)
    assert [Exclusion.from_code(int(code)) for code in codes] == [
        *(Exclusion.NOT_FOR_RENEWAL, Exclusion.ELIGIBLE),
    ]


def test_a_missing_prerequisite_is_named_only_where_nothing_else_stands_in_the_way():
    credential = {"prerequisites": ("d",), "grade_bands": ("K-2",)}
    others = ({"id": "d"},)
    assert rule_of({"grade_bands": ("9-12",)}, credential, others=others) is Exclusion.GRADE_BAND
    assert rule_of({}, credential, others=others) is Exclusion.PREREQUISITE_MISSING


ONLY_MICRO = Policy(micro_credentials_only=True)


@pytest.mark.parametrize("kind", ["course", "workshop"])
def test_other_professional_development_where_the_district_shows_micro_credentials_only(kind):
    other = {"kind": kind}
    assert rule_of(credential=other, policy=ONLY_MICRO) is Exclusion.OTHER_KIND
    assert rule_of(credential=other) is Exclusion.ELIGIBLE
    assert rule_of(policy=ONLY_MICRO) is Exclusion.ELIGIBLE


def test_reviews_of_quality_go_before_the_catalogs_own_word():
    catalog = make_catalog({"id": "c"}, {"id": "d"})
    not_met = np.array([QualityStatus.NOT_MET.code, -1], dtype=np.int8)
    reviewed = replace(catalog, reviewed={"list": not_met}, checklists={"north": "list"})
    state = make_states(catalog.axes, {})
    found = exclusions(state, reviewed, Policy(), "north")
    assert found.tolist() == [Exclusion.QUALITY_NOT_MET.code, 0]
    assert exclusions(state, reviewed, Policy(), "south").tolist() == [0, 0]
