"""Array types, random streams and the ledger in which generated facts are gathered."""

import zlib
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

DAY_SECONDS = 86_400


def stream(seed: int, name: str) -> np.random.Generator:
    """Return the random stream of one part, so that a change in one part leaves the rest alone."""
    return np.random.Generator(
        np.random.SFC64(np.random.SeedSequence([seed, zlib.crc32(name.encode())]))
    )


def pick(rng: np.random.Generator, weights: Floats) -> Ints:
    """Draw one column a row with probability proportional to its weight.

    The race of exponential clocks, which is Gumbel-max without the logarithm; `weights` is
    float32[n, k], >= 0, and a row of zeros gives column 0.
    """
    clocks = rng.standard_exponential(weights.shape, dtype=np.float32)
    return np.asarray((weights / (clocks + np.float32(1e-9))).argmax(axis=1), dtype=np.int64)


def softmax(logits: Floats) -> Floats:
    """Return the softmax of each row; a logit of -inf has probability 0."""
    odds = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(odds / odds.sum(axis=1, keepdims=True), dtype=np.float32)


class Ledger:
    """Columns of one kind of fact, gathered piece by piece."""

    def __init__(self, columns: Sequence[str]) -> None:
        self._pieces: dict[str, list[NDArray[Any]]] = {name: [] for name in columns}

    def add(self, **columns: NDArray[Any]) -> None:
        """Add rows; every column of the ledger must be given, all of one length."""
        if columns.keys() != self._pieces.keys():
            raise ValueError(f"expected the columns {', '.join(self._pieces)}")
        for name, values in columns.items():
            self._pieces[name].append(values)

    def columns(self) -> dict[str, NDArray[Any]]:
        """Return each column as one array; empty int64 arrays where nothing was added."""
        return {
            name: np.concatenate(pieces) if pieces else np.empty(0, dtype=np.int64)
            for name, pieces in self._pieces.items()
        }
