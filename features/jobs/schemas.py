"""Schemas of a snapshot's tables: names, types and ranges, checked when built and when loaded."""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaError

from recommender.errors import InvalidInput
from recommender.vocabulary import Coded, EventKind, QualityStatus, RecordStatus, SetBy

SCHEMA_VERSION: Final = 3

MOMENT: Final = np.dtype("datetime64[ms]")


def _row() -> pa.Column:
    """Row of another table."""
    return pa.Column("int32", pa.Check.ge(0))


def _words(enum: type[Coded]) -> pa.Column:
    return pa.Column(pd.CategoricalDtype([member.value for member in enum]))


def _moment(*, nullable: bool = False) -> pa.Column:
    # pandera takes datetimes of any unit for nanoseconds, which end in 2262.
    in_ms = pa.Check(lambda column: column.dtype == MOMENT, name="moments in milliseconds")
    return pa.Column(MOMENT, in_ms, nullable=nullable, metadata={"dtype": MOMENT})


def _strength() -> pa.Column:
    return pa.Column("float32", pa.Check.in_range(0, 1))


def _text() -> pa.Column:
    return pa.Column(str)


def _amount() -> pa.Column:
    """Return a number that may be unknown."""
    return pa.Column("float64", pa.Check.ge(0), nullable=True)


def _table(name: str, **columns: pa.Column) -> pa.DataFrameSchema:
    return pa.DataFrameSchema(columns, strict=True, ordered=True, name=name)


_ON_SCALE: Final = {
    "level": pa.Column("float32", pa.Check.in_range(0, 1), nullable=True),
    "low": pa.Column("float32"),
    "high": pa.Column("float32"),
}

SCHEMAS: Final[Mapping[str, pa.DataFrameSchema]] = {
    schema.name: schema
    for schema in (
        _table("teachers", district_id=_text(), teacher_id=_text()),
        _table(
            "credentials",
            district_id=_text(),
            credential_id=_text(),
            known=pa.Column(bool),
            title=_text(),
            issuer=_text(),
            competency=_text(),
            description=_text(),
            hours=_amount(),
            cost_usd=_amount(),
            grade_bands=_text(),
            subjects=_text(),
            stack=_text(),
            prerequisites=_text(),
            url=_text(),
            kind=_text(),
            format=_text(),
            serves=_text(),
            needs_students=_text(),
            quality=_words(QualityStatus),
            valid_from=_moment(),
            retired_on=_moment(),
        ),
        _table("standards", framework=_text(), code=_text(), title=_text(), parent=_text()),
        _table("alignments", credential=_row(), standard=_row(), strength=_strength()),
        _table("crosswalk", start=_row(), end=_row(), strength=_strength()),
        _table(
            "contexts",
            teacher=_row(),
            valid_from=_moment(),
            valid_to=_moment(),
            years=pa.Column("float32", pa.Check.ge(0), nullable=True),
            grade_bands=_text(),
            subjects=_text(),
            state=_text(),
            license_type=_text(),
            license_expires_on=_moment(nullable=True),
            role=_text(),
            employer=_text(),
            school_id=_text(),
        ),
        _table(
            "records",
            teacher=_row(),
            credential=_row(),
            status=_words(RecordStatus),
            on=_moment(nullable=True),
            undated=pa.Column(bool),
        ),
        _table("ratings", teacher=_row(), standard=_row(), **_ON_SCALE, on=_moment()),
        _table(
            "assessments",
            teacher=_row(),
            standard=_row(),
            **_ON_SCALE,
            on=_moment(),
            wants=pa.Column(bool),
        ),
        _table(
            "goals",
            teacher=_row(),
            standard=pa.Column("int32", pa.Check.ge(-1)),
            set_by=_words(SetBy),
            on=_moment(),
            until=_moment(),
            pathway=_text(),
        ),
        _table("quality", checklist=_text(), credential=_row(), status=_words(QualityStatus)),
        _table("checklists", district_id=_text(), checklist=_text()),
        _table("pathways", district_id=_text(), pathway=_text(), title=_text(), requires=_text()),
        _table("events", teacher=_row(), credential=_row(), kind=_words(EventKind), on=_moment()),
    )
}
"""Every table of a snapshot, in the order in which its content is hashed."""


def shaped(name: str, columns: Mapping[str, Any]) -> pd.DataFrame:
    """Return columns as the frame that a table's schema asks for: its order and its types."""
    schema = SCHEMAS[name]
    frame = pd.DataFrame({column: columns[column] for column in schema.columns})
    types = {
        column: (part.metadata or {}).get("dtype", part.dtype.type)
        for column, part in schema.columns.items()
    }
    return frame.astype(types)


def validated(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame if it keeps its table's schema.

    Raises
    ------
    InvalidInput
        It does not; the message names table, column and rule, and no value.
    """
    try:
        return SCHEMAS[name].validate(frame)
    except SchemaError as error:
        column = getattr(error.schema, "name", None) or name
        raise InvalidInput(
            f"The table '{name}' of the snapshot breaks its schema at '{column}': {error.check}."
        ) from None
