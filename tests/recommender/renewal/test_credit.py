"""What one record may give, and the words for it."""

from datetime import date
from fractions import Fraction

import pytest

from recommender.renewal.credit import CreditStatus, credit
from recommender.renewal.facts import CredentialFacts, Record, TeacherFacts
from recommender.vocabulary import RecordStatus

ON = date(2026, 3, 1)


def of(pack, record=None, hours=Fraction(15), teacher=None, **facts):
    known = {"license_type": pack.renewal.licences.value[0]}
    known |= {"license_expires_on": date(2028, 6, 30), "grade_bands": frozenset({"K-2"})}
    who = TeacherFacts(pack.code, **{**known, **(teacher or {})})
    made = Record.if_earned(CredentialFacts(("", "A"), hours=hours, **facts), ON)
    return credit(record or made, who, pack)


def test_the_credits_of_a_record_are_alternatives_for_the_same_units(packs):
    found = of(packs["NC"], standards=frozenset({("NCEES", "4a")}), subjects=frozenset({"reading"}))
    assert [(item.category, item.units) for item in found] == [
        ("subject", Fraction(3, 2)),
        ("literacy", Fraction(3, 2)),
        ("general", Fraction(3, 2)),
    ]


def test_a_category_that_the_catalog_leaves_open_is_unknown_and_gives_nothing(packs):
    found = {item.category: item for item in of(packs["NC"])}
    assert found["subject"].status is found["literacy"].status is CreditStatus.UNKNOWN
    assert found["subject"].units == 0
    assert found["general"].status is CreditStatus.POSSIBLE


def test_an_alignment_to_another_framework_is_no_ground(packs):
    found = {
        item.category: item for item in of(packs["NC"], standards=frozenset({("InTASC", "4")}))
    }
    assert found["subject"].status is CreditStatus.UNKNOWN


def test_an_alignment_to_another_standard_is_a_no(packs):
    found = of(packs["NC"], standards=frozenset({("NCEES", "1a")}))
    assert "subject" not in {item.category for item in found}


@pytest.mark.parametrize("status", [kind for kind in RecordStatus if kind != RecordStatus.EARNED])
def test_only_what_is_earned_gives(status, packs):
    found = of(packs["SC"], Record(CredentialFacts(("", "A"), hours=Fraction(5)), status, ON))
    assert [(item.status, item.words) for item in found] == [
        (CreditStatus.NONE, f"It is {status.value}, not earned.")
    ]


def test_a_superseded_record_gives_nothing(packs):
    record = Record(CredentialFacts(("", "A")), RecordStatus.EARNED, ON, superseded=True)
    assert of(packs["SC"], record)[0].status is CreditStatus.NONE


def test_a_route_that_gives_none_says_why(packs):
    pack = packs["NC"]
    route = pack.renewal.routes["course"].model_copy(update={"credit": "none"})
    renewal = pack.renewal.model_copy(update={"routes": {"course": route}})
    found = of(pack.model_copy(update={"renewal": renewal}), kind="course")
    assert [(item.status, item.words) for item in found] == [(CreditStatus.NONE, route.words)]


def test_a_kind_without_a_rule_is_unknown(packs):
    found = of(packs["SC"], kind="book_club")
    assert found[0].status is CreditStatus.UNKNOWN
    assert "book club" in found[0].words


def test_what_is_not_known_of_the_teacher_stands_in_the_words(packs):
    found = of(packs["SC"], teacher={"license_type": "", "license_expires_on": None})
    assert found[0].status is CreditStatus.POSSIBLE
    assert len(found[0].asks) == 3
    assert "if you are employed by a South Carolina public district" in found[0].words


def test_a_known_employer_needs_no_if(packs):
    found = of(packs["SC"], teacher={"employer": "public_district"})
    assert found[0].asks == ()
    assert found[0].words == (
        "Possible credit of 15 renewal credits: confirm with your employing district."
    )


def test_approval_beforehand_is_told(packs):
    found = of(packs["WY"], kind="workshop", hours=Fraction(14))
    assert "it needs approval before you start" in found[0].words
    assert "1 PTSB renewal credit," in found[0].words


def test_a_credit_rests_on_figures_with_sources(packs):
    found = of(packs["NC"])[-1]
    places = [item.place for item in found.basis]
    assert places[:2] == ["renewal.routes.learning", "renewal.routes.learning.rate"]
    assert places[-1] == "renewal.categories.general"
    assert found.rule == "renewal.routes.learning"
