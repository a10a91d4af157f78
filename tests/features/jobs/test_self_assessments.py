from features.jobs.self_assessments import read_self_assessments
from recommender.store.columns import utc_now
from tests.features.store_rows import small_district


def test_the_wish_to_grow_is_read_and_superseded_answers_are_not(engine):
    rows = small_district(engine)
    day = rows.assess(("t2", "north"), ("NCEES", "4"), 1.0, utc_now().date())
    rows.assess(("t2", "north"), ("NCEES", "4a"), 1.0, utc_now().date(), superseded_at=utc_now())
    with engine.connect() as connection:
        found = read_self_assessments(connection)
    assert day is not None
    assert sorted(found["wants"]) == [False, True]
