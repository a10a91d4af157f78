import pytest
from threadpoolctl import threadpool_info

from models.fitting.options import TrainingOptions, blas_threads


def test_every_fit_starts_its_own_generator():
    options = TrainingOptions(seed=5)
    assert options.rng().random() == options.rng().random()


def test_threads_are_at_least_one():
    with pytest.raises(ValueError, match="threads must be at least 1, got 0"):
        TrainingOptions(threads=0)


def test_blas_is_capped_only_inside():
    def threads():
        return [pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"]

    before = threads()
    with blas_threads(1):
        assert set(threads()) <= {1}
    assert threads() == before
