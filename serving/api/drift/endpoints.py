"""`GET /v1/drift`, for data staff."""

from typing import Final

from fastapi import APIRouter

from recommender.errors import (
    BundleRefused,
    NoChampion,
    NotAllowed,
    NotSignedIn,
    StoreUnavailable,
    TooManyRequests,
)
from serving.api.drift.schemas import DriftOut
from serving.api.drift.shapes import drift_out
from serving.auth.access import require_staff
from serving.deps import CallerDep, ChampionDep, SessionDep
from serving.drift import read_drift
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
    return drift_out(version, read_drift(session, caller.district_id, version.as_of))
