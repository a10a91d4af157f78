"""Earning together: what is kept, and who sees what."""

import pytest
from sqlmodel import Session

from features.earning_together import (
    answer_invitation,
    ask_together,
    close_group,
    groups_of,
    invitations_of,
)
from recommender.errors import InvalidInput, NotFound
from recommender.store.tables import Coach, Credential, Teacher
from recommender.vocabulary import InvitationAnswer
from tests.features.store_rows import StoreRows

AGREED, DECLINED = InvitationAnswer.AGREED, InvitationAnswer.DECLINED


@pytest.fixture
def world(engine):
    rows = StoreRows(engine)
    names = ("ada", "bo", "cy", "di")
    ids = [rows.teacher(name, "north", given_name=name.title()) for name in names]
    credential = rows.credential("c", title="Questions")
    coach = rows.add(Coach(district_id="north", source_id="k", name="Kim"))
    with Session(engine) as session:
        yield (
            session,
            session.get(Coach, coach),
            session.get(Credential, credential),
            [session.get(Teacher, id_) for id_ in ids],
        )


def names(people):
    return [person.given_name for person in people]


def test_nobody_learns_who_declined(world):
    session, coach, credential, (ada, bo, cy, di) = world
    group = ask_together(session, coach, credential, [ada, bo, cy, di])
    answer_invitation(session, ada, group.id, AGREED)
    answer_invitation(session, bo, group.id, AGREED)
    before = groups_of(session, coach)
    answer_invitation(session, cy, group.id, DECLINED)
    assert groups_of(session, coach) == before
    assert names(before[0].agreed) == ["Ada", "Bo"]
    assert names(before[0].waiting) == ["Cy", "Di"]
    assert names(invitations_of(session, ada)[0].others) == ["Bo"]


def test_only_who_agreed_sees_the_others(world):
    session, coach, credential, (ada, bo, cy, _) = world
    group = ask_together(session, coach, credential, [ada, bo, cy])
    answer_invitation(session, ada, group.id, AGREED)
    assert invitations_of(session, bo)[0].others == ()
    assert answer_invitation(session, bo, group.id, DECLINED).others == ()
    assert names(answer_invitation(session, bo, group.id, AGREED).others) == ["Ada"]
    answer_invitation(session, bo, group.id, DECLINED)
    assert invitations_of(session, ada)[0].others == ()


@pytest.mark.parametrize("count", [0, 1, 2])
def test_a_group_is_not_smaller_than_three(world, count):
    session, coach, credential, people = world
    with pytest.raises(InvalidInput, match="3 to 8 teachers"):
        ask_together(session, coach, credential, people[:count])


def test_asking_the_same_again_asks_nobody_twice(world):
    session, coach, credential, people = world
    first = ask_together(session, coach, credential, people[:3])
    assert ask_together(session, coach, credential, people[2::-1]).id == first.id
    assert ask_together(session, coach, credential, people).id != first.id


def test_whoever_was_not_asked_cannot_answer(world):
    session, coach, credential, people = world
    group = ask_together(session, coach, credential, people[:3])
    with pytest.raises(NotFound):
        answer_invitation(session, people[3], group.id, AGREED)


def test_a_closed_group_is_gone_for_all(world):
    session, coach, credential, people = world
    group = ask_together(session, coach, credential, people)
    close_group(session, coach, group.id)
    assert groups_of(session, coach) == []
    assert invitations_of(session, people[0]) == []
    for act in (
        lambda: answer_invitation(session, people[0], group.id, AGREED),
        lambda: close_group(session, coach, group.id),
    ):
        with pytest.raises(NotFound):
            act()
