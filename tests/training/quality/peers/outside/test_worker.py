import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_matrix, save_npz

from training.quality.peers.outside import worker
from training.quality.peers.outside.worker import Problem, filled, read_problem


def problem(train, histories, features=None):
    return Problem(
        csr_matrix(np.array(train, dtype=np.float32).reshape(-1, 3)),
        csr_matrix(np.array(histories, dtype=np.float32).reshape(-1, 3)),
        {},
        0,
        1,
        features,
        None,
    )


bits = st.lists(st.lists(st.integers(0, 1), min_size=3, max_size=3), min_size=1, max_size=6)


@given(bits, bits)
def test_each_history_stands_in_its_own_row(train, histories):
    everybody, rows = problem(train, histories).everybody()
    assert everybody.toarray()[rows].tolist() == histories
    assert everybody.toarray()[: len(train)].tolist() == train


@given(bits)
def test_those_who_are_learned_from_are_not_doubled(train):
    everybody, _ = problem(train, train[::-1]).everybody()
    assert everybody.shape[0] == len(train)


def test_learners_whom_features_tell_apart_stay_apart():
    features = csr_matrix(np.eye(4, dtype=np.float32))
    everybody, rows = problem([[1, 0, 0], [0, 1, 0]], [[1, 0, 0], [1, 0, 0]], features).everybody()
    assert rows.tolist() == [2, 3]
    assert everybody.shape[0] == features.shape[0]


def test_files_are_read_as_they_were_meant(tmp_path):
    train = csr_matrix(([1.0, 0.0, 1.0], ([0, 0, 1], [2, 1, 0])), shape=(2, 3))
    save_npz(tmp_path / "train.npz", train)
    save_npz(tmp_path / "histories.npz", train[:1])
    (tmp_path / "task.json").write_text(
        '{"peer": "p", "config": {"k": 2}, "seed": 5, "threads": 1}'
    )
    name, read = read_problem(tmp_path)
    assert (name, read.config, read.seed) == ("p", {"k": 2}, 5)
    assert read.train.nnz == 2
    assert read.train.dtype == np.float32
    assert read.learner_features is None


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_is_below_everything_of_its_row(bad):
    scores = filled(np.array([[5.0, bad, 3.0], [bad, -7.0, 1.0]], dtype=np.float32))
    assert np.isfinite(scores).all()
    assert scores.argmin(axis=1).tolist() == [1, 0]


def test_the_peak_is_of_the_process_itself_not_of_its_caller():
    taken = bytearray(300 * 2**20)
    code = (
        "import sys, importlib.util as u; s = u.spec_from_file_location('w', sys.argv[1]); "
        "w = u.module_from_spec(s); sys.modules['w'] = w; s.loader.exec_module(w); "
        "print(w.peak_mb())"
    )
    told = subprocess.run(
        [sys.executable, "-c", code, worker.__file__], capture_output=True, text=True, check=True
    )
    assert len(taken) / 2**20 > float(told.stdout) > 10
