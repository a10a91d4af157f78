"""What a teacher does with a card is seen at once, on the page and in the API's list."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import Session, select

from recommender.store.tables import Credential, FeedbackEvent
from recommender.vocabulary import RecordStatus
from tests.serving.house import MARKUP, NORTH
from tests.serving.portal.acting import Browser, notices, titles

PATH = "/teachers/ada/feedback"


@pytest.fixture
def ada(client):
    browser = Browser(client)
    browser.page("/teachers/ada")
    return browser


def top(client):
    return client.get("/v1/teachers/ada/suggestions?k=1", "ada").json()["items"][0]


def events(client):
    content = client.get("/v1/teachers/ada/profile", "ada").json()
    return [(e["credential"]["credential_id"], e["kind"], e["reason"]) for e in content["events"]]


def act(ada, credential_id, say, query=""):
    return ada.send(PATH + query, credential_id=credential_id, say=say)


@pytest.mark.parametrize(
    ("say", "kind", "reason"),
    [
        ("not_now", "dismissed", "not_now"),
        ("too_long", "dismissed", "too_long"),
        ("other", "dismissed", "other"),
        ("known", "known", ""),
        ("claimed", "claimed", ""),
    ],
)
def test_what_is_not_wanted_is_gone_and_undo_brings_it_back(ada, client, say, kind, reason):
    before = titles(ada.page("/teachers/ada"))
    item = top(client)
    page = ada.follow(act(ada, item["credential_id"], say))
    assert events(client) == [(item["credential_id"], kind, reason)]
    assert item["title"] not in titles(page)
    assert item["title"] in notices(page)[0]
    assert top(client) != item
    button = next(b for b in page.all("button", name="kind"))
    assert button.attributes["value"] == kind
    page = ada.follow(
        ada.send("/teachers/ada/undo", credential_id=item["credential_id"], kind=kind)
    )
    assert "Taken back." in notices(page)[0]
    assert titles(page) == before
    assert events(client) == []


def test_what_is_taken_back_is_kept_as_superseded(ada, client):
    act(ada, "c5", "claimed")
    act(ada, "c5", "claimed")
    ada.send("/teachers/ada/undo", credential_id="c5", kind="claimed")
    with Session(client.house.engine) as session:
        rows = session.exec(select(FeedbackEvent)).all()
    assert [row.superseded_at is not None for row in rows] == [True, True]


def test_undo_takes_back_only_that_word(ada, client):
    act(ada, "c5", "saved")
    act(ada, "c7", "saved")
    act(ada, "c5", "claimed")
    ada.send("/teachers/ada/undo", credential_id="c5", kind="claimed")
    assert events(client) == [("c7", "saved", ""), ("c5", "saved", "")]


def test_a_saved_one_stays_with_a_tag(ada, client):
    item = top(client)
    page = ada.follow(act(ada, item["credential_id"], "saved"))
    assert titles(page)[0] == item["title"]
    assert page.texts("span", class_="tag tag-saved") == ["Saved"]
    assert "Also saved" not in page.texts("h2")
    button = page.all("button", formaction="/teachers/ada/undo")[0]
    fields = {"credential_id": item["credential_id"], "kind": button.attributes["value"]}
    page = ada.follow(ada.send(button.attributes["formaction"], **fields))
    assert page.texts("span", class_="tag tag-saved") == []


def test_a_saved_one_further_down_is_shown_apart(ada, client):
    last = client.get("/v1/teachers/ada/suggestions?k=20", "ada").json()["items"][-1]
    page = ada.follow(act(ada, last["credential_id"], "saved"))
    assert "Also saved" in page.texts("h2")
    assert last["title"] in page.texts("p", class_="row-title")


def test_a_started_one_is_shown_apart_and_the_list_stays_full(ada, client):
    item = top(client)
    page = ada.follow(act(ada, item["credential_id"], "started"))
    assert item["title"] not in titles(page)
    assert len(titles(page)) == 5
    assert "In progress" in page.texts("h2")
    assert page.texts("p", class_="row-title") == [item["title"]]


def test_a_record_says_more_than_the_word(ada, client):
    act(ada, "c5", "started")
    when = datetime.now(UTC) - timedelta(days=1)
    client.house.rows.record(("ada", NORTH), "c5", when, RecordStatus.ENROLLED)
    page = ada.page("/teachers/ada")
    assert page.texts("p", class_="row-title") == ["Credential 5"]
    assert "Enrolled on" in page.all("main")[0].text


def test_the_coach_sees_what_is_under_way_without_buttons(ada, client):
    act(ada, "c5", "started")
    page = Browser(client, "cole").page("/teachers/ada")
    assert "They said" in page.all("main")[0].text
    assert not page.all("button", class_="act")


def test_the_list_stays_as_it_was_asked_for(ada, client):
    answer = act(ada, "c5", "saved", "?k=10&max_hours=20&free=1&standard=F%3A2&did=saved")
    location = answer.headers["Location"]
    assert location == (
        "/teachers/ada?k=10&max_hours=20&free=1&standard=F%3A2&did=saved&about=c5#done"
    )


def test_an_address_confirms_only_what_was_said(ada, client):
    page = ada.page("/teachers/ada?did=claimed&about=c5")
    assert not notices(page)
    act(ada, "c5", "claimed")
    assert not notices(ada.page("/teachers/ada?did=saved&about=c5"))
    with Session(client.house.engine) as session:
        for row in session.exec(select(FeedbackEvent)):
            row.at -= timedelta(hours=2)
        session.commit()
    assert not notices(ada.page("/teachers/ada?did=claimed&about=c5"))


def test_markup_is_only_text_in_a_confirmation(ada):
    page = ada.follow(act(ada, "markup", "saved"))
    assert MARKUP in notices(page)[0]
    page = ada.follow(act(ada, "markup", "started"))
    assert MARKUP in page.texts("p", class_="row-title")


def test_an_odd_id_acts_too(client):
    odd = Browser(client, "odd")
    odd.page("/teachers/a%2Fc")
    answer = odd.send("/teachers/a%2Fc/feedback", credential_id="c5", say="saved")
    assert answer.headers["Location"] == "/teachers/a%2Fc?did=saved&about=c5#done"


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"credential_id": "c5", "say": "liked"}, 422),
        ({"credential_id": "c5"}, 422),
        ({"say": "saved"}, 422),
        ({"credential_id": "c\x005", "say": "saved"}, 422),
        ({"credential_id": "own", "say": "saved"}, 404),
        ({"credential_id": "ghost", "say": "saved"}, 404),
    ],
)
def test_what_no_button_sends_is_refused(ada, client, fields, status):
    assert ada.send(PATH, **fields).status_code == status
    assert events(client) == []


@pytest.mark.parametrize("kind", ["shown", "viewed", "liked", None])
def test_only_own_words_are_taken_back(ada, kind):
    answer = ada.send("/teachers/ada/undo", credential_id="c5", kind=kind)
    assert answer.status_code == 422


def test_each_form_is_counted_as_the_api_counts(ada, client):
    act(ada, "c5", "saved")
    metrics = client.app.state.service.metrics
    value = metrics.registry.get_sample_value("recommender_feedback_total", {"kind": "saved"})
    assert value == 1


class TestFilters:
    def test_hours_at_most(self, ada):
        page = ada.page("/teachers/ada?max_hours=5&standard=")
        assert set(titles(page)) == {MARKUP, *(f"Credential {n}" for n in range(2, 6))}
        assert "not known" in page.texts("dd", class_="unknown")
        chosen = [option.text for option in page.all("option") if "selected" in option.attributes]
        assert chosen == ["At most 5 hours"]

    def test_a_growth_area(self, ada):
        page = ada.page("/teachers/ada?standard=F:1&k=20")
        assert all(int(title.split()[1]) % 2 for title in titles(page))
        assert "Show all again" in page.texts("a")

    def test_free_keeps_what_is_not_known(self, ada, client):
        with Session(client.house.engine) as session:
            row = session.exec(select(Credential).where(Credential.source_id == "c2")).one()
            row.cost_usd = 40
            session.commit()
        assert "Credential 2" in titles(ada.page("/teachers/ada?k=50"))
        assert "Credential 2" not in titles(ada.page("/teachers/ada?k=50&free=1"))

    def test_the_areas_are_the_teachers_own(self, ada):
        options = [o.attributes["value"] for o in ada.page("/teachers/ada").all("option")]
        assert [value for value in options if ":" in value] == ["F:1", "F:2"]

    def test_an_unknown_standard_is_refused_before_the_page_begins(self, client):
        answer = client.get("/teachers/ada?standard=F:99", "ada", page=True)
        assert answer.status_code == 422
        assert "The model that serves knows no such standard." in answer.text

    def test_nothing_fits(self, ada):
        page = ada.page("/teachers/ada?max_hours=0.5&standard=F:1")
        assert "Nothing fits all of that" in page.texts("h2")

    def test_more_keeps_the_filters(self, ada):
        links = ada.page("/teachers/ada?standard=F:1").all("a", class_="button")
        assert links[0].attributes["href"].startswith("/teachers/ada?standard=F%3A1&k=10#")

    @pytest.mark.parametrize("query", ["max_hours=x", "max_hours=-1", "standard=F", "free=maybe"])
    def test_a_filter_that_cannot_be(self, ada, query):
        assert ada.open(f"/teachers/ada?{query}").status_code == 422
