from collections import defaultdict

from features.demo.quality_tables import COMPONENTS
from recommender.states.checklists import shipped_checklists


def test_components_are_those_of_the_shipped_checklist():
    assert set(COMPONENTS) == set(shipped_checklists()["provisional"].components)


def test_reviews_lead_to_the_result_that_the_catalog_tells(rows):
    found = defaultdict(set)
    for row in rows["quality"]:
        found[row["credential_id"]].add(row["met"])
    for row in rows["credentials"]:
        met = found.get(row["credential_id"], {"unknown"})
        result = "not_met" if "no" in met else "unknown" if "unknown" in met else "met"
        assert row["qa_status"] == result
