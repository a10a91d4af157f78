"""What routes ask for: the service's parts, a session, the caller, the champion."""

from asyncio import Semaphore
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Final

from fastapi import Depends, Path, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy import Engine
from sqlmodel import Session

from recommender.clock import today
from recommender.district_settings import policy_in_force
from recommender.errors import NotAllowed, NotJson, NotSignedIn
from recommender.policy import Policy
from recommender.settings import Settings
from recommender.store.engine import reading, unit_of_work
from recommender.store.tables import Teacher
from recommender.vocabulary import Role
from recommender.voice import Voice
from serving.auth.access import readable_teacher
from serving.auth.caller import Caller, caller_key, find_caller, write_down
from serving.auth.cookies import session_token
from serving.auth.roster import RosterRule
from serving.auth.sessions import claims_of_session, is_session_key
from serving.auth.tokens import Claims, TokenVerifier
from serving.limits import RateLimit
from serving.live.catalog import LiveCatalog
from serving.live.champion import LiveChampion, Serving
from serving.live.recall import Recall
from serving.live.slate_log import SlateLog
from serving.live.states import LiveShelf
from serving.metrics import Metrics

MAX_ID_LENGTH: Final = 200
PRINTABLE: Final = r"^[^\x00-\x1f\x7f]+$"
"""No control characters: PostgreSQL refuses NUL, and no id of a district has any."""


TURNS: Final = 10
"""So many requests hold a connection at once. The engine's pool has 15: some more are for what runs
beside requests."""


@dataclass(frozen=True)
class Service:
    """The parts of one running service."""

    settings: Settings
    engine: Engine
    verifier: TokenVerifier
    champion: LiveChampion
    catalog: LiveCatalog
    states: LiveShelf
    limit: RateLimit
    metrics: Metrics
    slates: SlateLog
    roster: Mapping[str, RosterRule]
    """How people are found in the roster, by whoever signed them in."""
    recall: Recall = field(default_factory=Recall)
    """What was worked out for pages before."""
    turns: Semaphore = field(default_factory=lambda: Semaphore(TURNS))
    """Of requests that need a session of the store."""

    def identify(self, session: Session, token: str) -> Caller:
        """Return whom a token stands for; counts as one request of theirs."""
        return self._caller(session, self.verifier.verify(token))

    def visitor(self, session: Session, cookie: str) -> Caller:
        """Return whom the session cookie of the pages stands for, as `identify` does."""
        if is_session_key(cookie):
            return self._caller(session, claims_of_session(session, cookie))
        visitor = self.identify(session, cookie)
        if visitor.acting:
            raise NotAllowed("The pages are for people; a service account uses the API.")
        return visitor

    def _caller(self, session: Session, claims: Claims) -> Caller:
        self.limit.take(caller_key(claims))
        caller = find_caller(session, claims, self.roster)
        write_down(caller)
        return caller

    def policy(self, session: Session, district_id: str) -> Policy:
        """Return the policy that a district's suggestions obey today."""
        return policy_in_force(session, district_id, today(), self.settings)


def get_service(request: Request) -> Service:
    """Return the parts of the app that serves this request."""
    service: Service = request.app.state.service
    return service


ServiceDep = Annotated[Service, Depends(get_service)]


async def take_turn(service: ServiceDep) -> AsyncIterator[None]:
    """Wait until a connection is free, in the event loop.

    Who waited for the pool would wait in a thread. A request keeps its connection from step to step
    and needs a thread for each: were all of them to wait, no connection would ever come back.
    """
    async with service.turns:
        yield


TurnDep = Annotated[None, Depends(take_turn)]


def get_session(service: ServiceDep, _turn: TurnDep) -> Iterator[Session]:
    """Yield a session that sees one state of the store for the whole request."""
    with reading(service.engine) as session:
        yield session


SessionDep = Annotated[Session, Depends(get_session)]

_bearer: Final = HTTPBearer(
    bearerFormat="JWT",
    description="A token of the district's identity provider, or of `recommender token`.",
    auto_error=False,
)


Bearer = Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)]


def get_caller(service: ServiceDep, session: SessionDep, credentials: Bearer) -> Caller:
    """Return who sent the bearer token; a cookie is not looked at."""
    if credentials is None:
        raise NotSignedIn("Send a bearer token in the Authorization header.")
    return service.identify(session, credentials.credentials)


CallerDep = Annotated[Caller, Depends(get_caller)]


def get_writing_session(service: ServiceDep, _turn: TurnDep) -> Iterator[Session]:
    """Yield the request's unit of work, committed before the answer goes out."""
    with unit_of_work(service.engine) as session:
        yield session


WritingSessionDep = Annotated[Session, Depends(get_writing_session, scope="function")]


def get_writer(service: ServiceDep, session: WritingSessionDep, credentials: Bearer) -> Caller:
    """Return who sent the bearer token of a request that changes something.

    One connection does both: two a request would let busy requests wait for each other.
    """
    return get_caller(service, session, credentials)


WriterDep = Annotated[Caller, Depends(get_writer)]


def require_json(request: Request) -> None:
    """Refuse a body that is not declared as JSON."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise NotJson("Send the body as JSON, with 'Content-Type: application/json'.")


def get_visitor(request: Request, service: ServiceDep, session: SessionDep) -> Caller:
    """Return who is signed in to the pages, by the session cookie alone."""
    token = session_token(request, service.settings)
    if token is None:
        raise NotSignedIn("You are not signed in, or your session has ended.")
    return service.visitor(session, token)


VisitorDep = Annotated[Caller, Depends(get_visitor)]

TeacherIdPath = Annotated[
    str,
    Path(
        min_length=1,
        max_length=MAX_ID_LENGTH,
        pattern=PRINTABLE,
        description="The teacher's id in the caller's district.",
        examples=["T00004"],
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
    serving = service.champion.current()
    refused = service.champion.problem is not None
    service.metrics.set_model(serving.version.version or 0, refused=refused)
    return serving


ChampionDep = Annotated[Serving, Depends(get_champion)]


def voice_to(caller: Caller) -> Voice:
    """Return the voice of what the caller reads: a teacher reads of themselves alone."""
    return Voice.TO_TEACHER if caller.role is Role.TEACHER else Voice.ABOUT_TEACHER
