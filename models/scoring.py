"""Everybody's lists in one file: in blocks, through the same last steps as one teacher's list."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import pyarrow as pa
import pyarrow.parquet as pq
from sqlmodel import Session, col, func, select

from features.live import read_catalog, read_states
from features.person_rows import read_places
from models.bundle import Bundle
from models.suggest import suggest_block
from models.suggestions import SuggestionList, Wanted, seed_of
from recommender.clock import day_end_ms
from recommender.district_settings import policy_in_force
from recommender.settings import Settings
from recommender.store.tables import ModelVersion, Teacher

BLOCK: Final = 500
"""So many teachers are read, scored and written at a time."""

SCHEMA: Final = pa.schema(
    [
        ("district_id", pa.string()),
        ("teacher_id", pa.string()),
        ("rank", pa.int32()),
        ("credential_district_id", pa.string()),
        ("credential_id", pa.string()),
        ("score", pa.float32()),
        ("basis", pa.string()),
        ("reasons", pa.list_(pa.string())),
        ("leads_to", pa.string()),
        ("explores", pa.bool_()),
        ("propensity", pa.float64()),
        ("segment", pa.string()),
        ("model_version", pa.int32()),
        ("as_of", pa.date32()),
    ]
)

OnBlock = Callable[[int, int], None]


@dataclass(frozen=True)
class Scored:
    """What was written."""

    teachers: int
    lines: int
    without: int
    """Teachers to whom nothing can be suggested."""


@dataclass(frozen=True)
class Scorer:
    """What all lists are made with."""

    session: Session
    version: ModelVersion
    bundle: Bundle
    settings: Settings
    as_of: date
    k: int
    reasons: bool = True

    def lists(
        self, district_id: str | None = None, on_block: OnBlock | None = None
    ) -> Iterator[tuple[Teacher, SuggestionList]]:
        """Yield each teacher's list, by district and number.

        Parameters
        ----------
        district_id
            Only of this district; of all where left out.
        on_block
            Called with the teachers done and their number.
        """
        told = on_block or (lambda _done, _total: None)
        catalog = read_catalog(self.session, self.as_of, self.bundle.axes)
        places = read_places(self.session.connection(), self.bundle.axes)
        done, total = 0, self._count(district_id)
        told(done, total)
        for district, block in self._blocks(district_id):
            policy = policy_in_force(self.session, district, self.as_of, self.settings)
            states = read_states(
                self.session,
                [teacher.id or 0 for teacher in block],
                self.bundle.axes,
                day_end_ms(self.as_of),
                places,
            )
            wanted = [
                Wanted(reasons=self.reasons, seed=seed_of(district, teacher.source_id))
                for teacher in block
            ]
            lists = suggest_block(
                self.bundle, states, catalog, policy, self.k, district_id=district, wanted=wanted
            )
            yield from zip(block, lists, strict=True)
            done += len(block)
            told(done, total)

    def _count(self, district_id: str | None) -> int:
        statement = select(func.count(col(Teacher.id)))
        if district_id is not None:
            statement = statement.where(Teacher.district_id == district_id)
        return self.session.exec(statement).one()

    def _blocks(self, district_id: str | None) -> Iterator[tuple[str, list[Teacher]]]:
        """Yield some teachers of one district at a time."""
        after = ("", 0)
        while True:
            statement = (
                select(Teacher)
                .where(_behind(after))
                .order_by(col(Teacher.district_id), col(Teacher.id))
                .limit(BLOCK)
            )
            if district_id is not None:
                statement = statement.where(Teacher.district_id == district_id)
            found = self.session.exec(statement).all()
            if not found:
                return
            for district, block in groupby(found, key=lambda teacher: teacher.district_id):
                yield district, list(block)
            after = (found[-1].district_id, found[-1].id or 0)


def _behind(after: tuple[str, int]) -> Any:  # noqa: ANN401 - a condition on two columns
    district, id_ = after
    same = (col(Teacher.district_id) == district) & (col(Teacher.id) > id_)
    return (col(Teacher.district_id) > district) | same


def write_lists(
    scorer: Scorer, out: Path, district_id: str | None = None, on_block: OnBlock | None = None
) -> Scored:
    """Write everybody's lists to a Parquet file, a row for each line; all of it or nothing.

    The file is written beside its place and moved there once it is whole.
    """
    beside = out.with_name(f".{out.name}.{uuid4().hex}")
    teachers = lines = without = 0
    try:
        with pq.ParquetWriter(beside, SCHEMA, compression="zstd") as writer:
            rows: list[dict[str, Any]] = []
            for teacher, made in scorer.lists(district_id, on_block):
                teachers += 1
                lines += len(made.items)
                without += not made.items
                rows += _rows(teacher, made, scorer)
                if len(rows) >= BLOCK * scorer.k:
                    writer.write_table(pa.Table.from_pylist(rows, SCHEMA))
                    rows.clear()
            writer.write_table(pa.Table.from_pylist(rows, SCHEMA))
        beside.replace(out)
    finally:
        beside.unlink(missing_ok=True)
    return Scored(teachers, lines, without)


def _rows(teacher: Teacher, made: SuggestionList, scorer: Scorer) -> Sequence[dict[str, Any]]:
    return [
        {
            "district_id": teacher.district_id,
            "teacher_id": teacher.source_id,
            "rank": item.rank,
            "credential_district_id": item.key[0],
            "credential_id": item.key[1],
            "score": item.score,
            "basis": item.basis.value,
            "reasons": [reason.text for reason in item.reasons],
            "leads_to": None if item.leads_to is None else item.leads_to[1],
            "explores": item.explores,
            "propensity": item.propensity,
            "segment": made.segment.value,
            "model_version": scorer.version.version,
            "as_of": scorer.as_of,
        }
        for item in made.items
    ]
