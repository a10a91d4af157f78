"""A small district in memory, from dated facts, as a snapshot gives it."""

from dataclasses import dataclass

import numpy as np
import pytest

from features.state import FactRows, Facts, teacher_states
from features.training_data import TrainingData
from recommender.axes import Axes
from recommender.catalog import Catalog, CredentialCard
from recommender.teacher_state import RATING, RECORD, UNDATED_MS, Ragged
from recommender.vocabulary import RecordStatus

DAY = 86_400_000


def catalog_of(size, standards=2):
    axes = Axes(
        tuple(("", f"c{i:03d}") for i in range(size)),
        tuple(("F", str(i)) for i in range(standards)),
    )
    nobody = np.zeros((size, 0), dtype=bool)
    return Catalog(
        axes=axes,
        cards=tuple(CredentialCard(title=f"Credential {i}") for i in range(size)),
        standard_titles=tuple(f"Standard {i}" for i in range(standards)),
        known=np.ones(size, dtype=bool),
        valid_from=np.full(size, UNDATED_MS),
        retired_on=np.full(size, np.iinfo(np.int64).max),
        quality=np.zeros(size, dtype=np.int8),
        grade_bands=nobody,
        subjects=nobody,
        prerequisites=Ragged(np.zeros(size + 1, dtype=np.int64), np.zeros(0, dtype=np.int32)),
        reach=np.zeros((size, standards), dtype=np.float32),
    )


@dataclass(frozen=True)
class District:
    facts: Facts
    catalog: Catalog
    teachers: tuple
    as_of: int

    def states(self, as_of=None):
        return teacher_states(
            self.facts, len(self.teachers), self.as_of if as_of is None else as_of
        )

    def data(self):
        return TrainingData(self.catalog, self.states(), self.as_of)


@pytest.fixture
def district():
    """Make one from (teacher, credential, moment[, status]) and (teacher, standard, moment)."""

    def make(records, ratings=(), *, size=None, teachers=None, as_of=1000 * DAY):
        rows = [(c, status, on) for _, c, on, status in map(_with_status, records)]
        owner = np.array([r[0] for r in records], dtype=np.int64)
        rated = np.array([(s, 0.5, 0.0, 1.0, on) for _, s, on in ratings], dtype=RATING)
        count = teachers or int(owner.max(initial=0)) + 1
        facts = Facts(
            **{
                **vars(Facts.empty()),
                "records": FactRows(owner, np.array(rows, dtype=RECORD)),
                "ratings": FactRows(np.array([r[0] for r in ratings], dtype=np.int64), rated),
            }
        )
        catalog = catalog_of(size or 1 + max(r[1] for r in records))
        return District(facts, catalog, tuple(("default", f"t{i}") for i in range(count)), as_of)

    return make


def _with_status(row):
    return row if len(row) == 4 else (*row, RecordStatus.EARNED.code)
