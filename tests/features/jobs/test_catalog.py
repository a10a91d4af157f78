from datetime import date

import numpy as np
import pandas as pd

from features.catalog import CatalogRows, axes_of, build_catalog
from features.catalog_rows import read_catalog_rows
from features.jobs.catalog import catalog_job, catalog_rows, credential_numbering
from tests.features.store_rows import small_district

NO_ROSTER = pd.DataFrame({"grade_bands": [""], "subjects": [""]})


def test_an_empty_catalog_goes_there_and_back():
    frames = catalog_job(CatalogRows(credentials=()))
    back = catalog_rows({**frames, "contexts": NO_ROSTER})
    assert axes_of(back) == axes_of(CatalogRows(credentials=()))


def test_a_catalog_goes_there_and_back(engine):
    small_district(engine)
    with engine.connect() as connection:
        rows = read_catalog_rows(connection, date(2026, 5, 31))
    frames = catalog_job(rows)
    roster = pd.DataFrame({"grade_bands": ["3-5|6-8"], "subjects": ["art"]})
    back = catalog_rows({**frames, "contexts": roster})
    assert sorted(back.credentials, key=lambda row: row.key) == sorted(
        rows.credentials, key=lambda row: row.key
    )
    one, other = build_catalog(rows), build_catalog(back, axes_of(rows))
    assert one.reach.tobytes() == other.reach.tobytes()


def test_a_credentials_row_is_its_column_on_the_axes(engine):
    rows = small_district(engine)
    with engine.connect() as connection:
        found = read_catalog_rows(connection, date(2026, 5, 31))
        frame = catalog_job(found)["credentials"]
        numbering = credential_numbering(connection, frame)
    columns = axes_of(found).credential_columns
    for kind, source_id, district in [key for key in rows.ids if key[0] == "credential"]:
        id_ = rows.ids[kind, source_id, district]
        assert numbering(np.array([id_])).tolist() == [columns[district, source_id]]
