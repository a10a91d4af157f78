"""Learning a model on a plan, and judging it beside its own parts and beside simple rivals."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from features.training_data import TrainingData
from models.blend import Blend
from models.bundle import Bundle
from models.colleagues import Colleagues
from models.evidence import Evidence
from models.fitting.all import EvidenceConfig, fit_evidence
from models.fitting.baselines import fit_baseline
from models.fitting.blend import BlendConfig, carry_parts, equal_blend, fit_blend, reweigh
from models.fitting.colleagues import without_idle
from models.fitting.options import TrainingOptions
from models.suggest import ranked_scores
from recommender.axes import TeacherKey
from recommender.policy import Policy
from recommender.teacher_state import TeacherStates
from recommender.vocabulary import NEED_EVIDENCE
from training.evaluation import Eligible, Evaluation, Scorer, evaluate, evaluate_shared
from training.plan import Plan, PlanConfig
from training.splits import DatedFacts, Split
from training.windows import windows_of

BLEND: Final = "blend"
RIVALS: Final = ("popularity", "als", "random", "largest_gap")


_Share = tuple[Bundle, NDArray[np.bool_]]
"""A bundle and the judged queries that it answers."""


class Bar(Protocol):
    """What moves while a step runs."""

    def update(self, done: int, total: int | None = None) -> None:
        """Say how much is done."""


ShowProgress = Callable[[str], AbstractContextManager[Bar]]
"""Shows that a step runs, as `recommender.console.progress` does."""


@dataclass(frozen=True)
class PipelineConfig:
    """What may be set of training."""

    evidence: EvidenceConfig = field(default_factory=EvidenceConfig)
    blend: BlendConfig = field(default_factory=BlendConfig)
    plan: PlanConfig = field(default_factory=PlanConfig)


@dataclass(frozen=True)
class Run:
    """What every step of one training is told."""

    config: PipelineConfig
    seed: int
    threads: int
    progress: ShowProgress
    on_epoch: Callable[[str, str, int, float], None] | None = None
    """Told of the step (`weights`, `judged`, `final`), what is fitted, the epoch and the loss."""

    def options(self, step: str = "", bar: Bar | None = None) -> TrainingOptions:
        """Return the options of one fit; its curve is only asked for where somebody listens."""
        listener = self.on_epoch
        if listener is None or not step:
            return TrainingOptions(self.seed, self.threads)

        def told(fitted: str, epoch: int, loss: float) -> None:
            listener(step, fitted, epoch, loss)
            if bar is not None:
                bar.update(epoch + 1)

        return TrainingOptions(self.seed, self.threads, told)


@dataclass(frozen=True)
class Weights:
    """What the inner split taught: the blend, and evidence whose inner weights are to be kept."""

    blend: Blend
    evidence: tuple[Evidence, ...]

    def needed(self, config: EvidenceConfig) -> EvidenceConfig:
        """Return what must be fitted to be put under these weights."""
        for one in self.evidence:
            if isinstance(one, Colleagues):
                config = replace(config, colleagues=without_idle(config.colleagues, one))
        return config


def equal_weights(evidence: Sequence[Evidence]) -> Blend:
    """Return the blend in which every evidence counts the same, for lack of anything better."""
    return equal_blend(tuple(one.name for one in evidence))


def fit(
    data: TrainingData, run: Run, step: str, title: str, weights: Weights | None = None
) -> tuple[Evidence, ...]:
    """Fit all evidence on some data, showing `title`; only what `weights` need, where given."""
    config = run.config.evidence if weights is None else weights.needed(run.config.evidence)
    with run.progress(title) as bar:
        return fit_evidence(data, config, run.options(step, bar))


def learn_weights(plan: Plan, run: Run) -> Weights | None:
    """Learn the blend on the inner split of the plan; None where the plan has none."""
    split = plan.weights
    if split is None:
        return None
    evidence = fit(split.train, run, "weights", "Fitting evidence on the earlier part")
    with run.progress("Learning the blend's weights"):
        return weigh(evidence, split, run)


def weigh(evidence: Sequence[Evidence], split: Split, run: Run) -> Weights:
    """Learn how evidence that was fitted on the split's training part is to be weighted."""
    learned = fit_blend(evidence, split.queries, split.relevant, run.config.blend, run.options())
    return Weights(learned.blend, learned.evidence)


@dataclass(frozen=True)
class Judgement:
    """What a model was found to be worth, and the evidence that it was judged with."""

    evaluations: tuple[Evaluation, ...]
    evidence: tuple[Evidence, ...]
    """Fitted on what was before the judged part."""


def learn_again(
    snapshot: DatedFacts,
    plan: Plan,
    weights: Weights | None,
    evidence: tuple[Evidence, ...],
    run: Run,
) -> Weights | None:
    """Learn the blend on the judged part as well, once it has judged.

    The model that serves learns from everything, so its weights may. One part holds few learners;
    two hold the weights steadier.

    Parameters
    ----------
    snapshot
        That of which the plan is.
    weights
        What the inner split taught; the weights of the parts of `colleagues` stay.
    evidence
        Fitted on what was before the judged part.
    """
    if weights is None:
        return None
    later = carry_parts(weights.evidence, evidence)
    windows = windows_of(snapshot, plan, run.config.plan, weights.evidence, later)
    if not windows:
        return weights
    with run.progress("Learning the blend's weights on both parts"):
        blend = reweigh(windows, run.config.blend, run.options())
    return replace(weights, blend=blend)


def assemble(data: TrainingData, evidence: tuple[Evidence, ...], weights: Weights | None) -> Bundle:
    """Put freshly fitted evidence under weights learned before."""
    axes = data.catalog.axes
    if weights is None:
        return Bundle(axes, evidence, equal_weights(evidence), {})
    return Bundle(axes, carry_parts(weights.evidence, evidence), weights.blend, {})


def judge(
    plan: Plan, weights: Weights | None, teachers: tuple[TeacherKey, ...], run: Run
) -> Judgement:
    """Judge the blend, each evidence alone and simple rivals on the outer split.

    Everything is fitted on the same data, up to the outer cut. Two more rows show what the policy
    in force and what eligibility cost the blend. Where the plan has halves, each is answered by the
    weights that the other taught, and `weights` are not used.
    """
    split = plan.judged
    if split is None:
        return Judgement((), ())
    needed = None if plan.halves else weights
    evidence = fit(split.train, run, "judged", "Fitting evidence up to the judged part", needed)
    shares = _shares(plan, split, evidence, weights, run)
    results: list[Evaluation] = []
    with run.progress("Judging") as bar:
        ours = [(_ours(bundle, split), answers) for bundle, answers in shares]
        rivals = _rivals(split, run)
        total = len(ours[0][0]) + len(rivals) + 1
        for name in ours[0][0]:
            bar.update(len(results), total)
            own = [(scorers[name], answers) for scorers, answers in ours]
            results.append(evaluate_shared(name, own, split))
        for name, make in rivals.items():
            bar.update(len(results), total)
            results.append(evaluate(name, make(), split))
        results.append(_eligible_only(shares, split, teachers))
    return Judgement(tuple(results), evidence)


def _shares(
    plan: Plan, split: Split, evidence: tuple[Evidence, ...], weights: Weights | None, run: Run
) -> list[_Share]:
    """Return each bundle with the judged queries that it answers."""
    if not plan.halves:
        everybody = np.ones(len(split.queries), dtype=bool)
        return [(assemble(split.train, evidence, weights), everybody)]
    with run.progress("Learning the blend's weights on either half"):
        return [
            (assemble(split.train, evidence, weigh(evidence, half.validation, run)), half.answers)
            for half in plan.halves
        ]


def _ours(bundle: Bundle, split: Split) -> dict[str, Scorer]:
    """Return our own that are judged, by name."""
    scorers: dict[str, Scorer] = {BLEND: partial(ranked_scores, bundle)}
    speaking = [one for one in bundle.evidence if _speaks(one, split.queries)]
    share = Policy.in_force().need_share
    if share > 0 and any(one.name in NEED_EVIDENCE for one in speaking):
        policy = Policy(need_share=share)
        scorers[f"{BLEND}, need share {share:.0%}"] = partial(ranked_scores, bundle, policy=policy)
    return scorers | {f"{one.name} alone": one.score for one in speaking}


def _rivals(split: Split, run: Run) -> dict[str, Callable[[], Scorer]]:
    """Return the rivals by name, each fitted only when its turn comes."""
    return {
        name: partial(fit_baseline, name, split.train, run.options())
        for name in RIVALS
        if name != "largest_gap" or len(split.queries.ratings.rows)
    }


def _speaks(evidence: Evidence, queries: TeacherStates, sample: int = 200) -> bool:
    """Tell whether evidence says anything of the first learners; without facts it is all zeros."""
    some = queries.take(np.arange(min(sample, len(queries))))
    return bool(np.ptp(evidence.score(some), axis=1).any()) if len(some) else False


def _eligible_only(
    shares: Sequence[_Share], split: Split, teachers: tuple[TeacherKey, ...]
) -> Evaluation:
    candidates = Eligible(split, teachers, split.train.catalog, Policy.in_force())
    scorers = [(partial(ranked_scores, bundle), answers) for bundle, answers in shares]
    return evaluate_shared(f"{BLEND}, eligible only", scorers, split, candidates)
