"""Each setting of a district, set by its admin, holds from the very next request on.

The list is asked for several times before, with one token, so that it is remembered
(`serving.api.suggestions.shortcut`); the page, which never is, says the same.
"""

import json
import re
from collections import defaultdict
from html import unescape

import pytest
from sqlalchemy import update
from sqlmodel import Session, col

from features.snapshot import build_snapshot
from recommender.clock import today
from recommender.district_settings import MEANINGS, SettingName
from recommender.store.tables import Credential
from serving.api.suggestions.shortcut import Shortcut
from tests.serving.house import NORTH, SOUTH

PATH = "/v1/teachers/ada/suggestions"


@pytest.fixture
def ask(client):
    """Ask for ada's list as a portal does: with one token, again and again."""
    headers = {"Authorization": f"Bearer {client.house.token('ada')}"}

    def asked(times=1):
        for _ in range(times):
            content = client.get(PATH, headers=headers).json()
        return content

    return asked


def put(client, name, value):
    body = {"name": name, "value": value}
    assert client.request("PUT", "/v1/settings", "admin", json=body).status_code == 200


def change(client, credentials, **columns):
    with Session(client.house.engine) as session:
        chosen = update(Credential).where(col(Credential.source_id).in_(credentials))
        session.exec(chosen.values(**columns))
        session.commit()


def ids(content):
    return [item["credential_id"] for item in content["items"]]


def on_page(client):
    """Return the ids of ada's page in order."""
    text = client.get("/teachers/ada", "ada", page=True).text
    return list(dict.fromkeys(re.findall(r'name="credential_id"\s+value="([^"]+)"', text)))


def sentences(client):
    """Return what stands on ada's page, by line."""
    text = client.get("/teachers/ada", "ada", page=True).text
    return {unescape(line).strip() for line in re.split(r"<[^>]*>", text)}


def told(content):
    """Return the reasons that a list gives, by evidence."""
    found = defaultdict(set)
    for item in content["items"]:
        for reason in item["reasons"]:
            found[reason["evidence"]].add(reason["text"])
    return found


def test_the_lists_of_these_tests_are_remembered(client, ask, monkeypatch):
    before = ask(3)
    monkeypatch.setattr(Shortcut, "_make", lambda *_: pytest.fail("it is made again"))
    assert ask() == before


def test_use_evaluations(client, ask):
    because = told(ask(3))["growth_area"]
    assert because & sentences(client)
    put(client, "use_evaluations", value=False)
    after = ask()
    assert after["policy"]["use_evaluations"] is False
    assert "growth_area" not in told(after)
    assert on_page(client) == ids(after)[:5]
    assert not because & sentences(client)
    put(client, "use_evaluations", value=True)
    assert told(ask())["growth_area"] == because


def test_micro_credentials_only(client, ask):
    first = ids(ask(3))[0]
    change(client, [first], kind="course")
    assert ids(ask(3))[0] == first
    put(client, "micro_credentials_only", value=True)
    assert first not in ids(ask())
    assert first not in on_page(client)
    put(client, "micro_credentials_only", value=None)
    assert ids(ask())[0] == first


def test_diversity(client, ask):
    change(client, ["c24", "c16"], issuer="Another issuer")
    put(client, "diversity", value=0)
    plain = ids(ask(3))
    put(client, "diversity", value=1)
    spread = ids(ask())
    assert spread != plain
    assert on_page(client) == spread[:5]
    put(client, "diversity", value=0)
    assert ids(ask()) == plain


def test_exploration(client, ask):
    assert not any(item["explores"] for item in ask(3)["items"])
    put(client, "exploration", value=1)
    after = ask()
    assert [item["rank"] for item in after["items"] if item["explores"]] == [5]
    assert on_page(client) == ids(after)[:5]
    put(client, "exploration", value=0)
    assert not any(item["explores"] for item in ask()["items"])


def test_contribute_to_training(client, ask, tmp_path):
    client.house.rows.record(("zoe", SOUTH), "c3")  # somebody is left to learn from
    before = ask(3)

    def teachers():
        snapshot = build_snapshot(client.house.engine, today(), tmp_path / "snapshots")
        return {district for district, _ in snapshot.teachers}

    assert NORTH in teachers()
    put(client, "contribute_to_training", value=False)
    assert NORTH not in teachers()
    assert ask() == before
    put(client, "contribute_to_training", value=True)
    assert NORTH in teachers()


def test_no_setting_is_left_out():
    elsewhere = {"need_share", "allow_unknown_quality"}  # in api/test_settings
    here = {name.removeprefix("test_") for name in globals() if name.startswith("test_")}
    assert {name.value for name in SettingName} <= here | elsewhere
    assert set(MEANINGS) == set(SettingName)


def test_what_is_set_is_told_with_the_list(client, ask):
    ask(3)
    put(client, "diversity", value=0.75)
    assert json.dumps(ask()["policy"]).count("0.75") == 1
