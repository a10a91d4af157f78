import numpy as np
import pytest

from features.demo.careers import Part, Pathway, build_pathways
from features.demo.districts import DISTRICTS
from features.demo.stacks import NONE
from recommender.careers.requirements import CredentialItem, Several, parse_requirement


def items(tree):
    if isinstance(tree, Several):
        return [item for part in tree.parts for item in items(part)]
    return [tree]


@pytest.fixture
def pathway():
    parts = (Part(2, np.array([0, 1])), Part(1, np.array([2, 3])))
    return Pathway("lead", "Lead", "designation", -1, parts, "", local=False)


def test_the_next_step_counts_most_and_what_is_earned_nothing(pathway):
    earned = np.zeros((3, 5), dtype=bool)
    earned[1, 0] = True
    earned[2, [0, 1, 3]] = True
    steps = pathway.open_steps(earned)
    assert steps[0].argmax() == 0
    assert (steps[0, :4] > 0).all()
    assert steps[1].argmax() == 1
    assert steps[1, 0] == 0
    assert not steps[2].any()
    assert not steps[:, 4].any()


def test_what_a_pathway_asks_for_is_read_by_the_rules_of_the_file(rows):
    known = {row["credential_id"] for row in rows["credentials"]}
    for row in rows["pathways"]:
        asked = items(parse_requirement(row["requires"]))
        named = {item.credential for item in asked if isinstance(item, CredentialItem)}
        assert named
        assert named <= known


def test_every_state_has_a_pathway_and_some_are_a_districts_own(rows):
    assert {row["state"] for row in rows["pathways"]} == {"", "AR", "NC", "SC", "WY"}
    assert {row["district_id"] for row in rows["pathways"]} - {""}
    kinds = {"endorsement", "leadership_role", "designation", "salary_step"}
    assert {row["kind"] for row in rows["pathways"]} == kinds


def test_teachers_follow_pathways_of_their_own_state(rows):
    states = {(row["district_id"], row["teacher_id"]): row["state"] for row in rows["teachers"]}
    of = {row["pathway"]: row["state"] for row in rows["pathways"]}
    goals = [row for row in rows["goals"] if row["pathway"]]
    assert 0.05 < len(goals) / len(states) < 0.3
    for row in goals:
        assert of[row["pathway"]] in {"", states[row["district_id"], row["teacher_id"]]}
        assert not row["framework"]


def test_those_who_follow_a_pathway_take_its_steps_far_more_often(world):
    choices = world.choices
    for place, pathway in enumerate(build_pathways(world.catalog)):
        members = np.concatenate([part.members for part in pathway.parts])
        share = choices.taken[:, members].mean(axis=1)
        follows = choices.pathway == place
        if follows.sum() >= 10:
            others = (choices.pathway == NONE) & np.isin(
                world.roster.district, np.unique(world.roster.district[follows])
            )
            assert share[follows].mean() > 2 * share[others].mean()
    assert len(DISTRICTS) == 4
