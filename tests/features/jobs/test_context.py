import numpy as np
import pandas as pd

from features.jobs.context import contexts_job, read_teachers, teachers_job, tidy_words
from features.jobs.frames import FOREVER_MS, Numbering
from recommender.teacher_state import UNDATED_MS
from tests.features.store_rows import small_district

PEOPLE = pd.DataFrame(
    {"id": [1, 2, 3], "district_id": ["s", "n", "n"], "teacher_id": ["t1", "t2", "t1"]}
)
ENTRY = {
    "teacher_id": [1, 1],
    "years": [3.0, np.nan],
    "license_expires_on": UNDATED_MS,
    **dict.fromkeys(("grade_bands", "subjects", "state", "license_type", "role", "employer"), ""),
    "school_id": "",
}
ONE = Numbering.of(np.array([1]))


def about(*ids):
    return pd.DataFrame({"teacher_id": np.array(ids, dtype=np.int64)})


def test_only_those_of_whom_something_is_known_are_in_by_order_of_key():
    table, numbering = teachers_job(PEOPLE, [about(1), about(3, 3), about()])
    assert table.to_numpy().tolist() == [["n", "t1"], ["s", "t1"]]
    assert numbering(np.array([1, 2, 3])).tolist() == [1, -1, 0]


def test_the_key_is_all_that_is_read_of_a_person(engine):
    small_district(engine)
    with engine.connect() as connection:
        assert list(read_teachers(connection).columns) == ["id", "district_id", "teacher_id"]


def test_an_entry_that_ended_later_had_not_ended_then():
    raw = pd.DataFrame({**ENTRY, "valid_from": [0, 100], "valid_to": [99, 199]})
    then, later = contexts_job(raw, 50, ONE), contexts_job(raw, 150, ONE)
    assert then["valid_to"].to_numpy().view(np.int64).tolist() == [FOREVER_MS]
    assert later["valid_to"].to_numpy().view(np.int64).tolist() == [99, FOREVER_MS]


def test_the_end_is_kept_on_its_own_day():
    raw = pd.DataFrame({**ENTRY, "valid_from": [0, 100], "valid_to": [99, 199]})
    assert contexts_job(raw, 199, ONE)["valid_to"].to_numpy().view(np.int64).tolist() == [99, 199]


def test_words_in_any_order_are_the_same_text():
    assert tidy_words(pd.Series(["b|a", "a| b", ""])).tolist() == ["a|b", "a|b", ""]
