"""A production service on both databases: an identity provider's keys, identities of its own."""

import json
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey
from sqlmodel import Session

from recommender.errors import SettingsRefused
from recommender.settings import Environment, Settings
from recommender.store.tables import Identity
from recommender.vocabulary import Role
from serving.app import create_app
from tests.serving.house import NORTH, Client, House, fill

ISSUER = "https://id.example"
KEY = ECKey.generate_key("P-256", {"kid": "of the provider"})


def token(subject):
    claims = {
        "iss": ISSUER,
        "aud": "microcredential-recommender",
        "sub": subject,
        "exp": int(time.time()) + 60,
    }
    return jwt.encode({"alg": "ES256", "kid": KEY.kid}, claims, KEY)


@pytest.fixture
def service(engine, tmp_path):
    return open_service(engine, tmp_path)


def open_service(engine, tmp_path):
    """Return a client of a production service on a migrated, empty store."""
    jwks = tmp_path / "jwks.json"
    jwks.write_text(json.dumps({"keys": [KEY.as_dict(private=False)]}))
    settings = Settings(data_dir=tmp_path, jwks_file=jwks, token_issuer=ISSUER)
    house = House(engine, settings, fill(engine))
    house.train()
    people = {
        "ada@idp": (Role.TEACHER, {"teacher_id": house.rows._teacher(("ada", NORTH))}),
        "cole@idp": (Role.COACH, {"coach_id": house.rows.ids["coach", "cole"]}),
        "staff@idp": (Role.DATA_STAFF, {}),
    }
    with Session(engine) as session:
        for subject, (role, person) in people.items():
            session.add(
                Identity(issuer=ISSUER, subject=subject, district_id=NORTH, role=role, **person)
            )
        session.commit()
    return Client(create_app(settings, engine), house)


def ask(service, path, subject):
    return service.get(path, headers={"Authorization": f"Bearer {token(subject)}"})


def look(service, path, subject):
    cookie = f"__Host-recommender-session={token(subject)}"
    return service.get(path, page=True, headers={"Cookie": cookie})


def test_the_api(service):
    assert service.get("/readyz").json()["status"] == "ready"
    assert len(ask(service, "/v1/teachers/ada/suggestions", "ada@idp").json()["items"]) == 10
    assert ask(service, "/v1/teachers/ada/suggestions", "cole@idp").status_code == 200
    assert ask(service, "/v1/teachers/bob/suggestions", "cole@idp").status_code == 403
    assert ask(service, "/v1/teachers/zoe/suggestions", "cole@idp").status_code == 404
    assert ask(service, "/v1/teachers/ada/suggestions", "staff@idp").status_code == 403
    assert ask(service, "/v1/credentials/c2", "ada@idp").json()["alignments"]
    assert ask(service, "/v1/credentials/c2", "stranger@idp").status_code == 403


def test_the_pages(service):
    assert look(service, "/teachers/ada", "ada@idp").status_code == 200
    assert "Ada" in look(service, "/caseload", "cole@idp").text
    assert "Model 1 serves" in look(service, "/models", "staff@idp").text


@pytest.mark.parametrize("teacher", ["%00", "%ff", "'; DROP TABLE teacher;--", "x" * 201, "🙂"])
def test_odd_ids(service, teacher):
    answer = ask(service, f"/v1/teachers/{teacher}/suggestions", "cole@idp")
    assert answer.status_code in {404, 422}


def test_development_is_refused_beside_a_database_server(engine, tmp_path):
    settings = Settings(environment=Environment.DEVELOPMENT, data_dir=tmp_path)
    if engine.dialect.name == "sqlite":
        assert create_app(settings, engine)
        return
    with pytest.raises(SettingsRefused, match="database server"):
        create_app(settings, engine)


def say(service, path, subject, body, **headers):
    headers["Authorization"] = f"Bearer {token(subject)}"
    return service.request("POST", path, headers=headers, json=body)


def test_what_was_said_counts_in_the_next_request(service):
    address = "/v1/teachers/ada/suggestions"
    top = ask(service, address, "ada@idp").json()["items"][0]["credential_id"]
    body = {"events": [{"credential_id": top, "kind": "dismissed", "reason": "not_now"}]}
    key = {"Idempotency-Key": "the-same-again"}
    first = say(service, "/v1/feedback", "ada@idp", body, **key)
    assert first.status_code == 201
    assert say(service, "/v1/feedback", "ada@idp", body, **key).content == first.content
    left = {item["credential_id"] for item in ask(service, address, "ada@idp").json()["items"]}
    assert top not in left
    assert len(ask(service, "/v1/teachers/ada/profile", "ada@idp").json()["events"]) == 1
    assert say(service, "/v1/feedback", "cole@idp", body).status_code == 403


def test_a_later_word_of_the_day_supersedes(service):
    address = "/v1/teachers/ada/self-assessments"
    for level, outcome in ((1, "added"), (4, "changed"), (4, "unchanged")):
        said = {"framework": "F", "code": "1", "level": level, "scale_min": 1, "scale_max": 5}
        assert say(service, address, "ada@idp", {"assessments": [said]}).json()[outcome] == 1
    (shown,) = ask(service, "/v1/teachers/ada/profile", "ada@idp").json()["self_assessments"]
    assert shown["level"] == 4


def test_writers_at_once_keep_every_event(service):
    body = {"events": [{"credential_id": "c5", "kind": "viewed"}] * 5}
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: say(service, "/v1/feedback", "ada@idp", body), range(12)))
    assert {answer.status_code for answer in answers} == {201}
    assert len(ask(service, "/v1/teachers/ada/profile", "ada@idp").json()["events"]) == 60


def test_lists_of_the_catalog_and_the_caseload(service):
    page = ask(service, "/v1/credentials?q=credential&limit=2", "ada@idp").json()
    assert [item["credential_id"] for item in page["items"]] == ["c1", "c10"]
    following = ask(service, f"/v1/credentials?limit=1&after={page['next']}", "ada@idp").json()
    assert [item["credential_id"] for item in following["items"]] == ["c11"]
    assert ask(service, "/v1/standards?q=quest", "ada@idp").json()["items"][0]["code"] == "2"
    teachers = ask(service, "/v1/coaches/cole/caseload", "cole@idp").json()["teachers"]
    assert [line["name"] for line in teachers] == ["Ada"]
