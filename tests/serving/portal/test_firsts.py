"""What a caseload remembers is what it would work out anew."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from recommender.vocabulary import Role
from serving.live import grouping
from serving.live.grouping import PossibleGroups
from serving.live.recall import Recall
from serving.portal import firsts
from serving.portal.rendering import END_OF_FRAME, render_frame_first
from tests.serving.house import NORTH, long_ago
from tests.serving.planning import crowd
from tests.serving.portal.acting import Browser


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
        service = replace(client.app.state.service, recall=Recall())
        client.app.state.service = service
        assert text(coach) == remembered

    def test_nobody_is_asked_for_nobody(self, client, asked):
        text(Browser(client, "sam"))
        assert asked == []


class TestEarnTogether:
    def test_groups_are_sought_once_while_nothing_changes(self, client, monkeypatch):
        sought = []
        plain = grouping.groups_from
        monkeypatch.setattr(
            grouping, "groups_from", lambda lists: sought.append(len(lists)) or plain(lists)
        )
        crowd(client, 4)
        coach = Browser(client, "cole")
        first, again = (coach.page("/earn-together").all("main")[0].text for _ in range(2))
        assert first == again
        assert sought == [5]
        client.house.rows.goal(("t1", NORTH), ("F", "1"), long_ago(10))
        coach.page("/earn-together")
        assert sought == [5, 5]


class TestFrameFirst:
    def test_the_frame_goes_out_before_what_is_slow(self):
        told = []

        def slow():
            told.append("slow")
            return PossibleGroups((), proven=True, gap=0.0)

        answer = render_frame_first(
            "together.html",
            role=Role.COACH,
            csrf="",
            seek=slow,
            value_of=str,
            id_of=str,
            name_of=str,
            groups=[],
            least=3,
            most=8,
            did=None,
        )

        async def chunks():
            pieces = aiter(answer.body_iterator)
            frame = await anext(pieces)
            assert told == []
            return frame, "".join([piece async for piece in pieces])

        frame, rest = asyncio.run(chunks())
        assert told == ["slow"]
        assert "<h1>Earn together</h1>" in frame
        assert END_OF_FRAME not in frame + rest
        assert rest.rstrip().endswith("</html>")
