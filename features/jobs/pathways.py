"""Pathways: what each career pathway asks for, as its file says."""

import pandas as pd
from sqlalchemy import Connection, select
from sqlmodel import col

from features.jobs.frames import in_order, read_frame, texts
from features.jobs.schemas import shaped, validated
from recommender.store.tables import Pathway


def pathways_job(connection: Connection) -> pd.DataFrame:
    """Return the table `pathways`; a pathway has no dates, so it is as it is now."""
    table = Pathway
    names = ("district_id", "pathway", "title", "requires")
    statement = select(
        col(table.district_id), col(table.pathway), col(table.title), col(table.requires)
    )
    raw = read_frame(connection, statement, dict.fromkeys(names, texts))
    tidy = shaped("pathways", {name: raw[name] for name in names})
    return validated("pathways", in_order(tidy, ("district_id", "pathway")))
