"""Offers that teachers alike share are those that each would have alone."""

from datetime import date, timedelta
from itertools import product

import pytest

from recommender.renewal.facts import CredentialFacts, TeacherFacts
from recommender.renewal.offered import offer
from recommender.renewal.offers import Offers
from recommender.states.amounts import exact_hours
from recommender.states.shelf import Shelf
from recommender.voice import Voice

ON = date(2026, 11, 25)
CREDENTIALS = {
    ("", "a"): CredentialFacts(("", "a"), "A", exact_hours(12.0)),
    ("", "b"): CredentialFacts(("", "b"), "B", None, kind="workshop"),
    ("n", "c"): CredentialFacts(("n", "c"), "C", exact_hours(3.0), subjects=frozenset({"math"})),
}


def teachers():
    shelf = Shelf()
    for state, bands, subjects, kind, days in product(
        (*shelf.codes(), "ZZ", ""),
        (frozenset(), frozenset({"K-2"}), frozenset({"9-12"})),
        (frozenset(), frozenset({"math"})),
        ("", "continuing", "lifetime"),
        (None, -4000, -1, 200, 4000),
    ):
        ends = None if days is None else ON + timedelta(days=days)
        yield TeacherFacts(state, "d", bands, subjects, kind, ends)


def test_shared_offers_are_the_offers_of_each():
    shelf = Shelf()
    shared = Offers(CREDENTIALS, ON)
    for teacher in teachers():
        known = teacher.state in shelf.codes()
        pack = shelf.find(teacher.state, ON, teacher.district) if known else None
        for voice in Voice:
            assert shared.of(CREDENTIALS, teacher, pack, voice) == {
                key: offer(credential, teacher, pack, ON).told_in(voice)
                for key, credential in CREDENTIALS.items()
            }


def test_teachers_alike_share_an_offer():
    pack = Shelf().find("NC", ON, "")
    shared = Offers(CREDENTIALS, ON)
    one, other = (
        TeacherFacts("NC", "d", license_expires_on=ON + timedelta(days=days)) for days in (200, 300)
    )
    key = ("", "a")
    assert shared.of([key], one, pack)[key] is shared.of([key], other, pack)[key]


@pytest.mark.parametrize("pack", [None])
def test_what_the_catalog_lacks_has_no_offer(pack):
    assert Offers(CREDENTIALS, ON).of([("", "nothing")], TeacherFacts("NC"), pack) == {}
