from datetime import UTC, datetime

import pytest

from tests.serving.house import NORTH, long_ago

ADA = ("ada", NORTH)
LICENCES = {"AR": "Standard", "NC": "Continuing", "SC": "Professional", "WY": "Standard"}


def enrol(client, state, licence="", **columns):
    """Put ada on the roster of a state from yesterday on, with a licence for two more years."""
    columns = {"license_expires_on": long_ago(-730), "grade_bands": "9-12"} | columns
    client.house.rows.context(
        ADA, long_ago(1), state=state, license_type=licence or LICENCES[state], **columns
    )


def renewal(client, who="ada"):
    answer = client.get("/v1/teachers/ada/renewal", who)
    assert answer.status_code == 200
    return answer.json()


@pytest.fixture(autouse=True)
def _packs_are_looked_at_each_time(monkeypatch):
    monkeypatch.setattr("serving.app.SHELF_INTERVAL_SECONDS", 0.0)


def test_earned_of_needed_by_category_and_by_when(client):
    enrol(client, "NC")
    day = datetime.combine(long_ago(20), datetime.min.time(), UTC)
    client.house.rows.record(ADA, "c20", day)
    content = renewal(client)
    assert (content["state"], content["status"]) == ("NC", "known")
    assert (content["total"]["earned"], content["total"]["needed"]) == ("2.1", "8")
    assert content["remaining"] == "5.9"
    assert content["by_when"] == long_ago(-730).isoformat()
    needs = {one["title"]: (one["earned"], one["needed"]) for one in content["categories"]}
    assert needs == {"Subject area": ("0", "4"), "General": ("2.1", "4")}
    assert "confirm with your district or state" in content["words"]
    assert {one["credential"]["credential_id"] for one in content["counted"]} == {"c1", "c20"}


@pytest.mark.parametrize("state", ["AR", "NC", "SC", "WY"])
def test_every_figure_names_rule_source_date_and_flag(client, state):
    enrol(client, state)
    content = renewal(client)
    figures = [content["cycle"], *content["categories"], *content["years"], *content["topics"]]
    figures += [content["total"]] if content["total"] else []
    assert content["total"] or content["years"]
    grounds = [one["basis"] for one in figures]
    grounds += [ground for one in content["counted"] for ground in one["basis"]]
    for ground in grounds:
        assert ground["rule"].startswith("renewal.")
        assert ground["verified"] is False
        assert all(source["where"] and source["dated"] for source in ground["sources"])
    for one in content["counted"]:
        assert one["words"].startswith("Possible credit of ")
        assert "confirm with " in one["words"]


def test_a_need_of_each_school_year(client):
    enrol(client, "AR")
    content = renewal(client)
    assert content["total"] is None
    year = content["years"][-1]
    assert (year["needed"], content["unit"]["many"]) == ("36", "PD hours")
    assert year["period"]["first"] <= content["as_of"] <= year["period"]["last"]


def test_wyoming_promises_none(client):
    enrol(client, "WY")
    content = renewal(client)
    assert (content["total"]["earned"], content["counted"]) == ("0", [])
    assert "None is promised" in content["left_out"][0]["words"]


@pytest.mark.parametrize(
    ("state", "licence", "status", "words"),
    [
        ("TX", "Standard", "unknown", "No renewal rules are known for the state 'TX'"),
        ("NC", "Emergency", "unknown", "What is needed is not known"),
        ("NC", "Lifetime", "exempt", "needs no renewal"),
    ],
)
def test_what_is_not_known_is_said_so(client, state, licence, status, words):
    enrol(client, state, licence)
    content = renewal(client)
    assert content["status"] == status
    assert words in content["words"]
    assert (content["total"], content["categories"], content["years"]) == (None, [], [])


def test_an_unknown_state(client):
    content = renewal(client)
    assert (content["state"], content["status"], content["unit"]) == ("", "unknown", None)


def test_a_licence_without_a_known_end(client):
    enrol(client, "NC", license_expires_on=None)
    content = renewal(client)
    assert (content["status"], content["cycle"], content["by_when"]) == ("unknown", None, None)


def test_a_districts_own_file_and_its_change_are_picked_up(client):
    enrol(client, "NC")
    folder = client.house.settings.resolved_states_dir / "NC" / "districts"
    folder.mkdir(parents=True)
    text = """
code = "NC"
district = "north"
[sources]
handbook = { where = "our handbook", dated = "2026", kind = "stated" }
[renewal]
total = { value = 9, sources = ["handbook"], verified = true }
"""
    (folder / "north.toml").write_text(text)
    content = renewal(client)
    assert (content["rules_of_district"], content["total"]["needed"]) == ("north", "9")
    ground = content["total"]["basis"]
    assert (ground["verified"], ground["district"]) == (True, "north")
    (folder / "north.toml").write_text(text.replace("value = 9", "value = 0.00"))
    assert renewal(client)["total"]["needed"] == "9"
    (folder / "north.toml").write_text(text.replace("value = 9", "value = 10"))
    assert renewal(client)["total"]["needed"] == "10"


@pytest.mark.parametrize(
    ("state", "status", "amount"),
    [
        ("AR", "possible", "24 PD hours"),
        ("NC", "possible", "2.4 CEUs"),
        ("SC", "possible", "24 renewal credits"),
        ("WY", "unknown", "None "),
    ],
)
def test_a_suggestion_tells_its_credit_in_the_states_own_unit(client, state, status, amount):
    enrol(client, state)
    items = client.get("/v1/teachers/ada/suggestions?k=50", "ada").json()["items"]
    credit = next(item for item in items if item["credential_id"] == "c24")["credit"]
    assert (credit["status"], f"{credit['amount']} {credit['unit']}") == (status, amount)
    assert credit["verified"] is False
    assert credit["sources"]


def test_a_coach_reads_about_the_teacher(client):
    enrol(client, "SC")
    told = client.get("/v1/teachers/ada/renewal", "cole").json()
    words = " ".join([told["words"], *told["notes"], *(one["words"] for one in told["topics"])])
    assert "their district" in words
    assert "your" not in words.lower().split()
