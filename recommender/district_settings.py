"""Settings of a district: which there are, which are in force, and how one is set.

Where a district set nothing, the deployment's environment settings hold.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from sqlmodel import Session, col, select

from recommender.errors import InvalidInput, NotFound
from recommender.policy import Policy
from recommender.settings import Settings
from recommender.store.tables import District, DistrictSetting

MOST_SET_BY: Final = 200
"""Longest name of who set a value, in characters."""


class SettingName(StrEnum):
    """Each setting that a district may set."""

    NEED_SHARE = "need_share"
    DIVERSITY = "diversity"
    EXPLORATION = "exploration"
    ALLOW_UNKNOWN_QUALITY = "allow_unknown_quality"
    USE_EVALUATIONS = "use_evaluations"
    MICRO_CREDENTIALS_ONLY = "micro_credentials_only"
    CONTRIBUTE_TO_TRAINING = "contribute_to_training"


def _share(name: SettingName, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0.0 <= value <= 1.0:
        raise InvalidInput(f"{name} must be a number from 0 to 1.")
    return float(value)


def _yes_or_no(name: SettingName, value: object) -> bool:
    if not isinstance(value, bool):
        raise InvalidInput(f"{name} must be true or false.")
    return value


_CHECKS: Final[Mapping[SettingName, Callable[[SettingName, object], Any]]] = MappingProxyType(
    {
        SettingName.NEED_SHARE: _share,
        SettingName.DIVERSITY: _share,
        SettingName.EXPLORATION: _share,
        SettingName.ALLOW_UNKNOWN_QUALITY: _yes_or_no,
        SettingName.USE_EVALUATIONS: _yes_or_no,
        SettingName.MICRO_CREDENTIALS_ONLY: _yes_or_no,
        SettingName.CONTRIBUTE_TO_TRAINING: _yes_or_no,
    }
)

MEANINGS: Final[Mapping[SettingName, str]] = MappingProxyType(
    {
        SettingName.NEED_SHARE: "Least share (0 to 1) of a score's spread that need evidence"
        " must carry.",
        SettingName.DIVERSITY: "Price (0 to 1) at which a list spreads over growth areas and"
        " issuers: no place gives up more than this share of the range of scores.",
        SettingName.EXPLORATION: "Share (0 to 1) of days on which a teacher's list has one place"
        " for what would not stand on the first page.",
        SettingName.ALLOW_UNKNOWN_QUALITY: "Whether a micro-credential whose quality was not"
        " reviewed may be suggested.",
        SettingName.USE_EVALUATIONS: "Whether evaluation ratings may change what is suggested.",
        SettingName.MICRO_CREDENTIALS_ONLY: "Whether courses, workshops and other professional"
        " development stay out of the lists.",
        SettingName.CONTRIBUTE_TO_TRAINING: "Whether the next snapshot, and so the next model, may"
        " learn from the district's teachers.",
    }
)

_NOT_OF_A_LIST: Final[Mapping[SettingName, Any]] = MappingProxyType(
    {SettingName.CONTRIBUTE_TO_TRAINING: True}
)
"""Settings that no list obeys, with what holds where a district says nothing."""


@dataclass(frozen=True)
class SettingInForce:
    """A setting, its value, and since when and by whom; the last two are empty for a default."""

    name: SettingName
    value: Any
    default: Any
    valid_from: date | None = None
    set_by: str = ""


def settings_in_force(
    session: Session, district_id: str, on: date, chosen: Settings
) -> dict[SettingName, SettingInForce]:
    """Return every setting of a district as it is on a day; one query.

    Parameters
    ----------
    session
        A session on the store.
    district_id
        The district.
    on
        The day; a value that begins later does not count yet.
    chosen
        The deployment's settings: what holds where the district set nothing.
    """
    rows = session.exec(
        select(DistrictSetting)
        .where(DistrictSetting.district_id == district_id, col(DistrictSetting.valid_from) <= on)
        .order_by(col(DistrictSetting.valid_from), col(DistrictSetting.id))
    )
    latest = {row.name: row for row in rows}
    found = {}
    for name, default in _defaults(chosen).items():
        row = latest.get(name)
        if row is None or row.value is None:
            found[name] = SettingInForce(name, default, default)
        else:
            found[name] = SettingInForce(name, row.value, default, row.valid_from, row.set_by)
    return found


def policy_in_force(session: Session, district_id: str, on: date, chosen: Settings) -> Policy:
    """Return the policy that a district's suggestions obey on a day."""
    found = settings_in_force(session, district_id, on, chosen)
    return Policy(
        **{
            name.value: setting.value
            for name, setting in found.items()
            if name not in _NOT_OF_A_LIST
        }
    )


def districts_left_out(session: Session, on: date) -> frozenset[str]:
    """Return the districts that let nobody learn from their teachers on a day; one query."""
    name = SettingName.CONTRIBUTE_TO_TRAINING
    rows = session.exec(
        select(DistrictSetting.district_id, DistrictSetting.value)
        .where(DistrictSetting.name == name.value, col(DistrictSetting.valid_from) <= on)
        .order_by(col(DistrictSetting.valid_from), col(DistrictSetting.id))
    )
    return frozenset(district for district, value in dict(rows.all()).items() if value is False)


def set_setting(
    session: Session,
    district_id: str,
    name: SettingName,
    value: object,
    *,
    valid_from: date,
    set_by: str,
) -> DistrictSetting:
    """Add a row that sets a value from a day on; None goes back to the deployment's default.

    The caller's unit of work commits.

    Raises
    ------
    NotFound
        There is no such district.
    InvalidInput
        The value is none that the setting takes.
    """
    if session.get(District, district_id) is None:
        raise NotFound(f"There is no district '{district_id}'.")
    row = DistrictSetting(
        district_id=district_id,
        name=name,
        value=None if value is None else _CHECKS[name](name, value),
        valid_from=valid_from,
        set_by=set_by[:MOST_SET_BY],
    )
    session.add(row)
    session.flush()
    return row


def _defaults(chosen: Settings) -> dict[SettingName, Any]:
    deployment = Policy.in_force(chosen)
    return {
        name: _NOT_OF_A_LIST[name] if name in _NOT_OF_A_LIST else getattr(deployment, name.value)
        for name in SettingName
    }
