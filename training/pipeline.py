"""Training: from a snapshot to a registered version, which nobody serves before its promotion.

The steps are in such an order that being killed at any moment leaves the champion and the store as
they were: a bundle is complete on disk before the store hears of it, by one short transaction.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from features.snapshot import Snapshot
from models.bundle import load_bundle, save_bundle
from recommender.clock import ms_to_date
from recommender.errors import NotEnoughData
from recommender.settings import Settings
from recommender.store.engine import unit_of_work
from recommender.store.tables import ModelVersion
from training.card import write_card
from training.evaluation import Evaluation
from training.judging import BLEND, Run, assemble, fit, judge, learn_again, learn_weights
from training.mirror import mend_mirror
from training.plan import Plan, automatic_plan
from training.splits import everything
from training.stale_runs import end_stale_runs
from training.tracking import RunTracker
from training.tuning import Found, SearchBudget, search


@dataclass(frozen=True)
class TrainedModel:
    """What a training made."""

    version: ModelVersion
    evaluations: tuple[Evaluation, ...]
    notes: tuple[str, ...]
    new: bool
    """False where the same model had been registered before."""
    found: Found | None = None
    """What a search found, where one was asked for."""


def train(
    engine: Engine,
    snapshot: Snapshot,
    run: Run,
    tracker: RunTracker,
    chosen: Settings,
    budget: SearchBudget | None = None,
) -> TrainedModel:
    """Learn the weights, judge, fit again on everything, save, and register a version.

    Parameters
    ----------
    budget
        Where there is one, better hyper-parameters are searched for first.

    Raises
    ------
    NotEnoughData
        There is no micro-credential, no teacher, or no fact about any of them.
    """
    refuse_empty(snapshot)
    end_stale_runs(chosen)
    plan = automatic_plan(snapshot, run.config.plan, run.seed)
    tracker.start(
        f"as of {ms_to_date(snapshot.as_of)}", asdict(run.config), _tags(snapshot, run, plan)
    )
    try:
        found = None if budget is None else _searched(snapshot, run, plan, budget, tracker, chosen)
        if found is not None:
            run = replace(run, config=found.config)
        return _train(engine, snapshot, run, plan, tracker, chosen, found)
    except BaseException:
        tracker.fail()
        raise


def _searched(
    snapshot: Snapshot,
    run: Run,
    plan: Plan,
    budget: SearchBudget,
    tracker: RunTracker,
    chosen: Settings,
) -> Found | None:
    folder = chosen.data_dir / "searches"
    found = search(plan, run, budget, tracker, folder, snapshot.manifest.hash)
    if found is not None:
        tracker.tell({f"search.{path}": value for path, value in found.values.items()})
        tracker.tell({"search.tried": found.tried, "search.best": found.best})
    return found


def refuse_empty(snapshot: Snapshot) -> None:
    """Refuse a snapshot on which nothing can be learned, saying what is missing."""
    if not len(snapshot.catalog):
        raise NotEnoughData(
            "The snapshot has no micro-credential; import credentials.csv or records.csv, "
            "then run `recommender snapshot` again."
        )
    states = snapshot.states()
    facts = (states.records, states.ratings, states.assessments, states.goals)
    if not any(len(ragged.rows) for ragged in facts):
        raise NotEnoughData(
            "The snapshot has no record, rating, self-assessment or goal of any teacher; import "
            "some, then run `recommender snapshot` again."
        )


def _train(
    engine: Engine,
    snapshot: Snapshot,
    run: Run,
    plan: Plan,
    tracker: RunTracker,
    chosen: Settings,
    found: Found | None,
) -> TrainedModel:
    weights = learn_weights(plan, run)
    judged = judge(plan, weights, snapshot.teachers, run)
    evaluations = judged.evaluations
    weights = learn_again(snapshot, plan, weights, judged.evidence, run)
    whole = everything(snapshot)
    evidence = fit(whole, run, "final", "Fitting evidence on everything", weights)
    bundle = assemble(whole, evidence, weights)
    with run.progress("Saving the bundle"):
        folder = save_bundle(
            chosen.artifacts_dir / "bundles",
            bundle.axes,
            bundle.evidence,
            bundle.blend,
            _details(snapshot, run, plan, found),
        )
    card = write_card(snapshot, bundle, evaluations, plan.notes)
    table = as_table(evaluations, plan.notes) | {"card": card}
    with run.progress("Recording the run"):
        tracker.finish(figures(evaluations), table, folder)
    with run.progress("Registering the version"):
        version, new = register(engine, snapshot, folder, tracker.run_id, table)
    with run.progress("Mirroring the registry"):
        mend_mirror(engine, chosen)
    return TrainedModel(version, evaluations, plan.notes, new, found)


def register(
    engine: Engine,
    snapshot: Snapshot,
    folder: Path,
    run_id: str,
    table: dict[str, Any],
) -> tuple[ModelVersion, bool]:
    """Add a version for a saved bundle; the same bundle is one version, however often trained."""
    version = ModelVersion(
        bundle_path=f"{folder.parent.name}/{folder.name}",
        bundle_hash=load_bundle(folder).hash,
        snapshot_hash=snapshot.manifest.hash,
        as_of=ms_to_date(snapshot.as_of),
        run_id=run_id,
        metrics=table,
    )
    try:
        with unit_of_work(engine) as session:
            session.add(version)
    except IntegrityError:
        with Session(engine) as session:
            return _version_of(session, version.bundle_hash), False
    return version, True


def _version_of(session: Session, bundle_hash: str) -> ModelVersion:
    return session.exec(select(ModelVersion).where(ModelVersion.bundle_hash == bundle_hash)).one()


def figures(evaluations: Sequence[Evaluation]) -> dict[str, float]:
    """Return all figures under one name each: the blend's plain, others' after their own name."""
    metrics: dict[str, float] = {}
    for one in evaluations:
        prefix = "" if one.name == BLEND else _slug(one.name) + "."
        metrics |= {prefix + name: value for name, value in one.as_metrics().items()}
    return metrics


def _slug(name: str) -> str:
    words = "".join(letter if letter.isalnum() else " " for letter in name).split()
    return "_".join(words)


def as_table(evaluations: Sequence[Evaluation], notes: Sequence[str]) -> dict[str, Any]:
    """Return the figures as JSON values: a row for each scorer, and how they came about."""
    return {
        "notes": list(notes),
        "figures": {one.name: dict(one.as_metrics()) for one in evaluations},
    }


def _details(snapshot: Snapshot, run: Run, plan: Plan, found: Found | None) -> Mapping[str, Any]:
    searched = {} if found is None else {"search": found.as_details(run.seed)}
    return searched | {
        "as_of": ms_to_date(snapshot.as_of).isoformat(),
        "snapshot_hash": snapshot.manifest.hash,
        "seed": run.seed,
        "config": asdict(run.config),
        "notes": list(plan.notes),
    }


def _tags(snapshot: Snapshot, run: Run, plan: Plan) -> dict[str, str]:
    protocol = plan.judged.protocol.value if plan.judged else "none"
    return {
        "snapshot_hash": snapshot.manifest.hash,
        "as_of": ms_to_date(snapshot.as_of).isoformat(),
        "seed": str(run.seed),
        "protocol": protocol,
        "code_version": snapshot.manifest.code_version,
    }
