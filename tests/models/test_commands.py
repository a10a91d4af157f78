"""`recommender suggest`, through the front door."""

import json
import re

import pytest
from sqlmodel import Session, select

from features.live import find_teacher, read_catalog, read_states
from features.renewal_facts import read_offers
from models.champion import load_champion
from models.suggest import suggest
from models.suggestion_json import suggestion_list_to_dict
from recommender import cli
from recommender.clock import day_end_ms
from recommender.policy import Policy
from recommender.states.shelf import Shelf
from recommender.store.engine import unit_of_work
from recommender.store.tables import (
    Credential,
    CredentialRecord,
    District,
    DistrictSetting,
    Teacher,
)
from recommender.vocabulary import EvidenceName, RecordStatus
from tests.builders import AS_OF

TEACHER = "zq-teacher-4711"
ON = ["--as-of", AS_OF.isoformat()]


@pytest.fixture
def run(capsys, data_dir):
    """Return the function that runs the command and gives its exit code, output and messages."""

    def run(*arguments):
        code = cli.run(["suggest", *arguments])
        return (code, *capsys.readouterr())

    return run


def test_table_with_reasons(champion, run):
    code, out, _ = run(TEACHER, *ON)
    assert code == 0
    assert f"Suggestions for {TEACHER} (north) as of 2026-06-30" in out
    assert "Credential 3 (c3)" in out
    assert "$75.50" in out
    assert "free" in out
    assert "unknown" in out
    assert "Your evaluation of 12 May 2026 rated 'Standard 3b' 2 on a scale of 1 to 4." in out
    assert "(c0)" not in out


def test_length_of_the_list(champion, run):
    _, out, _ = run(TEACHER, "-k", "2", *ON)
    assert len(re.findall(r"\(c\d\)", out)) == 2


def test_json_is_the_list_of_suggest(champion, store, data_dir, run):
    code, out, _ = run(TEACHER, "--json", *ON)
    assert code == 0
    with Session(store) as session:
        version, bundle = load_champion(session, data_dir / "artifacts")
        catalog = read_catalog(session, AS_OF, bundle.axes)
        state = read_states(session, [1], bundle.axes, day_end_ms(AS_OF))
        made = suggest(bundle, state, catalog, Policy.in_force(), 10, district_id="north")
        keys = [item.key for item in made.items]
        teacher = find_teacher(session, TEACHER)
        (offers,) = read_offers(session, Shelf(), [(teacher, keys)], AS_OF)
    assert json.loads(out) == suggestion_list_to_dict(
        made,
        catalog,
        teacher_id=TEACHER,
        district_id="north",
        model_version=version.version,
        credits_=offers,
    )


def test_json_shape(champion, run):
    answer = json.loads(run(TEACHER, "--json", "-k", "1", *ON)[1])
    assert {key: answer[key] for key in answer if key != "items"} == {
        "teacher_id": TEACHER,
        "district_id": "north",
        "model_version": 1,
        "as_of": "2026-06-30",
        "policy": {
            "need_share": 0.25,
            "allow_unknown_quality": True,
            "diversity": 0.1,
            "exploration": 0.1,
            "use_evaluations": True,
            "micro_credentials_only": False,
        },
        "segment": "1-2",
        "vetoed": [],
    }
    (item,) = answer["items"]
    assert item["rank"] == 1
    assert item["title"] == f"Credential {item['credential_id'][1:]}"
    area = next(reason for reason in item["reasons"] if reason["evidence"] == "growth_area")
    assert area["facts"] == [
        {
            "kind": "rated",
            "standard": {"framework": "D", "code": "3b", "title": "Standard 3b"},
            "credential": None,
            "level": 2.0,
            "scale_min": 1.0,
            "scale_max": 4.0,
            "on": "2026-05-12",
            "set_by": None,
            "count": None,
            "amount": None,
            "remaining": None,
            "until": None,
            "confirm_with": None,
            "pathway": None,
            "step": None,
        }
    ]


def test_a_district_may_show_micro_credentials_only(champion, store, run):
    def listed():
        return [
            item["credential_id"] for item in json.loads(run(TEACHER, "--json", *ON)[1])["items"]
        ]

    course = listed()[0]
    with unit_of_work(store) as session:
        row = session.exec(select(Credential).where(Credential.source_id == course)).one()
        row.kind = "course"
    assert course in listed()
    with unit_of_work(store) as session:
        session.add(
            DistrictSetting(
                district_id="north",
                name="micro_credentials_only",
                value=True,
                valid_from=AS_OF,
                set_by="tests",
            )
        )
    assert listed()
    assert course not in listed()


def test_json_with_the_part_of_every_evidence(champion, run):
    (item,) = json.loads(run(TEACHER, "--json", "--explain", "-k", "1", *ON)[1])["items"]
    assert len(item["contributions"]) == len(EvidenceName)
    total = sum(part["weight"] * part["value"] for part in item["contributions"])
    assert total == pytest.approx(item["score"], abs=1e-4)


def test_explain_shows_the_arithmetic(champion, run):
    _, out, _ = run(TEACHER, "--explain", "-k", "1", *ON)
    assert "Contribution" in out
    assert "growth_area" in out
    assert "colleagues" in out


def test_explain_shows_possible_credit_and_its_rule(champion, run):
    _, out, _ = run(TEACHER, "--explain", "-k", "1", *ON)
    assert "Possible credit towards renewal" in out
    assert "confirm with your district" in out


def test_credit_of_a_teacher_whose_state_is_not_known(champion, run):
    (item,) = json.loads(run(TEACHER, "--json", "-k", "1", *ON)[1])["items"]
    credit = item["credit"]
    assert (credit["status"], credit["amount"], credit["verified"]) == ("unknown", None, False)


def test_facts_after_the_date_do_not_count(champion, run):
    out = run(TEACHER, "--json", "--as-of", "2026-05-11")[1]
    assert "rated" not in out
    assert "rated" in run(TEACHER, "--json", "--as-of", "2026-05-12")[1]


def test_nothing_to_suggest_says_why(champion, store, run):
    with unit_of_work(store) as session:
        session.add_all(
            CredentialRecord(teacher_id=1, credential_id=i, status=RecordStatus.ENROLLED)
            for i in range(2, 7)
        )
    code, out, messages = run(TEACHER, *ON)
    assert (code, out) == (0, "")
    assert "Nothing can be suggested" in messages
    assert "5 x You have already started it." in messages


@pytest.mark.parametrize("k", ["0", "101", "-3"])
def test_k_out_of_range(champion, run, k):
    code, out, messages = run(TEACHER, "-k", k)
    assert (code, out) == (2, "")
    assert f"k must be from 1 to 100, got {k}." in messages


def test_unknown_teacher(champion, run):
    code, out, messages = run("nobody")
    assert (code, out) == (4, "")
    assert "There is no teacher 'nobody'" in messages


def test_same_id_in_two_districts_asks_for_the_district(champion, store, run):
    with unit_of_work(store) as session:
        session.add(District(district_id="west"))
        session.flush()
        session.add(Teacher(district_id="west", source_id=TEACHER))
    code, _, messages = run(TEACHER)
    assert code == 2
    assert "name the district by --district" in messages
    assert run(TEACHER, "--district", "west")[0] == 0


def test_no_champion(store, run):
    code, out, messages = run(TEACHER)
    assert (code, out) == (6, "")
    assert "No model serves yet" in messages


def test_bad_date_is_refused(champion, run):
    assert run(TEACHER, "--as-of", "yesterday")[0] == 2
