import numpy as np
import pytest

from models.choice_set import ChoiceSet
from models.self_assessed_need import SelfAssessedNeed, SelfAssessedNeedConfig
from recommender.facts import FactKind
from tests.models.small_district import DAY, NOW, assessed, catalog, states

REACH = np.array([[0, 1, 0], [0, 0, 1]], dtype=np.float32)
TOP = np.ones(3, dtype=np.float32)
EVIDENCE = SelfAssessedNeed(
    REACH, ChoiceSet.of(catalog(REACH)), 1.0, SelfAssessedNeedConfig(wish=0.5), TOP
)


def test_a_low_level_raises_what_reaches_the_standard():
    scores = EVIDENCE.score(states(1, assessments=[assessed(0, 1, 0.0)]))[0]
    assert scores == pytest.approx([2 / 3, 0.0])


def test_a_wish_adds_to_it():
    state = states(1, assessments=[assessed(0, 1, 0.0, wants=True)])
    assert EVIDENCE.score(state)[0, 0] == pytest.approx(2 / 3 + 0.5)


def test_a_wish_counts_without_a_level():
    state = states(1, assessments=[assessed(0, 1, np.nan, wants=True)])
    assert EVIDENCE.score(state)[0] == pytest.approx([0.5, 0.0])
    (fact,) = EVIDENCE.facts(state, 0)
    assert (fact.kind, fact.level) == (FactKind.WANTS_TO_GROW, None)


def test_the_newest_self_assessment_decides_on_the_wish():
    old, new = assessed(0, 1, 1.0, NOW - DAY, wants=True), assessed(0, 1, 1.0)
    assert not EVIDENCE.score(states(1, assessments=[old, new])).any()


def test_the_fact_is_whichever_adds_more():
    low = states(1, assessments=[assessed(0, 1, 0.0, wants=True)])
    high = states(1, assessments=[assessed(0, 1, 0.9, wants=True)])
    assert EVIDENCE.facts(low, 0)[0].kind is FactKind.ASSESSED
    assert EVIDENCE.facts(high, 0)[0].kind is FactKind.WANTS_TO_GROW


def test_a_config_says_what_is_allowed():
    with pytest.raises(ValueError, match="wish must not be below 0"):
        SelfAssessedNeedConfig(wish=-0.1)
