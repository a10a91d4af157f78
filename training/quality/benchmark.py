"""One benchmark from data to figures."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from typing import Any, Final

from models.bundle import Bundle
from models.colleagues import Colleagues
from models.fitting.ease import EaseConfig
from recommender.vocabulary import Segment
from training.judging import BLEND, Run
from training.quality.data import BenchmarkData
from training.quality.extras import ablate, measure_answers, policy_price
from training.quality.figures import RESAMPLES, tabulate
from training.quality.judged import Judged
from training.quality.layouts import price_of_layouts
from training.quality.measuring import HOW, Usage, ratio
from training.quality.newcomers import price_of_newcomers
from training.quality.ours import Ours, fit_ours, judge_ours
from training.quality.peers.ease import EASE
from training.quality.peers.registry import RULES, all_peers
from training.quality.rivals import (
    Budget,
    Rivals,
    fit_cost,
    judge_peer,
    judge_rule,
    plain_als,
    task_of,
)
from training.quality.trial import QualityProtocol, Trial, make_trial

TEST: Final = (
    f"Intervals and tests are of the bootstrap over learners, {RESAMPLES} resamples, the same for "
    "every system: a difference is paired, and p is two-sided. 'Best peer' and 'best evidence' are "
    "chosen on the judged learners themselves, which favours them."
)
BUDGET: Final = (
    "Peers are tuned over their whole grids, for each number of records revealed by itself, by "
    "NDCG@10 on the very learners and held-out records on which the blend learns its weights: "
    "records held out as the judged ones are. Every fit of a grid runs to its end; `budget` tells "
    "how many configurations each system was given and what they cost. The hyper-parameters of our "
    "evidence are the package's own: one configuration, the same on any data."
)
BAR: Final = 4.0
"""Our training may cost so many times one plain ALS fit and one EASE solve."""
TRANSDUCTIVE: Final = (
    "A peer that learns from the histories that it is asked about is asked about each number of "
    "records revealed by itself, so that a longer history of a learner tells nothing of a shorter."
)


@dataclass(frozen=True)
class Asked:
    """What a benchmark is asked to do."""

    protocol: QualityProtocol
    peers: tuple[str, ...]
    ablation: bool = True


def benchmark(data: BenchmarkData, asked: Asked, run: Run) -> dict[str, Any]:
    """Fit and judge everything by one protocol; return the report's content.

    Raises
    ------
    NotEnoughData, NotFound, InvalidInput
        The data does not allow the protocol.
    """
    with run.progress("Splitting"):
        most = run.config.blend.sample
        trial = make_trial(data, asked.protocol, run.config.plan, run.seed, most)
    ours = fit_ours(trial, run)
    with run.progress("Judging ours"):
        systems, silent = judge_ours(trial, ours)
    rivals = _judge_rivals(trial, asked, run)
    with run.progress("Measuring plain ALS and EASE"):
        plain = plain_als(trial, run.seed, run.threads)
        cost = _cost(trial, ours, plain, run)
    table = tabulate(trial, [*systems, *rivals.judged], plain, run.seed)
    with run.progress("Looking at answers"):
        answer = measure_answers(trial, ours, data.snapshot.teachers, run.seed)
    policy = policy_price(trial, ours, run.seed)
    newcomers = price_of_newcomers(trial, ours, run)
    with run.progress("Laying lists out"):
        layouts = price_of_layouts(trial, ours, run.seed)
    blend = _named(systems, BLEND).figures
    ablation = ablate(trial, ours, blend, run, run.seed) if asked.ablation else []
    return {
        "data": data.folder.resolve().name,
        "protocol": asked.protocol.value,
        "results": table.results,
        "paired": table.paired,
        "answer": answer,
        "policy": policy,
        "newcomers": newcomers,
        "layouts": layouts,
        "ablation": ablation,
        "cost": cost,
        "costs": table.costs,
        "budget": _budget(ours, rivals),
        "weights": _weights(ours),
        "tuning": rivals.tuning,
        "not_run": [
            {"system": name, "reason": why} for name, why in (silent | rivals.not_run).items()
        ],
        "size": {
            "learners": len(data.snapshot.teachers),
            "credentials": len(data.snapshot.catalog),
            "learned_from": len(trial.judged.train.states),
            "asked_about": len(trial.judged.queries),
            "validation": _validation(trial),
        },
        "notes": [*data.notes, *trial.notes, TEST, BUDGET, *_transductive(trial), HOW],
        "seed": run.seed,
        "threads": run.threads,
        "version": version("microcredential-recommender"),
    }


def _judge_rivals(trial: Trial, asked: Asked, run: Run) -> Rivals:
    rivals = Rivals()
    for name in RULES:
        if name in asked.peers:
            judge_rule(name, trial, run.seed, run.threads, rivals)
        else:
            rivals.not_run[name] = "It was not asked for."
    for peer in all_peers():
        if peer.name not in asked.peers:
            rivals.not_run[peer.name] = "It was not asked for."
            continue
        with run.progress(f"Tuning and judging {peer.name}"):
            judge_peer(peer, trial, run.seed, run.threads, rivals)
    return rivals


def _named(systems: Sequence[Judged], name: str) -> Judged:
    return next(one for one in systems if one.name == name)


def _cost(trial: Trial, ours: Ours, plain: Usage, run: Run) -> dict[str, Any]:
    """Return what our training costs beside one plain ALS fit and one EASE solve."""
    task = task_of(trial.judged, run.seed, run.threads)
    ease: Usage | None = None
    if not EASE.too_large(*task.train.shape):
        ridge = {"regularization": EaseConfig().ridge}
        ease = fit_cost(EASE, replace(task, histories=task.histories[:1]), ridge)
    both = plain if ease is None else plain.plus(ease)
    whole = ours.usage
    times = ratio(whole.seconds, both.seconds)
    return {
        "als_cpu_seconds": plain.seconds,
        "als_peak_mb": plain.peak_mb,
        "ease_cpu_seconds": None if ease is None else ease.seconds,
        "weights_cpu_seconds": ours.learning.seconds,
        "fit_cpu_seconds": ours.fitting.seconds,
        "ratio_to_als_and_ease": times,
        "wall_ratio_to_als_and_ease": ratio(whole.wall_seconds, both.wall_seconds),
        "bar": BAR,
        "within_bar": None if times is None else times <= BAR,
        "peak_ratio_to_als": ratio(whole.peak_mb, plain.peak_mb),
    }


def _budget(ours: Ours, rivals: Rivals) -> list[dict[str, Any]]:
    """Return how many configurations each system was tuned over, and what that cost."""
    budgets = {BLEND: Budget(1, ours.learning)} | rivals.budgets
    return [
        {
            "system": name,
            "configurations": one.configurations,
            "cpu_seconds": one.usage.seconds,
            "wall_seconds": one.usage.wall_seconds,
        }
        for name, one in budgets.items()
    ]


def _transductive(trial: Trial) -> tuple[str, ...]:
    return () if trial.revealed is None else (TRANSDUCTIVE,)


def _validation(trial: Trial) -> int:
    """Return how many queries choices were made on."""
    splits = [fold.validation for fold in trial.folds]
    return sum(len(split.queries) for split in splits if split is not None)


def _weights(ours: Ours) -> list[dict[str, Any]]:
    """Return the weights of the blend and of the parts of `colleagues`, of each fold."""
    return [_weights_of(model.bundle) for model in ours.models]


def _weights_of(bundle: Bundle) -> dict[str, Any]:
    parts = {
        part.name: one.part_weights[:, place].tolist()
        for one in bundle.evidence
        if isinstance(one, Colleagues)
        for place, part in enumerate(one.parts)
    }
    rows = bundle.blend.weights.T.tolist()
    evidence = {name.value: row for name, row in zip(bundle.blend.names, rows, strict=True)}
    return {
        "segments": [segment.value for segment in Segment],
        "evidence": evidence,
        "parts_of_colleagues": parts,
    }
