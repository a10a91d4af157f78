from features.jobs.events import read_events
from recommender.vocabulary import EventKind
from tests.features.store_rows import small_district


def test_what_a_teacher_typed_stays_in_the_store(engine):
    small_district(engine)
    with engine.connect() as connection:
        found = read_events(connection)
    assert list(found.columns) == ["teacher_id", "credential_id", "kind", "on"]
    assert found["kind"].tolist() == [EventKind.SAVED.code]
