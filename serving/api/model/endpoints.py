"""`GET /v1/model` and `GET /v1/model/card`."""

from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import PlainTextResponse, Response

from recommender.errors import (
    BundleRefused,
    NoChampion,
    NotAllowed,
    NotFound,
    NotSignedIn,
    StoreUnavailable,
    TooManyRequests,
)
from recommender.model_card import as_markdown
from serving.api.model.schemas import ModelOut
from serving.deps import CallerDep, ChampionDep, ServiceDep
from serving.etags import UNCHANGED, answer_or_unchanged
from serving.problems import documented

PROBLEMS: Final = (
    *(NotSignedIn, NotAllowed, TooManyRequests),
    *(NoChampion, BundleRefused, StoreUnavailable),
)

MARKDOWN: Final = "text/markdown"
EXAMPLE_MARKDOWN: Final = "# Model card: version 7\n\n## Intended use\n\n- To suggest ...\n"

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
        metrics={name: part for name, part in version.metrics.items() if name != "card"},
        card=version.metrics.get("card"),
        problem=service.champion.problem or "",
    )
    return answer_or_unchanged(request, shown)


@router.get(
    "/model/card",
    response_class=PlainTextResponse,
    summary="The card of the model that serves, to read",
    responses={
        200: {"content": {MARKDOWN: {"schema": {"type": "string"}, "example": EXAMPLE_MARKDOWN}}},
        **documented(NotFound, *PROBLEMS),
    },
)
def get_model_card(_caller: CallerDep, champion: ChampionDep) -> Response:
    """Tell in Markdown what the model was made of, how it was judged and what it is not for.

    The same as `card` of `GET /v1/model`.
    """
    card = champion.version.metrics.get("card")
    if card is None:
        raise NotFound("The model that serves was trained before there were cards.")
    text = as_markdown(champion.version.version or 0, card)
    return PlainTextResponse(text, media_type=MARKDOWN)
