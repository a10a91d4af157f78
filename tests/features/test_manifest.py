from datetime import date

import numpy as np
import pandas as pd
import pytest

from features.jobs.schemas import SCHEMAS, shaped
from features.manifest import content_hash, read_manifest
from recommender.errors import InvalidInput

DAY = date(2026, 1, 1)


def tables(**changed):
    empty = {name: shaped(name, dict.fromkeys(SCHEMAS[name].columns, ())) for name in SCHEMAS}
    return {**empty, **changed}


def teachers(*keys):
    return pd.DataFrame(keys, columns=["district_id", "teacher_id"]).astype(str)


def test_no_manifest_is_no_snapshot(tmp_path):
    with pytest.raises(InvalidInput, match="recommender snapshot"):
        read_manifest(tmp_path)


def test_the_hash_is_of_content_and_date():
    one = content_hash(tables(teachers=teachers(("d", "t"))), DAY)
    assert one == content_hash(tables(teachers=teachers(("d", "t"))), DAY)
    assert one != content_hash(tables(teachers=teachers(("d", "u"))), DAY)
    assert one != content_hash(tables(teachers=teachers(("d", "t"))), date(2026, 1, 2))


def test_where_one_text_ends_and_the_next_begins_counts():
    one = content_hash(tables(teachers=teachers(("d", "ab"), ("d", "c"))), DAY)
    assert one != content_hash(tables(teachers=teachers(("d", "a"), ("d", "bc"))), DAY)


def test_every_nan_is_the_same_and_no_zero_is_negative():
    def contexts(years):
        columns = {
            "teacher": [0],
            "valid_from": np.array([0], dtype="datetime64[ms]"),
            "valid_to": np.array([1], dtype="datetime64[ms]"),
            "years": years,
            "grade_bands": [""],
            "subjects": [""],
            **{name: [""] for name in ("state", "license_type", "role", "employer", "school_id")},
            "license_expires_on": np.array([1], dtype="datetime64[ms]"),
        }
        return content_hash(tables(contexts=shaped("contexts", columns)), DAY)

    odd = np.array([0x7FC00001], dtype=np.uint32).view(np.float32)
    assert contexts(odd) == contexts([np.nan])
    assert contexts([-0.0]) == contexts([0.0])
    assert contexts([0.0]) != contexts([np.nan])
