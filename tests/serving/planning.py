"""A coach with teachers to plan for, in the house of the service's tests."""

from recommender.clock import today
from tests.serving.house import NORTH, assign

PLAN = {
    "standards": [{"framework": "F", "code": "2", "need": None}],
    "hours_a_month": 20.0,
    "starts_on": "2026-09-01",
    "until": "2026-12-31",
}


def crowd(client, count=4):
    """Let cole coach some more teachers, each with a need like ada's; return their ids."""
    rows = client.house.rows
    names = [f"t{number}" for number in range(count)]
    for name in names:
        rows.teacher(name, NORTH, given_name=name.title())
        rows.rate((name, NORTH), ("F", "2"), 1.5, today())
        assign(rows, "cole", (name, NORTH))
    return names


def made(client, **changes):
    answer = client.request("POST", "/v1/teachers/ada/plans", "cole", json=PLAN | changes)
    assert answer.status_code == 201, answer.text
    return answer


def changed(client, plan, who="cole", **changes):
    return client.request(
        "PUT",
        f"/v1/plans/{plan['plan_id']}",
        who,
        json=PLAN | changes,
        headers={"If-Match": f'"{plan["plan_id"]}.{plan["version"]}"'},
    )


def accepted(client, plan, who, version=None):
    tag = f'"{plan["plan_id"]}.{version or plan["version"]}"'
    return client.request(
        "POST",
        f"/v1/plans/{plan['plan_id']}/acceptance",
        who,
        json={},
        headers={"If-Match": tag},
    )
