"""The champion is picked up, swapped whole, and kept when its successor is refused."""

import gc
import threading
import weakref
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlmodel import Session

from recommender.errors import BundleRefused, NoChampion
from recommender.policy import Policy
from recommender.store.engine import reading
from recommender.store.tables import Champion
from serving.live.catalog import LiveCatalog
from serving.live.champion import RETRY_REFUSED_SECONDS, LiveChampion
from serving.live.states import LiveShelf
from serving.live.suggestions import make_one_list


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def live(house, clock):
    return LiveChampion(house.engine, house.settings.artifacts_dir, clock=clock)


def damage(house, folder):
    array = next((house.settings.artifacts_dir / folder.name).rglob("*.npy"))
    content = bytearray(array.read_bytes())
    content[-1] ^= 1
    array.chmod(0o644)
    array.write_bytes(content)


def test_without_a_champion_it_says_so(live):
    with pytest.raises(NoChampion, match="recommender train"):
        live.current()
    with pytest.raises(NoChampion, match="recommender train"):
        live.current()


def test_the_first_champion_is_picked_up(house, live, clock):
    with pytest.raises(NoChampion):
        live.current()
    version = house.train()
    clock.now += 1
    assert live.current().version.version == version


def test_a_promotion_is_picked_up_within_the_interval(house, live, clock):
    first = house.train()
    before = live.current()
    second = house.train("c2")
    assert live.current() is before
    clock.now += 1
    after = live.current()
    assert (before.version.version, after.version.version) == (first, second)
    assert before.bundle.hash != after.bundle.hash


def test_a_rollback_is_picked_up_too(house, live, clock):
    first = house.train()
    house.train("c2")
    assert live.current().version.version == 2
    house.promote(first)
    clock.now += 1
    assert live.current().version.version == first


def test_an_unchanged_champion_is_not_loaded_again(house, live, clock):
    house.train()
    before = live.current()
    clock.now += 1
    assert live.current() is before


def test_a_refused_bundle_leaves_the_old_one_serving(house, live, clock):
    first = house.train()
    live.current()
    folder = house.save_model("c2")
    second = house.register(folder)
    damage(house, folder)
    house.promote(second)
    clock.now += 1
    assert live.current().version.version == first
    assert live.problem
    house.promote(first)
    clock.now += 1
    assert live.current().version.version == first
    assert live.problem is None


def test_a_mended_bundle_is_tried_again(house, live, clock):
    first = house.train()
    live.current()
    folder = house.save_model("c2")
    second = house.register(folder)
    hidden = folder.with_name("hidden")
    folder.rename(hidden)
    house.promote(second)
    clock.now += 1
    assert live.current().version.version == first
    hidden.rename(folder)
    clock.now += 1
    assert live.current().version.version == first
    clock.now += RETRY_REFUSED_SECONDS
    assert live.current().version.version == second
    assert live.problem is None


def test_a_first_champion_that_is_refused_is_not_served(house, live):
    folder = house.save_model()
    version = house.register(folder)
    damage(house, folder)
    house.promote(version)
    with pytest.raises(BundleRefused):
        live.current()


def test_no_champion_any_more_is_believed(house, live, clock):
    house.train()
    live.current()
    with Session(house.engine) as session:
        session.delete(session.get(Champion, 1))
        session.commit()
    clock.now += 1
    with pytest.raises(NoChampion):
        live.current()


def test_a_store_that_is_gone_leaves_the_champion(house, live, clock, tmp_path):
    house.train()
    before = live.current()
    house.engine.dispose()
    (tmp_path / "recommender.db").rename(tmp_path / "moved.db")
    (tmp_path / "recommender.db").mkdir()
    clock.now += 1
    assert live.current() is before


def test_many_threads_see_one_champion_or_the_other(house):
    live = LiveChampion(house.engine, house.settings.artifacts_dir, interval=0)
    versions = [house.train("c2"), house.train("c4")]
    stop = threading.Event()

    def ask(_):
        seen = set()
        while not stop.is_set():
            serving = live.current()
            assert serving.version.bundle_hash == serving.bundle.hash
            seen.add(serving.version.version)
        return seen

    with ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(ask, number) for number in range(4)]
        for turn in range(20):
            house.promote(versions[turn % 2])
        stop.set()
        seen = set().union(*(done.result() for done in asked))
    assert seen <= set(versions)


def test_the_process_settles_before_and_after_a_champion_is_loaded(house, clock):
    seen = []
    live = LiveChampion(
        house.engine,
        house.settings.artifacts_dir,
        clock=clock,
        prepare=lambda _session, serving: seen.append(serving.version.version),
        settle=lambda: seen.append("settle"),
    )
    first = house.train()
    live.current()
    clock.now += 1
    live.current()
    assert seen == ["settle", first, "settle"]


def test_a_champion_that_was_replaced_is_freed_without_the_collector(house, live, clock):
    """Else what `serving.live.process.settle` takes out of its sight would never be freed."""
    house.train("c2")
    with reading(house.engine) as session:
        catalogs = LiveCatalog(LiveShelf(house.settings.resolved_states_dir))
        make_one_list(session, live.current(), catalogs, lambda *_: Policy())
        held = catalogs.hold(session, live.current())
    left = [weakref.ref(one) for one in (live.current().bundle, held.catalog)]
    gc.collect()
    gc.disable()
    try:
        house.train("c4")
        clock.now += 1
        live.current()
        del catalogs, held
        assert [one() for one in left] == [None, None]
    finally:
        gc.enable()
