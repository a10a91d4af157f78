"""The store of the benchmark: an invented world and a champion trained on part of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Engine, insert
from sqlmodel import Session

from models.bundle import load_bundle, save_bundle
from models.champion import load_champion
from recommender.console import console
from recommender.store.engine import make_engine, unit_of_work
from recommender.store.migrations import upgrade
from recommender.store.tables import Champion, Identity, ModelVersion, Promotion
from recommender.vocabulary import Role
from serving.benchmark.people import ISSUER
from serving.benchmark.servers import recommender
from serving.benchmark.world import Size, World, district_of, teacher_name

TEACHERS_TO_LEARN_FROM: Final = 4_000
"""A model holds no teacher, so it is trained on some and serves all."""

_DONE: Final = "finished"


@dataclass(frozen=True)
class House:
    """A folder that a service can serve from."""

    folder: Path
    database_url: str

    def challenger(self, engine: Engine) -> int:
        """Return the number of a version that is the champion's twin by another name."""
        artifacts = self.folder / "artifacts"
        with unit_of_work(engine) as session:
            champion, bundle = load_champion(session, artifacts)
            return self._twin(session, artifacts, champion, bundle)

    def promote(self, engine: Engine, version: int) -> None:
        """Promote a version: the rows that `recommender models promote` writes, and no more."""
        with unit_of_work(engine) as session:
            session.merge(Champion(id=1, version=version))
            session.add(Promotion(version=version, promoted_by="benchmark"))

    def _twin(self, session: Session, artifacts: Path, champion: ModelVersion, bundle: Any) -> int:  # noqa: ANN401
        parent = (artifacts / champion.bundle_path).parent
        details = {"twin_of": bundle.hash}
        folder = save_bundle(parent, bundle.axes, bundle.evidence, bundle.blend, details)
        row = ModelVersion(
            bundle_path=str(folder.relative_to(artifacts)),
            bundle_hash=load_bundle(folder).hash,
            snapshot_hash=champion.snapshot_hash,
            as_of=champion.as_of,
            metrics=champion.metrics,
        )
        session.add(row)
        session.flush()
        return row.version or 0


def build(folder: Path, database_url: str, size: Size) -> House:
    """Return the house of a size in a folder; one that is finished is taken as it is."""
    folder.mkdir(parents=True, exist_ok=True)
    house = House(folder, database_url or f"sqlite:///{folder / 'recommender.db'}")
    mark = folder / f"{_DONE}-{size.teachers}-{size.credentials}"
    engine = make_engine(house.database_url)
    try:
        upgrade(engine)
        if not mark.exists():
            _fill(house, engine, size)
            mark.touch()
    finally:
        engine.dispose()
    return house


def _fill(house: House, engine: Engine, size: Size) -> None:
    world = World(size)
    first = min(size.teachers, TEACHERS_TO_LEARN_FROM)
    console.print(f"Inventing {size.teachers:,} teachers ...")
    world.found(engine)
    world.settle(engine, 1, first + 1)
    url = "" if house.database_url.startswith("sqlite") else house.database_url
    for command in (("snapshot",), ("train",), ("models", "promote", "1")):
        console.print(f"recommender {' '.join(command)} ...")
        recommender(house.folder, *command, database_url=url)
    world.settle(engine, first + 1, size.teachers + 1)
    with engine.execution_options(sqlite_begin="IMMEDIATE").begin() as connection:
        connection.execute(insert(Identity), list(_identities(size)))


def _identities(size: Size) -> Iterator[dict[str, Any]]:
    for id_ in range(1, size.teachers + 1):
        yield {
            "issuer": ISSUER,
            "subject": teacher_name(id_),
            "district_id": district_of(id_),
            "role": Role.TEACHER,
            "teacher_id": id_,
        }
