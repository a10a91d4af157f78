from datetime import date

import numpy as np
import pytest
from sqlmodel import Session, select

from features.live import read_catalog
from features.quality_facts import Quality, read_quality
from features.snapshot import Snapshot, build_snapshot
from recommender.states.shelf import Shelf
from recommender.store.tables import Credential, District, QualityReview
from recommender.vocabulary import QualityStatus
from tests.features.store_rows import StoreRows, moment

AS_OF = date(2026, 5, 31)
MET, NOT_MET, UNKNOWN = QualityStatus.MET, QualityStatus.NOT_MET, QualityStatus.UNKNOWN
SHELF = Shelf()
COMPONENTS = tuple(SHELF.checklists["provisional"].components)


@pytest.fixture
def rows(engine):
    made = StoreRows(engine)
    made.add(District(district_id="nc", state="NC"))
    made.add(District(district_id="nowhere"))
    made.ids["district", "nc"] = "nc"
    made.teacher("t", "nc")
    for name, word in (("whole", UNKNOWN), ("failed", MET), ("partly", MET), ("bare", MET)):
        made.credential(name, qa_status=word)
    made.record(("t", "nc"), "bare", moment(date(2026, 1, 1)))
    for component in COMPONENTS:
        review(made, "whole", component, MET)
        review(made, "failed", component, NOT_MET if component == COMPONENTS[0] else MET)
    review(made, "partly", COMPONENTS[0], MET)
    review(made, "bare", "of another checklist", NOT_MET)
    return made


def review(rows, credential, component, met, on=date(2026, 3, 1)):
    id_ = rows._credential(credential)
    rows.add(QualityReview(credential_id=id_, component=component, met=met, reviewed_on=on))


def statuses(catalog, district):
    found = [QualityStatus.from_code(code) for code in catalog.quality_for(district)]
    return dict(zip([key[1] for key in catalog.axes.credentials], found, strict=True))


def test_reviews_against_the_packs_checklist_go_before_the_catalogs_word(rows):
    with Session(rows.engine) as session:
        catalog = read_catalog(session, AS_OF)
    assert statuses(catalog, "nc") == {
        "whole": MET,
        "failed": NOT_MET,
        "partly": UNKNOWN,
        "bare": MET,
    }


def test_a_district_without_a_pack_goes_by_the_catalogs_word(rows):
    with Session(rows.engine) as session:
        catalog = read_catalog(session, AS_OF)
    assert statuses(catalog, "nowhere")["failed"] is MET


def test_later_reviews_do_not_count_yet(rows):
    with Session(rows.engine) as session:
        catalog = read_catalog(session, date(2026, 2, 1))
    assert statuses(catalog, "nc") == {
        "whole": UNKNOWN,
        "failed": MET,
        "partly": MET,
        "bare": MET,
    }


def test_a_snapshot_says_the_same(rows, tmp_path):
    built = build_snapshot(rows.engine, AS_OF, tmp_path)
    with Session(rows.engine) as session:
        live = read_catalog(session, AS_OF)
    catalog = Snapshot.load(built.path).catalog
    for district in ("nc", "nowhere"):
        np.testing.assert_array_equal(catalog.quality_for(district), live.quality_for(district))


def test_one_credential_tells_its_components(rows):
    with Session(rows.engine) as session:
        rows_ = session.exec(select(Credential)).all()
        by_id = read_quality(session, rows_, "nc", SHELF, AS_OF)
        found = {row.source_id: by_id[row.id] for row in rows_}
    failed = found["failed"]
    assert (failed.status, failed.reviews.provisional) == (NOT_MET, True)
    assert failed.reviews.count(NOT_MET) == 1
    assert found["bare"] == Quality(MET, None)
