from datetime import UTC, datetime

from recommender.store.tables import GrowthGoal, Pathway
from tests.serving.house import NORTH, long_ago

ADA = ("ada", NORTH)


def choose(client, name, requires=None):
    rows = client.house.rows
    rows.add(
        GrowthGoal(
            teacher_id=rows._teacher(ADA),
            goal_key=f"pathway:{name}",
            pathway=name,
            set_on=long_ago(5),
        )
    )
    if requires is not None:
        rows.add(Pathway(pathway=name, title="Lead literacy", kind="role", requires=requires))


def pathways(client, who="ada"):
    answer = client.get("/v1/teachers/ada/pathways", who)
    assert answer.status_code == 200
    return answer.json()["pathways"]


def test_nothing_chosen(client):
    assert pathways(client) == []


def test_progress_what_is_missing_and_the_next_step(client):
    choose(client, "lead", "credential:c1 & (credential:c2 | credential:c3) & other:an interview")
    (found,) = pathways(client)
    assert (found["title"], found["known"], found["met"]) == ("Lead literacy", True, False)
    assert found["share"] == 1 / 3
    assert found["next_step"] == {
        "credential_id": "c2",
        "district_id": "",
        "title": "Credential 2",
    }
    assert found["missing"] == [found["next_step"]]
    assert found["to_confirm"] == ["an interview"]
    assert found["words"] == "Next: earn 'Credential 2'. Confirm with your district."
    assert [part["met"] for part in found["parts"]] == [True, False, False]
    assert (found["chosen_on"], found["until"]) == (long_ago(5).isoformat(), None)
    client.house.rows.record(ADA, "c2", datetime.combine(long_ago(1), datetime.min.time(), UTC))
    (found,) = pathways(client)
    assert (found["next_step"], found["met"]) == (None, False)
    assert "Nothing is left to earn" in found["words"]


def test_hours_and_what_is_met(client):
    choose(client, "hours", "hours:21.5")
    (found,) = pathways(client)
    assert (found["hours_missing"], found["next_step"]) == ("20.5", None)
    assert found["words"] == "Next: earn 20.5 more hours. Confirm with your district."
    client.house.rows.record(ADA, "c24", datetime.combine(long_ago(1), datetime.min.time(), UTC))
    (found,) = pathways(client)
    assert (found["met"], found["share"]) == (True, 1.0)


def test_a_pathway_that_nobody_describes(client):
    choose(client, "nowhere")
    choose(client, "broken", "credential:")
    found = {one["pathway"]: one for one in pathways(client)}
    assert not found["nowhere"]["known"]
    assert found["nowhere"]["share"] is None
    assert "No file tells" in found["nowhere"]["words"]
    assert "cannot be read" in found["broken"]["words"]
