import json
from html import unescape

import pytest
from joserfc.jwk import RSAKey
from sqlmodel import Session, select

from recommender.errors import SettingsRefused
from recommender.store.tables import Coach, Identity, PortalSession
from recommender.vocabulary import Role
from serving.app import create_app
from serving.lti.launch import CLAIM
from serving.lti.platforms import read_platforms
from tests.serving.partners import HERE, Browser, Platform, query_of


def toml(**registration) -> str:
    lines = [
        f"{name} = {json.dumps(value)}"
        for name, value in registration.items()
        if not isinstance(value, dict)
    ]
    tables = [
        f"[platform.{name}]\n" + "\n".join(f"{key} = {json.dumps(one)}" for key, one in of.items())
        for name, of in registration.items()
        if isinstance(of, dict)
    ]
    return "\n".join(["[[platform]]", *lines, *tables, ""])


@pytest.fixture
def platform():
    return Platform("https://lms.example", "client-1")


def opened(client, text, **settings):
    path = client.house.settings.data_dir / "platforms.toml"
    path.write_text(text)
    chosen = client.house.settings.model_copy(
        update={"public_url": HERE, "lti_platforms_file": path} | settings
    )
    return create_app(chosen, client.house.engine)


@pytest.fixture
def app(client, platform):
    return opened(client, toml(**platform.registration(client.house.settings.data_dir)))


@pytest.fixture
def visitor(app):
    return Browser(app)


def sessions(client):
    with Session(client.house.engine) as session:
        return session.exec(select(PortalSession)).all()


def test_a_launch_shows_the_teachers_own_page(visitor, platform):
    answer = platform.launch(visitor)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert visitor.get("/").headers["location"] == "/teachers/ada"
    assert visitor.get("/teachers/ada").status_code == 200
    assert visitor.get("/teachers/bob").status_code == 403


def test_the_platform_is_asked_as_the_specification_says(visitor, platform):
    begun = platform.begin(visitor)
    asked = query_of(begun.headers["location"])
    assert begun.headers["location"].startswith("https://lms.example/authorize?x=1&")
    assert {name: asked[name] for name in asked if name not in {"state", "nonce"}} == {
        "x": "1",
        "scope": "openid",
        "response_type": "id_token",
        "response_mode": "form_post",
        "prompt": "none",
        "client_id": "client-1",
        "redirect_uri": f"{HERE}/lti/launch",
        "login_hint": "hint",
        "lti_message_hint": "message",
    }


def test_a_login_by_link_is_the_same(visitor):
    link = f"/lti/login?iss=https://lms.example&login_hint=h&target_link_uri={HERE}/"
    begun = visitor.get(link)
    assert begun.status_code == 303
    assert visitor.get(begun.headers["location"]).status_code == 302


def test_a_browser_that_keeps_no_cookie_in_the_frame_is_offered_a_window(app, platform):
    asked = {"iss": "https://lms.example", "login_hint": "h&1", "target_link_uri": f"{HERE}/"}
    begun = Browser(app).post("/lti/login", data=asked)
    page = Browser(app).get(begun.headers["location"])
    assert page.status_code == 200
    link = unescape(page.text.partition('class="button" href="')[2].partition('"')[0])
    assert query_of(link) == asked

    window = Browser(app)  # which keeps cookies of the site in its address
    told = query_of(window.get(window.get(link).headers["location"]).headers["location"])
    assert told["login_hint"] == "h&1"
    form = {"state": told["state"], "id_token": platform.word(told["nonce"])}
    assert window.post("/lti/launch", data=form).status_code == 303


@pytest.mark.parametrize(
    "query", ["", "iss=https://lms.example", "iss=https://x.example&login_hint=h&target_link_uri=/"]
)
def test_going_on_with_nothing_begun_leads_nowhere(visitor, query):
    assert visitor.get(f"/lti/continue?{query}").status_code in {401, 422}


def test_cookies_work_inside_the_platforms_frame_and_nowhere_else(visitor, platform):
    asked = {"iss": "https://lms.example", "login_hint": "h", "target_link_uri": f"{HERE}/"}
    for answer in (visitor.post("/lti/login", data=asked), platform.launch(visitor)):
        cookies = answer.headers.get_list("set-cookie")
        assert cookies
        for cookie in cookies:
            assert cookie.startswith("__Host-")
            assert "; Path=/; Secure; HttpOnly; SameSite=None; Partitioned" in cookie


def test_forms_work_within_the_frame(visitor, platform):
    platform.launch(visitor)
    page = visitor.get("/teachers/ada").text
    token = page.partition('name="csrf" value="')[2].partition('"')[0]
    said = {"say": "saved", "credential_id": "c5", "csrf": token}
    assert visitor.post("/teachers/ada/feedback", data=said).status_code == 303
    assert visitor.post("/teachers/ada/feedback", data=said | {"csrf": "x"}).status_code == 403


def test_a_link_to_a_page_of_ours_shows_that_page(visitor, platform):
    target = {f"{CLAIM}target_link_uri": f"{HERE}/teachers/ada/known?x=1"}
    assert platform.launch(visitor, **target).headers["location"] == "/teachers/ada/known"


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "http://credentials.example/",
        "https://credentials.example.evil.example/",
        "https://credentials.example@evil.example/",
        "https://credentials.example\\@evil.example/",
    ],
)
def test_no_link_leads_elsewhere(visitor, platform, target):
    assert platform.begin(visitor, target_link_uri=target).status_code == 422
    assert platform.launch(visitor, **{f"{CLAIM}target_link_uri": target}).status_code == 422


def test_two_slashes_do_not_lead_elsewhere(visitor, platform):
    answer = platform.launch(visitor, **{f"{CLAIM}target_link_uri": f"{HERE}//evil.example/"})
    assert answer.headers["location"] == "/"


def test_an_instructor_comes_as_the_coach_of_the_roster(visitor, platform, client):
    with Session(client.house.engine) as session:
        coach = session.exec(select(Coach).where(Coach.source_id == "cole")).one()
        coach.email = "ada@north.example"  # the same address teaches and coaches
        session.commit()
    platform.launch(visitor, role="membership#Instructor")
    assert visitor.get("/").headers["location"] == "/caseload"
    platform.launch(visitor, role="membership#Learner")
    assert visitor.get("/").headers["location"] == "/teachers/ada"


def test_a_role_raises_nobody(visitor, platform):
    for role in ("institution/person#Administrator", "system/person#SysAdmin", "nonsense"):
        assert platform.launch(visitor, role=role).status_code == 403


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({f"{CLAIM}roles": None}, "did not say that you teach or coach"),
        ({f"{CLAIM}roles": []}, "did not say that you teach or coach"),
        ({"email": None}, "did not send what names you here (&#39;email&#39;)"),
        ({"email": "nobody@north.example"}, "does not know who you are"),
    ],
)
def test_who_is_not_found_reads_what_the_platform_must_send(visitor, platform, changes, words):
    answer = platform.launch(visitor, **changes)
    assert answer.status_code == 403
    assert words in answer.text


@pytest.mark.parametrize("roles", [["institution/person#Administrator"], [], None])
def test_staff_are_known_by_the_identities_table(visitor, platform, client, roles):
    with Session(client.house.engine) as session:
        session.add(
            Identity(issuer="lti:lms", subject="user-7", district_id="north", role=Role.DATA_STAFF)
        )
        session.commit()
    platform.launch(visitor, **{f"{CLAIM}roles": roles})
    assert visitor.get("/").headers["location"] == "/models"


def test_a_teacher_by_the_rosters_own_id(client, platform):
    data = client.house.settings.data_dir
    by_id = {"claim": "person_sourcedid", "match": "source_id"}
    app = opened(client, toml(**platform.registration(data, **by_id)))
    visitor = Browser(app)
    lis = {f"{CLAIM}lis": {"person_sourcedid": "bob"}, "email": None}
    assert platform.launch(visitor, **lis).status_code == 303
    assert visitor.get("/").headers["location"] == "/teachers/bob"
    elsewhere = {f"{CLAIM}lis": {"person_sourcedid": "zoe"}, "email": None}
    assert platform.launch(Browser(app), **elsewhere).status_code == 403


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"nonce": "another-nonce-entirely"}, 401),
        ({"nonce": None}, 401),
        ({"aud": "client-2"}, 401),
        ({"aud": ["client-1", "client-2"]}, 401),
        ({"aud": ["client-1", "client-2"], "azp": "client-2"}, 401),
        ({"iss": "https://other.example"}, 401),
        ({"exp": 1}, 401),
        ({"exp": None}, 401),
        ({"sub": None}, 401),
        ({f"{CLAIM}deployment_id": "d2"}, 401),
        ({f"{CLAIM}version": "1.1"}, 422),
        ({f"{CLAIM}message_type": "LtiDeepLinkingRequest"}, 422),
        ({f"{CLAIM}roles": None}, 403),
        ({f"{CLAIM}roles": []}, 403),
        ({f"{CLAIM}roles": "Learner"}, 422),
        ({"email": "nobody@north.example"}, 403),
        ({"email": "zoe@south.example"}, 403),
        ({"email_verified": False}, 403),
    ],
)
def test_a_launch_that_does_not_hold_opens_nothing(visitor, platform, client, changes, status):
    assert platform.launch(visitor, **changes).status_code == status
    assert not sessions(client)


def test_another_key_of_the_same_name_signs_nobody_in(visitor, platform, client):
    forged = RSAKey.generate_key(2048, {"kid": "one"})
    assert platform.launch(visitor, key=forged).status_code == 401
    assert not sessions(client)


def test_a_launch_begun_in_anothers_browser_is_refused(app, visitor, platform):
    asked = query_of(platform.begin(visitor).headers["location"])
    token = platform.word(asked["nonce"])
    form = {"state": asked["state"], "id_token": token}
    answer = Browser(app).post("/lti/launch", data=form)
    assert answer.status_code == 401
    assert "window of its own" in answer.text
    assert visitor.post("/lti/launch", data=form).status_code == 303


def test_a_token_signs_in_once(visitor, platform):
    asked = query_of(platform.begin(visitor).headers["location"])
    kept = dict(visitor.cookies)
    form = {"state": asked["state"], "id_token": platform.word(asked["nonce"])}
    assert visitor.post("/lti/launch", data=form).status_code == 303
    visitor.cookies.update(kept)
    again = visitor.post("/lti/launch", data=form)
    assert again.status_code == 401
    assert "used before" in again.text


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "https://other.example"},
        {"client_id": "client-2"},
        {"lti_deployment_id": "d2"},
    ],
)
def test_only_registered_platforms_begin(visitor, platform, changes):
    assert platform.begin(visitor, **changes).status_code == 401


def test_a_garbled_beginning_is_refused_in_words(visitor):
    assert visitor.post("/lti/login", data={"iss": "https://lms.example"}).status_code == 422
    assert visitor.post("/lti/launch", data={}).status_code == 401
    assert visitor.post("/lti/launch", data={"error": "login_required"}).status_code == 401


def test_the_key_for_registration_is_public_and_stays(app, client):
    first = Browser(app).get("/lti/jwks.json").json()
    (key,) = first["keys"]
    assert key["kty"] == "RSA"
    assert "d" not in key
    assert Browser(app).get("/lti/jwks.json").json() == first
    told = Browser(app).get("/lti/configuration.json").json()
    assert told["oidc_initiation_url"] == f"{HERE}/lti/login"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"authorize_url": "http://lms.example/"}, "authorize_url"),
        ({"keys_file": None}, "keys_url or keys_file"),
        ({"roles": {"Administrator": "admin"}}, "one by one"),
        ({"deployment_ids": []}, "deployment_ids"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_registration_that_breaks_the_contract_is_refused(tmp_path, platform, changes, words):
    entry = {
        name: value
        for name, value in platform.registration(tmp_path, **changes).items()
        if value is not None
    }
    path = tmp_path / "platforms.toml"
    path.write_text(toml(**entry))
    with pytest.raises(SettingsRefused, match=words):
        read_platforms(path)


def test_two_registrations_must_differ(tmp_path, platform):
    path = tmp_path / "platforms.toml"
    entry = toml(**platform.registration(tmp_path))
    path.write_text(entry + entry)
    with pytest.raises(SettingsRefused, match="stands twice"):
        read_platforms(path)
    path.write_text("not toml")
    with pytest.raises(SettingsRefused, match="not TOML"):
        read_platforms(path)
    with pytest.raises(SettingsRefused, match="cannot be read"):
        read_platforms(tmp_path / "missing.toml")
