"""`GET /v1/drift`, for data staff."""

from typing import Final

from fastapi import APIRouter

from recommender.drift import FEWEST_TEACHERS
from recommender.errors import (
    BundleRefused,
    NoChampion,
    NotAllowed,
    NotSignedIn,
    StoreUnavailable,
    TooManyRequests,
)
from serving.api.drift.schemas import DriftOut, MovedOut, ShareOut
from serving.auth.access import require_staff
from serving.deps import CallerDep, ChampionDep, SessionDep
from serving.drift import BEFORE, Moved, read_drift
from serving.problems import documented

PROBLEMS: Final = (
    *(NotSignedIn, NotAllowed, TooManyRequests),
    *(NoChampion, BundleRefused, StoreUnavailable),
)

router = APIRouter(prefix="/v1", tags=["model"])


@router.get(
    "/drift",
    summary="Whether facts have moved since the model learned",
    responses=documented(*PROBLEMS),
)
def get_drift(caller: CallerDep, session: SessionDep, champion: ChampionDep) -> DriftOut:
    """Compare the facts since the model's date with those before it, in the caller's district."""
    require_staff(caller, "How facts have moved")
    version = champion.version
    return DriftOut(
        version=version.version or 0,
        as_of=version.as_of,
        days_before=BEFORE.days,
        fewest_teachers=FEWEST_TEACHERS,
        facts=[_shown(one) for one in read_drift(session, caller.district_id, version.as_of)],
    )


def _shown(moved: Moved) -> MovedOut:
    drift = moved.drift
    return MovedOut(
        facts=moved.facts,
        name=moved.name,
        verdict=drift.verdict,
        index=drift.index if drift.shares else None,
        shares=[ShareOut.model_validate(one, from_attributes=True) for one in drift.shares],
    )
