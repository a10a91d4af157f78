"""Our side: the blend as training makes it, each evidence alone, and each part of `colleagues`."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.bundle import Bundle
from models.colleagues import Colleagues
from models.evidence import Evidence
from models.suggest import ranked_scores
from recommender.teacher_state import TeacherStates
from training.judging import BLEND, Run, Weights, assemble, fit, learn_weights
from training.quality.judged import Judged, rank
from training.quality.measuring import Usage, Watch
from training.quality.trial import Trial

PREFIX = "evidence:"
_SAMPLE = 200


@dataclass(frozen=True)
class Ours:
    """What training made for the judged queries."""

    bundle: Bundle
    weights: Weights | None
    learning: Usage
    """Fitting all evidence on the inner split, and learning the weights there."""
    fitting: Usage
    """Fitting all evidence on all that may be learned from."""

    @property
    def usage(self) -> Usage:
        """Cost of the whole."""
        return self.learning.plus(self.fitting)


def fit_ours(trial: Trial, run: Run) -> Ours:
    """Learn the weights on the inner split, then fit on all that may be learned from."""
    with Watch() as learning:
        weights = learn_weights(trial.plan, run)
    with Watch() as fitting:
        evidence = fit(trial.judged.train, run, "judged", "Fitting evidence for the judged part")
    bundle = assemble(trial.judged.train, evidence, weights)
    return Ours(bundle, weights, learning.usage, fitting.usage)


def judge_ours(trial: Trial, ours: Ours) -> tuple[list[Judged], dict[str, str]]:
    """Judge the blend, each evidence and each part; also say which evidence has nothing to say."""
    queries = trial.judged.queries
    evidence = [one for one in ours.bundle.evidence if speaks(one, queries)]
    silent = {
        PREFIX + one.name: "The data holds no facts of this kind."
        for one in ours.bundle.evidence
        if one not in evidence
    }

    def score(rows: NDArray[np.int64]) -> dict[str, NDArray[np.float32]]:
        states = queries.take(rows)
        return {BLEND: ranked_scores(ours.bundle, states)} | _alone(evidence, states)

    figures = rank(trial.judged, score)
    costs = {BLEND: ours.usage}
    found = [
        Judged(name, one, {None: costs[name]} if name in costs else {})
        for name, one in figures.items()
    ]
    return found, silent


def _alone(evidence: Sequence[Evidence], states: TeacherStates) -> dict[str, NDArray[np.float32]]:
    scores = {}
    for one in evidence:
        scores[PREFIX + one.name] = one.score(states)
        if isinstance(one, Colleagues):
            parts = one.score_parts(states)
            scores |= {f"{PREFIX}{one.name}.{part}": values for part, values in parts.items()}
    return scores


def speaks(evidence: Evidence, queries: TeacherStates) -> bool:
    """Tell whether evidence tells credentials apart for any of some queries."""
    step = max(1, len(queries) // _SAMPLE)
    some = queries.take(np.arange(0, len(queries), step))
    return bool(np.ptp(evidence.score(some), axis=1).any())
