"""'Renewal and pathways': earned of needed by when, the next step, and never a promise."""

import pytest

from recommender.store.columns import FOREVER
from recommender.store.tables import Pathway
from tests.serving.house import NORTH, long_ago
from tests.serving.portal.page import read

LICENCES = {"AR": "Standard", "NC": "Continuing", "SC": "Professional", "WY": "Standard"}


def has_licence(client, state, licence=None, **columns):
    client.house.rows.context(
        ("ada", NORTH),
        long_ago(1),
        state=state,
        license_type=licence or LICENCES[state],
        license_expires_on=long_ago(-730),
        **columns,
    )


def opened(client, who="ada"):
    return read(client.get("/teachers/ada/progress", who, page=True))


def test_anonymous(client):
    assert client.get("/teachers/ada/progress", None, page=True).status_code in {303, 401}


@pytest.mark.parametrize(
    ("state", "needed"),
    [
        ("AR", "of 36 PD hours"),
        ("NC", "of 8 CEUs"),
        ("SC", "of 120 renewal credits"),
        ("WY", "of 5 PTSB renewal credits"),
    ],
)
def test_what_is_needed_in_the_states_own_unit(client, state, needed):
    has_licence(client, state, grade_bands="K-2")
    page = opened(client)
    assert any(needed in text for text in page.texts("strong"))
    assert any("confirm with your district" in text for text in page.texts("p", class_="quiet"))
    assert any("Not verified by the state" in text for text in page.texts("details"))


def test_categories_of_the_teachers_own_plan(client):
    has_licence(client, "NC", grade_bands="K-2")
    titles = opened(client).texts("p", class_="row-title")
    assert titles == ["In total", "Subject area", "Literacy", "General"]


def test_a_state_that_is_not_known_says_so(client):
    page = opened(client)
    assert any("nothing can be said of renewal credit" in text for text in page.texts("p"))
    assert page.all("svg") == []


def test_a_coach_reads_about_the_teacher(client):
    has_licence(client, "SC")
    page = opened(client, "cole")
    main = page.texts("main")[0]
    assert "confirm with their district" in main
    assert "your" not in main.lower().replace("your caseload", "")


def test_a_pathway_shows_how_far_and_the_next_step(client):
    client.house.rows.add(
        Pathway(
            district_id=NORTH,
            pathway="x",
            title="Lead teacher",
            kind="leadership_role",
            requires="credential:c03 & credential:c04 & other:an interview",
            source="board policy",
        )
    )
    client.house.rows.goal(("ada", NORTH), None, long_ago(30), FOREVER)
    page = opened(client)
    assert "Lead teacher" in page.texts("h3")
    steps = [text for text in page.texts("li") if text.endswith("Next step")]
    assert len(steps) == 1
    assert any("an interview" in text for text in page.texts("p", class_="unknown"))


def test_without_a_pathway_it_says_how_one_comes(client):
    assert any("no goal on a pathway" in text for text in opened(client).texts("p"))
