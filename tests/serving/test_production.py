"""A production service on both databases: an identity provider's keys, identities of its own."""

import json
import time

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
