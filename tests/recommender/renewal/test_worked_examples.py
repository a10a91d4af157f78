"""The worked examples: computed here, shown in docs/states.md."""

import tomllib
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from recommender.renewal.account import account
from recommender.renewal.credit import CreditStatus, credit
from recommender.renewal.facts import CredentialFacts, Record, TeacherFacts
from recommender.states.amounts import amount_text
from recommender.vocabulary import RecordStatus

TODAY = date(2026, 11, 24)
DATA = Path(__file__).with_name("worked_examples.toml")
MANUAL = Path(__file__).parents[3] / "docs" / "states.md"
EXAMPLES = tomllib.loads(DATA.read_text(encoding="utf-8"), parse_float=Decimal)["examples"]
HEADER = (
    "| state | example | its last record gives | account | still needed |\n|---|---|---|---|---|\n"
)


def teacher_of(example):
    facts = dict(example["teacher"])
    facts["grade_bands"] = frozenset(facts.get("grade_bands", ()))
    return TeacherFacts(example["state"], **facts)


def record_of(row):
    credential = CredentialFacts(
        ("", row["id"]),
        hours=Fraction(row["hours"]) if "hours" in row else None,
        kind=row.get("kind", "micro_credential"),
        subjects=frozenset(row.get("subjects", ())),
        standards=frozenset(tuple(pair) for pair in row.get("standards", ())),
    )
    return Record(credential, RecordStatus.EARNED, row["on"])


def pair(standing):
    return f"{amount_text(standing.earned)} of {amount_text(standing.needed)}"


def stated(credits_):
    best = min(credits_, key=lambda item: list(CreditStatus).index(item.status))
    return f"{best.status} {amount_text(best.units)}" if best.units else str(best.status)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda item: f"{item['state']}-{item['says']}")
def test_the_example_holds(example, packs):
    pack, teacher = packs[example["state"]], teacher_of(example)
    records = [record_of(row) for row in example["records"]]
    assert stated(credit(records[-1], teacher, pack)) == example["credit"]
    found = account(records, teacher, pack, TODAY)
    assert (pair(found.total) if found.total else None) == example.get("total")
    assert {item.key: pair(item) for item in found.categories} == example.get("categories", {})
    years = {item.standing.key: pair(item.standing) for item in found.years}
    for first, standing in example.get("years", {}).items():
        assert years[first] == standing
    remaining = None if found.remaining is None else amount_text(found.remaining)
    assert remaining == example.get("remaining")


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda item: f"{item['state']}-{item['says']}")
def test_every_credit_has_words_sources_and_a_flag_and_none_is_called_certain(example, packs):
    pack, teacher = packs[example["state"]], teacher_of(example)
    for row in example["records"]:
        for item in credit(record_of(row), teacher, pack):
            assert item.words
            assert item.basis
            assert all(ground.sources for ground in item.basis)
            assert not item.verified
            assert " counts" not in item.words or "whether" in item.words
            if item.status is CreditStatus.POSSIBLE:
                assert item.words.startswith("Possible credit of ")
                assert "confirm with" in item.words


def test_every_state_has_examples(packs):
    assert {example["state"] for example in EXAMPLES} == set(packs)


def test_wyoming_promises_nothing_for_a_micro_credential(packs):
    record = record_of({"id": "A", "hours": 500, "on": date(2026, 3, 1)})
    found = credit(record, TeacherFacts("WY"), packs["WY"])
    assert [(item.status, item.units) for item in found] == [(CreditStatus.UNKNOWN, 0)]
    assert "None is promised" in found[0].words


def shown(example, packs):
    """Return the row of the manual that shows an example."""
    unit = packs[example["state"]].renewal.unit
    parts = [f"total {example['total']}"] if "total" in example else []
    parts += [f"{name} {value}" for name, value in example.get("categories", {}).items()]
    years = example.get("years", {})
    parts += [f"school year from {first}: {value}" for first, value in years.items()]
    still = f"{example['remaining']} {unit.many}" if "remaining" in example else "nothing is asked"
    given = example["credit"]
    given = f"{given} {unit.many}" if given.startswith("possible") else given
    cells = (example["state"], example["says"], given, "; ".join(parts) or "no account", still)
    return f"| {' | '.join(cells)} |\n"


def test_the_manual_shows_the_examples(packs):
    table = HEADER + "".join(shown(example, packs) for example in EXAMPLES)
    assert table in MANUAL.read_text(encoding="utf-8"), table
