"""The one champion and the bundles behind it, on both databases."""

from datetime import date

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import select

from recommender.store.engine import unit_of_work
from recommender.store.tables import Champion, ModelVersion


def trained(bundle_hash="a" * 64):
    return ModelVersion(
        bundle_path="bundles/a",
        bundle_hash=bundle_hash,
        snapshot_hash="b" * 64,
        as_of=date(2025, 6, 30),
        metrics={"ndcg_at_10": 0.25, "segments": {"0": None}},
    )


def test_versions_count_up_and_keep_their_metrics(engine):
    with unit_of_work(engine) as session:
        session.add_all([trained("1"), trained("2")])
    with unit_of_work(engine) as session:
        versions = session.exec(select(ModelVersion).order_by(ModelVersion.version)).all()
        assert [version.version for version in versions] == [1, 2]
        assert versions[0].metrics == {"ndcg_at_10": 0.25, "segments": {"0": None}}


def test_a_bundle_is_registered_once(engine):
    with pytest.raises(IntegrityError), unit_of_work(engine) as session:
        session.add_all([trained(), trained()])


def test_there_is_one_champion_at_most(engine):
    with unit_of_work(engine) as session:
        session.add(trained())
        session.flush()
        session.add(Champion(version=1))
    with pytest.raises(IntegrityError, match="one_champion"), unit_of_work(engine) as session:
        session.add(Champion(id=2, version=1))
    with pytest.raises(IntegrityError), unit_of_work(engine) as session:
        session.add(Champion(version=1))


def test_a_champion_is_a_trained_version(engine):
    with pytest.raises(IntegrityError), unit_of_work(engine) as session:
        session.add(Champion(version=1))
