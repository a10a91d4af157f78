"""Who may send a form: only the teacher, from a page of the present session."""

import pytest
from sqlmodel import Session, select

from recommender.errors import InvalidInput
from recommender.store.tables import FeedbackEvent, SelfAssessment
from serving.api.feedback.schemas import EventIn
from serving.portal.forms import read_as
from tests.serving.portal.acting import Browser
from tests.serving.portal.page import read

ACTS = {
    "/teachers/ada/feedback": {"credential_id": "c5", "say": "saved"},
    "/teachers/ada/undo": {"credential_id": "c5", "kind": "saved"},
    "/teachers/ada/self-assessment?framework=F&part=F": {"level:1": "2"},
}


def kept(client):
    with Session(client.house.engine) as session:
        return [*session.exec(select(FeedbackEvent)), *session.exec(select(SelfAssessment))]


@pytest.fixture
def ada(client):
    browser = Browser(client)
    browser.page("/teachers/ada")
    return browser


@pytest.mark.parametrize("path", ACTS)
@pytest.mark.parametrize("token", [None, "", "0" * 64, "é"])
def test_a_form_without_its_token_is_refused(ada, client, path, token):
    answer = ada.send(path, **ACTS[path], csrf=token)
    assert answer.status_code == 403
    assert "load the page again" in read(answer).texts("p", class_="lead")[0]
    assert kept(client) == []


@pytest.mark.parametrize("path", ACTS)
def test_the_token_of_another_account_is_refused(ada, client, path):
    bob = Browser(client, "bob")
    bob.page("/teachers/bob")
    assert ada.send(path, **ACTS[path], csrf=bob.csrf).status_code == 403
    assert kept(client) == []


def test_a_token_ends_with_its_session(ada, client):
    old, ada.token = ada.token, client.house.token("ada", expires_in=7200)
    assert old != ada.token
    path, fields = next(iter(ACTS.items()))
    assert ada.send(path, **fields).status_code == 403
    ada.page("/teachers/ada")
    assert ada.send(path, **fields).status_code == 303


@pytest.mark.parametrize("path", ACTS)
@pytest.mark.parametrize("who", ["bob", "zoe", "cole", "staff", "admin"])
def test_nobody_acts_for_another(ada, client, path, who):
    other = Browser(client, who)
    other.csrf = ada.csrf
    assert other.send(path, **ACTS[path]).status_code == 403
    if who in {"bob", "zoe"}:
        other.page(f"/teachers/{who}")
        assert other.send(path, **ACTS[path]).status_code == 403
    assert kept(client) == []


@pytest.mark.parametrize("path", ACTS)
def test_without_a_session_there_is_no_form(ada, client, path):
    ada.token = ""
    assert ada.send(path, **ACTS[path]).status_code == 401
    assert kept(client) == []


def test_a_bearer_token_sends_no_form(ada, client):
    headers = {"Authorization": f"Bearer {ada.token}", "Cookie": ""}
    path, fields = next(iter(ACTS.items()))
    answer = ada._request("POST", path, headers=headers, data=fields | {"csrf": ada.csrf})
    assert answer.status_code == 401


def test_only_a_plain_form_is_read(ada, client):
    body = {"credential_id": "c5", "say": "saved", "csrf": ada.csrf}
    kind = {"Content-Type": "application/json"}
    answer = ada._request("POST", "/teachers/ada/feedback", headers=kind, json=body)
    assert answer.status_code == 403
    assert kept(client) == []


def test_too_many_fields_are_refused(ada):
    fields = {f"x{number}": "1" for number in range(600)}
    assert ada.send("/teachers/ada/feedback", **fields).status_code == 422


def test_a_coach_sees_no_form_but_the_filters(client):
    page = Browser(client, "cole").page("/teachers/ada")
    assert [form.attributes["method"] for form in page.all("form")] == ["post", "get"]
    assert page.all("form")[0].attributes["action"] == "/sign-out"
    assert not page.all("input", name="csrf")
    known = Browser(client, "cole").page("/teachers/ada/known")
    assert len(known.all("form")) == 1


def test_what_was_sent_is_not_repeated():
    with pytest.raises(InvalidInput) as caught:
        read_as(EventIn, {"credential_id": "secret\x00", "kind": "saved"})
    assert "secret" not in caught.value.detail
