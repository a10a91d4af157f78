from datetime import date

import pytest
from sqlmodel import Session

from features.live import find_teacher
from features.pathway_facts import read_pathways
from features.renewal_facts import read_records
from recommender.store.tables import GrowthGoal, Pathway
from recommender.vocabulary import RecordStatus
from tests.features.store_rows import moment, small_district

ON = date(2026, 5, 31)
WHO = ("idle", "north")


@pytest.fixture
def rows(engine):
    made = small_district(engine)
    for number, prerequisites in ((1, "s2"), (2, ""), (3, "s1")):
        made.credential(
            f"s{number}", title=f"Step {number}", stack="Ladder", prerequisites=prerequisites
        )
    return made


def choose(rows, name, requires=None, set_on=date(2026, 1, 1), district="", **columns):
    rows.add(
        GrowthGoal(
            teacher_id=rows._teacher(WHO),
            goal_key=f"pathway:{name}",
            pathway=name,
            set_on=set_on,
            **columns,
        )
    )
    if requires is not None:
        rows.add(Pathway(district_id=district, pathway=name, title=name, requires=requires))


def standings(rows, on=ON):
    with Session(rows.engine, expire_on_commit=False) as session:
        teacher = find_teacher(session, *WHO)
        return read_pathways(session, teacher, read_records(session, teacher, on), on)


def test_nothing_chosen(rows):
    assert standings(rows) == ()


def test_progress_and_the_next_step_prerequisites_first(rows):
    choose(rows, "p", "stack:Ladder & hours:10 & other:years")
    rows.record(WHO, "questions", moment(date(2026, 2, 1)))
    (found,) = standings(rows)
    assert found.progress.missing == ("s2", "s1", "s3")
    assert found.progress.hours_missing == 0
    assert found.progress.to_confirm == ("years",)
    rows.record(WHO, "s2", moment(date(2026, 2, 1)))
    assert standings(rows)[0].progress.next_step == "s1"
    assert standings(rows, date(2026, 1, 31))[0].progress.next_step == "s2"


def test_a_revoked_credential_is_not_held(rows):
    choose(rows, "p", "credential:questions")
    rows.record(WHO, "questions", moment(date(2026, 2, 1)))
    assert standings(rows)[0].progress.met
    rows.record(WHO, "questions", moment(date(2026, 3, 1)), RecordStatus.REVOKED)
    assert not standings(rows)[0].progress.met


def test_an_id_means_the_districts_own_in_its_own_pathway_and_the_shared_one_in_a_shared(rows):
    rows.credential("questions", "north", title="North's questions")
    rows.record(WHO, ("questions", "north"), moment(date(2026, 2, 1)))
    choose(rows, "ours", "credential:questions", district="north")
    choose(rows, "shared", "credential:questions | hours:99")
    found = {item.goal.pathway: item for item in standings(rows)}
    assert found["ours"].progress.met
    assert not found["shared"].progress.met
    assert found["shared"].credentials["questions"] == ("", "questions")


def test_a_districts_pathway_goes_before_a_shared_one_of_the_name(rows):
    rows.add(Pathway(pathway="p", title="shared", requires="hours:1"))
    choose(rows, "p", "hours:2", district="north")
    rows.add(Pathway(district_id="south", pathway="p", title="theirs", requires="hours:3"))
    (found,) = standings(rows)
    assert found.progress.hours_missing == 2


@pytest.mark.parametrize(
    ("requires", "problem"),
    [(None, "No file tells"), ("", "is not known"), ("hours:no", "cannot be read")],
)
def test_what_is_not_known_is_said_so(rows, requires, problem):
    choose(rows, "p", requires)
    (found,) = standings(rows)
    assert found.progress is None
    assert problem in found.problem


def test_a_goal_that_has_ended_or_lies_ahead_is_left_out(rows):
    choose(rows, "over", "hours:1", until=date(2026, 5, 30))
    choose(rows, "ahead", "hours:1", set_on=date(2026, 6, 1))
    choose(rows, "now", "hours:1")
    choose(rows, "later", "hours:1", set_on=date(2026, 2, 1))
    assert [item.goal.pathway for item in standings(rows)] == ["later", "now"]


def test_what_is_retired_is_asked_of_nobody_who_has_not_got_it(rows):
    rows.credential("old", stack="Ladder", retired_on=date(2026, 5, 31))
    choose(rows, "p", "stack:Ladder")
    assert "old" not in standings(rows)[0].progress.missing
    assert "old" in standings(rows, date(2026, 5, 30))[0].progress.missing


def test_credentials_that_ask_for_each_other_stand_by_id(rows):
    rows.credential("a", stack="Round", prerequisites="b")
    rows.credential("b", stack="Round", prerequisites="a")
    choose(rows, "p", "stack:Round")
    assert standings(rows)[0].progress.missing == ("a", "b")
