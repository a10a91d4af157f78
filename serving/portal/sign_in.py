"""Signing in to the pages by the district's own provider, and there and back."""

from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import RedirectResponse, Response

from recommender.errors import NotSignedIn
from serving.auth.attempts import Attempt, forget_attempt, remember_attempt, take_attempt
from serving.auth.caller import caller_key, find_caller
from serving.auth.cookies import remember
from serving.auth.oidc import Provider
from serving.auth.sessions import open_session, use_nonce
from serving.deps import ServiceDep, WritingSessionDep
from serving.portal.forms import see

PARTNER = "oidc"

router = APIRouter(include_in_schema=False)


def get_provider(request: Request) -> Provider:
    """Return the provider that signs people in."""
    provider: Provider = request.app.state.provider
    return provider


ProviderDep = Annotated[Provider, Depends(get_provider)]


@router.get("/sign-in")
def begin(provider: ProviderDep) -> Response:
    """Lead to the district's sign-in."""
    attempt = Attempt.begin(PARTNER)
    response = RedirectResponse(provider.address(attempt), HTTPStatus.SEE_OTHER)
    remember_attempt(response, attempt, embedded=False)
    return response


@router.get("/sign-in/back")
def come_back(
    request: Request,
    provider: ProviderDep,
    service: ServiceDep,
    session: WritingSessionDep,
    state: Annotated[str, Query(max_length=200)] = "",
    code: Annotated[str, Query(max_length=4096)] = "",
) -> Response:
    """Open a session for whoever the provider says came back."""
    attempt = take_attempt(request, state, PARTNER)
    if not code:
        raise NotSignedIn("Your district's sign-in service did not sign you in.")
    claims = provider.claims(code, attempt)
    service.limit.take(caller_key(claims))
    expires_at = datetime.fromtimestamp(float(claims.others["exp"]), UTC)
    use_nonce(session, claims.issuer, attempt.nonce, expires_at)
    find_caller(session, claims, service.roster)
    rule = service.roster.get(claims.issuer)
    kept = rule.kept(claims) if rule else {}
    lifetime = timedelta(hours=service.settings.session_hours)
    response = see("/")
    remember(response, open_session(session, claims, kept, lifetime), service.settings)
    forget_attempt(response, attempt, embedded=False)
    return response
