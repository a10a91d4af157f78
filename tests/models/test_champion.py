import pytest
from sqlmodel import Session

from models.bundle import load_bundle
from models.champion import load_champion, read_champion
from recommender.errors import BundleRefused, NoChampion
from recommender.store.tables import Champion, ModelVersion
from tests.builders import AS_OF


def version(**changes):
    fields = {"bundle_path": "bundles/x", "bundle_hash": "h", "snapshot_hash": "s", "as_of": AS_OF}
    return ModelVersion(**(fields | changes))


def test_no_champion_says_what_to_do(session):
    with pytest.raises(NoChampion, match="recommender train"):
        read_champion(session)


def test_a_trained_version_is_no_champion(session):
    session.add(version())
    session.commit()
    with pytest.raises(NoChampion):
        read_champion(session)


def test_champion_is_the_one_that_the_row_names(session):
    session.add_all([version(bundle_hash=name) for name in ("a", "b", "c")])
    session.flush()
    session.add(Champion(version=2))
    session.commit()
    assert read_champion(session).bundle_hash == "b"


def test_champion_is_loaded_with_its_bundle(store, champion, data_dir):
    with Session(store) as session:
        found, bundle = load_champion(session, data_dir / "artifacts")
    assert found.version == champion.version
    assert bundle.hash == champion.bundle_hash


def test_another_bundle_in_its_place_is_refused(store, champion, data_dir):
    with Session(store) as session:
        read_champion(session).bundle_hash = "0" * 64
        with pytest.raises(BundleRefused, match="another one"):
            load_champion(session, data_dir / "artifacts")


@pytest.mark.parametrize("path", ["../elsewhere", "/etc", "bundles/../../elsewhere"])
def test_bundle_outside_the_artifacts_is_refused(store, champion, data_dir, path):
    with Session(store) as session:
        read_champion(session).bundle_path = path
        with pytest.raises(BundleRefused, match="outside the artifacts folder"):
            load_champion(session, data_dir / "artifacts")


def test_missing_bundle_is_refused(store, champion, data_dir):
    folder = data_dir / "artifacts" / champion.bundle_path
    load_bundle(folder)
    folder.rename(folder.with_name("gone"))
    with (
        Session(store) as session,
        pytest.raises(BundleRefused, match=r"has no manifest\.json"),
    ):
        load_champion(session, data_dir / "artifacts")
