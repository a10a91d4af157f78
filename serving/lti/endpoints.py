"""The addresses that a learning platform calls: login, launch, and what it is registered with."""

from datetime import timedelta
from typing import Annotated, Any, Final

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
    try:
        asked = LoginRequest.model_validate(values)
    except ValidationError:
        raise InvalidInput("The platform's request to sign in lacks something.") from None
    platform = tool.platform_of(asked)
    attempt = Attempt.begin(platform.partner)
    response = RedirectResponse(tool.address(asked, attempt, platform), 302)
    remember_attempt(response, attempt, embedded=True)
    return response


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
