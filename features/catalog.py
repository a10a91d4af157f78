"""From rows of credentials, standards and links to the catalog's arrays; numpy alone.

A snapshot's tables and the live store both come here as `CatalogRows`, so that both give the same
catalog to the bit.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from features.crosswalk import Links, StandardTree, reach
from features.quality_facts import QualityRows
from recommender.axes import ABSENT, Axes, CredentialKey, StandardKey, columns_of
from recommender.catalog import Catalog, CredentialCard
from recommender.clock import day_start_ms
from recommender.store.columns import ALWAYS
from recommender.teacher_state import Ragged
from recommender.vocabulary import SHARED, QualityStatus

ALWAYS_MS: Final = day_start_ms(ALWAYS)

_ABSENT_CREDENTIAL: Final = (False, ALWAYS_MS, ALWAYS_MS, QualityStatus.UNKNOWN.code)


@dataclass(frozen=True)
class CredentialRow:
    """One micro-credential: its card, and what stands in arrays."""

    key: CredentialKey
    card: CredentialCard
    known: bool
    valid_from: int
    retired_on: int
    quality: int
    prerequisites: tuple[str, ...] = ()
    """Ids as in the file: of the credential's own district, else shared."""


@dataclass(frozen=True)
class StandardRow:
    """One standard; `parent` is a code in the same framework."""

    key: StandardKey
    title: str = ""
    parent: str = ""


@dataclass(frozen=True)
class CatalogRows:
    """Everything a catalog is made of, keyed by outside ids, in any order."""

    credentials: Sequence[CredentialRow]
    standards: Sequence[StandardRow] = ()
    alignments: Sequence[tuple[CredentialKey, StandardKey, float]] = ()
    crosswalk: Sequence[tuple[StandardKey, StandardKey, float]] = ()
    grade_bands: Iterable[str] = field(default_factory=tuple)
    """Words of the roster, beside those of the credentials."""
    subjects: Iterable[str] = field(default_factory=tuple)
    quality: QualityRows = field(default_factory=QualityRows)


def words(text: str) -> tuple[str, ...]:
    """Split a list field ('K-2|3-5') into its words, sorted, each once."""
    return tuple(sorted({word.strip() for word in text.split("|")} - {""}))


def axes_of(rows: CatalogRows) -> Axes:
    """Return the axes of these rows, each sorted by key."""
    bands = {band for row in rows.credentials for band in row.card.grade_bands}
    subjects = {subject for row in rows.credentials for subject in row.card.subjects}
    return Axes(
        credentials=tuple(sorted(row.key for row in rows.credentials)),
        standards=tuple(sorted(row.key for row in rows.standards)),
        grade_bands=tuple(sorted(bands.union(rows.grade_bands))),
        subjects=tuple(sorted(subjects.union(rows.subjects))),
    )


def build_catalog(rows: CatalogRows, axes: Axes | None = None) -> Catalog:
    """Return the catalog of these rows.

    Parameters
    ----------
    rows
        Credentials, standards, alignments and crosswalk.
    axes
        Those of the rows where left out. What is not on the axes is left out; a credential that is
        on them and not among the rows is there as unknown and retired.
    """
    axes = axes or axes_of(rows)
    found = {row.key: row for row in rows.credentials}
    chosen = [found.get(key) for key in axes.credentials]
    titles = {row.key: row.title for row in rows.standards}
    scalars = [
        (row.known, row.valid_from, row.retired_on, row.quality) if row else _ABSENT_CREDENTIAL
        for row in chosen
    ]
    cards = tuple(row.card if row else CredentialCard() for row in chosen)
    return Catalog(
        axes=axes,
        cards=cards,
        standard_titles=tuple(titles.get(key, "") for key in axes.standards),
        known=np.array([row[0] for row in scalars], dtype=bool),
        valid_from=np.array([row[1] for row in scalars], dtype=np.int64),
        retired_on=np.array([row[2] for row in scalars], dtype=np.int64),
        quality=np.array([row[3] for row in scalars], dtype=np.int8),
        grade_bands=word_matrix([card.grade_bands for card in cards], axes.grade_band_columns),
        subjects=word_matrix([card.subjects for card in cards], axes.subject_columns),
        prerequisites=_prerequisites(chosen, axes),
        reach=_reach(rows, axes),
        aligned=_aligned(rows, axes),
        reviewed=_reviewed(rows, axes),
        checklists=dict(rows.quality.checklists),
    )


def word_matrix(rows: Sequence[tuple[str, ...]], columns: dict[str, int]) -> NDArray[np.bool_]:
    """Return which words each row has, bool[len(rows), len(columns)]; others are left out."""
    matrix = np.zeros((len(rows), len(columns)), dtype=bool)
    for i, row in enumerate(rows):
        for word in row:
            if word in columns:
                matrix[i, columns[word]] = True
    return matrix


def _prerequisites(chosen: Sequence[CredentialRow | None], axes: Axes) -> Ragged:
    """Return the columns to hold first; an id that is not on the axes cannot be held or asked."""
    columns = axes.credential_columns
    owner: list[int] = []
    needed: list[int] = []
    for i, row in enumerate(chosen):
        if row is None:
            continue
        for source_id in row.prerequisites:
            shared = columns.get((SHARED, source_id), ABSENT)
            column = columns.get((row.key[0], source_id), shared)
            if column not in (ABSENT, i):
                owner.append(i)
                needed.append(column)
    rows = np.array(needed, dtype=np.int32)
    return Ragged.group(np.array(owner, dtype=np.int64), rows, len(chosen))


def _aligned(rows: CatalogRows, axes: Axes) -> tuple[frozenset[StandardKey], ...]:
    """Return the standards that each credential is itself aligned to, on the axes or not."""
    found: dict[CredentialKey, set[StandardKey]] = {}
    for credential, standard, _ in rows.alignments:
        found.setdefault(credential, set()).add(standard)
    return tuple(frozenset(found.get(key, ())) for key in axes.credentials)


def _reviewed(rows: CatalogRows, axes: Axes) -> dict[str, NDArray[np.int8]]:
    """Return for each checklist what reviews make of each credential, `ABSENT` without any."""
    found: dict[str, NDArray[np.int8]] = {}
    for checklist, key, status in rows.quality.results:
        column = axes.credential_columns.get(key)
        if column is not None:
            made = found.setdefault(checklist, np.full(len(axes.credentials), ABSENT, np.int8))
            made[column] = status.code
    return found


def _reach(rows: CatalogRows, axes: Axes) -> NDArray[np.float32]:
    parents = {row.key: row.parent for row in rows.standards}
    tree = StandardTree.of(axes.standards, tuple(parents.get(key, "") for key in axes.standards))
    standards = axes.standard_columns
    alignment = _links(rows.alignments, axes.credential_columns, standards)
    crosswalk = _links(rows.crosswalk, standards, standards)
    return reach(alignment, len(axes.credentials), tree, crosswalk)


def _links(
    rows: Sequence[tuple[tuple[str, str], tuple[str, str], float]],
    starts: dict[tuple[str, str], int],
    ends: dict[tuple[str, str], int],
) -> Links:
    """Return the links whose two ends are on the axes."""
    start = columns_of((row[0] for row in rows), starts)
    end = columns_of((row[1] for row in rows), ends)
    strength = np.array([row[2] for row in rows], dtype=np.float32)
    kept = (start >= 0) & (end >= 0)
    return Links(start[kept], end[kept], strength[kept])
