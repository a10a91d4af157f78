from dataclasses import dataclass

import numpy as np
import pytest

from recommender.errors import RecommenderError
from tests.models.small_district import states
from training.plan import PlanConfig
from training.quality.measuring import Usage
from training.quality.peers.peer import Answer, Peer
from training.quality.peers.registry import all_peers
from training.quality.rivals import (
    Budget,
    Rivals,
    history_matrix,
    judge_peer,
    judge_rule,
    place_matrix,
    task_of,
    tune,
)
from training.quality.trial import QualityProtocol, make_trial

DAY = 86_400_000
FEW = PlanConfig(least_learners=2)


@pytest.fixture
def data(district, data_of):
    random = np.random.default_rng(1)
    records = [
        (t, c, int(random.integers(300)) * DAY)
        for t in range(40)
        for c in np.sort(random.choice(12, 7, replace=False)).tolist()
    ]
    return data_of(district(records, size=12))


@dataclass
class Knowing(Peer):
    """Knows what is relevant, told by whoever plants it, and tells it if configured to."""

    splits: tuple
    name = "knowing"
    grid = ({"tell": False}, {"tell": True})

    def answer(self, task, config):
        split = next(s for s in self.splits if len(s.queries) == task.histories.shape[0])
        scores = np.zeros(task.histories.shape, dtype=np.float32)
        if config["tell"]:
            scores[split.relevant.owner, split.relevant.rows] = 1.0
        else:
            scores[:] = np.random.default_rng(0).random(scores.shape)
        return Answer(scores, Usage(1.0, 2.0))


class Absent(Peer):
    name = "absent"
    grid = ({},)

    def why_not(self):
        return "It is not set up."

    def answer(self, task, config):
        raise AssertionError


class Broken(Absent):
    name = "broken"

    def why_not(self):
        return ""

    def answer(self, task, config):
        raise RecommenderError("It stopped.")


@pytest.mark.parametrize("protocol", [QualityProtocol.LAST_OUT, QualityProtocol.FOLD_IN])
def test_the_better_configuration_is_chosen_and_every_query_keeps_its_own_figures(data, protocol):
    trial = make_trial(data, protocol, FEW, 0, 4000)
    validations = tuple(fold.validation for fold in trial.folds)
    peer, rivals = Knowing((trial.judged, *validations)), Rivals()
    judge_peer(peer, trial, 0, 1, rivals)
    (judged,) = rivals.judged
    assert judged.figures.ndcg == pytest.approx(1)
    assert np.array_equal(judged.figures.relevant, trial.judged.relevant.counts)
    chosen = [row for row in rivals.tuning if row["chosen"]]
    assert all(row["config"] == {"tell": True} for row in chosen)
    assert len(chosen) == len(trial.folds) * len(trial.numbers)
    assert judged.cost(trial.numbers[0]) == Usage(1.0, 2.0)


def test_without_a_validation_the_first_configuration_counts(data):
    trial = make_trial(data, QualityProtocol.FOLD_IN, PlanConfig(least_learners=999), 0, 4000)
    tuned = tune(Knowing((trial.judged,)), trial, 0, 1)
    assert set(map(str, tuned.chosen.values())) == {"{'tell': False}"}
    assert tuned.table == []


def test_a_peer_that_is_not_set_up_or_stops_is_listed_with_its_reason(data):
    trial, rivals = make_trial(data, QualityProtocol.LAST_OUT, FEW, 0, 4000), Rivals()
    judge_peer(Absent(), trial, 0, 1, rivals)
    judge_peer(Broken(), trial, 0, 1, rivals)
    assert rivals.judged == []
    assert rivals.not_run == {"absent": "It is not set up.", "broken": "It stopped."}


def test_the_largest_gap_rule_needs_ratings(data):
    trial, rivals = make_trial(data, QualityProtocol.LAST_OUT, FEW, 0, 4000), Rivals()
    judge_rule("largest_gap", trial, 0, 1, rivals)
    judge_rule("popularity", trial, 0, 1, rivals)
    assert "no ratings" in rivals.not_run["largest_gap"]
    assert [one.name for one in rivals.judged] == ["popularity"]


def test_peers_see_no_held_out_record(data):
    trial = make_trial(data, QualityProtocol.LAST_OUT, FEW, 0, 4000)
    task = task_of(trial.judged, 0, 1)
    relevant = trial.judged.relevant
    assert not task.histories[relevant.owner, relevant.rows].any()
    assert not task.train[trial.judged.teachers[relevant.owner], relevant.rows].any()
    assert task.train.sum() == 40 * 7 - len(relevant.rows)
    assert task.learner_features is None
    assert task.credential_features is None


def test_peers_are_told_schools_and_districts_where_they_are_known():
    first = states(2, schools=[(11, 1), (0, 1)])
    told = place_matrix([first, states(1, schools=[(12, 2)]), states(1)])
    assert told.sum(axis=1).ravel().tolist() == [[2.0, 1.0, 2.0, 0.0]]
    assert (told[0].multiply(told[1])).sum() == 1


def test_a_history_is_a_row_of_ones(data):
    states = data.snapshot.states()
    matrix = history_matrix(states, 12)
    assert set(matrix.data.tolist()) == {1.0}
    assert matrix.has_sorted_indices
    held = set(states.history.of(3)["credential"].tolist())
    assert set(matrix[3].indices.tolist()) == held


class Watched(Peer):
    """Remembers what it was asked."""

    name = "watched"
    grid = ({"one": 1}, {"two": 2})

    def __init__(self, *, folds_in):
        self.folds_in = folds_in
        self.asked = []

    def answer(self, task, config):
        self.asked.append(task)
        random = np.random.default_rng(task.histories.shape[0])
        return Answer(random.random(task.histories.shape).astype(np.float32), Usage(1.0, 2.0, 3.0))


def test_a_peer_that_learns_from_histories_sees_no_two_of_the_same_learner(data):
    trial = make_trial(data, QualityProtocol.FOLD_IN, FEW, 0, 4000)
    peer, rivals = Watched(folds_in=False), Rivals()
    judge_peer(peer, trial, 0, 1, rivals)
    assert len(peer.asked) == (2 + 1) * len(trial.numbers)
    for task in peer.asked:
        lengths = np.unique(task.histories.getnnz(axis=1))
        assert len(lengths) == 1
        assert lengths[0] in trial.numbers
    judged = [task.histories.shape[0] for task in peer.asked[-len(trial.numbers) :]]
    assert judged == [int((trial.revealed == number).sum()) for number in trial.numbers]
    assert len(rivals.judged[0].figures.ndcg) == len(trial.judged.queries)


def test_a_peer_that_folds_in_is_fitted_once_for_all_numbers(data):
    trial = make_trial(data, QualityProtocol.FOLD_IN, FEW, 0, 4000)
    peer, rivals = Watched(folds_in=True), Rivals()
    judge_peer(peer, trial, 0, 1, rivals)
    assert {task.histories.shape[0] for task in peer.asked} == {
        len(trial.judged.queries),
        len(trial.folds[0].validation.queries),
    }


def test_the_budget_is_told(data):
    trial = make_trial(data, QualityProtocol.FOLD_IN, FEW, 0, 4000)
    rivals = Rivals()
    judge_peer(Watched(folds_in=True), trial, 0, 1, rivals)
    assert rivals.budgets == {"watched": Budget(2, Usage(2.0, 2.0, 6.0))}


def test_peers_that_are_fitted_on_what_they_are_asked_about_say_so():
    assert {peer.name for peer in all_peers() if not peer.folds_in} == {
        "bpr",
        "rectools-als",
        "lightfm-warp",
    }
