"""The addresses that a learning platform calls: login, launch, and what it is registered with."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from joserfc.jwk import RSAKey
from pydantic import ValidationError
from starlette.responses import RedirectResponse, Response

from recommender.errors import InvalidInput, NotAllowed, NotSignedIn
from serving.auth.attempts import Attempt, forget_attempt, remember_attempt, take_attempt
from serving.auth.caller import caller_key, find_caller
from serving.auth.cookies import remember
from serving.auth.own_keys import own_key
from serving.auth.sessions import open_session, use_nonce
from serving.deps import ServiceDep, WritingSessionDep
from serving.lti.launch import LoginRequest, Tool
from serving.portal.forms import Form, FormDep, see
from serving.portal.rendering import render

KEY_FILE: Final = "lti-key.json"
KEY_BITS: Final = 2048

router = APIRouter(include_in_schema=False)


def get_tool(request: Request) -> Tool:
    """Return this service as a tool."""
    tool: Tool = request.app.state.tool
    return tool


ToolDep = Annotated[Tool, Depends(get_tool)]


@router.get("/lti/login")
def begin_by_link(request: Request, tool: ToolDep) -> Response:
    """Begin a launch that a platform asks for by a link."""
    return _begin(dict(request.query_params), tool)


@router.post("/lti/login")
def begin_by_form(form: FormDep, tool: ToolDep) -> Response:
    """Begin a launch that a platform asks for by a form."""
    return _begin(form, tool)


def _begin(values: Form, tool: Tool) -> Response:
    """Leave the attempt with the browser, and see on the way whether it keeps it."""
    asked = _asked(values)
    attempt = Attempt.begin(tool.platform_of(asked).partner)
    query = urlencode(asked.model_dump(exclude_none=True) | {"state": attempt.state})
    response = see(f"/lti/continue?{query}")
    remember_attempt(response, attempt, embedded=True)
    return response


@router.get("/lti/continue")
def go_on(request: Request, tool: ToolDep) -> Response:
    """Send a browser that keeps cookies of ours to the platform; let another open a window.

    The platform is not asked before: what it hands out for a launch may be good for one only.
    """
    asked = _asked(request.query_params)
    platform = tool.platform_of(asked)
    try:
        attempt = take_attempt(request, request.query_params.get("state", ""), platform.partner)
    except NotSignedIn:
        query = urlencode(asked.model_dump(exclude_none=True))
        return render("own_window.html", address=f"/lti/login?{query}")
    return RedirectResponse(tool.address(asked, attempt, platform), 302)


def _asked(values: Mapping[str, str]) -> LoginRequest:
    try:
        return LoginRequest.model_validate(dict(values))
    except ValidationError:
        raise InvalidInput("The platform's request to sign in lacks something.") from None


@router.post("/lti/launch")
def launch(
    request: Request,
    form: FormDep,
    tool: ToolDep,
    service: ServiceDep,
    session: WritingSessionDep,
) -> Response:
    """Sign in whom the platform names, and show the page that its link leads to."""
    if "error" in form:
        raise NotSignedIn("The learning platform did not say who you are; open the link again.")
    attempt = take_attempt(request, form.get("state", ""))
    launched = tool.launched(form.get("id_token", ""), attempt)
    service.limit.take(caller_key(launched.claims))
    use_nonce(session, launched.platform.partner, attempt.nonce, launched.expires_at)
    try:
        find_caller(session, launched.claims, service.roster)
    except NotAllowed as error:
        raise NotAllowed(launched.lacks or str(error)) from None
    lifetime = timedelta(hours=service.settings.session_hours)
    key = open_session(session, launched.claims, launched.claims.others, lifetime)
    response = see(launched.page)
    remember(response, key, service.settings, embedded=True)
    forget_attempt(response, attempt, embedded=True)
    return response


@router.get("/lti/jwks.json")
def show_keys(service: ServiceDep) -> dict[str, Any]:
    """Return the tool's public key, which platforms ask for at registration."""
    key = own_key(service.settings.data_dir / KEY_FILE, RSAKey, KEY_BITS)
    public = dict(key.as_dict(private=False)) | {"use": "sig", "alg": "RS256"}
    return {"keys": [public]}


@router.get("/lti/configuration.json")
def show_configuration(tool: ToolDep) -> dict[str, Any]:
    """Return the registration as Canvas reads it; other platforms are told the same by hand."""
    base = tool.launch_address.removesuffix("/lti/launch")
    placement = {"message_type": "LtiResourceLinkRequest", "target_link_uri": f"{base}/"}
    return {
        "title": "Next micro-credentials",
        "description": "Suggests the next micro-credential to a teacher, with reasons.",
        "oidc_initiation_url": f"{base}/lti/login",
        "target_link_uri": f"{base}/",
        "redirect_uris": [tool.launch_address],
        "public_jwk_url": f"{base}/lti/jwks.json",
        "scopes": [],
        "extensions": [
            {
                "platform": "canvas.instructure.com",
                "privacy_level": "email_only",
                "settings": {
                    "placements": [
                        {"placement": "course_navigation", **placement},
                        {"placement": "global_navigation", **placement},
                    ]
                },
            }
        ],
    }
