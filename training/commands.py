"""`recommender train`, `evaluate` and `models ...`."""

import getpass
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from features.snapshot import Snapshot, latest_snapshot
from models.promotion import NO_VERSION, promote, rollback
from recommender.console import console, print_json, print_table, progress
from recommender.errors import InvalidInput, NotEnoughData, NotFound
from recommender.settings import settings
from recommender.store.engine import make_engine
from recommender.store.tables import Champion, ModelVersion
from recommender.vocabulary import DEFAULT_DISTRICT
from training.evaluation import Evaluation
from training.judging import BLEND, PipelineConfig, Run, judge, learn_weights
from training.metrics import METRICS, Figures
from training.mirror import mend_mirror
from training.pipeline import TrainedModel, as_table, refuse_empty
from training.pipeline import train as train_model
from training.plan import Heldout, automatic_plan, make_plan
from training.splits import SplitProtocol
from training.stale_runs import end_stale_runs
from training.tracking import RunTracker
from training.tuning import SearchBudget

LATEST: Final = "latest"
AUTO: Final = "auto"

SnapshotOption = Annotated[
    str, typer.Option("--snapshot", help="Folder of a snapshot, or 'latest'.")
]
SeedOption = Annotated[int, typer.Option(min=0, help="All randomness follows from it.")]
ThreadsOption = Annotated[int, typer.Option(min=1, help="Threads that fitting may use.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for a script.")]
ByOption = Annotated[
    str,
    typer.Option(
        help="Who decides this; kept with the change.", show_default="the user of this machine"
    ),
]


def train(
    *,
    snapshot: SnapshotOption = LATEST,
    seed: SeedOption = 0,
    threads: ThreadsOption = 1,
    search_minutes: Annotated[
        float,
        typer.Option(min=0, help="Search so long for better hyper-parameters first; 0 for none."),
    ] = 0.0,
    search_trials: Annotated[
        int | None,
        typer.Option(min=1, help="Stop the search at so many configurations, if that is sooner."),
    ] = None,
    json: JsonOption = False,
) -> None:
    """Fit a model on a snapshot, judge it, and register it as a new version.

    Weights are learned, and the model is judged, on the last tenths of the records (by date; where
    records have no dates, on tenths held out at random); then everything is fitted again on all
    records. The run is kept in MLflow. Nobody is served by the new version before
    `recommender models promote`.

    `--search-minutes` tries other hyper-parameters on the records that the weights are learned on,
    never on the judged ones, and trains with the best; each configuration is a nested run in
    MLflow. Whatever was tried is kept: the same command goes on after an interruption.
    """
    data = _open_snapshot(snapshot)
    tracker = RunTracker(settings())

    def on_epoch(step: str, fitted: str, epoch: int, loss: float) -> None:
        tracker.epoch(f"loss.{fitted}.{step}", epoch, loss)

    run = Run(PipelineConfig(), seed, threads, progress, on_epoch)
    budget = _budget(search_minutes, search_trials)
    with _store() as engine:
        trained = train_model(engine, data, run, tracker, settings(), budget)
    if json:
        print_json(_as_json(trained, seed))
        return
    _print_evaluations("Judged on what came next", trained.evaluations, trained.notes)
    if trained.found is not None:
        console.print(trained.found.sentence())
    state = "is registered" if trained.new else "had been registered before: the same model"
    console.print(
        f"Version {trained.version.version} {state}; it serves after "
        f"`recommender models promote {trained.version.version}`."
    )


def evaluate(
    *,
    protocol: Annotated[
        str, typer.Option(help="auto, date, last-out, random or given (with --heldout).")
    ] = AUTO,
    heldout: Annotated[
        Path | None, typer.Option(help="records.csv of held-out records; means 'given'.")
    ] = None,
    district: Annotated[
        str, typer.Option(help="District whose teachers --heldout names.")
    ] = DEFAULT_DISTRICT,
    snapshot: SnapshotOption = LATEST,
    seed: SeedOption = 0,
    threads: ThreadsOption = 1,
    json: JsonOption = False,
) -> None:
    """Measure the recommender beside simple rivals, on records held out of a snapshot.

    Everything is fitted on the rest of the records and ranks every micro-credential that is not in
    a learner's history. `date` holds out the last tenth of the records, `last-out` one of each
    learner's newest, `random` a tenth of each learner's, `given` those of a file; `auto` takes
    `date` where records have dates and `random` where not. Eligibility is off; what it costs stands
    in a row of its own. Nothing is saved.
    """
    chosen = _protocol(protocol, heldout)
    data = _open_snapshot(snapshot)
    refuse_empty(data)
    run = Run(PipelineConfig(), seed, threads, progress)
    if chosen is None:
        plan = automatic_plan(data, run.config.plan, seed)
    else:
        held = None if heldout is None else Heldout(heldout, district)
        plan = make_plan(data, chosen, run.config.plan, seed, held)
    if plan.judged is None:
        raise NotEnoughData(" ".join(["There is nothing to judge on.", *plan.notes[:-1]]))
    evaluations = judge(plan, learn_weights(plan, run), data.teachers, run).evaluations
    if json:
        print_json({"protocol": plan.judged.protocol} | as_table(evaluations, plan.notes))
        return
    _print_evaluations("Held-out records", evaluations, plan.notes)


def models_list(*, json: JsonOption = False) -> None:
    """Show every trained model, newest first, and which one serves."""
    with _store() as engine:
        with Session(engine) as session:
            newest_first = select(ModelVersion).order_by(col(ModelVersion.version).desc())
            versions = session.exec(newest_first).all()
            champion = session.get(Champion, 1)
        if not versions:
            raise NotFound(NO_VERSION)
        end_stale_runs(settings())
        mend_mirror(engine, settings())
    serving = None if champion is None else champion.version
    rows = [_version_row(version, serving) for version in versions]
    if json:
        print_json(rows)
        return
    print_table("Models", list(rows[0]), [list(row.values()) for row in rows])


def models_promote(
    version: Annotated[
        str, typer.Argument(help="Number of the version, or 'latest'.", show_default=True)
    ] = LATEST,
    *,
    by: ByOption = "",
) -> None:
    """Let a version serve, after checking that its bundle is whole.

    Running services take it up within moments. `recommender models rollback` goes back.
    """
    number = None if version == LATEST else _number(version)
    with _store() as engine:
        change = promote(engine, settings().artifacts_dir, number, by or _user())
        end_stale_runs(settings())
        mend_mirror(engine, settings())
    if change is None:
        console.print("This version is the champion already; nothing was changed.")
        return
    replaced = "" if change.replaced is None else f" It replaces version {change.replaced}."
    console.print(f"Version {change.version} is the champion now.{replaced}")


def models_rollback(*, by: ByOption = "") -> None:
    """Go back to the version that the champion replaced."""
    with _store() as engine:
        change = rollback(engine, settings().artifacts_dir, by or _user())
        end_stale_runs(settings())
        mend_mirror(engine, settings())
    console.print(f"Version {change.version} is the champion again, not version {change.replaced}.")


def _user() -> str:
    """Return who runs this command."""
    return f"{getpass.getuser()} (command line)"


@contextmanager
def _store() -> Iterator[Engine]:
    engine = make_engine()
    try:
        yield engine
    finally:
        engine.dispose()


def _open_snapshot(named: str) -> Snapshot:
    if named == LATEST:
        return Snapshot.load(latest_snapshot(settings().snapshots_dir))
    if not Path(named).is_dir():
        raise NotFound(f"There is no snapshot {named}; `recommender snapshot` makes one.")
    return Snapshot.load(Path(named))


def _budget(minutes: float, trials: int | None) -> SearchBudget | None:
    if minutes > 0:
        return SearchBudget(minutes, trials)
    if trials is not None:
        raise InvalidInput("--search-trials goes with --search-minutes, which says how long.")
    return None


def _protocol(named: str, heldout: Path | None) -> SplitProtocol | None:
    """Return the protocol that was asked for, None for the one that suits the data."""
    if named == AUTO:
        return None if heldout is None else SplitProtocol.GIVEN
    try:
        protocol = SplitProtocol(named)
    except ValueError:
        names = ", ".join([AUTO, *(one.value for one in SplitProtocol)])
        raise InvalidInput(f"--protocol must be one of {names}, not '{named}'.") from None
    if heldout is not None and protocol is not SplitProtocol.GIVEN:
        raise InvalidInput(f"--heldout goes with the protocol 'given', not '{named}'.")
    return protocol


def _number(version: str) -> int:
    try:
        return int(version)
    except ValueError:
        raise InvalidInput(f"VERSION must be a number or 'latest', not '{version}'.") from None


def _print_evaluations(title: str, evaluations: Sequence[Evaluation], notes: Sequence[str]) -> None:
    if evaluations:
        columns = ["", "learners", *METRICS]
        print_table(title, columns, [_row(one.name, one.all) for one in evaluations])
        segments = next(one for one in evaluations if one.name == BLEND).segments
        print_table(
            "The blend, by length of history",
            ["credentials", *columns[1:]],
            [_row(segment.value, figures) for segment, figures in segments.items()],
        )
    for note in notes:
        console.print(note)


def _row(name: str, figures: Figures) -> list[str]:
    means = [f"{value:.4f}" for value in figures.as_metrics().values()]
    return [name, str(figures.learners), *means]


def _as_json(trained: TrainedModel, seed: int) -> dict[str, Any]:
    version = trained.version
    return {
        "version": version.version,
        "new": trained.new,
        "bundle_hash": version.bundle_hash,
        "snapshot_hash": version.snapshot_hash,
        "as_of": version.as_of,
        "run_id": version.run_id,
        "search": None if trained.found is None else trained.found.as_details(seed),
        **as_table(trained.evaluations, trained.notes),
    }


def _version_row(version: ModelVersion, serving: int | None) -> dict[str, Any]:
    blend = version.metrics.get("figures", {}).get(BLEND, {})
    ndcg = blend.get("ndcg_at_10")
    return {
        "version": version.version,
        "champion": "yes" if version.version == serving else "",
        "as_of": version.as_of,
        "ndcg_at_10": None if ndcg is None else round(ndcg, 4),
        "learners": blend.get("learners"),
        "trained": version.created_at.isoformat(timespec="seconds"),
        "snapshot": version.snapshot_hash[:8],
        "bundle": version.bundle_hash[:8],
    }
