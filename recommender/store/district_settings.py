"""A district's settings: dated, with who set them, never overwritten."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Index
from sqlmodel import Field, SQLModel

from recommender.store.columns import UtcDateTime, utc_now


class DistrictSetting(SQLModel, table=True):
    """A setting took a value from a day on; the latest row that has begun is in force.

    Of rows that begin on the same day the one that was set last counts.
    """

    __tablename__ = "district_setting"
    __table_args__ = (Index("ix_district_setting_district_id_name", "district_id", "name"),)

    id: int | None = Field(default=None, primary_key=True)
    district_id: str = Field(foreign_key="district.district_id")
    name: str
    value: Any = Field(default=None, sa_type=JSON)
    """null goes back to the deployment's own setting."""
    valid_from: date
    set_by: str
    set_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)
