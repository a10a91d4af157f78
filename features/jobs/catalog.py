"""The catalog's tables: credentials, standards, alignments, crosswalk; and the way back."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sqlalchemy import Connection, select
from sqlmodel import col

from features.catalog import CatalogRows, CredentialRow, StandardRow, axes_of, words
from features.jobs.frames import Numbering, coded, in_order, integers, read_frame, texts, timestamps
from features.jobs.schemas import shaped, validated
from features.quality_facts import QualityRows
from recommender.axes import ABSENT, Axes, columns_of
from recommender.catalog import CredentialCard
from recommender.store.tables import Credential, Standard
from recommender.vocabulary import QualityStatus

_CARD_TEXTS: Final = (
    *("title", "issuer", "competency", "description"),
    *("stack", "url", "kind", "format"),
)

Frames = Mapping[str, pd.DataFrame]


_TOLD: Final[Mapping[bool | None, str]] = {True: "yes", False: "no", None: ""}
_READ: Final = {text: value for value, text in _TOLD.items()}


def catalog_job(rows: CatalogRows) -> dict[str, pd.DataFrame]:
    """Return the tables of a catalog, credentials and standards in the order of the axes."""
    axes = axes_of(rows)
    credentials = sorted(rows.credentials, key=lambda row: row.key)
    standards = sorted(rows.standards, key=lambda row: row.key)
    tidy = {
        "credentials": _credentials(credentials),
        "standards": _standards(standards),
        "alignments": _links(
            "alignments",
            ("credential", "standard"),
            rows.alignments,
            (axes.credential_columns, axes.standard_columns),
        ),
        "crosswalk": _links(
            "crosswalk",
            ("start", "end"),
            rows.crosswalk,
            (axes.standard_columns, axes.standard_columns),
        ),
        "quality": _quality(rows.quality, axes),
        "checklists": shaped(
            "checklists",
            {
                "district_id": [district for district, _ in rows.quality.checklists],
                "checklist": [checklist for _, checklist in rows.quality.checklists],
            },
        ),
    }
    return {name: validated(name, frame) for name, frame in tidy.items()}


def catalog_rows(frames: Frames) -> CatalogRows:
    """Return the rows that a snapshot's tables hold; `catalog_job` turned round."""
    credentials = [_credential_row(row) for row in frames["credentials"].to_dict("records")]
    standards = [
        StandardRow((row["framework"], row["code"]), row["title"], row["parent"])
        for row in frames["standards"].to_dict("records")
    ]
    keys = [row.key for row in credentials]
    standard_keys = [row.key for row in standards]
    roster = frames["contexts"]
    return CatalogRows(
        credentials=credentials,
        standards=standards,
        alignments=_keyed(frames["alignments"], keys, standard_keys),
        crosswalk=_keyed(frames["crosswalk"], standard_keys, standard_keys),
        grade_bands={word for text in roster["grade_bands"].unique() for word in words(text)},
        subjects={word for text in roster["subjects"].unique() for word in words(text)},
        quality=QualityRows(
            tuple(
                (row["checklist"], keys[row["credential"]], QualityStatus(row["status"]))
                for row in frames["quality"].to_dict("records")
            ),
            tuple(frames["checklists"].itertuples(index=False, name=None)),
        ),
    )


def _quality(rows: QualityRows, axes: Axes) -> pd.DataFrame:
    """Return what reviews make of the credentials that are on the axes."""
    place = axes.credential_columns
    kept = [row for row in rows.results if row[1] in place]
    codes = np.array([status.code for *_, status in kept], dtype=np.int64)
    columns = {
        "checklist": [checklist for checklist, *_ in kept],
        "credential": [place[key] for _, key, _ in kept],
        "status": coded(codes, QualityStatus),
    }
    return in_order(shaped("quality", columns), ("checklist", "credential"))


def credential_numbering(connection: Connection, credentials: pd.DataFrame) -> Numbering:
    """Return the row in the table `credentials` of each credential's key in the store."""
    statement = select(col(Credential.id), col(Credential.district_id), col(Credential.source_id))
    keys = zip(credentials["district_id"], credentials["credential_id"], strict=True)
    return _numbering(
        read_frame(connection, statement, {"id": integers, "outer": texts, "inner": texts}),
        {key: row for row, key in enumerate(keys)},
    )


def standard_numbering(connection: Connection, standards: pd.DataFrame) -> Numbering:
    """Return the row in the table `standards` of each standard's key in the store."""
    statement = select(col(Standard.id), col(Standard.framework), col(Standard.code))
    keys = zip(standards["framework"], standards["code"], strict=True)
    return _numbering(
        read_frame(connection, statement, {"id": integers, "outer": texts, "inner": texts}),
        {key: row for row, key in enumerate(keys)},
    )


def _numbering(ids: pd.DataFrame, rows: dict[tuple[str, str], int]) -> Numbering:
    place = columns_of(zip(ids["outer"], ids["inner"], strict=True), rows)
    order = np.argsort(ids["id"].to_numpy())
    return Numbering(ids["id"].to_numpy()[order], place[order])


def _credentials(rows: Sequence[CredentialRow]) -> pd.DataFrame:
    cards = [row.card for row in rows]
    columns: dict[str, Any] = {
        "district_id": [row.key[0] for row in rows],
        "credential_id": [row.key[1] for row in rows],
        "known": [row.known for row in rows],
        "hours": [card.hours for card in cards],
        "cost_usd": [card.cost_usd for card in cards],
        "grade_bands": ["|".join(card.grade_bands) for card in cards],
        "subjects": ["|".join(card.subjects) for card in cards],
        "serves": ["|".join(card.serves) for card in cards],
        "needs_students": [_TOLD[card.needs_students] for card in cards],
        "prerequisites": ["|".join(row.prerequisites) for row in rows],
        "quality": coded(np.array([row.quality for row in rows], dtype=np.int64), QualityStatus),
        "valid_from": timestamps(np.array([row.valid_from for row in rows], dtype=np.int64)),
        "retired_on": timestamps(np.array([row.retired_on for row in rows], dtype=np.int64)),
    }
    columns.update({name: [getattr(card, name) for card in cards] for name in _CARD_TEXTS})
    return shaped("credentials", columns)


def _credential_row(row: Mapping[Any, Any]) -> CredentialRow:
    return CredentialRow(
        key=(row["district_id"], row["credential_id"]),
        card=CredentialCard(
            hours=_known(row["hours"]),
            cost_usd=_known(row["cost_usd"]),
            grade_bands=words(row["grade_bands"]),
            subjects=words(row["subjects"]),
            serves=words(row["serves"]),
            needs_students=_READ[row["needs_students"]],
            **{name: row[name] for name in _CARD_TEXTS},
        ),
        known=bool(row["known"]),
        valid_from=_ms(row["valid_from"]),
        retired_on=_ms(row["retired_on"]),
        quality=QualityStatus(row["quality"]).code,
        prerequisites=words(row["prerequisites"]),
    )


def _standards(rows: Sequence[StandardRow]) -> pd.DataFrame:
    columns = {
        "framework": [row.key[0] for row in rows],
        "code": [row.key[1] for row in rows],
        "title": [row.title for row in rows],
        "parent": [row.parent for row in rows],
    }
    return shaped("standards", columns)


def _links(
    table: str,
    ends: tuple[str, str],
    rows: Sequence[tuple[Any, Any, float]],
    columns: tuple[dict[Any, int], dict[Any, int]],
) -> pd.DataFrame:
    start = columns_of((row[0] for row in rows), columns[0])
    end = columns_of((row[1] for row in rows), columns[1])
    kept = (start != ABSENT) & (end != ABSENT)
    strength: NDArray[Any] = np.array([row[2] for row in rows], dtype=np.float64)
    frame = shaped(table, {ends[0]: start[kept], ends[1]: end[kept], "strength": strength[kept]})
    return in_order(frame, ends)


def _keyed(
    frame: pd.DataFrame, starts: Sequence[Any], ends: Sequence[Any]
) -> list[tuple[Any, Any, float]]:
    columns = (frame[name].tolist() for name in frame.columns)
    return [
        (starts[start], ends[end], strength) for start, end, strength in zip(*columns, strict=True)
    ]


def _known(value: float) -> float | None:
    return None if np.isnan(value) else value


def _ms(moment: Any) -> int:  # noqa: ANN401 - pandas' Timestamp or NumPy's, as the column has it
    return int(np.datetime64(moment, "ms").astype(np.int64))
