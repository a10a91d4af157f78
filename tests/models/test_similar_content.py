from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.fitting.options import TrainingOptions
from models.fitting.similar_content import fit_similar_content, text_of
from models.signals import SignalWeights
from recommender.catalog import CredentialCard
from recommender.facts import FactKind
from recommender.vocabulary import EventKind, RecordStatus
from tests.builders import make_catalog
from tests.models.small_district import DAY, NOW, earned, small_district, states

CATALOG = make_catalog(
    {"id": "c0", "title": "Teaching fractions", "description": "Fractions on a number line"},
    {"id": "c1", "title": "Fractions with manipulatives", "description": "Compare fractions"},
    {"id": "c2", "title": "Phonics for early readers", "description": "Sounds and letters"},
    {"id": "c3", "title": "Decoding and phonics", "description": "Letters, sounds, words"},
    {"id": "c4"},
)
DATA = replace(small_district(), catalog=CATALOG, states=states(3, records=[earned(0, 0)]))
FITTED = fit_similar_content(DATA, SignalWeights(), TrainingOptions())


def event(credential, kind, on=NOW):
    return (0, credential, kind.code, on)


def score(*records, events=()):
    return FITTED.score(states(1, records=records, events=events))[0]


def test_the_closest_text_comes_first():
    assert score(earned(0, 0))[1] > max(score(earned(0, 0))[2:])
    assert score(earned(0, 2))[3] > max(score(earned(0, 2))[[0, 1]])


def test_saving_counts_as_earning_does_and_dismissing_against():
    assert score(events=[event(0, EventKind.SAVED)])[1] > 0
    assert score(events=[event(0, EventKind.DISMISSED)])[1] < 0


@given(st.sampled_from([EventKind.SAVED, EventKind.STARTED, EventKind.CLAIMED]), st.integers(0, 3))
def test_dismissing_something_alike_never_raises_a_score(kind, liked):
    before = score(events=[event(liked, kind)])
    for dismissed in set(range(4)) - {liked}:
        after = score(events=[event(liked, kind), event(dismissed, EventKind.DISMISSED)])
        assert after[dismissed] <= before[dismissed]


def test_what_has_no_text_is_nothing_to_anybody():
    assert FITTED.score(states(1, records=[earned(0, c) for c in range(5)]))[0, 4] == 0
    assert not score(earned(0, 4)).any()


def test_a_catalog_without_text_says_nothing():
    stubs = make_catalog(*({"id": f"c{i}", "known": False} for i in range(5)))
    silent = fit_similar_content(replace(DATA, catalog=stubs), SignalWeights(), TrainingOptions())
    assert not silent.score(DATA.states).any()
    assert silent.facts(DATA.states.take([0]), 1) == ()


def test_the_newer_counts_more():
    older, newer = NOW - 2000 * DAY, NOW
    reading = score(earned(0, 0, older), earned(0, 2, newer))
    assert reading[3] > reading[1]


def test_facts_say_what_was_done():
    state = states(
        1,
        records=[earned(0, 0, NOW - DAY), earned(0, 3, NOW, RecordStatus.ENROLLED)],
        events=[event(2, EventKind.SAVED)],
    )
    assert [fact.kind for fact in FITTED.facts(state, 1, limit=1)] == [FactKind.EARNED]
    kinds = {FactKind.SAVED: 2, FactKind.STARTED: 3, FactKind.EARNED: 0}
    assert all(kinds[fact.kind] == fact.credential for fact in FITTED.facts(state, 1, limit=9))
    assert FITTED.facts(state, 3)[0].credential == 2
    assert 3 not in {fact.credential for fact in FITTED.facts(state, 3, limit=9)}


def test_vectors_are_of_length_one():
    lengths = np.linalg.norm(FITTED.vectors, axis=1)
    np.testing.assert_allclose(lengths[:4], 1.0, rtol=1e-5)
    assert lengths[4] == 0


class ByFirstLetter:
    """An encoder that only sees with which letter a text begins."""

    def encode(self, texts, seed):
        del seed
        return np.array([[t[:1] == "T", t[:1] == "F"] for t in texts], dtype=np.float32)


def test_another_encoder_can_take_its_place():
    fitted = fit_similar_content(DATA, SignalWeights(), TrainingOptions(), ByFirstLetter())
    assert fitted.score(states(1, records=[earned(0, 0)]))[0].argmax() == 0


def test_text_is_the_title_twice_and_what_else_is_said():
    card = CredentialCard("Fractions", "An issuer", "Uses models", "Many", subjects=("math",))
    assert text_of(card) == "Fractions Fractions Uses models Many math An issuer"


def test_refuses_vectors_of_another_catalog():
    with pytest.raises(ValueError, match="shape"):
        type(FITTED).restore(FITTED.arrays(), FITTED.settings(), 6)
