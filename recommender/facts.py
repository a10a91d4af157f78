"""Facts behind a reason: what is known of this very teacher, or a count over many."""

import math
from datetime import date
from enum import StrEnum
from typing import Final

import msgspec

from recommender.clock import day_start_ms, ms_to_date

_FIRST_DAY_MS: Final = day_start_ms(date(1900, 1, 1))
"""Moments before this stand for a date that is not known."""


class FactKind(StrEnum):
    """What sort of fact stands behind a reason."""

    RATED = "rated"
    ASSESSED = "assessed"
    WANTS_TO_GROW = "wants_to_grow"
    GOAL = "goal"
    EARNED = "earned"
    EARNED_BY = "earned_by"
    STACK = "stack"
    PREREQUISITE = "prerequisite"
    EARNED_IN_GRADE_BAND = "earned_in_grade_band"
    EARNED_IN_SUBJECT = "earned_in_subject"
    EARNED_IN_EXPERIENCE = "earned_in_experience"
    EARNED_IN_SCHOOL = "earned_in_school"
    SAVED = "saved"
    STARTED = "started"
    COUNTS_FOR_RENEWAL = "counts_for_renewal"
    PATHWAY = "pathway"
    LIKE_EARNED = "like_earned"
    """Of a credential that hardly anybody had the time to earn: one that is close in content."""


class Fact(msgspec.Struct, frozen=True):
    """One fact about this very teacher (or, for `EARNED_BY`, a count over many).

    `standard` and `credential` are columns of the catalog's axes. `level` is a share of the scale
    (0..1) with `low` and `high` the scale's ends; `on` a moment in ms; `count` counts teachers.

    Of renewal: `amount` is possible credit and `remaining` what is still open, both with their
    unit; `until` the moment by which it is needed, and `confirm_with` who says whether it counts.
    Of a pathway: its title, and `step` 1 for its next step, 2 for the one after it ...
    """

    kind: FactKind
    standard: int | None = None
    credential: int | None = None
    level: float | None = None
    low: float | None = None
    high: float | None = None
    on: int | None = None
    set_by: str | None = None
    count: int | None = None
    amount: str | None = None
    remaining: str | None = None
    until: int | None = None
    confirm_with: str | None = None
    pathway: str | None = None
    step: int | None = None

    @property
    def day(self) -> date | None:
        """Day of the fact, None where not known."""
        return None if self.on is None or self.on < _FIRST_DAY_MS else ms_to_date(self.on)

    @property
    def level_on_scale(self) -> float | None:
        """Level on the scale it was given on, to two decimals; None where not known."""
        if self.level is None or self.low is None or self.high is None or math.isnan(self.level):
            return None
        return round(self.low + self.level * (self.high - self.low), 2)
