import numpy as np
import pytest
from scipy.sparse import csr_matrix, vstack

from training.quality.peers.library import ALS, BPR, ITEM_KNN, fit_knn
from training.quality.peers.peer import Task

EMPTY = csr_matrix((1, 20), dtype=np.float32)


@pytest.fixture
def task():
    """Learners of two tastes, ten credentials each; whoever is asked about has three of one."""
    random = np.random.default_rng(0)
    likes = np.repeat(np.arange(2), 30)[:, None] == (np.arange(20) // 10)[None, :]
    train = csr_matrix((likes & (random.random((60, 20)) < 0.6)).astype(np.float32))
    asked = np.zeros((2, 20), dtype=np.float32)
    asked[0, [0, 1, 2]] = asked[1, [10, 11, 12]] = 1
    return Task(train, csr_matrix(asked), seed=0, threads=1)


@pytest.mark.parametrize("peer", [ALS, BPR, ITEM_KNN], ids=lambda peer: peer.name)
def test_somebody_new_is_given_more_of_the_same_taste(peer, task):
    found = [peer.answer(task, config).scores for config in peer.grid]
    for scores in found:
        assert scores.shape == (2, 20)
        assert scores.dtype == np.float32
        assert np.isfinite(scores).all()
    # some of the grid are too strict for data this small
    best = max(found, key=lambda one: one[0, 3:10].mean() - one[0, 13:].mean())
    assert best[0, 3:10].mean() > best[0, 13:].mean()
    assert best[1, 13:].mean() > best[1, 3:10].mean()


@pytest.mark.parametrize("peer", [ALS, BPR, ITEM_KNN], ids=lambda peer: peer.name)
def test_the_same_seed_gives_the_same_scores(peer, task):
    first, again = (peer.answer(task, peer.grid[0]).scores for _ in range(2))
    assert np.array_equal(first, again)


@pytest.mark.parametrize("peer", [ALS, BPR, ITEM_KNN], ids=lambda peer: peer.name)
def test_an_empty_history_has_finite_scores(peer, task):
    histories = vstack([task.histories, EMPTY], format="csr")
    answer = peer.answer(Task(task.train, histories, 0, 1), peer.grid[0])
    assert np.isfinite(answer.scores).all()
    assert answer.usage.seconds > 0


def test_counts_are_how_often_two_go_together(task):
    fold_in = fit_knn(task.train, {"kind": "counts", "neighbours": 20}, 0, 1)
    together = (task.train.T @ task.train).toarray()
    assert fold_in(task.histories) == pytest.approx(task.histories.toarray() @ together)


def test_cosine_neighbours_are_those_of_the_definition(task):
    fold_in = fit_knn(task.train, {"kind": "cosine", "neighbours": 20}, 0, 1)
    columns = task.train.toarray().T
    unit = columns / np.linalg.norm(columns, axis=1, keepdims=True)
    wanted = task.histories.toarray() @ (unit @ unit.T)
    assert fold_in(task.histories) == pytest.approx(wanted, abs=1e-5)
