"""The slate: which of the eligible credentials are shown, and in which order.

The best by score are the candidates. They are laid out greedily, as MMR does (Carbonell and
Goldstein 1998), with the diminishing novelty of xQuAD (Santos et al. 2010). The next is the one
with the greatest

    relevance(c) - price * overlap(c),    overlap(c) = 1 - (2^-areas(c) + 2^-issuers(c)) / 2

where relevance runs from 1 (best score) to 0 (score of the last candidate), and areas(c) and
issuers(c) count those laid out before that are of its growth area and of its issuer. An overlap is
never above 1, so no place gives up more than `price` of that range: that is what it costs.

One place may explore: it holds, by a given chance, one of the candidates that would not stand on
the first page: something new where there is any, each as likely as any other. Everything is a
function of the arguments, so whoever asks gets the same order.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final

import numpy as np
from numpy.typing import NDArray

from recommender.catalog import Catalog

CANDIDATES: Final = 50
"""So many of the best are laid out; what comes behind them is in the order of the scores."""

FIRST_PAGE: Final = 10
"""What stands among so many is shown anyway; the exploring place tries what does not."""

EXPLORING_RANK: Final = 5
"""Rank of the place that may explore: the last of the five that a page shows first."""


@dataclass(frozen=True)
class Arranging:
    """How to lay out a slate; without anything, in the order of the scores.

    Parameters
    ----------
    price
        Share (0..1) of the candidates' range of scores that a place may give up for spread.
    exploration
        Chance (0..1) that the exploring place explores.
    seed
        What the chance follows from (teacher, day and model); nothing explores where it is empty.
    new
        Columns of credentials that few had the time to earn: they are tried before others.
    """

    price: float = 0.0
    exploration: float = 0.0
    seed: str = ""
    new: frozenset[int] = frozenset()


IN_ORDER: Final = Arranging()


@dataclass(frozen=True)
class Trial:
    """Whether the exploring place explored, by which chance, and what it tries."""

    chance: float = 0.0
    """Chance at which it explores; 0 where it may not, or where there is nothing to try."""
    column: int | None = None
    others: int = 0
    """So many might have been tried, each as likely."""

    def propensity(self, rank: int, column: int) -> float:
        """Return the chance at which the exploring place holds a column that stands at a rank.

        1 at every other place: what stands there does so whether or not one place explores, which
        only lets it stand one rank lower.
        """
        if column == self.column:
            return self.chance / self.others
        return 1.0 - self.chance if rank == EXPLORING_RANK else 1.0


NO_TRIAL: Final = Trial()


@dataclass(frozen=True)
class Slate:
    """Columns in order, the rank of the first of them, and how many there are in all."""

    columns: tuple[int, ...]
    first_rank: int
    total: int
    trial: Trial = NO_TRIAL
    """What the exploring place did, whether or not it is on this page."""


def slate(
    scores: NDArray[np.float32],
    eligible: NDArray[np.bool_],
    catalog: Catalog,
    k: int,
    after: int | None = None,
    *,
    only: NDArray[np.bool_] | None = None,
    arranging: Arranging = IN_ORDER,
) -> Slate:
    """Return the next k eligible credentials.

    Higher score first; of equal scores the free before the paid before those of unknown cost; then
    by key; then spread as `arranging` says. A shorter slate is the beginning of a longer one.

    Parameters
    ----------
    scores, eligible
        Of every credential; shape (m,).
    k
        At most so many; fewer where fewer are eligible.
    after
        Column to go on behind; it need not be eligible any more.
    only
        Takes others out of the whole order, bool[m]; it changes the order of none.
    arranging
        How to lay them out.
    """
    present = eligible if after is None else _with(eligible, after)
    listed = eligible if only is None else eligible & only
    columns = np.flatnonzero(present)
    total = int(np.count_nonzero(listed))
    whole = after is not None or only is not None
    wanted = len(columns) if whole else k
    order, trial = _order(scores, columns, catalog, wanted, arranging)
    if not whole:
        return Slate(tuple(order[:k]), 1, total, trial)
    start = 0 if after is None else order.index(after) + 1
    before = int(np.count_nonzero(listed[order[:start]]))
    rest = [column for column in order[start:] if listed[column]]
    return Slate(tuple(rest[:k]), before + 1, total, trial)


def _with(eligible: NDArray[np.bool_], column: int) -> NDArray[np.bool_]:
    """Return the eligible and one more: the order is as it was when that one was shown."""
    present = eligible.copy()
    present[column] = True
    return present


def _order(
    scores: NDArray[np.float32],
    columns: NDArray[np.intp],
    catalog: Catalog,
    wanted: int,
    arranging: Arranging,
) -> tuple[list[int], Trial]:
    """Return at least the first `wanted` columns in order, and what the exploring place did."""
    best = _best(scores, columns, catalog, max(wanted, CANDIDATES))
    candidates, behind = best[:CANDIDATES], best[CANDIDATES:]
    laid = _Layout(candidates, scores, catalog, arranging.price)
    if not arranging.seed or not arranging.exploration or len(candidates) <= FIRST_PAGE:
        laid.go_on(wanted)
        return [*laid.order, *behind], NO_TRIAL
    tried, draw, others = None, _draw(arranging), len(candidates) - FIRST_PAGE
    if draw is not None:
        laid.go_on(FIRST_PAGE)
        pool = [column for column in laid.left if column in arranging.new] or laid.left
        others, tried = len(pool), pool[int(draw * len(pool))]
        laid.insert(EXPLORING_RANK - 1, tried)
    laid.go_on(wanted)
    trial = Trial(arranging.exploration, tried, others)
    return [*laid.order, *behind], trial


def _best(
    scores: NDArray[np.float32], columns: NDArray[np.intp], catalog: Catalog, count: int
) -> list[int]:
    """Return the `count` best columns, the best first, ties broken the same way everywhere."""
    if count < len(columns):
        values = scores[columns]
        # Only those that tie with the last or beat it need to be put in order.
        bar = np.partition(values, len(columns) - count)[len(columns) - count]
        columns = columns[values >= bar]
    order = np.lexsort((catalog.precedence[columns], -scores[columns]))
    best: list[int] = columns[order[:count]].tolist()
    return best


class _Layout:
    """Candidates, the best first, laid out one by one."""

    def __init__(
        self,
        candidates: Sequence[int],
        scores: NDArray[np.float32],
        catalog: Catalog,
        price: float,
    ) -> None:
        chosen = np.array(candidates, dtype=np.intp)
        self._price = price
        self._candidates = candidates
        self._relevance = _relevance(scores[chosen])
        self._area = catalog.areas[chosen].tolist()
        self._issuer = catalog.issuers[chosen].tolist()
        self._areas: dict[int, float] = {}
        """How new each area still is: 2 to the power of minus how often it was laid out."""
        self._issuers: dict[int, float] = {}
        self._left = list(range(len(candidates)))
        self.order: list[int] = []

    @property
    def left(self) -> list[int]:
        """What is not laid out, the best first."""
        return [self._candidates[place] for place in self._left]

    def go_on(self, count: int) -> None:
        """Lay out until there are `count`, or nothing is left."""
        if not self._price:
            more = max(count - len(self.order), 0)
            self.order += self.left[:more]
            del self._left[:more]
            return
        while self._left and len(self.order) < count:
            self._put(len(self.order), self._next())

    def insert(self, rank: int, column: int) -> None:
        """Put a column that is left in a place of its own; what stands there moves on."""
        self._put(rank, self._candidates.index(column))

    def _put(self, rank: int, place: int) -> None:
        self._left.remove(place)
        self.order.insert(rank, self._candidates[place])
        area, issuer = self._area[place], self._issuer[place]
        # what has no area or issuer repeats none
        if area >= 0:
            self._areas[area] = self._areas.get(area, 1.0) / 2
        if issuer >= 0:
            self._issuers[issuer] = self._issuers.get(issuer, 1.0) / 2

    def _next(self) -> int:
        """Return the best of those left; who is less relevant than that cannot win any more."""
        best, most = self._left[0], -np.inf
        for place in self._left:
            relevance = self._relevance[place]
            if relevance <= most:
                break
            new = self._areas.get(self._area[place], 1.0)
            new += self._issuers.get(self._issuer[place], 1.0)
            value = relevance - self._price * (1.0 - new / 2)
            if value > most:
                best, most = place, value
        return best


def _relevance(scores: NDArray[np.float32]) -> list[float]:
    """Return scores, the best first, as shares of their range."""
    if not len(scores):
        return []
    values = scores.astype(np.float64)
    span = float(values[0] - values[-1])
    shares: list[float] = ((values - values[-1]) / span if span > 0 else values * 0).tolist()
    return shares


def _draw(arranging: Arranging) -> float | None:
    """Return a number in [0, 1) to choose by if the list explores, None if it does not."""
    digest = blake2b(arranging.seed.encode(), digest_size=12).digest()
    # Six bytes: eight would round to 1 now and then.
    chance, choice = (int.from_bytes(part) / 2**48 for part in (digest[:6], digest[6:]))
    return choice if chance < arranging.exploration else None
