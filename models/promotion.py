"""Which version serves: promotion and rollback, each one transaction on our own store.

The champion is one row; every change of it leaves a `Promotion` row for ever. A version is promoted
only after its bundle has been opened and its hash compared. Two changes at once queue up: each
transaction takes its lock before anything is read.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

from sqlalchemy import Engine, text
from sqlmodel import Session, col, select

from models.bundle import load_bundle
from recommender.errors import BundleRefused, InvalidInput, NoChampion, NotFound
from recommender.store.columns import utc_now
from recommender.store.engine import unit_of_work
from recommender.store.tables import Champion, ModelVersion, Promotion

T = TypeVar("T")

PROMOTE: Final = "promote"
ROLLBACK: Final = "rollback"
NO_VERSION: Final = "No model has been trained yet; run `recommender train` first."


def promote(
    engine: Engine, artifacts_dir: Path, version: int | None = None, by: str = ""
) -> Promotion | None:
    """Let a version serve; the newest one where `version` is None.

    Returns
    -------
    The change, or None where this version is the champion already.

    Raises
    ------
    NotFound
        There is no such version, or none at all.
    BundleRefused
        Its bundle is missing or damaged; the champion stays.
    """

    def change(session: Session) -> Promotion | None:
        wanted = find_version(session, version)
        current = session.get(Champion, 1)
        if current is not None and current.version == wanted.version:
            return None
        return _change(session, artifacts_dir, wanted, current, by, PROMOTE)

    return _locked(engine, change)


def rollback(engine: Engine, artifacts_dir: Path, by: str = "") -> Promotion:
    """Go back to the version that the champion replaced; may be repeated, one step each time.

    Raises
    ------
    NoChampion
        Nothing was promoted yet.
    InvalidInput
        The champion is the first one: there is nothing to go back to.
    BundleRefused
        The earlier bundle is missing or damaged; the champion stays.
    """

    def change(session: Session) -> Promotion:
        current = session.get(Champion, 1)
        if current is None:
            raise NoChampion(
                "No model has been promoted yet, so there is nothing to roll back; "
                "run `recommender models promote`."
            )
        earlier = standing(session)[:-1]
        if not earlier:
            raise InvalidInput(
                f"Version {current.version} is the first champion; there is no earlier one."
            )
        wanted = find_version(session, earlier[-1])
        return _change(session, artifacts_dir, wanted, current, by, ROLLBACK)

    return _locked(engine, change)


def standing(session: Session) -> list[int]:
    """Return the champions that a rollback can reach, the present one last.

    A promotion puts a version on top and a rollback takes the top one away.
    """
    stack: list[int] = []
    for change in session.exec(select(Promotion).order_by(col(Promotion.id))):
        if change.kind == ROLLBACK and len(stack) > 1:
            stack.pop()
        else:
            stack.append(change.version)
    return stack


def find_version(session: Session, version: int | None) -> ModelVersion:
    """Return one version, or the newest where None; raises `NotFound`."""
    if version is None:
        newest = select(ModelVersion).order_by(col(ModelVersion.version).desc()).limit(1)
        found = session.exec(newest).first()
    else:
        found = session.get(ModelVersion, version)
    if found is not None:
        return found
    if session.exec(select(ModelVersion.version).limit(1)).first() is None:
        raise NotFound(NO_VERSION)
    raise NotFound(f"There is no version {version}; `recommender models list` shows them all.")


def _locked(engine: Engine, change: Callable[[Session], T]) -> T:
    """Run a change in a transaction of its own that no other change can come between."""
    with unit_of_work(engine) as session:
        if engine.dialect.name == "postgresql":
            # A row lock would not do: before the first promotion there is no row to lock. Readers
            # go on; on SQLite a unit of work holds the write lock from its start.
            session.connection().execute(text("LOCK TABLE champion IN EXCLUSIVE MODE"))
        return change(session)


def _change(
    session: Session,
    artifacts_dir: Path,
    wanted: ModelVersion,
    current: Champion | None,
    by: str,
    kind: str,
) -> Promotion:
    try:
        load_bundle(artifacts_dir / wanted.bundle_path, wanted.bundle_hash)
    except BundleRefused as error:
        raise BundleRefused(
            f"Version {wanted.version} was not promoted, the champion stays: {error.detail}"
        ) from error
    number = wanted.version
    if number is None:
        raise NotFound(NO_VERSION)
    replaced = None if current is None else current.version
    made = Promotion(version=number, replaced=replaced, promoted_by=by, kind=kind)
    session.add(made)
    if current is None:
        session.add(Champion(version=number, since=made.promoted_at))
    else:
        current.version, current.since = number, utc_now()
    session.flush()
    return made
