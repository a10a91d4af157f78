"""The coach's pages, and what the teacher sees of them."""

from datetime import timedelta

import pytest

from recommender.clock import today
from recommender.vocabulary import Role
from tests.serving.house import NORTH, PEOPLE, assign, long_ago
from tests.serving.planning import crowd
from tests.serving.portal.acting import Browser
from tests.serving.portal.page import read


def names(page):
    return page.texts("h2")


class TestCaseload:
    def test_each_line_tells_growth_areas_goals_and_the_plan(self, client):
        page = Browser(client, "cole").page("/caseload")
        text = " ".join(page.all("main")[0].text.split())
        assert "Questioning" in text
        assert "No goal" in text
        assert "Make a plan for Ada" in text

    def test_whom_to_show(self, client):
        rows = client.house.rows
        crowd(client, 2)
        rows.goal(("t0", NORTH), ("F", "1"), long_ago(10))
        rows.context(("t1", NORTH), license_expires_on=today() + timedelta(days=100))
        coach = Browser(client, "cole")
        assert names(coach.page("/caseload")) == ["Ada", "T0", "T1"]
        assert names(coach.page("/caseload?show=no_goal")) == ["Ada", "T1"]
        assert names(coach.page("/caseload?show=licence")) == ["T1"]
        assert names(coach.page("/caseload?show=no_plan")) == ["Ada", "T0", "T1"]

    def test_how_to_sort(self, client):
        rows = client.house.rows
        crowd(client, 2)
        rows.context(("t1", NORTH), license_expires_on=today() + timedelta(days=100))
        rows.context(("t0", NORTH), license_expires_on=today() + timedelta(days=900))
        coach = Browser(client, "cole")
        assert names(coach.page("/caseload?order=licence")) == ["T1", "T0", "Ada"]
        assert names(coach.page("/caseload?order=activity"))[-1] == "Ada"

    def test_nobody_among_those_asked_for(self, client):
        page = Browser(client, "cole").page("/caseload?show=licence")
        assert "Nobody of your caseload is among these" in page.all("main")[0].text

    @pytest.mark.parametrize("query", ["?show=everything", "?order=wealth"])
    def test_other_orders_are_refused(self, client, query):
        assert client.get(f"/caseload{query}", "cole", page=True).status_code == 422


class TestCoaching:
    def test_history_is_a_chart_with_words(self, client):
        page = Browser(client, "cole").page("/teachers/ada/coaching")
        assert len(page.all("rect", class_="bar-fill")) == 1
        assert page.texts("title")[1].startswith("Micro-credentials earned by quarter:")
        assert "1 earned in all, 1 within these three years" in page.all("main")[0].text

    def test_a_pin_and_a_veto_change_the_list_and_the_teacher_sees_who_and_why(self, client):
        coach, ada = Browser(client, "cole"), Browser(client, "ada")
        coach.page("/teachers/ada/coaching")
        path = "/teachers/ada/coaching"
        page = coach.follow(
            coach.send(path, credential_id="c3", kind="pin", note="See Tuesday <b>")
        )
        assert "Pinned by Cole" in " ".join(page.all("main")[0].text.split())
        coach.send(path, credential_id="c24", kind="veto", note="Not now")
        text = " ".join(ada.page("/teachers/ada").all("main")[0].text.split())
        assert "Cole pinned this: “See Tuesday <b>”" in text
        assert "Cole took it out of the list" in text
        assert "“Not now”" in text
        coach.send(path, credential_id="c3", kind="take_back")
        assert "pinned this" not in ada.page("/teachers/ada").all("main")[0].text

    def test_a_veto_without_words_is_refused(self, client):
        coach = Browser(client, "cole")
        coach.page("/teachers/ada/coaching")
        answer = coach.send("/teachers/ada/coaching", credential_id="c3", kind="veto", note=" ")
        assert answer.status_code == 422
        assert "Say why you take it out" in answer.text

    def test_only_while_assigned(self, client):
        coach = Browser(client, "cole")
        coach.page("/teachers/ada/coaching")
        answer = coach.send("/teachers/bob/coaching", credential_id="c3", kind="pin")
        assert answer.status_code == 403

    def test_a_form_of_somebody_elses_session_is_refused(self, client):
        coach, ada = Browser(client, "cole"), Browser(client, "ada")
        ada.page("/teachers/ada")
        coach.csrf = ada.csrf
        answer = coach.send("/teachers/ada/coaching", credential_id="c3", kind="pin")
        assert answer.status_code == 403
        assert "did not come from a page of your present session" in answer.text


def plan_form(page):
    """Return the fields of a plan's form as a browser would send them unchanged."""
    fields = {
        field.attributes["name"]: field.attributes.get("value", "")
        for field in page.all("input")
        if "name" in field.attributes
        and (field.attributes.get("type") != "checkbox" or "checked" in field.attributes)
    }
    fields.pop("csrf", None)
    fields.pop("do", None)
    return fields


def steps(page):
    return [text.removesuffix(" Locked") for text in page.texts("p", class_="row-title")]


class TestPlans:
    def make(self, coach, **changes):
        page = coach.page("/teachers/ada/plans")
        return coach.send("/teachers/ada/plans", **(plan_form(page) | changes))

    def test_the_coach_makes_one_and_both_accept_it(self, client):
        coach, ada = Browser(client, "cole"), Browser(client, "ada")
        page = coach.follow(self.make(coach))
        assert "The plan is made." in page.texts("section", id="done")[0]
        assert steps(page)
        assert "No other plan within these limits covers more." in page.all("main")[0].text
        seen = ada.page("/teachers/ada")
        assert "Look and accept" in seen.all("main")[0].text
        ada.page("/plans/1")
        page = ada.follow(ada.send("/plans/1", do="accept", version="1"))
        assert "Accepted." in page.texts("section", id="done")[0]
        coach.send("/plans/1", do="accept", version="2")
        assert "Accepted by both" in coach.page("/teachers/ada/plans").all("main")[0].text

    def test_a_teacher_has_nothing_to_change_in_it(self, client):
        coach, ada = Browser(client, "cole"), Browser(client, "ada")
        self.make(coach)
        page = ada.page("/plans/1")
        assert not page.all("form", id="replan")
        assert not page.all("input", type="checkbox")
        answer = ada.send("/plans/1", **(plan_form(coach.page("/plans/1")) | {"version": "1"}))
        assert answer.status_code == 403

    def test_swapping_keeps_the_others_and_brings_another(self, client):
        coach = Browser(client, "cole")
        page = coach.follow(self.make(coach, until=(today() + timedelta(days=900)).isoformat()))
        before = steps(page)
        gone = page.all("button", name="swap")[0].attributes["value"]
        page = coach.follow(coach.send("/plans/1", **plan_form(page), swap=gone))
        after = steps(page)
        assert before[0] not in after
        assert set(before[1:]) <= set(after)
        assert page.all("input", name=f"out:{gone}")

    def test_putting_one_in_locks_it(self, client):
        coach = Browser(client, "cole")
        page = coach.follow(self.make(coach))
        value = page.all("option")[-1].attributes["value"]
        page = coach.follow(coach.send("/plans/1", **plan_form(page), add=value))
        locked = page.all("input", name=f"lock:{value}")
        assert [field.attributes.get("checked", "no") for field in locked] == [None]

    def test_limits_that_cannot_be_met_are_told_and_the_form_is_kept(self, client):
        coach = Browser(client, "cole")
        page = coach.follow(self.make(coach))
        value = page.all("button", name="swap")[0].attributes["value"]
        fields = plan_form(page) | {"hours_a_month": "0.5", f"lock:{value}": "1"}
        answer = coach.send("/plans/1", **fields)
        assert answer.status_code == 422
        page = read(answer)
        assert "No plan meets all limits" in page.texts("section", id="error")[0]
        assert page.all("input", id="hours")[0].attributes["value"] == "0.5"

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"hours_a_month": "many"}, "Hours a month must be a number"),
            ({"until": "soon"}, "must be a day"),
            ({"budget": "cheap"}, "The budget must be an amount"),
            ({"until": "2020-01-01"}, "end on or after the day"),
        ],
    )
    def test_a_field_that_does_not_hold_what_it_should_is_named(self, client, changes, words):
        answer = self.make(Browser(client, "cole"), **changes)
        assert answer.status_code == 422
        assert words in answer.text

    def test_a_plan_that_was_changed_meanwhile_is_left_alone(self, client):
        coach = Browser(client, "cole")
        page = coach.follow(self.make(coach))
        old = plan_form(page)
        coach.send("/plans/1", **old)
        answer = coach.send("/plans/1", **old)
        assert answer.status_code == 422
        assert "changed meanwhile" in answer.text

    def test_deleting(self, client):
        coach = Browser(client, "cole")
        self.make(coach)
        page = coach.follow(coach.send("/plans/1", do="delete", version="1"))
        assert "There is no plan yet." in page.all("main")[0].text
        assert client.get("/plans/1", "ada", page=True).status_code == 404

    def test_the_calendar(self, client):
        self.make(Browser(client, "cole"))
        answer = client.get("/plans/1/calendar", "ada", page=True)
        assert answer.text.startswith("BEGIN:VCALENDAR")

    def test_a_coach_who_is_not_assigned_any_more(self, client):
        self.make(Browser(client, "cole"))
        rows = client.house.rows
        assign(rows, "sam", ("zoe", "south"))
        assert client.get("/plans/1", "sam", page=True).status_code == 404


class TestTogether:
    def test_the_coach_asks_and_a_teacher_agrees(self, client, monkeypatch):
        for name in crowd(client):
            monkeypatch.setitem(PEOPLE, name, (Role.TEACHER, NORTH, name))
        coach, first, second = (Browser(client, who) for who in ("cole", "t0", "t1"))
        page = coach.page("/earn-together")
        form = page.all("form", class_="asking")
        assert len(form) == 1
        fields = {
            field.attributes["name"]: field.attributes.get("value", "")
            for field in page.all("input")
            if field.attributes["name"] != "csrf"
        }
        page = coach.follow(coach.send("/earn-together", **fields))
        assert "They are asked." in page.texts("section", id="done")[0]
        assert "Nobody has agreed yet" in page.all("main")[0].text
        for browser, said in ((first, "agreed"), (second, "declined")):
            own = browser.page(f"/teachers/{browser.who}")
            assert "Earn together" in own.all("main")[0].text
            assert "T1" not in own.texts("section", id="from-coach")[0]
            browser.send(f"/teachers/{browser.who}/together", group="1", answer=said)
        page = coach.page("/earn-together")
        text = " ".join(page.texts("ul", class_="rows"))
        assert "Agreed: T0" in text
        assert "declined" not in text.lower()
        seen = first.page("/teachers/t0").texts("section", id="from-coach")[0]
        assert "Nobody else has agreed yet" in seen
        coach.page("/earn-together")
        page = coach.follow(coach.send("/earn-together", close="1"))
        assert "The group is closed." in page.texts("section", id="done")[0]

    def test_too_few_are_refused(self, client):
        crowd(client)
        coach = Browser(client, "cole")
        page = coach.page("/earn-together")
        value = page.all("input", name="credential")[0].attributes["value"]
        answer = coach.send("/earn-together", credential=value)
        assert answer.status_code == 422
        assert "Tick 3 to 8 teachers" in answer.text

    def test_an_answer_that_is_none(self, client):
        ada = Browser(client, "ada")
        ada.page("/teachers/ada")
        answer = ada.send("/teachers/ada/together", group="1", answer="maybe")
        assert answer.status_code == 422
        answer = ada.send("/teachers/ada/together", group="1", answer="agreed")
        assert answer.status_code == 404
