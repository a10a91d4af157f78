"""Settings as the API takes and shows them."""

from datetime import date

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictFloat

from recommender.district_settings import SettingName

Value = StrictBool | StrictFloat | None


class SettingOut(BaseModel):
    """A setting as it is today."""

    name: SettingName
    value: Value
    default: Value = Field(description="The deployment's, where the district sets nothing.")
    valid_from: date | None = Field(description="Null where the default holds.")
    set_by: str
    meaning: str


class SettingsOut(BaseModel):
    """Every setting of the caller's district."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "settings": [
                        {
                            "name": "need_share",
                            "value": 0.4,
                            "default": 0.25,
                            "valid_from": "2026-09-01",
                            "set_by": "admin@id",
                            "meaning": "Least share of a score's spread.",
                        }
                    ]
                }
            ]
        }
    )

    settings: list[SettingOut]


class SettingIn(BaseModel):
    """A value from a day on; earlier values are kept."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"name": "need_share", "value": 0.4, "valid_from": None}]},
    )

    name: SettingName
    value: Value = Field(description="null goes back to the deployment's value.")
    valid_from: date | None = Field(default=None, description="Today where left out.")
