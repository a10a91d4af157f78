"""What a fair chance for new credentials gives them, and what it costs the others.

As a service would, the blend learns its weights from records of credentials that were known before.
Then the same model is asked twice: as it is, and with what places new credentials taken away.
"""

from dataclasses import replace
from typing import Any, Final

import numpy as np

from models.colleagues import Colleagues
from models.evidence import Evidence
from models.in_school import InSchool
from models.peers_in_role import PeersInRole
from models.placing import Placing
from models.popular import Popular
from models.succession import Succession
from recommender.teacher_state import Ragged
from training.judging import BLEND, Run, assemble, weigh
from training.quality.figures import compare, resampled_means
from training.quality.judged import rank
from training.quality.ours import Answering, Ours, blend_scores
from training.quality.trial import Trial
from training.splits import Split

CHANCES: Final = ("without", "with")


def price_of_newcomers(trial: Trial, ours: Ours, run: Run) -> list[dict[str, Any]]:
    """Return figures without and with the fair chance; empty where nothing new is asked for."""
    fold, model = trial.folds[0], ours.models[0]
    if trial.rest is None or fold.rest is None or fold.validation is None or model.weights is None:
        return []
    asked, told = trial.rest.counts > 0, fold.rest.counts > 0
    if not asked.any() or not told.any():
        return []
    validation = _asking(fold.validation, fold.rest, told)
    weights = weigh(model.weights.evidence, validation, run)
    new = np.zeros(len(trial.judged.train.catalog), dtype=bool)
    new[trial.judged.relevant.rows] = True
    found = []
    for chance in CHANCES:
        kept = model.bundle.evidence
        if chance == "without":
            kept = tuple(_without_chance(one) for one in kept)
        bundle = assemble(trial.judged.train, kept, weights)
        asking = replace(ours, models=(Answering(bundle, weights, model.answers),))
        scores = blend_scores(asking, trial.judged.queries)
        figures = rank(trial.judged, scores)[BLEND]
        others = rank(replace(trial.judged, relevant=trial.rest), scores)[BLEND].take(asked)
        shown = figures.top[figures.top >= 0]
        found.append((chance, figures, others, float(new[shown].mean()) if len(shown) else 0.0))
    apart = resampled_means(np.stack([one[2].ndcg for one in found]), run.seed)
    price = float(found[1][2].ndcg.mean() - found[0][2].ndcg.mean())
    cost = compare(apart[:, 1], apart[:, 0], price)
    return [
        {
            "fair_chance": chance,
            "recall@10_of_new": float(figures.recall.mean()),
            "ndcg@10_of_new": float(figures.ndcg.mean()),
            "share_of_lists_new": share,
            "ndcg@10_of_others": float(others.ndcg.mean()),
            "price": cost if chance == "with" else None,
        }
        for chance, figures, others, share in found
    ]


def _asking(split: Split, relevant: Ragged, rows: np.ndarray[Any, np.dtype[np.bool_]]) -> Split:
    """Return the split asking some of its learners for something else."""
    return replace(
        split,
        queries=split.queries.take(np.flatnonzero(rows)),
        relevant=relevant.take(np.flatnonzero(rows)),
        teachers=split.teachers[rows],
    )


def _without_chance(evidence: Evidence) -> Evidence:
    if isinstance(evidence, Succession | Colleagues | PeersInRole | InSchool | Popular):
        return replace(evidence, placing=Placing.nothing())
    return evidence
