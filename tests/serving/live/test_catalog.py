import pytest
from sqlmodel import Session, select

from recommender.store.tables import Credential, ImportRun
from serving.live import catalog as live_catalog
from serving.live.catalog import LiveCatalog
from serving.live.champion import LiveChampion
from tests.serving.house import long_ago


@pytest.fixture
def serving(house):
    house.train()
    return LiveChampion(house.engine, house.settings.artifacts_dir).current()


def read(house, held, serving):
    with Session(house.engine) as session:
        return held.current(session, serving)


def test_an_unchanged_catalog_is_kept(house, serving):
    held = LiveCatalog()
    assert read(house, held, serving) is read(house, held, serving)


def test_an_import_is_seen_at_once(house, serving):
    held = LiveCatalog()
    column = serving.bundle.axes.credential_columns["", "c3"]
    assert read(house, held, serving).cards[column].title == "Credential 3"
    with Session(house.engine) as session:
        session.exec(select(Credential).where(Credential.source_id == "c3")).one().title = "New"
        session.add(ImportRun(district_id="north"))
        session.commit()
    assert read(house, held, serving).cards[column].title == "New"


def test_a_new_day_is_a_new_catalog(house, serving, monkeypatch):
    held = LiveCatalog()
    before = read(house, held, serving)
    monkeypatch.setattr(live_catalog, "today", lambda: long_ago(-1))
    assert read(house, held, serving) is not before


def test_the_catalog_stands_on_the_champions_axes(house, serving):
    house.rows.credential("later", title="Not on the axes")
    assert read(house, LiveCatalog(), serving).axes == serving.bundle.axes
