import pytest

from features.importers.badge_matching import NOTHING, SURE, CatalogIndex
from features.importers.badge_terms import Aligned, badge_of_credential
from features.importers.sources import CatalogEntry
from tests.features.badge_signer import credential

CTID = "ce-00000000-0000-0000-0000-000000000001"
INDEX = CatalogIndex(
    [
        CatalogEntry("M1", "Wait Time", "Digital Promise", "https://x.example/wait", frozenset()),
        CatalogEntry("M2", "Checking for Understanding", "NEA", "", frozenset({("F", "1")})),
        CatalogEntry(CTID, "Family Engagement", "NEA", "", frozenset({("F", "1"), ("F", "2")})),
        CatalogEntry("M4", "Grading", "NEA", "", frozenset()),
        CatalogEntry("M5", "Grading", "NEA", "", frozenset()),
    ]
)


def badge(title="", issuer="", achievement="urn:x", **more):
    made = credential()
    made["issuer"]["name"] = issuer
    made["credentialSubject"]["achievement"] = {"id": achievement, "name": title} | more
    return badge_of_credential(made)


@pytest.mark.parametrize(
    ("told", "credential_id", "by", "sure"),
    [
        (badge(achievement="M1"), "M1", "id", True),
        (badge(achievement="https://x.example/wait"), "M1", "id", True),
        (badge(achievement=f"https://r.example/{CTID.upper()}"), CTID, "id", True),
        (badge(humanCode="M2"), "M2", "code", True),
        (badge(otherIdentifier=[{"identifier": "M2"}]), "M2", "code", True),
        (badge(alignment=[{"targetUrl": f"https://r.example/{CTID}"}]), CTID, "alignment", True),
        (badge("WAIT  time!", "digital promise"), "M1", "title and issuer", True),
        (badge("Wait Time", "Somebody else"), "M1", "title", False),
        (badge("Wait Time for Answers"), "M1", "a similar title", False),
        (
            badge(alignment=[{"targetFramework": "F", "targetCode": "1", "targetUrl": "u"}]),
            "M2",
            "aligned standards",
            False,
        ),
        (badge("Grading", "NEA"), "M4", "title and issuer", False),
    ],
)
def test_how_a_badge_is_found(told, credential_id, by, sure):
    match = INDEX.match(told)
    assert (match.credential, match.by, match.sure) == (credential_id, by, sure)
    assert 0 < match.confidence <= 1


def test_what_is_in_no_catalog():
    assert INDEX.match(badge("Beekeeping")) == NOTHING
    assert INDEX.match(badge()) == NOTHING
    assert CatalogIndex([]).match(badge("Wait Time")) == NOTHING


def test_a_title_that_nobody_signed_is_never_sure():
    match = INDEX.match(badge("Wait Time", "Digital Promise"), sure_of_title=False)
    assert match.credential == "M1"
    assert match.confidence < SURE


def test_an_id_is_surer_than_any_title():
    assert INDEX.match(badge("Grading", "NEA", achievement="M1")).credential == "M1"


def test_alignments_are_read_in_both_spellings():
    told = badge(alignments=[{"targetUrl": "u", "targetFramework": {"en": "F"}, "targetCode": "1"}])
    assert told.aligned == (Aligned("u", "F", "1"),)
