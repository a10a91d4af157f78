"""Several invented districts together: what holds of one may be luck of its draw.

Each seed draws other teachers, another catalog and another training, so an interval over seeds says
what another district may show, where one over teachers only says how well one district is known.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from recommender.errors import InvalidInput
from training.quality.demonstration import Worth

_TAIL: Final = 0.975
"""Quantile of a two-sided interval of 95 %."""


def read_seeds(text: str) -> tuple[int, ...]:
    """Return the seeds of a list such as '7,3,1', each once.

    Raises
    ------
    InvalidInput
        Something else than whole numbers from 0 on, or nothing.
    """
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if not parts or not all(part.isascii() and part.isdigit() for part in parts):
        raise InvalidInput("--seeds needs whole numbers from 0 on, with commas between: 7,3,1.")
    return tuple(dict.fromkeys(int(part) for part in parts))


def over_seeds(worths: Mapping[int, Worth]) -> list[dict[str, Any]]:
    """Return a row for each system that every seed has, the best first.

    `share_of_oracle` and `behind_blend` are means over seeds, `_low` and `_high` the ends of their
    intervals of 95 % by Student's t (None with one seed), `behind_blend_least` the least of any
    seed: above 0 the system is behind the blend on every one.
    """
    seeds = list(worths.values())
    systems = [name for name in seeds[0].ndcg if all(name in one.ndcg for one in seeds)]
    rows = [_row(name, seeds) for name in systems]
    return sorted(rows, key=lambda row: -row["share_of_oracle"])


def _row(system: str, seeds: Sequence[Worth]) -> dict[str, Any]:
    behind = np.array([one.loss(system)[0] for one in seeds])
    return {
        "system": system,
        "seeds": len(seeds),
        "ndcg@10": float(np.mean([one.ndcg[system].mean() for one in seeds])),
        **_interval("share_of_oracle", np.array([one.share(system) for one in seeds])),
        **_interval("behind_blend", behind),
        "behind_blend_least": float(behind.min()),
    }


def _interval(name: str, values: NDArray[np.float64]) -> dict[str, float | None]:
    """Return the mean of some seeds' values and the ends of its interval."""
    mean, count = float(values.mean()), len(values)
    if count == 1:
        return {name: mean, f"{name}_low": None, f"{name}_high": None}
    half = float(stdtrit(count - 1, _TAIL) * values.std(ddof=1) / np.sqrt(count))
    return {name: mean, f"{name}_low": mean - half, f"{name}_high": mean + half}
