"""The search for better hyper-parameters of the evidence, by Optuna.

A configuration is fitted on the training part of the plan's inner split. Half of its learners teach
the weights, the other half judges, chunk by chunk; a configuration that is behind the median of
the others after a chunk is given up. The first one that is tried is the package's own, so that what
is found is never worse on the validation. The judged records have no part in it.

What was tried is written down at once, in a journal below the data directory: a search that is
stopped or killed goes on from there when it is asked for again on the same snapshot.
"""

import hashlib
import json
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from time import monotonic
from typing import Any, Final

import numpy as np
import optuna
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend
from optuna.trial import TrialState

from models.evidence import Evidence
from models.fitting.all import FITS
from models.suggest import ranked_scores
from recommender.errors import InvalidInput
from recommender.vocabulary import EvidenceName
from training.crossing import only
from training.evaluation import evaluate
from training.judging import Bar, PipelineConfig, Run, Weights, assemble, weigh
from training.plan import Plan
from training.search_space import Number, open_dimensions, value_at, with_values
from training.splits import Split
from training.tracking import RunTracker

METRIC: Final = "validation_ndcg_at_10"
CHUNKS: Final = 5
"""Into so many parts the judging half is cut."""

_FIRST: Final = 4
"""So many configurations are tried to the end before any is given up."""

_DONE: Final = (TrialState.COMPLETE, TrialState.PRUNED)


@dataclass(frozen=True)
class SearchBudget:
    """How long is searched: until the first of both ends.

    Parameters
    ----------
    minutes
        Of the clock, for this run.
    trials
        Configurations in all, those of an earlier run of the same search among them.
    """

    minutes: float
    trials: int | None = None

    def __post_init__(self) -> None:
        if self.minutes <= 0 or (self.trials is not None and self.trials < 1):
            raise InvalidInput(
                "A search needs more than 0 minutes and at least one configuration, got "
                f"{self.minutes:g} minutes and {self.trials}."
            )


@dataclass(frozen=True)
class Found:
    """What a search found."""

    config: PipelineConfig
    values: Mapping[str, Number]
    """The best numbers, by path."""
    first: float
    """Validation NDCG@10 of the package's own configuration."""
    best: float
    tried: int
    given_up: int
    resumed: int
    """How many of those tried an earlier run had tried."""

    def as_details(self, seed: int) -> dict[str, Any]:
        """Return what a manifest holds of it."""
        told = asdict(self)
        del told["config"]
        return told | {"seed": seed, "sampler": "TPE", "metric": METRIC}

    def sentence(self) -> str:
        """Return what came out, in a sentence."""
        resumed = f" ({self.resumed} of them in an earlier run)" if self.resumed else ""
        if self.best <= self.first:
            return (
                f"The search tried {self.tried} configurations{resumed} and found none better than "
                f"the package's own: {self.first:.4f} NDCG@10 on the validation."
            )
        return (
            f"The search tried {self.tried} configurations{resumed}, gave {self.given_up} up early "
            f"and came from {self.first:.4f} to {self.best:.4f} NDCG@10 on the validation."
        )


def search(
    plan: Plan, run: Run, budget: SearchBudget, tracker: RunTracker, folder: Path, name: str
) -> Found | None:
    """Search for better hyper-parameters; None where the plan has nothing to choose on.

    Parameters
    ----------
    folder
        Where the journals of searches lie.
    name
        What is searched on: the same name, seed and package go on with the same search.
    """
    if plan.weights is None:
        return None
    trials = _Trials(plan.weights, run, tracker)
    with _quiet():
        study = _study(run, folder, name)
        resumed = _count(study)
        with run.progress("Searching for better hyper-parameters") as bar:
            _optimize(study, trials, budget, bar)
    return _found(study, run, resumed)


def _study(run: Run, folder: Path, name: str) -> optuna.Study:
    """Open the journal of a search, and close what a killed run left open in it."""
    told = [name, run.seed, [asdict(one) for one in open_dimensions(run.config)]]
    told.append(repr(run.config))
    key = hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16]
    folder.mkdir(parents=True, exist_ok=True)
    study = optuna.create_study(
        storage=JournalStorage(JournalFileBackend(str(folder / f"{key}.log"))),
        study_name=key,
        direction="maximize",
        load_if_exists=True,
        sampler=optuna.samplers.TPESampler(seed=run.seed, multivariate=True),
        pruner=optuna.pruners.MedianPruner(n_startup_trials=_FIRST),
    )
    for trial in study.get_trials(states=(TrialState.RUNNING,)):
        study.tell(trial.number, state=TrialState.FAIL)
    if not study.get_trials(states=(*_DONE, TrialState.WAITING)):
        study.enqueue_trial(_own(run.config))
    return study


def _own(config: PipelineConfig) -> dict[str, Number]:
    return {one.path: value_at(config, one.path) for one in open_dimensions(config)}


def _count(study: optuna.Study, states: tuple[TrialState, ...] = _DONE) -> int:
    return len(study.get_trials(deepcopy=False, states=states))


def _optimize(study: optuna.Study, trials: "_Trials", budget: SearchBudget, bar: Bar) -> None:
    start, seconds = monotonic(), budget.minutes * 60.0

    def after(study: optuna.Study, _trial: optuna.trial.FrozenTrial) -> None:
        bar.update(min(int(monotonic() - start), int(seconds)), int(seconds))
        if budget.trials is not None and _count(study) >= budget.trials:
            study.stop()

    bar.update(0, int(seconds))
    if budget.trials is None or _count(study) < budget.trials:
        study.optimize(trials, timeout=seconds, callbacks=[after])


def _found(study: optuna.Study, run: Run, resumed: int) -> Found | None:
    done = [
        (float(one.value), -one.number, one.params)
        for one in study.get_trials(states=(TrialState.COMPLETE,))
        if one.value is not None
    ]
    if not done:
        return None
    # of equals the first: the package's own where nothing is better
    best, _, values = max(done, key=lambda one: one[:2])
    return Found(
        config=with_values(run.config, values),
        values=values,
        first=done[0][0],
        best=best,
        tried=_count(study),
        given_up=_count(study, (TrialState.PRUNED,)),
        resumed=resumed,
    )


class _Trials:
    """Tries one configuration after the other; evidence that did not change is fitted once."""

    def __init__(self, split: Split, run: Run, tracker: RunTracker) -> None:
        self._teaching, self._chunks = _halves(split, run.seed)
        self._run = run
        self._tracker = tracker
        self._fitted: dict[EvidenceName, tuple[str, Evidence]] = {}

    def __call__(self, trial: optuna.Trial) -> float:
        """Return the mean NDCG@10 of the judging half; raise `TrialPruned` when it is behind."""
        values = self._drawn(trial)
        name = f"configuration {trial.number}"
        nested = self._tracker.nested(name, values, {"kind": "search"})
        try:
            reached = self._judged(trial, with_values(self._run.config, values), nested)
        except optuna.TrialPruned:
            self._tracker.close_nested(nested, "given up")
            raise
        except BaseException:
            self._tracker.close_nested(nested, "stopped", "KILLED")
            raise
        self._tracker.close_nested(nested, "finished")
        return reached

    def _drawn(self, trial: optuna.Trial) -> dict[str, Number]:
        drawn: dict[str, Number] = {}
        for one in open_dimensions(self._run.config):
            if one.whole:
                drawn[one.path] = trial.suggest_int(
                    one.path, int(one.low), int(one.high), log=one.log
                )
            else:
                drawn[one.path] = trial.suggest_float(one.path, one.low, one.high, log=one.log)
        return drawn

    def _judged(self, trial: optuna.Trial, config: PipelineConfig, nested: str) -> float:
        run = replace(self._run, config=config, on_epoch=None)
        evidence = self._fit(run)
        weights = weigh(evidence, self._teaching, run)
        return self._by_chunk(trial, evidence, weights, nested)

    def _by_chunk(
        self,
        trial: optuna.Trial,
        evidence: tuple[Evidence, ...],
        weights: Weights,
        nested: str,
    ) -> float:
        bundle = assemble(self._teaching.train, evidence, weights)
        total, learners, reached = 0.0, 0, 0.0
        for place, chunk in enumerate(self._chunks):
            figures = evaluate("", lambda states: ranked_scores(bundle, states), chunk).all
            total += figures.ndcg_at_10 * figures.learners
            learners += figures.learners
            reached = total / learners
            self._tracker.point(nested, METRIC, place, reached)
            trial.report(reached, place)
            if place < len(self._chunks) - 1 and trial.should_prune():
                raise optuna.TrialPruned
        return reached

    def _fit(self, run: Run) -> tuple[Evidence, ...]:
        for name, fit in FITS.items():
            config = getattr(run.config.evidence, name.value)
            if self._fitted.get(name, ("",))[0] != repr(config):
                fitted = fit(self._teaching.train, config, run.options())
                self._fitted[name] = (repr(config), fitted)
        return tuple(self._fitted[name][1] for name in FITS)


def _halves(split: Split, seed: int) -> tuple[Split, tuple[Split, ...]]:
    """Return the learners that teach the weights, and the chunks of those that judge."""
    rng = np.random.default_rng(seed)
    people, place = np.unique(split.teachers, return_inverse=True)
    drawn = rng.permutation(len(people))[place]
    half = len(people) // 2
    of_chunk = np.where(drawn < half, -1, (drawn - half) % CHUNKS)
    found = [only(split, of_chunk == number) for number in range(CHUNKS)]
    return only(split, of_chunk < 0), tuple(one for one in found if len(one.queries))


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep Optuna's own words off the screen: our bar says how far it is."""
    level = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(logging.ERROR)
    try:
        yield
    finally:
        optuna.logging.set_verbosity(level)
