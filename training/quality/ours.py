"""Our side: the blend as training makes it, each evidence alone, and each part of `colleagues`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.bundle import Bundle
from models.colleagues import Colleagues
from models.evidence import Evidence
from models.fitting.all import FITS, EvidenceConfig
from models.fitting.colleagues import FITS as PART_FITS
from models.fitting.colleagues import fit_colleagues, record_matrix
from models.suggest import ranked_scores
from recommender.policy import Policy
from recommender.teacher_state import TeacherStates
from recommender.vocabulary import EvidenceName
from training.judging import BLEND, Run, Weights, assemble, learn_weights, weigh
from training.plan import Plan
from training.quality.judged import NOT_MEASURED, Judged, Scores, rank
from training.quality.measuring import Usage, Watch
from training.quality.trial import Fold, Trial
from training.splits import Split

PREFIX: Final = "evidence:"
SILENT: Final = "The data holds no facts of this kind."
_SAMPLE: Final = 200


@dataclass(frozen=True)
class Answering:
    """A model and the judged queries that it answers."""

    bundle: Bundle
    weights: Weights | None
    answers: NDArray[np.bool_]


@dataclass(frozen=True)
class Ours:
    """What training made for the judged queries."""

    models: tuple[Answering, ...]
    learning: Usage
    """Fitting all evidence on the validation's part, where that is another, and the weights."""
    costs: Mapping[EvidenceName, Usage]
    """Fitting each kind of evidence on all that may be learned from."""

    part_costs: Mapping[str, Usage]
    """Fitting each part of `colleagues` once more by itself, to know what it costs."""

    @property
    def fitting(self) -> Usage:
        """Fitting all evidence on all that may be learned from."""
        return reduce(Usage.plus, self.costs.values())

    @property
    def usage(self) -> Usage:
        """Cost of the whole."""
        return self.learning.plus(self.fitting)

    def model_of(self, row: int) -> Answering:
        """Return the model that answers one judged query."""
        return next(one for one in self.models if one.answers[row])


def fit_ours(trial: Trial, run: Run) -> Ours:
    """Fit on all that may be learned from, and learn the weights on each validation."""
    with Watch() as apart:
        before = [_learn_apart(fold, trial, run) for fold in trial.folds]
    # what one inner split gave no weight is not fitted again
    known = before[0] if len(before) == 1 else None
    config = run.config.evidence if known is None else known.needed(run.config.evidence)
    evidence, costs = _fit(trial, run, config)
    validations = [_beside(fold, trial) for fold in trial.folds]
    with Watch() as later:
        weights = [
            learned if beside is None else weigh(evidence, beside, run)
            for beside, learned in zip(validations, before, strict=True)
        ]
    learning = apart.usage.plus(later.usage)
    evidence = _with_idle(evidence, trial, run, config)
    models = [
        Answering(assemble(trial.judged.train, evidence, learned), learned, fold.answers)
        for fold, learned in zip(trial.folds, weights, strict=True)
    ]
    return Ours(tuple(models), learning, costs, _part_costs(trial, run))


def _fit(
    trial: Trial, run: Run, wanted: EvidenceConfig
) -> tuple[tuple[Evidence, ...], dict[EvidenceName, Usage]]:
    """Do what `fit_evidence` does, and say what each kind costs."""
    evidence, costs = [], {}
    with run.progress("Fitting evidence for the judged part"):
        for name, fit in FITS.items():
            config = getattr(wanted, name.value)
            with Watch() as watch:
                evidence.append(fit(trial.judged.train, config, run.options()))
            costs[name] = watch.usage
    return tuple(evidence), costs


def _part_costs(trial: Trial, run: Run) -> dict[str, Usage]:
    config, costs = run.config.evidence.colleagues, {}
    data = trial.judged.train
    matrix = record_matrix(data.states, len(data.catalog), config.confidence)
    for name, fit in PART_FITS.items():
        own = getattr(config, name)
        if own is not None:
            with Watch() as watch:
                fit(matrix, own, run.options())
            costs[f"{EvidenceName.COLLEAGUES}.{name}"] = watch.usage
    return costs


def _beside(fold: Fold, trial: Trial) -> Split | None:
    """Return the validation where it asks of the very records that the judged part has left."""
    split = fold.validation
    return split if split is not None and split.train is trial.judged.train else None


def _learn_apart(fold: Fold, trial: Trial, run: Run) -> Weights | None:
    """Learn the weights on evidence of their own; None where the judged part's will do."""
    if _beside(fold, trial) is not None:
        return None
    return learn_weights(Plan(fold.validation, trial.judged, trial.notes), run)


def _with_idle(
    evidence: tuple[Evidence, ...], trial: Trial, run: Run, fitted: EvidenceConfig
) -> tuple[Evidence, ...]:
    """Add the parts of `colleagues` that training leaves out, which the report tells of alone."""
    whole = run.config.evidence.colleagues
    if fitted.colleagues == whole:
        return evidence
    colleagues = fit_colleagues(trial.judged.train, whole, run.options())
    return tuple(colleagues if isinstance(one, Colleagues) else one for one in evidence)


def judge_ours(trial: Trial, ours: Ours) -> tuple[list[Judged], dict[str, str]]:
    """Judge the blend, each evidence and each part; also say which evidence has nothing to say."""
    queries = trial.judged.queries
    names = [one.name for one in speaking(ours, queries)]
    silent = {
        PREFIX + one.name: SILENT for one in ours.models[0].bundle.evidence if one.name not in names
    }

    def score(model: Answering, states: TeacherStates) -> dict[str, NDArray[np.float32]]:
        evidence = [one for one in model.bundle.evidence if one.name in names]
        return {BLEND: ranked_scores(model.bundle, states)} | _alone(evidence, states)

    figures = rank(trial.judged, by_model(ours.models, queries, score))
    costs = {BLEND: ours.usage} | {PREFIX + name: cost for name, cost in ours.costs.items()}
    costs |= {PREFIX + name: cost for name, cost in ours.part_costs.items()}
    judged = [
        Judged(name, one, {None: costs.get(name, NOT_MEASURED)}) for name, one in figures.items()
    ]
    return judged, silent


def by_model(
    models: Sequence[Answering],
    queries: TeacherStates,
    score: Callable[[Answering, TeacherStates], Mapping[str, NDArray[np.float32]]],
) -> Scores:
    """Return the scores of some queries, each by the model that answers it."""

    def scores(rows: NDArray[np.int64]) -> Mapping[str, NDArray[np.float32]]:
        found: dict[str, NDArray[np.float32]] = {}
        for model in models:
            inside = model.answers[rows]
            if not inside.any():
                continue
            for name, values in score(model, queries.take(rows[inside])).items():
                whole = found.setdefault(
                    name, np.empty((len(rows), values.shape[1]), dtype=np.float32)
                )
                whole[inside] = values
        return found

    return scores


def blend_scores(ours: Ours, queries: TeacherStates, policy: Policy | None = None) -> Scores:
    """Return the blend's scores of some queries."""
    return by_model(
        ours.models,
        queries,
        lambda model, states: {BLEND: ranked_scores(model.bundle, states, policy)},
    )


def _alone(evidence: Sequence[Evidence], states: TeacherStates) -> dict[str, NDArray[np.float32]]:
    scores = {}
    for one in evidence:
        scores[PREFIX + one.name] = one.score(states)
        if isinstance(one, Colleagues):
            parts = one.score_parts(states)
            scores |= {f"{PREFIX}{one.name}.{part}": values for part, values in parts.items()}
    return scores


def speaking(ours: Ours, queries: TeacherStates) -> list[Evidence]:
    """Return the evidence that tells credentials apart for any of some queries."""
    step = max(1, len(queries) // _SAMPLE)
    some = queries.take(np.arange(0, len(queries), step))
    return [one for one in ours.models[0].bundle.evidence if np.ptp(one.score(some), axis=1).any()]
