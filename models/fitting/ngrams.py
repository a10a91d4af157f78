"""TF-IDF of character n-grams within words, by sorting numbers instead of cutting strings.

It is what scikit-learn's `TfidfVectorizer(analyzer="char_wb", sublinear_tf=True)` gives, in a small
part of the time: an n-gram is a number in the base of the alphabet, so that numpy finds those of
all texts at once.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

_LARGEST: Final = 2**62
"""The numbers of n-grams stay below."""

Numbers = NDArray[np.int64]


def ngram_weights(
    texts: Sequence[str], lengths: tuple[int, int], features: int, fewest: int
) -> csr_matrix:
    """Return (1 + log count) * idf of each n-gram, rows of length 1; float32[texts, n-grams].

    idf is log((1 + texts) / (1 + texts with it)) + 1. An n-gram lies within one word, with a space
    before and after it; letter case does not count.

    Parameters
    ----------
    lengths
        Letters of an n-gram, from and to.
    features
        So many of the most frequent are kept.
    fewest
        What fewer texts have is left out.
    """
    letters, owner = _letters(texts)
    found = [_counted(letters, owner, size) for size in range(lengths[0], lengths[1] + 1)]
    first = np.cumsum([0, *(gram.max(initial=-1) + 1 for gram, _, _ in found)])
    gram = np.concatenate([own + start for (own, _, _), start in zip(found, first, strict=False)])
    text = np.concatenate([owners for _, owners, _ in found])
    counts = np.concatenate([count for _, _, count in found])
    column = _columns(gram, counts, int(first[-1]), features, fewest)
    kept = column[gram] >= 0
    column, text, counts = column[gram[kept]], text[kept], counts[kept]
    having = np.bincount(column)
    rarity = np.log((1 + len(texts)) / (1 + having)) + 1
    weights = (1 + np.log(counts)) * rarity[column]
    weights /= np.sqrt(np.bincount(text, weights**2, minlength=len(texts)))[text]
    shape = (len(texts), len(having))
    return csr_matrix((weights.astype(np.float32), (text, column)), shape=shape)


def _letters(texts: Sequence[str]) -> tuple[Numbers, Numbers]:
    """Return the letters of all texts as numbers (0 is a space), and whose each is.

    Every word has a space on both sides, so that two spaces in a row part words.
    """
    spaced = [f" {'  '.join(text.lower().split())} " for text in texts]
    joined = " " + "".join(spaced)
    points = np.frombuffer(joined.encode("utf-32-le", errors="surrogatepass"), dtype=np.uint32)
    used = np.zeros(int(points.max()) + 1, dtype=bool)
    used[points] = True
    letters = (np.cumsum(used) - 1)[points]
    letters = np.where(letters == letters[0], 0, letters + 1)[1:].astype(np.int64)
    return letters, np.repeat(np.arange(len(texts)), [len(text) for text in spaced])


def _counted(letters: Numbers, owner: Numbers, size: int) -> tuple[Numbers, Numbers, Numbers]:
    """Return the n-grams of one length as numbers from 0, in which text, and how often there."""
    base, texts = int(letters.max(initial=0)) + 1, int(owner.max(initial=0)) + 1
    length = max(len(letters) - size + 1, 0)
    number, limit = np.zeros(length, dtype=np.int64), 1
    inside = owner[:length] == owner[size - 1 :][:length]
    for place in range(size):
        if limit * base * texts >= _LARGEST:
            distinct, number = np.unique(number, return_inverse=True)
            limit = len(distinct)
        own = letters[place : place + length]
        number = number * base + own
        limit *= base
        if place:
            inside &= (own != 0) | (letters[place - 1 : place - 1 + length] != 0)
    pairs, counts = np.unique(number[inside] * texts + owner[:length][inside], return_counts=True)
    number, text = np.divmod(pairs, texts)
    # pairs ascend, so that those of one n-gram are neighbours
    gram = np.cumsum(np.diff(number, prepend=number[:1]) != 0)
    return gram, text, counts


def _columns(gram: Numbers, counts: Numbers, size: int, features: int, fewest: int) -> Numbers:
    """Return the column of each n-gram, int64[size]; -1 where it is left out."""
    total = np.bincount(gram, counts, minlength=size)
    enough = np.flatnonzero(np.bincount(gram, minlength=size) >= fewest)
    kept = np.sort(enough[np.argsort(-total[enough], kind="stable")[:features]])
    column = np.full(size, -1, dtype=np.int64)
    column[kept] = np.arange(len(kept))
    return column
