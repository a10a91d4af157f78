import pytest
from sqlmodel import Session

from recommender.errors import NotAllowed
from recommender.settings import IdentityMatch
from recommender.store.tables import Coach, Identity
from recommender.vocabulary import Role
from serving.auth.caller import find_caller
from serving.auth.roster import RosterRule
from serving.auth.tokens import Claims

ISSUER = "https://id.example"


@pytest.fixture
def find(house):
    def found(chosen=None, issuer=ISSUER, **claims):
        settings = {"identity_claim": "email", "token_issuer": ISSUER} | (chosen or {})
        with Session(house.engine) as session:
            rule = RosterRule.of(house.settings.model_copy(update=settings))
            told = Claims(issuer=issuer, subject="s", others=claims)
            return find_caller(session, told, {rule.issuer: rule})

    return found


BY_ID = {"identity_claim": "employee", "identity_match": IdentityMatch.SOURCE_ID}


def test_nobody_is_looked_up_unless_the_settings_say_so(find):
    with pytest.raises(NotAllowed, match="does not know who you are"):
        find({"identity_claim": ""}, email="ada@north.example")


def test_a_teacher_by_address_whatever_the_case(find, house):
    caller = find(email="Ada@North.example")
    assert (caller.role, caller.district_id) == (Role.TEACHER, "north")
    assert caller.teacher_id == house.rows._teacher(("ada", "north"))
    assert caller.subject == "s"


def test_a_coach_by_address(find, house):
    house.rows.add(Coach(district_id="south", source_id="new", email="new@south.example"))
    caller = find(email="new@south.example")
    assert (caller.role, caller.district_id, caller.teacher_id) == (Role.COACH, "south", None)


@pytest.mark.parametrize(
    "claims",
    [
        {},
        {"email": ""},
        {"email": "nobody@north.example"},
        {"email": ["ada@north.example"]},
        {"email": "ada@north.example\x00"},
        {"email": "a" * 400},
        {"email": "%"},
        {"email": "ada@north.example", "email_verified": False},
        {"mail": "ada@north.example"},
    ],
)
def test_never_a_guess(find, claims):
    with pytest.raises(NotAllowed, match="does not know who you are"):
        find(**claims)


def test_another_issuers_address_counts_for_nothing(find):
    with pytest.raises(NotAllowed, match="does not know who you are"):
        find(issuer="development", email="ada@north.example")


def test_an_address_of_several_people_is_refused(find, house):
    house.rows.add(Coach(district_id="north", source_id="x", email="ada@north.example"))
    with pytest.raises(NotAllowed, match="fits several people"):
        find(email="ada@north.example")


def test_an_id_of_several_districts_needs_the_district(find):
    with pytest.raises(NotAllowed, match="fits several people"):
        find(BY_ID, employee="ada")
    caller = find(BY_ID | {"identity_district": "south"}, employee="ada")
    assert caller.district_id == "south"


def test_an_id_is_taken_as_it_is(find):
    with pytest.raises(NotAllowed):
        find(BY_ID, employee="BOB")


def test_a_stub_is_nobody(find, house):
    house.rows.teacher("stub", "north", known=False, email="stub@north.example")
    with pytest.raises(NotAllowed):
        find(email="stub@north.example")


def test_the_identities_table_goes_first(find, house):
    house.rows.add(Identity(issuer=ISSUER, subject="s", district_id="north", role=Role.ADMIN))
    assert find(email="ada@north.example").role is Role.ADMIN
