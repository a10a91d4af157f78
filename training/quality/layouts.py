"""What laying a list out costs: spread and exploration beside the plain order of the scores."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from recommender.catalog import Catalog
from recommender.policy import Policy
from recommender.slate import IN_ORDER, Arranging, slate
from training.evaluation import Outside
from training.judging import BLEND
from training.metrics import CUT
from training.quality.figures import ALL, compare, groups, interval, resampled_means
from training.quality.judged import Scores, rank
from training.quality.ours import Ours, blend_scores
from training.quality.trial import Trial

DIVERSITIES: Final = (0.05, 0.1, 0.2, 0.4)
EXPLORATIONS: Final = (0.1, 1.0)

COLUMNS: Final = (
    "revealed",
    "diversity",
    "exploration",
    "ndcg@10",
    "price",
    "95 % interval",
    "areas",
    "issuers",
)
"""What `cells_of` tells of a row."""


def price_of_layouts(trial: Trial, ours: Ours, seed: int) -> list[dict[str, Any]]:
    """Return NDCG@10 of every layout, and what is in its lists.

    A row for each number of records revealed and each layout: the plain order, several prices of
    diversity (where the catalog tells areas or issuers), several shares of exploration, and what
    the settings ask for. `areas` and `issuers` are the mean numbers of different ones among the
    first ten; `price` is what is lost to the plain order, paired.
    """
    catalog = trial.judged.train.catalog
    layouts = _layouts(catalog)
    figures = rank(trial.judged, _laid_out(trial, ours, layouts, seed))
    found = []
    for group in groups(trial):
        if group.segment != ALL:
            continue
        values = np.stack([figures[repr(one)].ndcg[group.rows] for one in layouts])
        means = resampled_means(values, seed)
        for place, layout in enumerate(layouts):
            low, high = interval(means[:, place])
            top = figures[repr(layout)].top[group.rows]
            lost = float(values[0].mean() - values[place].mean())
            found.append(
                {
                    "diversity": layout.price,
                    "exploration": layout.exploration,
                    "revealed": group.revealed,
                    "ndcg@10": float(values[place].mean()),
                    "ndcg@10_low": low,
                    "ndcg@10_high": high,
                    "areas": _different(top, catalog.areas),
                    "issuers": _different(top, catalog.issuers),
                    "price": compare(means[:, 0], means[:, place], lost),
                }
            )
    return found


def cells_of(rows: Sequence[Mapping[str, Any]]) -> list[list[str]]:
    """Return rows as they are read, by `COLUMNS`."""
    return [
        [
            "" if row["revealed"] is None else str(row["revealed"]),
            f"{row['diversity']:.0%}",
            f"{row['exploration']:.0%}",
            f"{row['ndcg@10']:.4f}",
            f"{row['price']['difference']:+.4f}",
            f"{row['price']['low']:+.4f} to {row['price']['high']:+.4f}",
            f"{row['areas']:.1f}",
            f"{row['issuers']:.1f}",
        ]
        for row in rows
    ]


def _layouts(catalog: Catalog) -> tuple[Arranging, ...]:
    told = bool((catalog.areas >= 0).any() or (catalog.issuers >= 0).any())
    asked = Policy.in_force()
    found = [
        IN_ORDER,
        *(Arranging(price=price) for price in DIVERSITIES if told),
        *(Arranging(exploration=share) for share in EXPLORATIONS),
        Arranging(asked.diversity, asked.exploration),
    ]
    return tuple(dict.fromkeys(found))


def _laid_out(trial: Trial, ours: Ours, layouts: tuple[Arranging, ...], seed: int) -> Scores:
    """Return the lists by layout, as scores that put them in their order."""
    queries, catalog = trial.judged.queries, trial.judged.train.catalog
    outside, blend = Outside(queries, len(catalog)), blend_scores(ours, queries)

    def scores(rows: NDArray[np.int64]) -> Mapping[str, NDArray[np.float32]]:
        values, candidates = blend(rows)[BLEND], outside(rows)
        found = {repr(one): np.zeros_like(values) for one in layouts}
        for place, row in enumerate(rows.tolist()):
            new = ours.model_of(row).bundle.newcomers
            for layout in layouts:
                arranging = replace(layout, seed=f"{seed} {row}", new=new)
                shown = slate(values[place], candidates[place], catalog, CUT, arranging=arranging)
                columns = list(shown.columns)
                found[repr(layout)][place, columns] = np.arange(len(columns), 0, -1)
        return found

    return scores


def _different(top: NDArray[np.int32], group: NDArray[np.integer[Any]]) -> float:
    """Return how many groups the first ten of a list come from, the mean of all lists.

    What is of no group counts for none.
    """
    of_each = np.where(top >= 0, group[top], -1)
    ordered = np.sort(of_each, axis=1)
    first = np.ones(ordered.shape, dtype=bool)
    first[:, 1:] = ordered[:, 1:] != ordered[:, :-1]
    return float((first & (ordered >= 0)).sum(axis=1).mean())
