import shutil
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import numpy as np
import pytest
from sqlmodel import Session, select

from models.blend import Blend
from models.bundle import load_bundle, save_bundle
from models.promotion import promote, rollback, standing
from recommender.axes import Axes
from recommender.errors import BundleRefused, InvalidInput, NoChampion, NotFound
from recommender.store.engine import unit_of_work
from recommender.store.tables import Champion, ModelVersion, Promotion


@pytest.fixture
def artifacts(tmp_path):
    return tmp_path / "artifacts"


@pytest.fixture
def trained(engine, artifacts):
    """Register some versions, each with a bundle (of no evidence) on disk."""

    def make(count):
        for number in range(count):
            folder = save_bundle(
                artifacts / "bundles",
                Axes((("", "c"),)),
                (),
                Blend((), np.zeros((4, 0), np.float32)),
                {"number": number},
            )
            with unit_of_work(engine) as session:
                session.add(
                    ModelVersion(
                        bundle_path=str(folder.relative_to(artifacts)),
                        bundle_hash=load_bundle(folder).hash,
                        snapshot_hash="s",
                        as_of=date(2026, 6, 30),
                    )
                )

    return make


def _champion(engine):
    with Session(engine) as session:
        row = session.get(Champion, 1)
        return row and row.version


def _changes(engine):
    with Session(engine) as session:
        rows = session.exec(select(Promotion).order_by(Promotion.id)).all()
        return [(row.kind, row.version, row.replaced) for row in rows]


def test_the_newest_version_serves_where_none_is_named(engine, artifacts, trained):
    trained(2)
    made = promote(engine, artifacts, by="Ada")
    assert (made.version, made.replaced, made.promoted_by) == (2, None, "Ada")
    assert _champion(engine) == 2


def test_promotion_and_rollback_leave_their_trace(engine, artifacts, trained):
    trained(3)
    for version in (1, 2, 3):
        promote(engine, artifacts, version)
    assert rollback(engine, artifacts).version == 2
    assert rollback(engine, artifacts).version == 1
    assert _champion(engine) == 1
    assert _changes(engine) == [
        ("promote", 1, None),
        ("promote", 2, 1),
        ("promote", 3, 2),
        ("rollback", 2, 3),
        ("rollback", 1, 2),
    ]
    with pytest.raises(InvalidInput, match="Version 1 is the first champion"):
        rollback(engine, artifacts)


def test_after_a_rollback_a_promotion_counts_from_there(engine, artifacts, trained):
    trained(3)
    promote(engine, artifacts, 1)
    promote(engine, artifacts, 2)
    rollback(engine, artifacts)
    promote(engine, artifacts, 3)
    with Session(engine) as session:
        assert standing(session) == [1, 3]
    assert rollback(engine, artifacts).version == 1


def test_promoting_the_champion_changes_nothing(engine, artifacts, trained):
    trained(1)
    promote(engine, artifacts)
    assert promote(engine, artifacts, 1) is None
    assert len(_changes(engine)) == 1


def test_nothing_trained_says_what_to_run(engine, artifacts):
    with pytest.raises(NotFound, match="run `recommender train` first"):
        promote(engine, artifacts)
    with pytest.raises(NotFound, match="run `recommender train` first"):
        promote(engine, artifacts, 3)
    with pytest.raises(NoChampion, match="nothing to roll back"):
        rollback(engine, artifacts)


def test_an_unknown_version_is_refused(engine, artifacts, trained):
    trained(1)
    with pytest.raises(NotFound, match="no version 7"):
        promote(engine, artifacts, 7)
    assert _champion(engine) is None


@pytest.mark.parametrize("harm", ["gone", "changed"])
def test_a_damaged_bundle_never_serves(engine, artifacts, trained, harm):
    trained(2)
    promote(engine, artifacts, 1)
    with Session(engine) as session:
        folder = artifacts / session.get(ModelVersion, 2).bundle_path
    if harm == "gone":
        shutil.rmtree(folder)
    else:
        (folder / "axes.json").write_text("{}")
    with pytest.raises(BundleRefused, match="Version 2 was not promoted, the champion stays"):
        promote(engine, artifacts, 2)
    assert _champion(engine) == 1
    assert len(_changes(engine)) == 1


def test_a_rollback_to_a_damaged_bundle_is_refused(engine, artifacts, trained):
    trained(2)
    promote(engine, artifacts, 1)
    promote(engine, artifacts, 2)
    with Session(engine) as session:
        shutil.rmtree(artifacts / session.get(ModelVersion, 1).bundle_path)
    with pytest.raises(BundleRefused):
        rollback(engine, artifacts)
    assert _champion(engine) == 2


@pytest.mark.parametrize("first", [True, False])
def test_promotions_at_once_form_one_chain(engine, artifacts, trained, first):
    trained(8)
    if not first:
        promote(engine, artifacts, 8)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda version: promote(engine, artifacts, version), range(1, 8)))
    changes = _changes(engine)
    assert {version for _, version, _ in changes} >= set(range(1, 8))
    assert [replaced for *_, replaced in changes[1:]] == [version for _, version, _ in changes[:-1]]
    assert _champion(engine) == changes[-1][1]


def test_rollbacks_at_once_each_go_one_step(engine, artifacts, trained):
    trained(5)
    for version in range(1, 6):
        promote(engine, artifacts, version)
    with ThreadPoolExecutor(3) as pool:
        steps = [pool.submit(rollback, engine, artifacts) for _ in range(3)]
    assert sorted(step.result().version for step in steps) == [2, 3, 4]
    assert _champion(engine) == 2
