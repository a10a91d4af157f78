"""A portal's service account does what the teacher may whom its token names, and nothing else."""

import re
import time

import pytest
from joserfc import jwt
from sqlmodel import Session

from recommender.store.tables import Identity
from recommender.vocabulary import Role
from serving.auth.development import ISSUER, DevelopmentKey
from tests.serving.house import MARKUP, NORTH
from tests.serving.test_access import API, BODIES, CROWD, PLAN

PORTAL = "portal@north.example"


@pytest.fixture
def portal(client):
    with Session(client.house.engine) as session:
        session.add(Identity(issuer=ISSUER, subject=PORTAL, district_id=NORTH, role=Role.SERVICE))
        session.commit()
    return client


def headers(client, acts_for, subject=PORTAL, lasts=60):
    key = DevelopmentKey(client.house.settings)
    claims = {
        "iss": ISSUER,
        "aud": client.house.settings.token_audience,
        "sub": subject,
        "exp": int(time.time()) + lasts,
    }
    if acts_for is not None:
        claims["acts_for"] = acts_for
    header = {"alg": "ES256", "kid": key._key.kid}
    return {"Authorization": f"Bearer {jwt.encode(header, claims, key._key)}"}


CASES = [
    (method, address, statuses.split()[CROWD.index("ada")], statuses.split()[CROWD.index("bob")])
    for (_, method), addresses in API.items()
    for address, statuses in addresses.items()
]


def ask(client, method, address, acts_for, **options):
    if method in {"POST", "PUT"}:
        options["json"] = BODIES.get(address)
    return client.request(method, address, headers=headers(client, acts_for), **options)


def test_on_every_route_it_may_what_the_teacher_may(portal):
    """The table of `test_access`, as the teachers ada and bob; a new route is in it by itself."""
    plan = portal.request("POST", "/v1/teachers/ada/plans", "cole", json=PLAN).json()
    assert plan["plan_id"] == 1  # the one that the table tells of
    for method, address, ada, bob in CASES:
        for teacher, status in (("ada", ada), ("bob", bob)):
            answer = ask(portal, method, address, teacher)
            assert answer.status_code == int(status), (method, address, teacher)


@pytest.mark.parametrize(
    "acts_for", [None, "", "ghost", "zoe", ["ada"], {"id": "ada"}, 7, True, "a\x00da", "x" * 201]
)
def test_without_one_teacher_of_its_district_it_may_nothing(portal, acts_for):
    for address in ("/v1/teachers/ada/suggestions", "/v1/credentials", "/v1/settings"):
        assert ask(portal, "GET", address, acts_for).status_code == 403
    feedback = ask(portal, "POST", "/v1/feedback", acts_for)
    assert feedback.status_code == 403


def test_another_districts_teacher_of_the_same_id_is_not_meant(portal):
    answer = ask(portal, "GET", "/v1/teachers/ada/profile", "ada").json()
    assert answer["district_id"] == NORTH


def test_nobody_else_becomes_another_by_the_claim(portal):
    house = portal.house
    subject = house.subject("bob")
    answer = portal.get(
        "/v1/teachers/ada/suggestions", headers=headers(portal, "ada", subject=subject)
    )
    assert answer.status_code == 403


def test_the_same_key_of_two_teachers_counts_for_each(portal):
    body = {"events": [{"credential_id": "c5", "kind": "saved"}]}
    for teacher in ("ada", "bob", "ada"):
        sent = headers(portal, teacher) | {"Idempotency-Key": "the-same-key"}
        assert portal.request("POST", "/v1/feedback", headers=sent, json=body).status_code == 201
    for teacher in ("ada", "bob"):
        profile = ask(portal, "GET", f"/v1/teachers/{teacher}/profile", teacher).json()
        assert len(profile["events"]) == 1


def test_the_pages_are_for_people(portal):
    token = headers(portal, "ada")["Authorization"].removeprefix("Bearer ")
    cookie = {"Cookie": f"recommender-session={token}"}
    assert portal.get("/teachers/ada", page=True, headers=cookie).status_code == 403


def test_each_request_is_written_down_without_a_word_about_the_person(portal, logs, capsys):
    for _ in range(3):  # the shortest way, remembered answers and all
        ask(portal, "GET", "/v1/teachers/ada/suggestions", "ada")
    ask(portal, "GET", "/v1/teachers/ada/profile", "ada")
    said = capsys.readouterr()
    text = said.out + said.err
    assert text.count('"acting"') == 4
    for secret in (PORTAL, "north.example", "1.0625", MARKUP, "eyJ"):
        assert secret.lower() not in text.lower()
    # Whole words: a request's random number may hold any few letters.
    assert "ada" not in re.findall(r"\w+", text.lower())
