"""Days and moments: dates to and from int64 milliseconds since 1970 in UTC."""

from datetime import UTC, date, datetime, timedelta
from typing import Final

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)
_EPOCH_DAY: Final = _EPOCH.toordinal()
_DAY_MS: Final = 86_400_000


def to_ms(moment: datetime) -> int:
    """Return an aware moment in milliseconds."""
    return (moment - _EPOCH) // _MILLISECOND


def day_start_ms(day: date) -> int:
    """Return the first millisecond of a day."""
    return (day - _EPOCH.date()).days * _DAY_MS


def day_end_ms(day: date) -> int:
    """Return the last millisecond of a day: the moment that 'as of this date' means."""
    return day_start_ms(day) + _DAY_MS - 1


def ms_to_date(moment: int) -> date:
    """Return the day of a moment."""
    return date.fromordinal(_EPOCH_DAY + moment // _DAY_MS)


def today() -> date:
    """Return the present day in UTC."""
    return datetime.now(UTC).date()
