import json

import pytest

from recommender.cli import run
from serving.auth.development import ISSUER, DevelopmentKey


@pytest.fixture
def identities(client, monkeypatch, capsys):
    """Run `recommender identities ...` on the house; return the exit code, stdout and stderr."""
    monkeypatch.setenv("RECOMMENDER_DATA_DIR", str(client.house.settings.data_dir))

    def command(*arguments):
        code = run(["identities", *arguments])
        said = capsys.readouterr()
        return code, said.out, said.err

    return command


def ask(client, subject, address="/v1/settings"):
    token = DevelopmentKey(client.house.settings).mint(subject)
    return client.get(address, headers={"Authorization": f"Bearer {token}"}).status_code


def test_an_admin_is_made_and_unmade_without_sql(client, identities):
    assert ask(client, "boss") == 403
    assert (
        identities("add", "boss", "--role", "admin", "--district", "north", "--issuer", ISSUER)[0]
        == 0
    )
    assert ask(client, "boss") == 200
    assert identities("remove", "boss", "--issuer", ISSUER)[0] == 0
    assert ask(client, "boss") == 403


def test_a_teacher_and_a_coach_are_named(client, identities):
    common = ("--district", "north", "--issuer", ISSUER)
    assert identities("add", "t", "--role", "teacher", "--teacher", "ada", *common)[0] == 0
    assert identities("add", "c", "--role", "coach", "--coach", "cole", *common)[0] == 0
    for subject in ("t", "c"):
        assert ask(client, subject, "/v1/teachers/ada/profile") == 200
        assert ask(client, subject, "/v1/teachers/bob/profile") == 403


def test_they_are_listed(identities):
    assert identities("add", "boss", "--role", "data_staff", "--district", "south")[0] == 0
    _, out, _ = identities("list", "--district", "south", "--json")
    assert json.loads(out) == [
        {
            "subject": "boss",
            "issuer": "microcredential-recommender",
            "role": "data_staff",
            "district": "south",
            "teacher": None,
            "coach": None,
        }
    ]
    assert "boss" in identities("list")[1]


@pytest.mark.parametrize(
    ("arguments", "code", "why"),
    [
        (("x", "--role", "admin", "--district", "nowhere"), 4, "no district"),
        (("x", "--role", "teacher", "--district", "north"), 2, "--teacher ID"),
        (("x", "--role", "admin", "--district", "north", "--coach", "cole"), 2, "neither"),
        (("x", "--role", "teacher", "--district", "north", "--teacher", "ghost"), 4, "no teacher"),
        (("x", "--role", "coach", "--district", "north", "--coach", "ghost"), 4, "no coach"),
        (("x\ny", "--role", "admin", "--district", "north"), 2, "printable"),
        (("x" * 256, "--role", "admin", "--district", "north"), 2, "printable"),
    ],
)
def test_what_cannot_be_is_refused(identities, arguments, code, why):
    found, _, error = identities("add", *arguments)
    assert found == code
    assert why in error


def test_an_identity_is_not_changed_by_the_way(identities):
    assert identities("add", "boss", "--role", "admin", "--district", "north")[0] == 0
    code, _, error = identities("add", "boss", "--role", "data_staff", "--district", "north")
    assert code == 2
    assert "already" in error
    assert identities("remove", "nobody")[0] == 4


def test_a_service_account_acts_for_whom_its_token_names(client, identities):
    assert (
        identities("add", "portal", "--role", "service", "--district", "north", "--issuer", ISSUER)[
            0
        ]
        == 0
    )
    assert ask(client, "portal", "/v1/teachers/ada/suggestions") == 403
