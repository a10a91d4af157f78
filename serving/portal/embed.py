"""The pages inside a district's portal: a frame that is handed a token by the page around it."""

from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Final

from fastapi import APIRouter
from starlette.responses import Response

from recommender.errors import NotSignedIn
from recommender.store.columns import utc_now
from serving.auth.caller import find_caller
from serving.auth.cookies import remember
from serving.auth.sessions import open_session
from serving.deps import Bearer, ServiceDep, WritingSessionDep
from serving.middleware import security_headers
from serving.portal.rendering import render

_SCRIPTED: Final = "script-src 'self'; connect-src 'self'"

router = APIRouter(include_in_schema=False)


@router.get("/embed")
def open_embedded(service: ServiceDep) -> Response:
    """Show a page that waits for the surrounding page's token; the script is its only means."""
    origins = service.settings.frame_origins
    policy = security_headers(origins)["Content-Security-Policy"]
    return render(
        "embed.html",
        headers={"Content-Security-Policy": f"{policy}; {_SCRIPTED}"},
        origins=" ".join(origins),
    )


@router.post("/embed/session", status_code=HTTPStatus.NO_CONTENT)
def open_from_token(
    service: ServiceDep, session: WritingSessionDep, credentials: Bearer
) -> Response:
    """Open a session inside the frame for whom a bearer token stands for, no longer than it."""
    if credentials is None:
        raise NotSignedIn("Send a bearer token in the Authorization header.")
    claims = service.verifier.verify(credentials.credentials)
    find_caller(session, claims, service.roster)
    rule = service.roster.get(claims.issuer)
    left = datetime.fromtimestamp(float(claims.others["exp"]), UTC) - utc_now()
    lifetime = min(left, timedelta(hours=service.settings.session_hours))
    key = open_session(session, claims, rule.kept(claims) if rule else {}, lifetime)
    response = Response(status_code=HTTPStatus.NO_CONTENT)
    remember(response, key, service.settings, embedded=True)
    return response
