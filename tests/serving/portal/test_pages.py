"""The pages: whose they are, what they say, and that nothing in them is executed."""

import json
import re
from datetime import UTC, datetime

import pytest
from sqlmodel import Session

from recommender.settings import Environment, Settings
from recommender.store.tables import Coach, ImportRun, ModelVersion, Teacher
from serving.app import create_app
from serving.auth.development import DevelopmentKey
from tests.serving.house import MARKUP, NORTH, SUMMARY, Client
from tests.serving.portal.page import read


class TestTheWayIn:
    def test_anonymous_gets_a_notice(self, client):
        answer = client.get("/", page=True)
        assert answer.status_code == 200
        assert "Sign in first" in read(answer).texts("h2")

    @pytest.mark.parametrize(
        ("who", "address"),
        [
            ("ada", "/teachers/ada"),
            ("odd", "/teachers/a%2Fc"),
            ("cole", "/caseload"),
            ("staff", "/models"),
            ("admin", "/models"),
        ],
    )
    def test_each_is_led_to_their_own_page(self, client, who, address):
        answer = client.get("/", who, page=True)
        assert answer.status_code == 303
        assert answer.headers["Location"] == address
        assert client.get(address, who, page=True).status_code == 200

    def test_a_session_that_ended_leads_to_the_notice(self, client):
        answer = client.get("/", page=True, headers={"Cookie": "recommender-session=old"})
        assert "Sign in first" in read(answer).texts("h2")

    def test_a_page_without_a_session_says_so(self, client):
        answer = client.get("/teachers/ada", page=True)
        assert answer.status_code == 401
        assert read(answer).texts("h1") == ["Sign in first"]

    def test_a_development_link_signs_in(self, client):
        answer = client.get(f"/dev/sign-in?token={client.house.token('ada')}", page=True)
        assert answer.status_code == 303
        assert answer.headers["Location"] == "/"
        cookie = answer.headers["Set-Cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie
        assert "Secure" not in cookie

    @pytest.mark.parametrize("token", ["", "x", "a.b.c"])
    def test_a_bad_link_signs_nobody_in(self, client, token):
        answer = client.get(f"/dev/sign-in?token={token}", page=True)
        assert answer.status_code == 401
        assert "Set-Cookie" not in answer.headers

    def test_signing_out_forgets_the_session(self, client):
        answer = client.request("POST", "/sign-out", "ada", page=True)
        assert answer.status_code == 303
        assert 'recommender-session=""' in answer.headers["Set-Cookie"]
        assert "Max-Age=0" in answer.headers["Set-Cookie"]


class TestTeacher:
    def test_five_cards_at_first_and_more_on_request(self, client):
        for query, shown, more in (("", 5, "?k=10"), ("?k=10", 10, "?k=20"), ("?k=20", 20, None)):
            page = read(client.get(f"/teachers/ada{query}", "ada", page=True))
            assert len(page.all("article")) == shown
            links = [link.attributes["href"] for link in page.all("a", class_="button")]
            assert links == ([f"/teachers/ada{more}#suggestion-{shown + 1}"] if more else [])

    def test_the_cards_are_the_apis_list(self, client):
        items = client.get("/v1/teachers/ada/suggestions?k=5", "ada").json()["items"]
        page = read(client.get("/teachers/ada", "ada", page=True))
        assert [text for text in page.texts("h2") if "list is made" not in text] == [
            item["title"] for item in items
        ]
        text = page.all("main")[0].text
        for item in items:
            for reason in item["reasons"]:
                assert reason["text"] in text
                assert f"{reason['share'] * 100:.0f}% of the reasons" in text

    def test_markup_in_a_title_is_only_text(self, client):
        answer = client.get("/teachers/ada", "ada", page=True)
        assert "<script" not in answer.text
        assert "<b>" not in answer.text
        assert MARKUP in read(answer).texts("h2")

    def test_a_link_that_is_no_web_address_is_no_link(self, client):
        assert "javascript:" not in client.get("/teachers/ada", "ada", page=True).text

    def test_a_web_address_is_a_link(self, client):
        client.house.rows.credential("linked", title="Linked", url="https://example.org/x?a=1&b=2")
        client.house.train("linked")
        page = read(client.get("/teachers/ada", "ada", page=True))
        assert page.all("a", rel="noopener noreferrer")[0].attributes["href"] == (
            "https://example.org/x?a=1&b=2"
        )

    def test_what_is_unknown_is_called_so(self, client):
        page = read(client.get("/teachers/ada", "ada", page=True))
        assert page.texts("dd", class_="unknown").count("not known") >= 5

    def test_the_policy_in_force_is_told(self, client):
        text = read(client.get("/teachers/ada", "ada", page=True)).all("main")[0].text
        assert "at least 25% of what orders this list" in text

    def test_without_a_policy_that_is_told(self, client):
        settings = client.house.settings.model_copy(update={"need_share": 0.0})
        other = Client(create_app(settings, client.house.engine), client.house)
        text = read(other.get("/teachers/ada", "ada", page=True)).all("main")[0].text
        assert "no least share" in text

    def test_the_coach_sees_whose_list_it_is(self, client):
        page = read(client.get("/teachers/ada", "cole", page=True))
        assert page.texts("h1") == ["Next micro-credentials for Ada"]
        assert "Your caseload" in page.texts("a")

    def test_a_new_teacher_is_told_why_and_what_to_do(self, client):
        lead = read(client.get("/teachers/bob", "bob", page=True)).texts("p", class_="lead")[0]
        assert "we know little of your work yet" in lead
        lead = read(client.get("/teachers/ada", "ada", page=True)).texts("p", class_="lead")[0]
        assert "we know little" not in lead

    def test_nothing_left_to_suggest(self, client):
        keys = client.app.state.service.champion.current().bundle.axes.credentials
        for district, credential in keys:
            client.house.rows.record(("bob", NORTH), (credential, district), datetime.now(UTC))
        page = read(client.get("/teachers/bob", "bob", page=True))
        assert "There is nothing to suggest just now" in page.texts("h2")

    def test_a_bad_k_is_a_page_too(self, client):
        answer = client.get("/teachers/ada?k=1000", "ada", page=True)
        assert answer.status_code == 422
        assert read(answer).texts("h1") == ["The input is not valid"]

    def test_no_champion_yet(self, empty_client):
        answer = empty_client.get("/teachers/ada", "ada", page=True)
        assert answer.status_code == 503
        assert read(answer).texts("h1") == ["No model has been promoted yet"]


class TestCoach:
    def test_only_those_assigned_today(self, client):
        page = read(client.get("/caseload", "cole", page=True))
        assert page.texts("h2") == ["Ada"]
        assert page.texts("dd") == ["School 9", "1 or 2", page.texts("dd")[2], "not known"]
        top = client.get("/v1/teachers/ada/suggestions?k=1", "cole").json()["items"][0]
        assert page.texts("p", class_="first-title") == [top["title"]]

    def test_nobody_assigned(self, client):
        page = read(client.get("/caseload", "sam", page=True))
        assert page.texts("h2") == ["Nobody is assigned to you today"]

    def test_names_are_only_text(self, client):
        house = client.house
        with Session(house.engine) as session:
            session.get(Teacher, house.rows._teacher(("ada", NORTH))).given_name = MARKUP
            session.get(Coach, house.rows.ids["coach", "cole"]).name = MARKUP
            session.commit()
        answer = client.get("/caseload", "cole", page=True)
        assert "<script" not in answer.text
        assert read(answer).texts("h2") == [MARKUP]


class TestDataStaff:
    def test_models_promotions_and_imports(self, client):
        page = read(client.get("/models", "staff", page=True))
        assert "Model 1 serves" in page.texts("h2")
        assert "Promoted model 1" in page.texts("td")
        rows = page.texts("tr")
        assert "Blend 0.250 0.500 0.125 0.750 40" in rows
        assert "Random 0.062 n/a n/a n/a 40" in rows
        assert "10+ 0.375 n/a n/a n/a 4" in rows
        assert any(row.endswith("UTC 2 1,503 1,502 1 0 7") for row in rows)

    def test_no_teacher_is_named(self, client):
        answer = client.get("/models", "staff", page=True)
        for secret in ("@north", "1.06"):
            assert secret not in answer.text
        # Whole words: a random token of the page may hold any few letters.
        assert not {"ada", "bob"} & set(re.findall(r"\w+", answer.text.lower()))

    def test_another_districts_imports_are_not_shown(self, client):
        assert "1,503" not in client.get("/models", "admin of south", page=True).text

    def test_an_import_of_several_districts_is_shown_to_each(self, client):
        client.house.rows.add(ImportRun(district_id="", summary=SUMMARY))
        assert "1,503" in client.get("/models", "admin of south", page=True).text

    def test_figures_of_another_shape_are_left_out(self, client):
        with Session(client.house.engine) as session:
            session.get_one(ModelVersion, 1).metrics = {"figures": {"blend": 3, "x": {"mrr": "?"}}}
            session.commit()
        page = read(client.get("/models", "staff", page=True))
        assert "X n/a n/a n/a n/a n/a" in page.texts("tr")

    def test_before_the_first_model(self, empty_client):
        page = read(empty_client.get("/models", "staff", page=True))
        assert "No model serves yet" in page.texts("h2")

    def test_a_refused_model_is_told(self, client):
        house = client.house
        client.get("/models", "staff", page=True)
        client.app.state.service.champion.current()
        client.app.state.service.champion._interval = 0
        folder = house.save_model("c2")
        version = house.register(folder)
        (folder / "manifest.json").unlink()
        house.promote(version)
        client.get("/readyz")
        page = read(client.get("/models", "staff", page=True))
        assert "The promoted model was refused:" in page.texts("strong")


class TestProduction:
    @pytest.fixture
    def production(self, client, tmp_path):
        keys = DevelopmentKey(client.house.settings).trusted.keys
        jwks = tmp_path / "jwks.json"
        jwks.write_text(json.dumps(keys.as_dict()))
        settings = Settings(environment=Environment.PRODUCTION, data_dir=tmp_path, jwks_file=jwks)
        return Client(create_app(settings, client.house.engine), client.house)

    def test_there_is_no_one_click_sign_in(self, production):
        answer = production.get(f"/dev/sign-in?token={production.house.token('ada')}", page=True)
        assert answer.status_code == 404

    def test_a_development_token_opens_nothing(self, production):
        assert production.get("/v1/credentials/c1", "ada").status_code == 401

    def test_the_cookie_is_kept_to_this_host_and_to_https(self, production):
        cookie = production.request("POST", "/sign-out", page=True).headers["Set-Cookie"]
        assert cookie.startswith("__Host-recommender-session=")
        assert "Secure" in cookie

    def test_the_notice_names_no_development_command(self, production):
        assert "recommender" not in read(production.get("/", page=True)).all("main")[0].text
