"""One-click sign-in, in development only: elsewhere this route does not exist."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import RedirectResponse, Response

from serving.auth.cookies import remember
from serving.auth.development import SIGN_IN_PATH
from serving.auth.tokens import MAX_TOKEN_LENGTH
from serving.deps import ServiceDep, SessionDep

router = APIRouter(include_in_schema=False)


@router.get(SIGN_IN_PATH)
def sign_in(
    service: ServiceDep,
    session: SessionDep,
    token: Annotated[str, Query(max_length=MAX_TOKEN_LENGTH)],
) -> Response:
    """Keep a development token as the session, and lead to the person's own page."""
    service.identify(session, token)
    response = RedirectResponse("/", HTTPStatus.SEE_OTHER)
    remember(response, token, service.settings)
    return response
