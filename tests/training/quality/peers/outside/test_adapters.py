"""The real libraries, where their environments are set up."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from training.quality.peers.outside.peers import OUTSIDE
from training.quality.peers.peer import Task

PEERS = {peer.name: peer for peer in OUTSIDE}
SIZE = 30


def two_tastes(learners=120, seed=0):
    """Half of the learners take of the first half of the catalog, half of the second."""
    random = np.random.default_rng(seed)
    chance = np.full((learners, SIZE), 0.02)
    chance[: learners // 2, : SIZE // 2] = 0.5
    chance[learners // 2 :, SIZE // 2 :] = 0.5
    return csr_matrix((random.random((learners, SIZE)) < chance).astype(np.float32))


@pytest.fixture(scope="module")
def task():
    """Nobody who is learned from has credentials 7 and the last; the last asked has nothing."""
    train, histories = two_tastes().toarray(), two_tastes(20, seed=1).toarray()
    train[:, [7, -1]] = 0
    histories = np.vstack([histories, np.zeros((1, SIZE))])
    return Task(csr_matrix(train), csr_matrix(histories.astype(np.float32)), seed=1, threads=1)


@pytest.fixture(scope="module")
def kept():
    """Answers of this module by the peer's name: a library takes seconds to start."""
    return {}


@pytest.fixture
def peer(request, set_up_here):
    chosen = PEERS[request.param]
    set_up_here(chosen.library)
    return chosen


@pytest.fixture
def answer(peer, task, kept):
    if peer.name not in kept:
        kept[peer.name] = peer.answer(task, peer.grid[0])
    return kept[peer.name]


def of(*names):
    return pytest.mark.parametrize("peer", names, indirect=True)


def own_taste(scores):
    first = scores[:, : SIZE // 2].mean(axis=1) - scores[:, SIZE // 2 :].mean(axis=1)
    return np.concatenate([first[:10] > 0, first[10:20] < 0]).mean()


@of(*PEERS)
def test_people_who_were_not_learned_from_are_scored_by_their_taste(peer, answer):
    assert own_taste(answer.scores) >= 0.9
    assert np.isfinite(answer.scores).all()
    assert answer.usage.peak_mb > 10


@of("lenskit-biased-mf", "rectools-als", "lightfm-warp")
def test_the_same_seed_gives_the_same_scores(peer, answer, task):
    again = peer.answer(task, peer.grid[0])
    np.testing.assert_allclose(again.scores, answer.scores, rtol=1e-5)


@of("lenskit-item-knn")
def test_item_knn_is_the_sum_of_cosines_to_the_nearest(peer, answer, task):
    assert peer.grid[0]["max_nbrs"] >= task.histories.getnnz(axis=1).max()
    train = task.train.toarray()
    norms = np.maximum(np.linalg.norm(train, axis=0), 1)
    likeness = train.T @ train / np.outer(norms, norms)
    np.fill_diagonal(likeness, 0)
    np.testing.assert_allclose(answer.scores, task.histories @ likeness, rtol=1e-4, atol=1e-5)


@of("rectools-ease")
def test_ease_is_that_of_the_paper_with_the_weights_transposed(peer, answer, task):
    """RecTools' ranker multiplies by the transposed weights: the peer is what the library gives."""
    people = task.train.toarray().astype(np.float64)
    gram = people.T @ people + peer.grid[0]["regularization"] * np.eye(SIZE)
    inverse = np.linalg.inv(gram)
    weights = -inverse / np.diag(inverse)
    np.fill_diagonal(weights, 0)
    expected = task.histories @ weights.T
    np.testing.assert_allclose(answer.scores[:, :-1], expected[:, :-1], atol=1e-4)


@of("lenskit-item-knn", "rectools-item-knn", "rectools-ease")
def test_what_folds_in_learns_nothing_from_those_who_are_asked_about(peer, answer, task):
    others = replace(task, histories=task.histories[:5])
    first = peer.answer(others, peer.grid[0]).scores
    np.testing.assert_allclose(first, answer.scores[:5], rtol=1e-5)


@of("lightfm-warp")
def test_lightfm_places_a_learner_without_records_by_features(peer):
    group = np.repeat([[1, 0], [0, 1], [1, 0], [0, 1]], [60, 60, 10, 10], axis=0)
    nobody = csr_matrix((20, SIZE), dtype=np.float32)
    told = csr_matrix(group.astype(np.float32))
    answer = peer.answer(Task(two_tastes(), nobody, 1, 1, learner_features=told), peer.grid[0])
    assert own_taste(answer.scores) >= 0.9
