"""The shortest way to a list of suggestions: what a portal asks for on every page.

The documented route (`endpoints.list_suggestions`) says what the answer is, what may be asked and
what is refused. It also spends most of its time on what is the same every time: threads, sessions,
dependencies, checking our own answer against its schema. This layer in front of it gives the same
answer without them, in the event loop:

- a token that was verified before is known by its hash until it expires (`TokenVerifier`);
- who asked, of whom and under which policy is remembered while none of what decides it changes;
- the teacher's facts and the versions of all come by one statement (`VersionReader`);
- lists that were asked for while the event loop was busy are worked out together (`Gathering`);
- a whole answer is remembered while versions, day, champion and state packs stand (`Ground`).

Only what went well is answered here. Whatever is unusual, refused or broken goes on to the route,
which alone says so; a test holds that both give the same answer.
"""

from collections.abc import Hashable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, NamedTuple

import msgspec
from pydantic import ValidationError
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session
from starlette.types import ASGIApp, Receive, Scope, Send

from features.person_rows import PersonRow
from recommender.clock import today
from recommender.errors import RecommenderError
from recommender.policy import Policy
from recommender.store.engine import reading
from recommender.store.tables import Teacher
from recommender.vocabulary import Role
from recommender.voice import Voice
from serving.api.suggestions.shapes import page_of
from serving.api.suggestions.wish import Wish, wish_of
from serving.auth.access import readable_teacher
from serving.auth.caller import Caller, caller_key, find_caller, write_down
from serving.auth.tokens import Claims
from serving.deps import MAX_ID_LENGTH, Service, get_champion, voice_to
from serving.live.catalog import PART, HeldCatalog
from serving.live.champion import Serving
from serving.live.gathering import Gathering
from serving.live.memory import Answer, Ground, Memory
from serving.live.suggestions import Suggested, acted_on, read_of, suggest_to
from serving.live.versions import VersionReader, Versions, part_of, versions_of, who_asks_of

START: Final = "/v1/teachers/"
END: Final = "/suggestions"
LONGEST_QUERY: Final = 1_000
_BEARER: Final = b"bearer "
_encode: Final = msgspec.json.Encoder().encode
_REFUSED: Final = (RecommenderError, ValidationError, SQLAlchemyError)

MOST_TOGETHER: Final = 8
"""So many lists are worked out in one go: with more of them others would wait too long."""


class _Route(NamedTuple):
    """What the log and the metrics call the route."""

    path: str = "/v1/teachers/{teacher_id:path}/suggestions"


ROUTE: Final = _Route()


Told = list[list[PersonRow]]
"""What the store says of one teacher (`by_kind`)."""


class _Asked(NamedTuple):
    token: str
    teacher_id: str
    query: bytes


@dataclass(frozen=True)
class _Known:
    """A question that was found to be in order, while `WHO_ASKS` stands at `version`."""

    version: int
    day: date
    caller: Caller
    teacher: Teacher
    wish: Wish
    policy: Policy


class _Open(NamedTuple):
    """A question that no remembered answer holds for."""

    asked: _Asked
    claims: Claims
    key: Hashable
    known: _Known | None


class _Read(NamedTuple):
    """A question in order, with what the store says of its teacher and the catalog of that."""

    known: _Known
    told: Told
    held: HeldCatalog

    @property
    def alike(self) -> Hashable:
        """Return what is the same for all whose lists are worked out together."""
        known = self.known
        return (self.held.key, known.teacher.district_id, known.wish, known.policy, self.voice)

    @property
    def voice(self) -> Voice:
        return voice_to(self.known.caller)


class Shortcut:
    """Answers what it can at once and lets everything else pass.

    Parameters
    ----------
    app
        The way of everything else.
    service
        The running service.
    most_bytes
        Room for remembered answers; with 0 every request reads the state and computes.
    """

    def __init__(self, app: ASGIApp, service: Service, most_bytes: int) -> None:
        self._app = app
        self._service = service
        self._reader = VersionReader(service.engine)
        self._policies: dict[str, Policy] = {}
        self._policies_of: tuple[int, date] | None = None
        self._memory: Memory[_Known] = Memory(most_bytes)
        self._gathering: Gathering[_Open, Answer | None] = Gathering(self._make, MOST_TOGETHER)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        asked = _asked(scope)
        answer = asked and await self._answer(asked)
        if answer is None:
            await self._app(scope, receive, send)
            return
        scope["route"] = ROUTE
        body = answer.text
        headers = [
            (b"content-length", b"%d" % len(body)),
            (b"content-type", b"application/json"),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _answer(self, asked: _Asked) -> Answer | None:
        """Return the answer, or None where the route shall say what there is to say."""
        counted = None
        try:
            claims = self._service.verifier.verify(asked.token)
            key = (claims.token_hash, asked.teacher_id, asked.query)
            known, kept = self._memory.find(key) or (None, None)
            account = known.caller.key if known else caller_key(claims)
            self._service.limit.take(account)
            counted = account
            answer = kept if known and kept and self._holds(kept) else None
            if answer is None:
                answer = await self._gathering.ask(_Open(asked, claims, key, known))
            elif known:
                write_down(known.caller)
        except _REFUSED:
            answer = None
        if answer is None and counted is not None:
            self._service.limit.give_back(counted)  # the route counts it
        elif answer is not None:
            self._service.metrics.count_list(answer.segment, answer.size)
            self._service.slates.offer(answer.served)
        return answer

    def _holds(self, answer: Answer) -> bool:
        """Tell whether nothing that an answer rests on has changed since it was made."""
        tick = self._reader.tick()
        if answer.tick != tick or tick is None:
            versions = self._reader.versions(answer.served.teacher_id)
            if versions != answer.ground.versions:
                return False
        if self._ground(answer.ground.versions, get_champion(self._service)) != answer.ground:
            return False
        answer.tick = tick
        return True

    def _ground(self, versions: Versions, serving: Serving) -> Ground:
        shelf = self._service.states
        shelf.current()
        return Ground(versions, today(), serving.version.bundle_hash, shelf.changes)

    def _meet(self, asked: _Asked, claims: Claims) -> _Known:
        """Find out who asks, of whom, for what and under which policy, as the route does."""
        version = self._reader.who_asks()  # before all that is read below
        wish = wish_of(asked.query)
        with reading(self._service.engine) as session:
            caller = find_caller(session, claims, self._service.roster)
            teacher = readable_teacher(session, caller, asked.teacher_id, today())
            policy = self._policy(session, teacher.district_id, version)
        return _Known(version, today(), caller, teacher, wish, policy)

    def _policy(self, session: Session, district_id: str, version: int) -> Policy:
        """Return a district's policy, read once while `WHO_ASKS` stands."""
        stands = (version, today())
        if self._policies_of != stands:
            self._policies_of, self._policies = stands, {}
        if district_id not in self._policies:
            self._policies[district_id] = self._service.policy(session, district_id)
        return self._policies[district_id]

    def _make(self, questions: Sequence[_Open]) -> list[Answer | None]:
        """Return new answers, which are kept; None where the route shall say what there is to say.

        Those who ask alike are answered together: most of what a list costs is the same for one
        teacher and for eight.
        """
        serving = get_champion(self._service)
        tick = self._reader.tick() if self._memory.keeps_answers else None
        answers: list[Answer | None] = [None] * len(questions)
        alike: dict[Hashable, list[tuple[int, _Read]]] = {}
        for place, question in enumerate(questions):
            read = self._read(question, serving)
            if read is not None:
                alike.setdefault(read.alike, []).append((place, read))
        for group in alike.values():
            made = self._made_alike([read for _, read in group], serving, tick)
            for (place, read), answer in zip(group, made, strict=False):
                write_down(read.known.caller)
                self._memory.keep(questions[place].key, read.known, answer)
                answers[place] = answer
        return answers

    def _read(self, question: _Open, serving: Serving) -> _Read | None:
        """Return what the store says, read in one statement with its versions."""
        try:
            known = question.known
            told = self._reader.rows(known.teacher.id or 0) if known else []
            if known is None or known.day != today() or who_asks_of(told) != known.version:
                known = self._meet(question.asked, question.claims)
                told = self._reader.rows(known.teacher.id or 0)
        except _REFUSED:
            return None
        key = self._service.catalog.key_of(serving, known.day, part_of(told, PART))
        held = self._service.catalog.held(key)
        if who_asks_of(told) != known.version or held is None:
            return None  # it changed just now: the route reads all of it
        return _Read(known, told, held)

    def _made_alike(
        self,
        asked: Sequence[_Read],
        serving: Serving,
        tick: Any,  # noqa: ANN401 - compared for being the same
    ) -> list[Answer]:
        """Return the answers to those who ask alike; none where something is wrong with any."""
        grounds = [self._ground(versions_of(read.told), serving) for read in asked]
        try:
            lists = self._suggest(asked, serving)
            return [
                Answer(
                    ground=ground,
                    body=_encode(page_of(suggested)),
                    tick=tick,
                    segment=suggested.suggestions.segment,
                    size=len(suggested.suggestions.items),
                    served=suggested.served,
                )
                for ground, suggested in zip(grounds, lists, strict=True)
            ]
        except Exception:  # noqa: BLE001 - the route says what is wrong, to whom it concerns
            return []

    def _suggest(self, asked: Sequence[_Read], serving: Serving) -> list[Suggested]:
        known, service = asked[0].known, self._service
        coached = [read.known for read in asked if read.known.caller.role is Role.COACH]
        wanted = bool(coached) or any(acted_on(read.told) for read in asked)
        teachers = [read.known.teacher for read in asked]
        with reading(service.engine) if wanted else nullcontext() as session:
            for one in coached:  # assigned teachers are among a teacher's facts
                if session:
                    readable_teacher(session, one.caller, one.teacher.source_id, one.day)
            return suggest_to(
                session,
                serving,
                service.catalog,
                known.policy,
                teachers,
                known.wish.k,
                filters=known.wish.filters,
                after=known.wish.after,
                reasons=known.wish.reasons,
                voice=asked[0].voice,
                credit=True,
                read=read_of([read.told for read in asked], teachers, asked[0].held),
            )


def _asked(scope: Scope) -> _Asked | None:
    """Return the question, where it is one of ours in its plainest form."""
    if scope["type"] != "http" or scope["method"] != "GET" or scope.get("root_path"):
        return None
    path: str = scope["path"]
    query: bytes = scope["query_string"]
    if not (path.startswith(START) and path.endswith(END)) or len(query) > LONGEST_QUERY:
        return None
    teacher_id = path[len(START) : -len(END)]
    if not 0 < len(teacher_id) <= MAX_ID_LENGTH or not teacher_id.isprintable():
        return None
    tokens = [value for name, value in scope["headers"] if name == b"authorization"]
    if len(tokens) != 1 or tokens[0][: len(_BEARER)].lower() != _BEARER:
        return None
    return _Asked(tokens[0][len(_BEARER) :].decode("latin-1"), teacher_id, query)
