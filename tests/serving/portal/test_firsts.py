"""What a caseload remembers is what it would work out anew."""

from datetime import UTC, date, datetime

import pytest

from recommender.vocabulary import Segment
from serving.live.memory import Ground
from serving.live.versions import Versions
from serving.portal import firsts
from serving.portal.firsts import First, Firsts
from tests.serving.house import NORTH, long_ago
from tests.serving.planning import crowd
from tests.serving.portal.acting import Browser

GROUND = Ground(Versions(1, 1), date(2026, 1, 1), "0" * 8, 0)
FIRST = First(Segment.NONE, (), (), None, "A title", "A reason")


class Somebody:
    def __init__(self, id_):
        self.id = id_


@pytest.fixture
def asked(client, monkeypatch):
    """Return the teachers that were worked out, page by page."""
    found = []
    plain = firsts.suggest_to

    def counted(session, serving, catalogs, policy, teachers, **options):
        found.append([teacher.source_id for teacher in teachers])
        return plain(session, serving, catalogs, policy, teachers, **options)

    monkeypatch.setattr(firsts, "suggest_to", counted)
    return found


def text(coach):
    return " ".join(coach.page("/caseload").all("main")[0].text.split())


class TestCaseload:
    def test_is_worked_out_once(self, client, asked):
        crowd(client, 2)
        coach = Browser(client, "cole")
        assert text(coach) == text(coach)
        assert asked == [["ada", "t0", "t1"]]

    def test_only_who_changed_is_worked_out_again(self, client, asked):
        crowd(client, 2)
        coach = Browser(client, "cole")
        before = text(coach)
        client.house.rows.goal(("t1", NORTH), ("F", "1"), long_ago(10))
        after = text(coach)
        assert asked[1:] == [["t1"]]
        assert before != after

    def test_what_all_share_changes_all(self, client, asked):
        coach = Browser(client, "cole")
        text(coach)
        client.house.rows.credential("new", title="Something new")
        text(coach)
        assert asked == [["ada"], ["ada"]]

    def test_is_what_another_process_says(self, client):
        crowd(client, 3)
        coach = Browser(client, "cole")
        text(coach)
        earned = datetime.combine(long_ago(3), datetime.min.time(), UTC)
        client.house.rows.record(("t2", NORTH), "c4", earned)
        remembered = text(coach)
        client.app.state.firsts = Firsts()
        assert text(coach) == remembered

    def test_nobody_is_asked_for_nobody(self, client, asked):
        text(Browser(client, "sam"))
        assert asked == []


class TestFirsts:
    def test_other_ground_is_forgotten(self):
        kept = Firsts()
        kept.keep(Somebody(1), GROUND, FIRST)
        assert kept.find(Somebody(1), GROUND) == FIRST
        assert kept.find(Somebody(2), GROUND) is None
        other = Ground(Versions(1, 2), GROUND.day, GROUND.bundle_hash, GROUND.shelf)
        assert kept.find(Somebody(1), other) is None

    def test_those_longest_unused_go_first(self, monkeypatch):
        monkeypatch.setattr(firsts, "MOST_REMEMBERED", 2)
        kept = Firsts()
        for number in (1, 2):
            kept.keep(Somebody(number), GROUND, FIRST)
        kept.find(Somebody(1), GROUND)
        kept.keep(Somebody(3), GROUND, FIRST)
        assert [kept.find(Somebody(n), GROUND) is not None for n in (1, 2, 3)] == [
            True,
            False,
            True,
        ]
