"""The `given` protocol: held-out records that come as a file of the plain contract."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np

from features.training_data import TrainingData
from recommender.axes import ABSENT, Axes, TeacherKey, columns_of
from recommender.errors import InvalidInput, NotEnoughData, NotFound
from recommender.teacher_state import UNDATED_MS
from recommender.vocabulary import DEFAULT_DISTRICT, SHARED, RecordStatus
from training.gains import TAKEN_UP, Gains
from training.splits import Split, SplitProtocol, without

NEEDED: Final = ("teacher_id", "credential_id")
_COUNTED: Final = {RecordStatus.from_code(code).value for code in TAKEN_UP}


def given_split(
    data: TrainingData,
    teachers: tuple[TeacherKey, ...],
    file: Path,
    district_id: str = DEFAULT_DISTRICT,
) -> Split:
    """Hold out the (teacher, credential) pairs of a `heldout_records.csv`.

    Pairs that the data also holds are taken out of it, with their events; whom or what the
    snapshot does not know is counted in the note. Dates in the file are not heeded.

    Raises
    ------
    NotFound
        The file does not exist.
    InvalidInput
        It is not a file of the contract; the message names the line.
    NotEnoughData
        None of its pairs is in the snapshot.
    """
    held, pairs = heldout_gains(data.catalog.axes, teachers, file, district_id)
    if not len(held):
        raise NotEnoughData(
            f"None of the held-out records of {file.name} names a teacher and a micro-credential "
            f"of the snapshot (district '{district_id}')."
        )
    note = f"Judged on {len(held)} held-out records of {file.name}."
    if len(held) < pairs:
        note += f" {pairs - len(held)} name a teacher or credential not in the snapshot."
    return without(data, held, SplitProtocol.GIVEN, note)


def heldout_gains(
    axes: Axes,
    teachers: tuple[TeacherKey, ...],
    file: Path,
    district_id: str = DEFAULT_DISTRICT,
) -> tuple[Gains, int]:
    """Return the pairs of a file whose teacher and credential are known, and how many it has.

    Raises
    ------
    NotFound, InvalidInput
        As `given_split`.
    """
    pairs = sorted(set(read_pairs(file)))
    rows = columns_of(
        ((district_id, teacher) for teacher, _ in pairs), {k: i for i, k in enumerate(teachers)}
    )
    own = columns_of(((district_id, held) for _, held in pairs), axes.credential_columns)
    shared = columns_of(((SHARED, held) for _, held in pairs), axes.credential_columns)
    credential = np.where(own == ABSENT, shared, own)
    known = (rows != ABSENT) & (credential != ABSENT)
    undated = np.full(known.sum(), UNDATED_MS)
    return Gains(rows[known].astype(np.int64), credential[known], undated), len(pairs)


def read_pairs(file: Path) -> Iterator[tuple[str, str]]:
    """Yield (teacher_id, credential_id) of each row that says enrolled, submitted or earned."""
    if not file.is_file():
        raise NotFound(f"There is no file {file}.")
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines)
            missing = [name for name in NEEDED if name not in (reader.fieldnames or ())]
            if missing:
                raise InvalidInput(f"{file.name}: column {missing[0]} is missing.")
            for row in reader:
                if row.get("status") in _COUNTED | {None, ""}:
                    yield _pair(row, file, reader.line_num)
    except (UnicodeDecodeError, csv.Error):
        raise InvalidInput(f"{file.name} is not a CSV file in UTF-8.") from None


def _pair(row: dict[str, str], file: Path, line: int) -> tuple[str, str]:
    teacher, credential = row["teacher_id"], row["credential_id"]
    if not teacher or not credential:
        raise InvalidInput(f"{file.name}, line {line}: teacher_id or credential_id is empty.")
    return teacher.strip(), credential.strip()
