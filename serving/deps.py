"""What routes ask for: the service's parts, a session, the caller, the champion."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import Depends, Path, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy import Engine
from sqlmodel import Session

from recommender.clock import today
from recommender.errors import NotSignedIn
from recommender.policy import Policy
from recommender.settings import Settings
from recommender.store.engine import reading
from recommender.store.tables import Teacher
from serving.auth.access import readable_teacher
from serving.auth.caller import Caller, find_caller
from serving.auth.cookies import session_token
from serving.auth.tokens import TokenVerifier
from serving.live.catalog import LiveCatalog
from serving.live.champion import LiveChampion, Serving

MAX_ID_LENGTH: Final = 200
PRINTABLE: Final = r"^[^\x00-\x1f\x7f]+$"
"""No control characters: PostgreSQL refuses NUL, and no id of a district has any."""


@dataclass(frozen=True)
class Service:
    """The parts of one running service."""

    settings: Settings
    engine: Engine
    verifier: TokenVerifier
    champion: LiveChampion
    catalog: LiveCatalog
    policy: Policy


def get_service(request: Request) -> Service:
    """Return the parts of the app that serves this request."""
    service: Service = request.app.state.service
    return service


ServiceDep = Annotated[Service, Depends(get_service)]


def get_session(service: ServiceDep) -> Iterator[Session]:
    """Yield a session that sees one state of the store for the whole request."""
    with reading(service.engine) as session:
        yield session


SessionDep = Annotated[Session, Depends(get_session)]

_bearer: Final = HTTPBearer(
    bearerFormat="JWT",
    description="A token of the district's identity provider, or of `recommender token`.",
    auto_error=False,
)


def get_caller(
    service: ServiceDep,
    session: SessionDep,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)],
) -> Caller:
    """Return who sent the bearer token; a cookie is not looked at."""
    if credentials is None:
        raise NotSignedIn("Send a bearer token in the Authorization header.")
    return find_caller(session, service.verifier.verify(credentials.credentials))


CallerDep = Annotated[Caller, Depends(get_caller)]


def get_visitor(request: Request, service: ServiceDep, session: SessionDep) -> Caller:
    """Return who is signed in to the pages, by the session cookie alone."""
    token = session_token(request, service.settings)
    if token is None:
        raise NotSignedIn("You are not signed in, or your session has ended.")
    return find_caller(session, service.verifier.verify(token))


VisitorDep = Annotated[Caller, Depends(get_visitor)]

TeacherIdPath = Annotated[
    str,
    Path(
        min_length=1,
        max_length=MAX_ID_LENGTH,
        pattern=PRINTABLE,
        description="The teacher's id in the caller's district.",
        examples=["T0001"],
    ),
]


def get_teacher(session: SessionDep, caller: CallerDep, teacher_id: TeacherIdPath) -> Teacher:
    """Return the teacher in the address, if the caller may read of them."""
    return readable_teacher(session, caller, teacher_id, today())


TeacherDep = Annotated[Teacher, Depends(get_teacher)]


def get_visited_teacher(
    session: SessionDep, visitor: VisitorDep, teacher_id: TeacherIdPath
) -> Teacher:
    """Return the teacher whose page is asked for, if the visitor may read of them."""
    return readable_teacher(session, visitor, teacher_id, today())


VisitedTeacherDep = Annotated[Teacher, Depends(get_visited_teacher)]


def get_champion(service: ServiceDep) -> Serving:
    """Return the champion that serves this request from its beginning to its end."""
    return service.champion.current()


ChampionDep = Annotated[Serving, Depends(get_champion)]
