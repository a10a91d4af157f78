"""The windows on which the weights of the model that serves are learned.

While the model serves, a teacher's state is of the moment; over a tenth of the records, which may
be months, it would grow stale, and what was taken up last would be held against facts long past.
So either part is cut into quarters, and each is asked from the states at its own beginning, with
evidence fitted before the whole part.
"""

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

import numpy as np

from models.evidence import Evidence
from models.fitting.blend import Window
from recommender.errors import NotEnoughData
from training.plan import Plan, PlanConfig
from training.splits import DatedFacts, Split, SplitProtocol, cut_leaving, date_split

_PARTS: Final = 4


def windows_of(
    snapshot: DatedFacts,
    plan: Plan,
    config: PlanConfig,
    inner: tuple[Evidence, ...],
    later: tuple[Evidence, ...],
) -> list[Window]:
    """Return the inner part and the judged part of a plan, in short windows where they are dated.

    The inner part is also there as a whole: it was given queries of short histories where it had
    few.

    Parameters
    ----------
    inner, later
        Evidence fitted on what was before the inner and before the judged part, with the weights
        of the parts of `colleagues`.
    """
    weights, judged = plan.weights, plan.judged
    if weights is None or judged is None:
        return []
    whole = _window(inner, weights)
    if judged.protocol is not SplitProtocol.DATE:
        return [whole, _window(later, judged)]
    end, start = config.judged_share, config.judged_share + config.weights_share
    return [
        whole,
        *_shorter(snapshot, inner, start, end),
        *_shorter(snapshot, later, end, 0.0),
    ]


def _window(evidence: tuple[Evidence, ...], split: Split) -> Window:
    return Window(evidence, split.queries, split.relevant)


def _shorter(
    snapshot: DatedFacts, evidence: tuple[Evidence, ...], most: float, least: float
) -> Iterator[Window]:
    """Yield windows between two moments, after which those shares of the records lie."""
    states = snapshot.states()
    cuts = [
        cut_leaving(states, share) if share > 0 else snapshot.as_of
        for share in np.linspace(most, least, _PARTS + 1).tolist()
    ]
    for cut, until in pairwise(cuts):
        try:
            yield _window(evidence, date_split(snapshot, cut, until))
        except NotEnoughData:  # nobody took up anything in between
            continue
