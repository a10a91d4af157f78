"""Which lists were served is kept beside the requests; losses are counted and disturb nobody."""

import asyncio
import re
import sqlite3
from datetime import timedelta

import pytest
from sqlalchemy import event
from sqlmodel import Session, select

from recommender.store.columns import utc_now
from recommender.store.engine import make_engine
from recommender.store.migrations import upgrade
from recommender.store.tables import ServedSlate
from serving.app import create_app
from serving.live.slate_log import SlateLog
from tests.serving.house import Client

LIST = "/v1/teachers/ada/suggestions"


class Counts:
    def __init__(self):
        self.kept = self.lost = 0

    def __call__(self, kept, lost):
        self.kept += kept
        self.lost += lost


@pytest.fixture
def counts():
    return Counts()


def rows(engine):
    with Session(engine) as session:
        return session.exec(select(ServedSlate).order_by(ServedSlate.id)).all()


def slates_of(client):
    return client.app.state.service.slates


def a_served(client):
    """What the service leaves in its queue."""
    assert client.get(LIST, "ada").status_code == 200
    slates = slates_of(client)
    (_, served) = slates._queue[-1]
    slates._queue.clear()
    return served


def test_a_served_list_is_kept_with_its_propensities(client):
    shown = client.get(f"{LIST}?k=3", "ada").json()
    slates_of(client).write()
    (row,) = rows(client.house.engine)
    assert row.model_version == shown["model_version"]
    assert row.as_of.isoformat() == shown["as_of"]
    assert row.policy == shown["policy"]
    assert row.items == [
        [item["rank"], item["district_id"], item["credential_id"], item["score"], 1.0]
        for item in shown["items"]
    ]
    assert utc_now() - row.served_at < timedelta(minutes=1)


def test_what_explores_is_kept_with_the_chance_at_which_it_stands_there(client):
    house = client.house
    always = house.settings.model_copy(update={"exploration": 1.0})
    exploring = Client(create_app(always, house.engine), house)
    shown = exploring.get(LIST, "ada").json()["items"]
    slates_of(exploring).write()
    (row,) = rows(house.engine)
    (at_place,) = [item for item in shown if item["explores"]]
    assert row.items[at_place["rank"] - 1][-1] < 0.2


@pytest.mark.parametrize(
    ("method", "address", "who", "body", "lists"),
    [
        ("POST", "/v1/suggestions:batch", "admin", {"teacher_ids": ["ada", "bob"]}, 2),
        ("GET", "/v1/coaches/cole/caseload", "cole", None, 1),
        ("GET", "/v1/teachers/ada/suggestions/excluded", "ada", None, 0),
    ],
)
def test_every_list_that_goes_out_counts(client, method, address, who, body, lists):
    options = {} if body is None else {"json": body}
    assert client.request(method, address, who, **options).status_code == 200
    slates_of(client).write()
    assert len(rows(client.house.engine)) == lists


def test_pages_serve_lists_too(client):
    assert client.get("/teachers/ada", "ada", page=True).status_code == 200
    slates_of(client).write()
    assert len(rows(client.house.engine)) == 1


def test_without_days_nothing_is_kept(client):
    house = client.house
    none = house.settings.model_copy(update={"slate_log_days": 0})
    silent = Client(create_app(none, house.engine), house)
    assert silent.get(LIST, "ada").status_code == 200
    slates_of(silent).close()
    assert rows(house.engine) == []


def test_a_full_queue_loses_lists_and_says_how_many(client, counts):
    served = a_served(client)
    log = SlateLog(client.house.engine, 1, counts, longest=3, interval=60)
    for _ in range(5):
        log.offer(served)
    assert counts.lost == 2
    log.close()
    assert counts.kept == 3


def test_a_full_disk_loses_lists_but_no_request(client):
    """SQLite says 'database or disk is full' where no page more may be written."""
    engine = client.house.engine

    @event.listens_for(engine, "begin")
    def fill_the_disk(connection):
        cursor = connection.connection.driver_connection.cursor()
        pages = cursor.execute("PRAGMA page_count").fetchone()[0]
        cursor.execute(f"PRAGMA max_page_count={pages}")

    for _ in range(2):
        for _ in range(200):
            slates_of(client).offer(a_list_of(client))
        slates_of(client).write()
        assert client.get(LIST, "ada").status_code == 200
    lost = client.app.state.service.metrics.registry.get_sample_value(
        "recommender_slates_lost_total"
    )
    assert lost >= 200
    event.remove(engine, "begin", fill_the_disk)
    engine.dispose()
    slates_of(client).write()
    assert client.get(LIST, "ada").status_code == 200
    slates_of(client).write()
    assert rows(engine)


def a_list_of(client):
    slates = slates_of(client)
    if not slates._queue:
        assert client.get(LIST, "ada").status_code == 200
    return slates._queue[-1][1]


def test_a_store_that_is_gone_loses_lists_and_comes_back(client, counts, tmp_path):
    served = a_served(client)
    elsewhere = make_engine(f"sqlite:///{tmp_path / 'elsewhere.db'}")
    log = SlateLog(elsewhere, 1, counts, interval=60)
    log.offer(served)
    log.write()
    assert (counts.kept, counts.lost) == (0, 1)
    upgrade(elsewhere)
    log.offer(served)
    log.close()
    assert (counts.kept, counts.lost) == (1, 1)
    elsewhere.dispose()


def test_old_rows_go(client, counts):
    engine = client.house.engine
    with Session(engine) as session:
        for days in (1, 9, 30):
            session.add(
                ServedSlate(
                    served_at=utc_now() - timedelta(days=days),
                    teacher_id=1,
                    model_version=1,
                    as_of=utc_now().date(),
                )
            )
        session.commit()
    SlateLog(engine, 10, counts)._sweep()
    assert len(rows(engine)) == 2


def test_the_thread_writes_by_itself_and_ends_with_the_service(client):
    app = client.app

    async def live():
        async with app.router.lifespan_context(app):
            await asyncio.to_thread(client.get, LIST, "ada")

    asyncio.run(live())
    assert len(rows(client.house.engine)) == 1
    assert not slates_of(client)._thread.is_alive()


def test_a_row_tells_no_name_and_no_outside_id(client):
    client.get(LIST, "ada")
    slates_of(client).write()
    path = client.house.settings.data_dir / "recommender.db"
    with sqlite3.connect(path) as connection:
        text = str(connection.execute("SELECT * FROM served_slate").fetchall())
    connection.close()
    assert "ada" not in re.findall(r"\w+", text.lower())
