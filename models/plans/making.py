"""A teacher's growth plan: the one way to it for the API, the pages and the command line."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sqlmodel import Session

from models.bundle import Bundle
from models.plans.asking import Asked
from models.plans.renewal import Renewal, read_renewal
from models.suggest import ranked_scores
from recommender.axes import CredentialKey, StandardKey
from recommender.catalog import Catalog
from recommender.eligibility import Exclusion, exclusions, held
from recommender.errors import InvalidInput
from recommender.planning.plan import GrowthPlan, make_plan
from recommender.planning.wishes import Credit, Growth, Option, Wishes
from recommender.policy import Policy
from recommender.sentences import credential_title, standard_title
from recommender.states.shelf import Shelf
from recommender.store.tables import Teacher
from recommender.teacher_state import TeacherStates
from recommender.vocabulary import ActKind

PLANNABLE: Final = (
    Exclusion.ELIGIBLE.code,
    Exclusion.IN_PROGRESS.code,
    Exclusion.PREREQUISITE_MISSING.code,
)
"""What may be planned: what may be suggested, is under way, or lacks only what goes first."""

LEAST_NEED: Final = 0.25
UNKNOWN_NEED: Final = 0.5
"""Weight of a standard that the coach chose, where the teacher's rating is high, and unknown."""


@dataclass(frozen=True)
class Ground:
    """All that a teacher's plan is made with."""

    session: Session
    bundle: Bundle
    teacher: Teacher
    state: TeacherStates
    catalog: Catalog
    policy: Policy
    shelf: Shelf
    on: date


@dataclass(frozen=True)
class Made:
    """A plan with what it was sought with."""

    plan: GrowthPlan
    asked: Asked
    unit: str
    """Name of the unit of renewal credit, in the plural."""


def plan_for(ground: Ground, asked: Asked) -> Made:
    """Return the growth plan of one teacher.

    Raises
    ------
    InvalidInput
        The model knows no such standard, or the teacher's rules no such category.
    NoPlan
        The limits cannot all be met.
    """
    renewal = read_renewal(ground.session, ground.shelf, ground.teacher, ground.on)
    columns = [_column(ground.catalog, key) for key, _ in asked.standards]
    wishes = Wishes(
        growth=tuple(
            Growth(
                key,
                f"{key[0]} {key[1]} {standard_title(column, ground.catalog)}".strip(),
                need_of(ground, column) if need is None else need,
            )
            for (key, need), column in zip(asked.standards, columns, strict=True)
        ),
        hours_a_month=asked.hours_a_month,
        starts_on=asked.starts_on,
        until=asked.until,
        budget_usd=asked.budget_usd,
        credits=renewal.asked(asked),
        unit=renewal.unit,
        caps=renewal.caps(),
        most_items=asked.most_items,
        unknown_hours=asked.unknown_hours,
        locked=frozenset(asked.locked),
        left_out=frozenset(asked.left_out),
    )
    return Made(make_plan(_options(ground, columns, renewal, asked), wishes), asked, renewal.unit)


def need_of(ground: Ground, column: int) -> float:
    """Return how much a teacher needs to grow on a standard, as far as is known, 0.25 to 1.

    A goal needs most. Else it is what the latest rating or self-assessment leaves above its level.
    """
    state = ground.state
    if (state.goals.rows["standard"] == column).any():
        return 1.0
    told = [state.assessments.rows]
    if ground.policy.use_evaluations:
        told.append(state.ratings.rows)
    levels = [
        (int(row["on"]), float(row["level"]))
        for rows in told
        for row in rows[(rows["standard"] == column) & ~np.isnan(rows["level"])]
    ]
    if not levels:
        return UNKNOWN_NEED
    return max(LEAST_NEED, 1.0 - max(levels)[1])


def plannable_columns(ground: Ground) -> NDArray[np.intp]:
    """Return the columns of what may be planned for the teacher."""
    codes = exclusions(ground.state, ground.catalog, ground.policy, ground.teacher.district_id)
    allowed = np.isin(codes, PLANNABLE)
    if ground.state.acts is not None:
        rows = ground.state.acts.rows
        allowed[rows["credential"][rows["kind"] == ActKind.VETO.code]] = False
    return np.flatnonzero(allowed)


def likeliest_columns(ground: Ground) -> list[int]:
    """Return the columns of what may be planned, those of the highest score first."""
    scores = ranked_scores(ground.bundle, ground.state, ground.policy)[0]
    keys = ground.catalog.axes.credentials
    return sorted(
        plannable_columns(ground).tolist(),
        key=lambda column: (-float(scores[column]), keys[column]),
    )


def _column(catalog: Catalog, key: StandardKey) -> int:
    column = catalog.axes.standard_columns.get(key)
    if column is None:
        raise InvalidInput(f"The model that serves knows no standard '{key[0]}:{key[1]}'.")
    return column


def _options(
    ground: Ground, standards: Sequence[int], renewal: Renewal, asked: Asked
) -> list[Option]:
    catalog, columns = ground.catalog, plannable_columns(ground)
    keys = [catalog.axes.credentials[column] for column in columns]
    credits_ = renewal.credits_of(ground.session, keys, asked.until) if asked.credits else {}
    tastes = _tastes(ground, columns)
    has = held(ground.state, len(catalog))[0]
    begun = _under_way(ground)
    return [
        _option(ground, int(column), standards, credits_, float(taste), has, begun)
        for column, taste in zip(columns, tastes, strict=True)
    ]


def _option(
    ground: Ground,
    column: int,
    standards: Sequence[int],
    credits_: dict[CredentialKey, Credit],
    taste: float,
    has: NDArray[np.bool_],
    begun: frozenset[int],
) -> Option:
    catalog = ground.catalog
    card, key = catalog.cards[column], catalog.axes.credentials[column]
    firsts = catalog.prerequisites.of(column)
    return Option(
        key=key,
        title=credential_title(column, catalog),
        gains=tuple(float(catalog.reach[column, standard]) for standard in standards),
        hours=card.hours,
        cost_usd=card.cost_usd,
        stack=card.stack,
        prerequisites=tuple(catalog.axes.credentials[int(f)] for f in firsts[~has[firsts]]),
        credit=credits_.get(key),
        taste=taste,
        under_way=column in begun,
    )


def _tastes(ground: Ground, columns: NDArray[np.intp]) -> NDArray[np.float64]:
    """Return the place of each column among the others by the blend's score, 0 to 1."""
    scores = ranked_scores(ground.bundle, ground.state, ground.policy)[0][columns]
    places = np.empty(len(columns))
    places[np.argsort(scores, kind="stable")] = np.arange(len(columns))
    return places / max(len(columns) - 1, 1)


def _under_way(ground: Ground) -> frozenset[int]:
    codes = exclusions(ground.state, ground.catalog, ground.policy, ground.teacher.district_id)
    return frozenset(np.flatnonzero(codes == Exclusion.IN_PROGRESS.code).tolist())
