import pytest
from sqlmodel import Session, select

from recommender.store.columns import utc_now
from recommender.store.tables import PortalSession
from serving.app import create_app
from tests.serving.partners import Browser

PORTAL = "https://portal.example"


@pytest.fixture
def app(client):
    settings = client.house.settings.model_copy(
        update={"frame_origins": (PORTAL,), "cors_origins": (PORTAL,)}
    )
    return create_app(settings, client.house.engine)


@pytest.fixture
def visitor(app):
    return Browser(app)


def enter(visitor, token):
    return visitor.post("/embed/session", headers={"Authorization": f"Bearer {token}"})


def test_a_token_becomes_a_session_of_the_frame(visitor, client):
    answer = enter(visitor, client.house.token("ada"))
    assert answer.status_code == 204
    (cookie,) = answer.headers.get_list("set-cookie")
    assert "SameSite=None; Partitioned" in cookie
    assert visitor.get("/").headers["location"] == "/teachers/ada"


def test_the_session_ends_with_the_token(visitor, client):
    enter(visitor, client.house.token("ada", expires_in=120))
    with Session(client.house.engine) as session:
        left = session.exec(select(PortalSession)).one().expires_at - utc_now()
    assert 0 < left.total_seconds() <= 120


def test_no_token_and_a_bad_one_open_nothing(visitor):
    assert visitor.post("/embed/session").status_code == 401
    assert enter(visitor, "x").status_code == 401


def test_a_session_is_no_bearer_token(visitor, client):
    enter(visitor, client.house.token("ada"))
    key = visitor.cookies["__Host-recommender-embedded"]
    answer = client.get("/v1/credentials", headers={"Authorization": f"Bearer {key}"})
    assert answer.status_code == 401
    assert enter(visitor, key).status_code == 401


def test_a_made_up_session_is_none(visitor):
    visitor.cookies.set("__Host-recommender-embedded", "session.madeup")
    assert "Sign in first" in visitor.get("/").text


def test_only_the_named_portal_may_frame_and_only_this_page_runs_our_script(visitor, client):
    page = visitor.get("/embed")
    policy = page.headers["content-security-policy"]
    assert f"frame-ancestors {PORTAL}" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert "x-frame-options" not in page.headers
    other = visitor.get("/").headers
    assert f"frame-ancestors {PORTAL}" in other["content-security-policy"]
    assert "script-src" not in other["content-security-policy"]
    closed = client.get("/", page=True)
    assert closed.headers["x-frame-options"] == "DENY"
    assert "frame-ancestors 'none'" in closed.headers["content-security-policy"]
    assert client.get("/embed", page=True).status_code == 404


def test_the_elements_script_may_be_loaded_by_other_sites_and_the_rest_may_not(visitor):
    script = visitor.get("/static/next-credentials.js").headers
    assert script["cross-origin-resource-policy"] == "cross-origin"
    assert script["access-control-allow-origin"] == "*"
    style = visitor.get("/static/portal.css").headers
    assert style["cross-origin-resource-policy"] == "same-origin"
    assert "access-control-allow-origin" not in style


def test_time_is_up_at_once_for_an_expired_token(visitor, client):
    token = client.house.token("ada", expires_in=-3600)
    assert enter(visitor, token).status_code == 401
