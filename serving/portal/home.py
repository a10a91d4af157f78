"""The first page, and the way out."""

from http import HTTPStatus
from typing import Final

from fastapi import APIRouter, Request
from sqlmodel import Session
from starlette.responses import RedirectResponse, Response

from recommender.errors import NotSignedIn
from recommender.store.engine import unit_of_work
from recommender.store.tables import Teacher
from recommender.vocabulary import Role
from serving.auth.caller import Caller
from serving.auth.cookies import forget, session_token
from serving.auth.sessions import end_session, is_session_key
from serving.deps import ServiceDep, SessionDep, get_visitor
from serving.portal.addresses import address_of
from serving.portal.rendering import render

router = APIRouter(include_in_schema=False)

_PAGES: Final = {Role.COACH: "/caseload", Role.DATA_STAFF: "/models", Role.ADMIN: "/models"}


@router.get("/")
def open_home(request: Request, service: ServiceDep, session: SessionDep) -> Response:
    """Lead whoever is signed in to their own page, and others to the way in."""
    try:
        visitor = get_visitor(request, service, session)
    except NotSignedIn:
        return render(
            "sign_in.html",
            development=service.settings.development,
            provider=bool(service.settings.oidc_client_id),
        )
    return RedirectResponse(_page_of(session, visitor), HTTPStatus.SEE_OTHER)


def _page_of(session: Session, visitor: Caller) -> str:
    if visitor.role is Role.TEACHER:
        return address_of(session.get_one(Teacher, visitor.teacher_id))
    return _PAGES[visitor.role]


@router.post("/sign-out")
def sign_out(request: Request, service: ServiceDep) -> Response:
    """End the session here and in the browser."""
    key = session_token(request, service.settings) or ""
    if is_session_key(key):
        with unit_of_work(service.engine) as session:
            end_session(session, key)
    response = RedirectResponse("/", HTTPStatus.SEE_OTHER)
    forget(response, service.settings)
    return response
