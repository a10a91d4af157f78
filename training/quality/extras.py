"""What else the report tells of our blend: its answers, the price of the policy, its parts."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Final

import numpy as np

from models.colleagues import Colleagues
from models.evidence import Evidence
from models.suggest import suggest
from recommender.axes import TeacherKey
from recommender.eligibility import Exclusion, exclusions
from recommender.policy import Policy
from recommender.vocabulary import NEED_EVIDENCE
from training.judging import BLEND, Run, assemble, weigh
from training.metrics import CUT, LearnerFigures
from training.quality.figures import ALL, compare, groups, interval, resampled_means
from training.quality.judged import rank
from training.quality.ours import PREFIX, Answering, Ours, blend_scores, speaking
from training.quality.trial import Trial

Reduce = Callable[[Sequence[Evidence]], tuple[Evidence, ...]]
"""Takes something out of all evidence."""

NEED_SHARES: Final = (0.0, 0.25, 0.5, 0.75)
SAMPLE: Final = 200
"""Learners whose whole answer is looked at."""


def measure_answers(
    trial: Trial, ours: Ours, keys: tuple[TeacherKey, ...], seed: int
) -> dict[str, Any]:
    """Ask for the lists of some learners as a page would, and look for what must not be in them.

    Eligibility is on. A list is full with ten, or with all that is eligible where that is less.
    """
    queries, catalog = trial.judged.queries, trial.judged.train.catalog
    count = min(SAMPLE, len(queries))
    rows = np.sort(np.random.default_rng(seed).choice(len(queries), count, replace=False))
    policy = Policy.in_force()
    found = {"learners": count, "full": 0, "ten": 0, "repeats": 0, "unknown": 0, "ineligible": 0}
    for row in rows.tolist():
        state, district = queries.take([row]), keys[trial.judged.teachers[row]][0]
        answer = suggest(
            ours.model_of(row).bundle, state, catalog, policy, CUT, district_id=district
        )
        codes = exclusions(state, catalog, policy, district)
        eligible = codes == Exclusion.ELIGIBLE.code
        eligible[state.history.rows["credential"]] = False
        columns = catalog.axes.credential_columns
        shown = [columns.get(item.key) for item in answer.items]
        known = [column for column in shown if column is not None]
        found["ten"] += len(shown) == CUT
        found["full"] += len(shown) == min(CUT, int(eligible.sum()))
        found["repeats"] += len(shown) - len(set(shown))
        found["unknown"] += len(shown) - len(known)
        found["ineligible"] += int((~eligible[known]).sum())
    return found | {"share_full": found["full"] / count, "share_ten": found["ten"] / count}


def policy_price(trial: Trial, ours: Ours, seed: int) -> list[dict[str, Any]]:
    """Return the blend's NDCG@10 by the least share of need evidence; empty without such facts."""
    queries = trial.judged.queries
    if not any(one.name in NEED_EVIDENCE for one in speaking(ours, queries)):
        return []
    policies = {f"{share}": Policy(need_share=share) for share in NEED_SHARES}
    figures = {
        name: rank(trial.judged, blend_scores(ours, queries, policy))[BLEND]
        for name, policy in policies.items()
    }
    found = []
    for group in groups(trial):
        values = np.stack([figures[name].ndcg[group.rows] for name in policies])
        means = resampled_means(values, seed)
        for place, policy in enumerate(policies.values()):
            low, high = interval(means[:, place])
            found.append(
                {
                    "need_share": policy.need_share,
                    "segment": group.segment,
                    "revealed": group.revealed,
                    "ndcg@10": float(values[place].mean()),
                    "ndcg@10_low": low,
                    "ndcg@10_high": high,
                }
            )
    return found


def ablate(
    trial: Trial, ours: Ours, blend: LearnerFigures, run: Run, seed: int
) -> list[dict[str, Any]]:
    """Return what the blend loses without each evidence, and without each part of `colleagues`.

    Weights are learned anew without it, on the same inner split.
    """
    found: list[dict[str, Any]] = []
    cases = list(_cases(speaking(ours, trial.judged.queries)))
    if len(cases) < 2 or any(model.weights is None for model in ours.models):  # noqa: PLR2004 - with one evidence nothing is left
        return []
    with run.progress("Leaving one evidence out at a time") as bar:
        for done, (name, reduced) in enumerate(cases):
            bar.update(done, len(cases))
            figures = _refitted(trial, ours, reduced, run)
            found += _loss_rows(trial, name, blend, figures, seed)
    return found


def _cases(evidence: list[Evidence]) -> Iterator[tuple[str, Reduce]]:
    """Yield what is left out by name, and how."""
    for one in evidence:
        yield PREFIX + one.name, partial(_without, name=one.name)
        if isinstance(one, Colleagues) and len(one.parts) > 1:
            for part in one.parts:
                yield f"{PREFIX}{one.name}.{part.name}", partial(_without_parts, name=part.name)


def _without(evidence: Sequence[Evidence], name: str) -> tuple[Evidence, ...]:
    return tuple(one for one in evidence if one.name != name)


def _without_parts(evidence: Sequence[Evidence], name: str) -> tuple[Evidence, ...]:
    return tuple(_without_part(one, name) for one in evidence)


def _without_part(evidence: Evidence, name: str) -> Evidence:
    if not isinstance(evidence, Colleagues):
        return evidence
    kept = [place for place, part in enumerate(evidence.parts) if part.name != name]
    return replace(
        evidence,
        parts=tuple(evidence.parts[place] for place in kept),
        scales=evidence.scales[kept],
        part_weights=evidence.part_weights[:, kept],
    )


def _refitted(trial: Trial, ours: Ours, reduced: Reduce, run: Run) -> LearnerFigures:
    """Return the figures of a blend whose weights are learned on less evidence."""
    models = []
    for fold, model in zip(trial.folds, ours.models, strict=True):
        if fold.validation is None or model.weights is None:
            raise ValueError("there is no validation to learn weights on")
        weights = weigh(reduced(model.weights.evidence), fold.validation, run)
        bundle = assemble(trial.judged.train, reduced(model.bundle.evidence), weights)
        models.append(Answering(bundle, weights, model.answers))
    less = replace(ours, models=tuple(models))
    return rank(trial.judged, blend_scores(less, trial.judged.queries))[BLEND]


def _loss_rows(
    trial: Trial, name: str, blend: LearnerFigures, without: LearnerFigures, seed: int
) -> Iterator[dict[str, Any]]:
    for group in groups(trial):
        if group.segment != ALL:
            continue
        values = np.stack([without.ndcg[group.rows], blend.ndcg[group.rows]])
        means = resampled_means(values, seed)
        gained = float(values[0].mean() - values[1].mean())
        yield {
            "without": name,
            "revealed": group.revealed,
            "ndcg@10": float(values[0].mean()),
            **compare(means[:, 0], means[:, 1], gained),
        }
