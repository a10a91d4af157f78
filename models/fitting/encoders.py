"""Encoders: texts of any language to vectors in which close texts point the same way."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray
from sklearn.preprocessing import normalize
from sklearn.utils.extmath import randomized_svd

from models.fitting.ngrams import ngram_weights

_MANY: Final = 200
"""From so many texts on, what only one of them has is left out."""


_LEAST: Final = 1e-3
"""A text of which the components hold a smaller share is as good as empty."""


class Encoder(Protocol):
    """Turns texts into vectors."""

    def encode(self, texts: Sequence[str], seed: int) -> NDArray[np.float32]:
        """Return unit vectors, float32[m, d], with rows of zeros where a text is empty.

        The same texts and seed give the same vectors.
        """


@dataclass(frozen=True)
class TfidfEncoder:
    """TF-IDF of character n-grams within words, reduced by a truncated SVD.

    Character n-grams need no list of words: they serve Chinese as well as English, and on both
    public sets with text they found what was taken up next better than words did.

    Parameters
    ----------
    components
        Length of the vectors, at most.
    features
        So many of the most frequent n-grams count.
    shortest, longest
        Characters of an n-gram.
    flattening
        Power of the singular values, 0..1: below 1 the largest themes count less.
    """

    components: int = 96
    features: int = 12_000
    shortest: int = 2
    longest: int = 3
    flattening: float = 0.5

    def __post_init__(self) -> None:
        if min(self.components, self.features) < 1 or not 1 <= self.shortest <= self.longest:
            raise ValueError(
                "components and features must be at least 1 and shortest from 1 to longest, got "
                f"{self.components}, {self.features}, {self.shortest} and {self.longest}"
            )
        if not 0 <= self.flattening <= 1:
            raise ValueError(f"flattening must be from 0 to 1, got {self.flattening}")

    def encode(self, texts: Sequence[str], seed: int) -> NDArray[np.float32]:
        """Return unit vectors, float32[m, d], read-only.

        The newest are kept: one training asks for those of the same catalog several times.
        """
        return _encoded(self, tuple(texts), seed)

    def encode_afresh(self, texts: Sequence[str], seed: int) -> NDArray[np.float32]:
        """Return unit vectors, float32[m, d]."""
        if not any(text.strip() for text in texts):
            return np.zeros((len(texts), 1), dtype=np.float32)
        fewest = 2 if len(texts) >= _MANY else 1
        terms = ngram_weights(texts, (self.shortest, self.longest), self.features, fewest)
        if not terms.nnz:
            return np.zeros((len(texts), 1), dtype=np.float32)
        wanted = min(self.components, *terms.shape)
        left, values, _ = randomized_svd(terms, wanted, n_iter=3, random_state=seed)
        # what an n-gram does not tell apart is rounding, and flattening would blow it up
        real = values > values.max(initial=0.0) * 1e-4
        scaled = left[:, real] * values[real] ** self.flattening
        # a text without terms, or of terms that no component holds, is 0 but for rounding
        held = np.linalg.norm(left[:, real] * values[real], axis=1)
        scaled[held < _LEAST] = 0.0
        return np.ascontiguousarray(normalize(scaled), dtype=np.float32)


@lru_cache(maxsize=1)
def _encoded(encoder: TfidfEncoder, texts: tuple[str, ...], seed: int) -> NDArray[np.float32]:
    vectors = encoder.encode_afresh(texts, seed)
    vectors.flags.writeable = False
    return vectors
