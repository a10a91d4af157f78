"""Column types and the values that stand for 'unknown' in natural keys."""

from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import DateTime, Dialect, Enum
from sqlalchemy.types import TypeDecorator

UNDATED: Final = datetime(1, 1, 1, tzinfo=UTC)
"""`on` of a record without a date: a value and not NULL, so that importing twice adds nothing."""

FOREVER: Final = date(9999, 12, 31)
"""`valid_to` of what is still valid."""

ALWAYS: Final = date(1, 1, 1)
"""`valid_from` of what has no known beginning."""


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: aware UTC in Python; SQLite, which drops zones, keeps naive UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Convert an aware moment to UTC; a naive one is refused."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone cannot be stored")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Return an aware moment in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def enum_text(enum: type[StrEnum]) -> Any:  # noqa: ANN401 - SQLModel wants any column type
    """Column type for an enumeration, kept as its value in plain text on every database."""
    return Enum(
        enum,
        native_enum=False,
        length=32,
        values_callable=lambda members: [member.value for member in members],
    )


def utc_now() -> datetime:
    """Return the present moment, aware, in UTC."""
    return datetime.now(UTC)
