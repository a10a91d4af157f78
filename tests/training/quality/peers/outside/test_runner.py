import numpy as np
import pytest
from scipy.sparse import csr_matrix

from recommender.errors import RecommenderError
from training.quality.peers.outside import environments
from training.quality.peers.outside.runner import NotRun, OutsidePeer
from training.quality.peers.peer import Task

POPULARITY = """
def fit(problem):
    counts = np.asarray(problem.train.sum(axis=0)).ravel() * problem.config.get("times", 1)
    return lambda: np.tile(counts, (problem.histories.shape[0], 1))
PEERS = {"fake-peer": fit}
"""


def answering(expression, needs=""):
    return f"""
{needs}
def fit(problem):
    q, m = problem.histories.shape
    return lambda: {expression}
PEERS = {{"fake-peer": fit}}
"""


def test_scores_and_the_cost_come_back(library, task):
    answer = library(POPULARITY).answer(task, {"times": 2})
    assert answer.scores.dtype == np.float32
    assert answer.scores.tolist() == [[6, 4, 2, 0], [6, 4, 2, 0]]
    assert answer.usage.seconds >= 0
    assert answer.usage.peak_mb > 1


def test_seed_threads_and_features_are_handed_over(library):
    train = csr_matrix(np.eye(3, dtype=np.float32))
    features = csr_matrix(np.full((5, 1), 7, dtype=np.float32))
    task = Task(train, train[:2], 11, 2, learner_features=features, credential_features=features)
    peer = library(
        answering(
            "np.full((q, m), [problem.seed, problem.threads, problem.learner_features.sum()])"
        )
    )
    assert peer.answer(task, {}).scores[0].tolist() == [11, 2, 35]


def test_features_are_optional(library, task):
    peer = library(answering("np.full((q, m), float(problem.learner_features is None))"))
    assert peer.answer(task, {}).scores.all()


def test_a_process_is_told_its_threads_and_none_of_our_settings(library, task, monkeypatch):
    monkeypatch.setenv("RECOMMENDER_DATABASE_URL", "postgresql://user:word@localhost/store")
    told = "[len([n for n in os.environ if n.startswith('RECOMMENDER')]), "
    peer = library(
        answering(
            f"np.full((q, m), {told} float(os.environ['OMP_NUM_THREADS']), 0, 0])", "import os"
        )
    )
    assert peer.answer(task, {}).scores[0].tolist() == [0, 1, 0, 0]


def test_it_does_not_see_our_code(library, task):
    peer = library("import importlib.util\n" + answering("np.full((q, m), float(FOUND))"))
    code = environments.adapter("fake")
    code.write_text(code.read_text() + "import sys\nFOUND = any('outside' in p for p in sys.path)")
    assert not peer.answer(task, {}).scores.any()


def test_what_was_not_scored_comes_last(library, task):
    peer = library(answering("np.array([[1, np.nan, -2, np.inf], [np.nan] * 4])"))
    scores = peer.answer(task, {}).scores
    assert scores[0].tolist() == [1, -3, -2, -3]
    assert len(set(scores[1].tolist())) == 1


def test_a_library_that_is_not_set_up_is_told_of_with_the_command(library, task):
    peer = OutsidePeer("fake-peer", "fake", ({},))
    with pytest.raises(NotRun, match=r"fake-peer was not run: .*setup-peers fake`"):
        peer.answer(task, {})


def test_a_failure_is_told_in_the_last_words_of_the_process(library, task):
    peer = library(
        "def fit(problem):\n    raise ValueError('no factors')\nPEERS={'fake-peer': fit}"
    )
    with pytest.raises(NotRun) as caught:
        peer.answer(task, {})
    assert caught.value.detail == "fake-peer was not run: ValueError: no factors"
    assert isinstance(caught.value, RecommenderError)


def test_a_process_that_dies_without_a_word_is_a_failure(library, task):
    peer = library("import os\nos._exit(9)")
    with pytest.raises(NotRun, match="ended with code 9"):
        peer.answer(task, {})


def test_a_python_that_cannot_be_started_is_a_failure(library, task):
    peer = library(POPULARITY)
    environments.python("fake").chmod(0o644)
    environments.python("fake").write_bytes(b"")
    with pytest.raises(NotRun, match="was not run"):
        peer.answer(task, {})


def test_too_long_is_a_failure(library, task):
    peer = library("import time\ntime.sleep(60)", time_limit_s=1.0)
    with pytest.raises(NotRun, match="longer than 1 seconds"):
        peer.answer(task, {})


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("np.zeros((q, m + 1))", "not a score for every pair"),
        ("os._exit(0)", "cannot be read"),
    ],
)
def test_an_unusable_answer_is_a_failure(library, task, expression, reason):
    with pytest.raises(NotRun, match=reason):
        library(answering(expression, "import os")).answer(task, {})
