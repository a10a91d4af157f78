"""`GET /v1/states/{code}`."""

from typing import Annotated

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from recommender.clock import today
from serving.api.states.schemas import StateOut
from serving.api.states.shapes import state_of
from serving.deps import CallerDep, ServiceDep
from serving.etags import UNCHANGED, answer_or_unchanged
from serving.problems import READING_ONE, documented

StateCode = Annotated[
    str, Path(pattern="^[A-Za-z]{2}$", description="The state's code.", examples=["NC"])
]

router = APIRouter(prefix="/v1", tags=["renewal"])


@router.get(
    "/states/{code}",
    response_model=StateOut,
    summary="What a state's rules say, who says so, and what is not known",
    responses=documented(*READING_ONE) | UNCHANGED,
)
def get_state(
    request: Request, caller: CallerDep, service: ServiceDep, code: StateCode
) -> Response:
    """Show the pack that holds today, with the changes of the caller's own district."""
    shelf = service.states.current()
    pack = shelf.find(code.upper(), today(), caller.district_id)
    return answer_or_unchanged(request, state_of(pack, shelf.frameworks(pack.code)))
