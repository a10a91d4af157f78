"""What fitting is told beside the data and the configuration."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from threadpoolctl import threadpool_limits

OnEpoch = Callable[[str, int, float], None]
"""Called with what is being fitted (`colleagues.als`), the epoch from 0, and the training loss."""


@dataclass(frozen=True)
class TrainingOptions:
    """Options that change how fitting runs, not what is fitted.

    Parameters
    ----------
    seed
        All randomness follows from it.
    threads
        Threads that fitting may use.
    on_epoch
        Told of each epoch of what is fitted in epochs.
    """

    seed: int = 0
    threads: int = 1
    on_epoch: OnEpoch | None = None

    def __post_init__(self) -> None:
        if self.threads < 1:
            raise ValueError(f"threads must be at least 1, got {self.threads}")

    def rng(self) -> np.random.Generator:
        """Return a fresh generator; every fit starts its own, so that their order is free."""
        return np.random.default_rng(self.seed)


@contextmanager
def blas_threads(threads: int) -> Iterator[None]:
    """Cap the threads of numpy's and scipy's linear algebra."""
    with threadpool_limits(limits=threads, user_api="blas"):
        yield
