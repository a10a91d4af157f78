import pytest
from sqlmodel import Session

from recommender.errors import NotAllowed
from recommender.store.tables import Identity
from recommender.vocabulary import Role
from serving.auth.caller import find_caller
from serving.auth.development import DevelopmentKey
from serving.auth.tokens import Claims


def add(house, **columns):
    with Session(house.engine) as session:
        session.add(Identity(issuer="id", district_id="north", **columns))
        session.commit()


def find(house, issuer, subject):
    with Session(house.engine) as session:
        return find_caller(session, Claims(issuer=issuer, subject=subject), {})


def test_an_unknown_subject_is_told_so(house):
    with pytest.raises(NotAllowed, match="does not know who you are"):
        find(house, "id", "ada")


def test_the_same_subject_of_another_issuer_is_unknown(house):
    add(house, subject="boss", role=Role.ADMIN)
    assert find(house, "id", "boss").role is Role.ADMIN
    with pytest.raises(NotAllowed):
        find(house, "other", "boss")


@pytest.mark.parametrize("role", [Role.TEACHER, Role.COACH])
def test_a_teacher_or_coach_needs_a_person(house, role):
    add(house, subject="half", role=role)
    with pytest.raises(NotAllowed, match="not connected"):
        find(house, "id", "half")


def test_a_teacher_is_found(house):
    ada = house.rows._teacher(("ada", "north"))
    add(house, subject="s", role=Role.TEACHER, teacher_id=ada)
    caller = find(house, "id", "s")
    assert (caller.role, caller.district_id, caller.teacher_id) == (Role.TEACHER, "north", ada)


def test_a_token_of_an_unknown_person_gets_403(client):
    token = DevelopmentKey(client.house.settings).mint("teacher:north:stranger")
    answer = client.get("/v1/credentials/c1", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 403
    assert answer.json()["type"] == "urn:recommender:problem:not-allowed"
