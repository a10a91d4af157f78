"""What every evidence must keep to. A test class inherits it in three lines:

class TestPopular(EvidenceContract):
    fit = staticmethod(fit_popular)
    config = PopularConfig()
"""

import json
from typing import Any, ClassVar

import numpy as np
import pytest

from models.fitting.options import TrainingOptions
from recommender.vocabulary import EvidenceName
from tests.models.small_district import earned, small_district, states


class EvidenceContract:
    fit: ClassVar[Any]
    config: ClassVar[Any]
    same_for_all = False
    """Whether this evidence says the same of everybody, known or not."""

    @pytest.fixture(scope="class")
    @classmethod
    def data(cls):
        return small_district()

    @pytest.fixture(scope="class")
    @classmethod
    def evidence(cls, data):
        return cls.fit(data, cls.config, TrainingOptions(seed=3))

    def test_anonymous(self, evidence, data):
        scores = evidence.score(states(2))
        assert scores.shape == (2, len(data.catalog))
        np.testing.assert_array_equal(scores[0], scores[1])
        if self.same_for_all:
            np.testing.assert_array_equal(scores[0], evidence.score(data.states)[0])
        else:
            assert not scores.any()
            assert all(evidence.facts(states(1), c) == () for c in range(len(data.catalog)))

    def test_has_a_name_of_the_vocabulary(self, evidence):
        assert evidence.name in EvidenceName

    def test_scores_are_finite_float32_for_every_credential(self, evidence, data):
        scores = evidence.score(data.states)
        assert scores.dtype == np.float32
        assert scores.shape == (len(data.states), len(data.catalog))
        assert np.isfinite(scores).all()
        assert scores.any()

    def test_no_teachers_no_rows(self, evidence, data):
        assert evidence.score(states(0)).shape == (0, len(data.catalog))

    def test_a_row_depends_on_its_teacher_alone(self, evidence, data):
        together = evidence.score(data.states)
        for teacher in range(0, len(data.states), 7):
            alone = evidence.score(data.states.take([teacher]))[0]
            np.testing.assert_allclose(alone, together[teacher], rtol=1e-5, atol=1e-5)

    def test_a_few_together_have_each_one_s_scores_to_the_last_bit(self, evidence, data):
        few = data.states.take(range(min(8, len(data.states))))
        for teacher, scores in enumerate(evidence.score(few)):
            np.testing.assert_array_equal(evidence.score(few.take([teacher]))[0], scores)

    def test_everything_already_earned(self, evidence, data):
        everything = states(1, records=[earned(0, c) for c in range(len(data.catalog))])
        assert np.isfinite(evidence.score(everything)).all()

    def test_scoring_changes_nothing_it_was_given(self, evidence, data):
        before = data.states.records.rows.copy()
        evidence.score(data.states)
        np.testing.assert_array_equal(before, data.states.records.rows)

    def test_comes_back_from_read_only_arrays_and_json(self, evidence, data, tmp_path):
        arrays = {}
        for name, array in evidence.arrays().items():
            np.save(tmp_path / f"{name}.npy", array, allow_pickle=False)
            arrays[name] = np.load(tmp_path / f"{name}.npy", mmap_mode="r", allow_pickle=False)
        settings = json.loads(json.dumps(evidence.settings()))
        again = type(evidence).restore(arrays, settings, len(data.catalog))
        np.testing.assert_array_equal(again.score(data.states), evidence.score(data.states))
        state = data.states.take([0])
        for c in range(len(data.catalog)):
            assert again.facts(state, c) == evidence.facts(state, c)

    def test_refuses_arrays_that_do_not_fit_the_catalog(self, evidence, data):
        with pytest.raises(ValueError, match=r"catalog|shape|column|missing"):
            type(evidence).restore(
                {name: array[:-1] for name, array in evidence.arrays().items()},
                evidence.settings(),
                len(data.catalog),
            )
        with pytest.raises(ValueError, match="missing"):
            type(evidence).restore({}, evidence.settings(), len(data.catalog))

    def test_holds_no_row_of_a_teacher(self, evidence, data):
        sizes = {size for array in evidence.arrays().values() for size in np.shape(array)}
        assert len(data.states) not in sizes

    def test_the_same_seed_learns_the_same(self, evidence, data):
        again = self.fit(data, self.config, TrainingOptions(seed=3))
        for name, array in evidence.arrays().items():
            np.testing.assert_array_equal(array, again.arrays()[name])
        assert again.settings() == evidence.settings()

    def test_facts_are_few_and_of_this_teacher_alone(self, evidence, data):
        for teacher in range(len(data.states)):
            state = data.states.take([teacher])
            for credential in range(len(data.catalog)):
                facts = evidence.facts(state, credential, limit=2)
                assert len(facts) <= 2
                assert all(_is_of(fact, state, credential) for fact in facts)
                assert evidence.facts(state, credential, limit=1) == facts[:1]

    def test_learns_from_nobody(self, data):
        nobody = type(data)(data.catalog, states(0), data.as_of)
        evidence = self.fit(nobody, self.config, TrainingOptions(seed=3))
        assert np.isfinite(evidence.score(data.states)).all()


def _is_of(fact, state, credential):
    """Whether a fact stands in this very state (a count over many only has its credential)."""
    if fact.amount is not None:
        return state.licences is not None and state.licences.profile[0] >= 0
    if fact.pathway is not None:
        rules = {rule.title for rule in state.pathways.rules}
        return fact.pathway in rules and fact.on in state.pathways.rows.rows["on"]
    if fact.count is not None:
        return fact.credential == credential and fact.count >= 5
    if fact.credential is not None:
        known = (state.history.rows, state.events.rows)
        return any(fact.credential in rows["credential"] for rows in known)
    if fact.set_by is not None:
        return fact.standard in state.goals.rows["standard"]
    rows = state.assessments.rows if fact.kind.value != "rated" else state.ratings.rows
    return any(
        row["standard"] == fact.standard and row["on"] == fact.on and row["level"] == fact.level
        for row in rows
    )
