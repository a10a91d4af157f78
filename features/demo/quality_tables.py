"""Reviews of quality as a file: each component of the shipped checklist, true to the result."""

from typing import Final

import numpy as np

from features.demo.calendar import Calendar
from features.demo.catalog import NOT_MET, UNREVIEWED, DemoCatalog
from features.demo.writer import Days, Labels, Table
from recommender.vocabulary import QualityStatus

RESULTS: Final = (QualityStatus.MET, QualityStatus.UNKNOWN, QualityStatus.NOT_MET)
"""By `DemoCatalog.quality`."""

COMPONENTS: Final = (
    "one_competency", "research", "method", "evidence", "rubric", "assessors", "turnaround",
    "resources", "accessible", "cost_hours", "portable", "aligned", "recognition", "review_date",
)  # fmt: skip
"""Those of the provisional checklist (`recommender/states/checklists`)."""

_REVIEWERS: Final = ("Quality review board", "State review team", "District review panel")
_YES, _NO, _OPEN = range(3)


def quality_table(rng: np.random.Generator, catalog: DemoCatalog, calendar: Calendar) -> Table:
    """Return `quality.csv`: no review at all of half of those whose result is unknown."""
    m, c, results = len(catalog), len(COMPONENTS), catalog.quality
    met = np.full((m, c), _YES)
    failed = (rng.random((m, c)) < 0.15) | (np.arange(c) == rng.integers(0, c, m)[:, None])
    met[(results == NOT_MET)[:, None] & failed] = _NO
    met[(results == UNREVIEWED)[:, None] & failed] = _OPEN
    reviewed = (results != UNREVIEWED) | (rng.random(m) < 0.5)
    day = np.maximum(catalog.valid_from, calendar.starts[0]) + rng.integers(10, 300, m)
    day = np.minimum(day, calendar.starts[-1] - 1)
    reviewer = rng.integers(0, len(_REVIEWERS), m)
    row = np.repeat(np.flatnonzero(reviewed), c)
    component = np.tile(np.arange(c), int(reviewed.sum()))
    return {
        "credential_id": Labels(catalog.ids, row),
        "component": Labels(COMPONENTS, component),
        "met": Labels(["yes", "no", "unknown"], met[row, component]),
        "reviewer": Labels(_REVIEWERS, reviewer[row]),
        "reviewed_on": Days(day[row]),
    }
