import numpy as np
import pytest
from scipy.sparse import csr_matrix

from recommender.errors import NotEnoughData
from training.quality.peers.features import CONTENT_KNN, RIDGE
from training.quality.peers.peer import Task


@pytest.fixture
def make():
    """Learners and credentials of two kinds, which are features of both; the last are new."""
    random = np.random.default_rng(0)
    likes = (np.arange(40) % 2)[:, None] == (np.arange(20) % 2)[None, :]
    train = likes & (random.random((40, 20)) < 0.7)
    train[:, 18:] = False

    def made(*, learners=True, credentials=True):
        kinds = np.eye(2, dtype=np.float32)
        return Task(
            train=csr_matrix(train.astype(np.float32)),
            histories=csr_matrix((2, 20), dtype=np.float32),
            seed=0,
            threads=1,
            learner_features=csr_matrix(kinds[np.arange(42) % 2]) if learners else None,
            credential_features=csr_matrix(kinds[np.arange(20) % 2]) if credentials else None,
        )

    return made


def test_somebody_new_is_placed_by_what_is_known_of_them(make):
    scores = RIDGE.answer(make(), RIDGE.grid[0]).scores
    assert scores[0, 0:18:2].mean() > scores[0, 1:18:2].mean()
    assert scores[1, 1:18:2].mean() > scores[1, 0:18:2].mean()


def test_something_new_is_placed_by_its_content(make):
    scores = RIDGE.answer(make(), RIDGE.grid[0]).scores
    assert scores[0, 18] > scores[0, 19]
    assert scores[1, 19] > scores[1, 18]


def test_without_features_of_learners_nobody_new_is_told_apart(make):
    scores = RIDGE.answer(make(learners=False), RIDGE.grid[0]).scores
    assert np.array_equal(scores[0], scores[1])


def test_without_any_features_it_says_that_it_cannot(make):
    with pytest.raises(NotEnoughData, match="but their records"):
        RIDGE.answer(make(learners=False, credentials=False), RIDGE.grid[0])


def test_content_knn_gives_what_is_closest_in_content():
    train = csr_matrix(np.array([[1, 1, 0, 0], [1, 0, 0, 0]], dtype=np.float32))
    content = csr_matrix(np.array([[1, 0], [0, 1], [1, 0.1], [0.1, 1]], dtype=np.float32))
    asked = csr_matrix(np.array([[1, 0, 0, 0], [0, 1, 0, 0]], dtype=np.float32))
    task = Task(train, asked, 0, 1, credential_features=content)
    for config in CONTENT_KNN.grid:
        scores = CONTENT_KNN.answer(task, config).scores
        assert scores[0, 2] > scores[0, 3]
        assert scores[1, 3] > scores[1, 2]


def test_content_knn_is_for_what_is_new():
    full = csr_matrix(np.ones((2, 2), dtype=np.float32))
    with pytest.raises(NotEnoughData, match="is new"):
        CONTENT_KNN.answer(Task(full, full, 0, 1, credential_features=full), {"neighbours": 0})
