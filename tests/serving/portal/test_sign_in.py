from datetime import timedelta

import pytest
from sqlmodel import Session, select

from recommender.errors import SettingsRefused
from recommender.store.columns import utc_now
from recommender.store.tables import Identity, PortalSession
from recommender.vocabulary import Role
from serving.app import create_app
from serving.auth.oidc import Provider
from tests.serving.partners import HERE, Browser, OpenIdProvider, query_of

OPENED = {
    "public_url": HERE,
    "token_issuer": "https://id.example",
    "oidc_client_id": "pages",
    "identity_claim": "email",
}


@pytest.fixture
def provider():
    return OpenIdProvider()


@pytest.fixture
def app(client, provider):
    settings = client.house.settings.model_copy(update=OPENED)
    app = create_app(settings, client.house.engine)
    app.state.provider = Provider(settings, provider.ask)
    return app


@pytest.fixture
def visitor(app):
    return Browser(app)


def signed_in(visitor, provider):
    begun = visitor.get("/sign-in")
    assert begun.status_code == 303
    return visitor.get(provider.grant(begun.headers["location"]))


def sessions(client):
    with Session(client.house.engine) as session:
        return session.exec(select(PortalSession)).all()


def test_the_way_in_leads_to_the_district_and_back_to_ones_own_page(visitor, provider):
    assert 'href="/sign-in"' in visitor.get("/").text
    back = signed_in(visitor, provider)
    assert (back.status_code, back.headers["location"]) == (303, "/")
    assert visitor.get("/").headers["location"] == "/teachers/ada"
    assert visitor.get("/teachers/ada").status_code == 200
    assert visitor.get("/teachers/bob").status_code == 403


def test_the_request_is_bound_by_state_nonce_and_a_challenge(visitor):
    asked = query_of(visitor.get("/sign-in").headers["location"])
    assert asked["code_challenge_method"] == "S256"
    assert asked["redirect_uri"] == f"{HERE}/sign-in/back"
    assert asked["scope"] == "openid email"
    assert len({asked["state"], asked["nonce"], asked["code_challenge"]}) == 3
    again = query_of(visitor.get("/sign-in").headers["location"])
    assert {again["state"], again["nonce"]}.isdisjoint({asked["state"], asked["nonce"]})


def test_the_cookie_is_out_of_reach_and_tells_nothing(visitor, provider, client):
    cookie = signed_in(visitor, provider).headers.get_list("set-cookie")[0]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    (kept,) = sessions(client)
    assert kept.key_hash not in cookie
    assert kept.claims == {"email": "ada@north.example"}


def test_signing_out_ends_the_session_for_whoever_copied_the_cookie(app, visitor, provider):
    signed_in(visitor, provider)
    thief = Browser(app)
    thief.cookies.update(visitor.cookies)
    assert thief.get("/").status_code == 303
    visitor.post("/sign-out")
    assert "Sign in first" in thief.get("/").text


def test_a_session_ends_by_itself_and_is_cleared_away(visitor, provider, client):
    signed_in(visitor, provider)
    with Session(client.house.engine) as session:
        row = session.exec(select(PortalSession)).one()
        row.expires_at = utc_now() - timedelta(seconds=1)
        session.commit()
    assert "Sign in first" in visitor.get("/").text
    signed_in(visitor, provider)
    assert len(sessions(client)) == 1


def test_a_person_taken_out_of_the_roster_is_out_at_once(visitor, provider, client):
    signed_in(visitor, provider)
    provider.said = {"email": "nobody@north.example"}
    with Session(client.house.engine) as session:
        row = session.exec(select(PortalSession)).one()
        row.claims = {"email": "nobody@north.example"}
        session.commit()
    assert visitor.get("/").status_code == 403


def test_staff_are_known_by_the_identities_table(visitor, provider, client):
    with Session(client.house.engine) as session:
        session.add(
            Identity(
                issuer="https://id.example",
                subject="u1",
                district_id="north",
                role=Role.DATA_STAFF,
            )
        )
        session.commit()
    signed_in(visitor, provider)
    assert visitor.get("/").headers["location"] == "/models"


def test_a_code_of_anothers_browser_signs_nobody_in(app, visitor, provider, client):
    """Login CSRF: the victim's browser is sent back with the attacker's code and state."""
    back = provider.grant(visitor.get("/sign-in").headers["location"])
    answer = Browser(app).get(back)
    assert answer.status_code == 401
    assert "not begun in this browser" in answer.text
    assert not sessions(client)


def test_what_was_used_once_is_not_used_again(visitor, provider):
    begun = visitor.get("/sign-in")
    kept = dict(visitor.cookies)
    back = provider.grant(begun.headers["location"])
    assert visitor.get(back).status_code == 303
    visitor.cookies.update(kept)
    provider.grant(begun.headers["location"])
    assert visitor.get(back).status_code == 401


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"nonce": "another-nonce-entirely"}, 401),
        ({"nonce": None}, 401),
        ({"aud": "another"}, 401),
        ({"aud": ["pages", "another"]}, 401),
        ({"aud": ["pages", "another"], "azp": "another"}, 401),
        ({"iss": "https://evil.example"}, 401),
        ({"exp": 1}, 401),
        ({"email": "nobody@north.example"}, 403),
        ({"email_verified": False}, 403),
    ],
)
def test_a_word_that_does_not_hold_opens_nothing(visitor, provider, client, said, status):
    provider.said = said
    assert signed_in(visitor, provider).status_code == status
    assert not sessions(client)


def test_a_refusal_of_the_provider_is_told(visitor):
    state = query_of(visitor.get("/sign-in").headers["location"])["state"]
    answer = visitor.get(f"/sign-in/back?error=access_denied&state={state}")
    assert answer.status_code == 401
    assert "did not sign you in" in answer.text


def test_a_code_that_the_provider_does_not_know(visitor, provider):
    back = provider.grant(visitor.get("/sign-in").headers["location"])
    provider.codes.clear()
    assert visitor.get(back).status_code == 401


def test_a_provider_out_of_reach_is_a_matter_of_waiting(visitor, provider):
    provider.down = True
    answer = visitor.get("/sign-in")
    assert answer.status_code == 503
    provider.down = False
    assert visitor.get("/sign-in").status_code == 303


def test_a_secret_goes_in_the_header_and_a_public_client_names_itself(client, provider):
    for secret in ("", "s3cret:"):
        settings = client.house.settings.model_copy(update=OPENED)
        settings = settings.model_validate(
            settings.model_dump() | {"oidc_client_secret": secret, "data_dir": settings.data_dir}
        )
        app = create_app(settings, client.house.engine)
        app.state.provider = Provider(settings, provider.ask)
        assert signed_in(Browser(app), provider).status_code == 303
    (public, no_header), (form, header) = provider.forms
    assert (public["client_id"], no_header) == ("pages", {})
    assert "client_id" not in form
    assert header["Authorization"] == "Basic cGFnZXM6czNjcmV0JTNB"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"public_url": ""}, "RECOMMENDER_PUBLIC_URL"),
        ({"token_issuer": "somebody"}, "RECOMMENDER_TOKEN_ISSUER"),
        ({"frame_origins": ("https://x.example/path",)}, "FRAME_ORIGINS"),
        ({"cors_origins": ("*",)}, "CORS_ORIGINS"),
    ],
)
def test_settings_that_cannot_work_are_refused_at_the_start(client, changes, words):
    settings = client.house.settings.model_copy(update=OPENED | changes)
    with pytest.raises(SettingsRefused, match=words):
        create_app(settings, client.house.engine)


def test_no_sign_in_where_none_is_set_up(client):
    assert client.get("/sign-in", page=True).status_code == 404
