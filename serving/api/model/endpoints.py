"""`GET /v1/model`."""

from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from recommender.errors import (
    BundleRefused,
    NoChampion,
    NotAllowed,
    NotSignedIn,
    StoreUnavailable,
    TooManyRequests,
)
from serving.api.model.schemas import ModelOut
from serving.deps import CallerDep, ChampionDep, ServiceDep
from serving.etags import UNCHANGED, answer_or_unchanged
from serving.problems import documented

PROBLEMS: Final = (
    *(NotSignedIn, NotAllowed, TooManyRequests),
    *(NoChampion, BundleRefused, StoreUnavailable),
)

router = APIRouter(prefix="/v1", tags=["model"])


@router.get(
    "/model",
    response_model=ModelOut,
    summary="The model that serves, and how it was judged",
    responses=documented(*PROBLEMS) | UNCHANGED,
)
def get_model(
    request: Request, _caller: CallerDep, service: ServiceDep, champion: ChampionDep
) -> Response:
    """Tell which model makes the suggestions, for everybody who is signed in."""
    version, bundle = champion.version, champion.bundle
    shown = ModelOut(
        version=version.version or 0,
        bundle_hash=version.bundle_hash,
        snapshot_hash=version.snapshot_hash,
        as_of=version.as_of,
        trained_at=version.created_at,
        evidence=[name.value for name in bundle.blend.names],
        credentials=len(bundle.axes.credentials),
        metrics=version.metrics,
        problem=service.champion.problem or "",
    )
    return answer_or_unchanged(request, shown)
