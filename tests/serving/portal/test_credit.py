"""What a card says of renewal credit: the state's own unit, its source, and never a promise."""

import pytest

from tests.serving.house import NORTH, long_ago
from tests.serving.portal.page import read

LICENCES = {"AR": "Standard", "NC": "Continuing", "SC": "Professional", "WY": "Standard"}


def card(client, state, licence=None, who="ada"):
    """Return what is said of credit on the card of the micro-credential of 24 hours."""
    if state:
        client.house.rows.context(
            ("ada", NORTH),
            long_ago(1),
            state=state,
            license_type=licence or LICENCES[state],
            license_expires_on=long_ago(-730),
        )
    page = read(client.get("/teachers/ada?k=20", who, page=True))
    facts = [text for text in page.texts("div") if text.startswith("Licence renewal")]
    titles = page.texts("h2")
    assert len(facts) == 20
    return facts[titles.index("Credential 24")]


@pytest.mark.parametrize(
    ("state", "amount"),
    [("AR", "24 PD hours"), ("NC", "2.4 CEUs"), ("SC", "24 renewal credits")],
)
def test_possible_credit_in_the_states_own_unit_with_source_and_flag(client, state, amount):
    said = card(client, state)
    assert f"{amount}, possible credit: confirm with your district" in said
    assert "not verified by the state; from " in said


def test_wyoming_shows_none(client):
    said = card(client, "WY")
    assert "not known: confirm with your district" in said
    assert "possible credit" not in said
    assert "None is promised" in said


def test_a_lifetime_licence_needs_none(client):
    assert "no credit" in card(client, "NC", "Lifetime")


def test_a_state_that_is_not_known(client):
    said = card(client, "")
    assert "not known: confirm with your district" in said
    assert "The teacher's state is not known" in said


def test_a_coach_reads_of_the_teachers_own_district(client):
    said = card(client, "NC", who="cole")
    assert "confirm with their district (public school unit)" in said
