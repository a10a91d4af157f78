import pytest
from sqlmodel import Session, select

from recommender.store.tables import Credential, District, ImportRun, QualityReview
from recommender.vocabulary import QualityStatus
from serving.live import catalog as live_catalog
from serving.live.catalog import LiveCatalog
from serving.live.champion import LiveChampion
from serving.live.states import LiveShelf
from tests.serving.house import NORTH, long_ago

CHECKLIST = """
title = "Ours"
provisional = false
source = { where = "The board of North", dated = "2026", kind = "stated" }
[components]
our_own = { title = "It is good" }
"""


@pytest.fixture
def serving(house):
    house.train()
    return LiveChampion(house.engine, house.settings.artifacts_dir).current()


@pytest.fixture
def packs(tmp_path):
    return LiveShelf(tmp_path / "packs")


def read(house, held, serving):
    with Session(house.engine) as session:
        return held.current(session, serving)


def test_an_unchanged_catalog_is_kept(house, serving, packs):
    held = LiveCatalog(packs)
    assert read(house, held, serving) is read(house, held, serving)


def test_an_import_is_seen_at_once(house, serving, packs):
    held = LiveCatalog(packs)
    column = serving.bundle.axes.credential_columns["", "c3"]
    assert read(house, held, serving).cards[column].title == "Credential 3"
    with Session(house.engine) as session:
        session.exec(select(Credential).where(Credential.source_id == "c3")).one().title = "New"
        session.add(ImportRun(district_id="north"))
        session.commit()
    assert read(house, held, serving).cards[column].title == "New"


def test_a_new_day_is_a_new_catalog(house, serving, packs, monkeypatch):
    held = LiveCatalog(packs)
    before = read(house, held, serving)
    monkeypatch.setattr(live_catalog, "today", lambda: long_ago(-1))
    assert read(house, held, serving) is not before


def test_the_catalog_stands_on_the_champions_axes(house, serving, packs):
    house.rows.credential("later", title="Not on the axes")
    assert read(house, LiveCatalog(packs), serving).axes == serving.bundle.axes


def test_a_checklist_that_changed_under_the_service_reaches_the_quality_gate(
    house, serving, packs, tmp_path
):
    with Session(house.engine) as session:
        session.get(District, NORTH).state = "NC"
        credential = session.exec(select(Credential).where(Credential.source_id == "c3")).one()
        session.add(
            QualityReview(
                credential_id=credential.id,
                component="our_own",
                met=QualityStatus.NOT_MET,
                reviewed_on=long_ago(9),
            )
        )
        session.commit()
    held = LiveCatalog(packs)
    column = serving.bundle.axes.credential_columns["", "c3"]
    gate = [read(house, held, serving).quality_for(NORTH)[column]]
    checklist = tmp_path / "packs" / "checklists" / "provisional.toml"
    checklist.parent.mkdir(parents=True)
    checklist.write_text(CHECKLIST)
    gate.append(read(house, held, serving).quality_for(NORTH)[column])
    assert gate == [QualityStatus.UNKNOWN.code, QualityStatus.NOT_MET.code]
