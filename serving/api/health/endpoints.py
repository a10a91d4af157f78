"""`GET /healthz` and `GET /readyz`, for those who keep the service running."""

from http import HTTPStatus
from typing import Final

from fastapi import APIRouter, Response
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from recommender.errors import RecommenderError
from recommender.store.migrations import check_schema
from serving.api.health.schemas import Alive, Part, Readiness
from serving.deps import ServiceDep
from serving.live.champion import LiveChampion

router = APIRouter(tags=["health"])

UNREACHABLE: Final = "The store cannot be reached."


@router.get("/healthz", summary="Whether the process answers")
def check_health() -> Alive:
    """Answer as long as the process runs, whatever the store or the model does."""
    return Alive()


@router.get(
    "/readyz",
    summary="Whether suggestions can be served",
    responses={503: {"model": Readiness, "description": "Not ready; `parts` says why."}},
)
def check_readiness(service: ServiceDep, response: Response) -> Readiness:
    """Check that the store is there, its schema is right and a champion is loaded."""
    store = _store_part(service.engine)
    champion, version = _champion_part(service.champion)
    parts = [store, champion]
    ready = all(part.ready for part in parts)
    if not ready:
        response.status_code = HTTPStatus.SERVICE_UNAVAILABLE
    return Readiness(status="ready" if ready else "not_ready", model_version=version, parts=parts)


def _store_part(engine: Engine) -> Part:
    try:
        check_schema(engine)
    except RecommenderError as error:
        return Part(name="store", ready=False, reason=error.detail)
    except SQLAlchemyError:
        return Part(name="store", ready=False, reason=UNREACHABLE)
    return Part(name="store", ready=True)


def _champion_part(champion: LiveChampion) -> tuple[Part, int | None]:
    try:
        version = champion.current().version.version
    except RecommenderError as error:
        return Part(name="champion", ready=False, reason=error.detail), None
    except SQLAlchemyError:
        return Part(name="champion", ready=False, reason=UNREACHABLE), None
    # A refused newcomer leaves the earlier champion serving: ready, but worth a look.
    return Part(name="champion", ready=True, reason=champion.problem or ""), version
