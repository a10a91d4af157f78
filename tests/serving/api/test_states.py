import pytest

URL = "/v1/states/NC"


@pytest.fixture(autouse=True)
def _packs_are_looked_at_each_time(monkeypatch):
    monkeypatch.setattr("serving.app.SHELF_INTERVAL_SECONDS", 0.0)


@pytest.mark.parametrize("code", ["AR", "NC", "SC", "WY", "nc"])
def test_every_statement_with_its_provenance(client, code):
    content = client.get(f"/v1/states/{code}", "ada").json()
    assert content["code"] == code.upper()
    assert (content["verified"], content["stated"]) == (0, len(content["statements"]))
    for said in content["statements"]:
        assert said["rule"]
        assert said["says"]
        assert said["verified"] is False
        assert all(source["where"] and source["dated"] for source in said["sources"])
    assert content["open_questions"]


def test_an_unknown_state_and_no_state_at_all(client):
    answer = client.get("/v1/states/ZZ", "ada")
    assert answer.status_code == 404
    assert "there are AR, NC, SC, WY" in answer.json()["detail"]
    assert client.get("/v1/states/Virginia", "ada").status_code == 422


def test_an_unchanged_pack_is_not_sent_again_and_a_changed_one_is(client):
    tag = client.get(URL, "ada").headers["ETag"]
    again = client.get(URL, "ada", headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    folder = client.house.settings.resolved_states_dir / "NC" / "districts"
    folder.mkdir(parents=True)
    (folder / "north.toml").write_text(
        'code = "NC"\ndistrict = "north"\n[renewal]\ncycle_years = { verified = true }\n'
    )
    changed = client.get(URL, "ada", headers={"If-None-Match": tag})
    assert changed.status_code == 200
    content = changed.json()
    assert (content["district"], content["verified"]) == ("north", 1)
    said = next(one for one in content["statements"] if one["rule"] == "renewal.cycle_years")
    assert said["verified"] is True


def test_a_district_sees_its_own_changes_only(client):
    folder = client.house.settings.resolved_states_dir / "NC" / "districts"
    folder.mkdir(parents=True)
    (folder / "north.toml").write_text(
        'code = "NC"\ndistrict = "north"\n[renewal]\ncycle_years = { verified = true }\n'
    )
    assert client.get(URL, "zoe").json()["district"] == ""
