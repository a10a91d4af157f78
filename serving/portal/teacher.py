"""'Your next micro-credentials': one teacher's page, also for the coach."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from recommender.axes import CredentialKey
from recommender.clock import today
from recommender.vocabulary import EventKind, RecordStatus, Role
from serving.api.suggestions.shapes import in_progress_of
from serving.deps import (
    ChampionDep,
    ServiceDep,
    SessionDep,
    VisitedTeacherDep,
    VisitorDep,
    voice_to,
)
from serving.live.suggestions import Suggested, suggest_to
from serving.portal.acting import NOT_FOR_ME
from serving.portal.addresses import address_of, name_of
from serving.portal.areas import growth_areas
from serving.portal.forms import csrf_token
from serving.portal.from_coach import from_coach
from serving.portal.listing import HOURS, SERVED, STEPS, UNDONE, ListQuery
from serving.portal.rendering import render_frame_first
from serving.portal.words import Word, just_said, of_kind, standing_words

_DECIDED: Final = frozenset(
    status.code for status in (RecordStatus.ENROLLED, RecordStatus.SUBMITTED, RecordStatus.EARNED)
)
"""A record with one of these says more than the teacher's own 'saved' or 'started'."""

router = APIRouter(include_in_schema=False)


@router.get("/teachers/{teacher_id:path}")  # noqa: FAST003 - VisitedTeacherDep reads it
def open_teacher(
    request: Request,
    visitor: VisitorDep,
    teacher: VisitedTeacherDep,
    session: SessionDep,
    service: ServiceDep,
    champion: ChampionDep,
    query: Annotated[ListQuery, Query()],
) -> Response:
    """Show a teacher's suggestions with their reasons."""
    filters = query.filters()
    if query.narrowed:
        # What narrows to an unknown standard is refused before the page begins to go out.
        filters.mask(service.catalog.hold(session, champion).catalog)
    words = standing_words(session, teacher)

    def look() -> _Listed:
        (suggested,) = suggest_to(
            session,
            champion,
            service.catalog,
            service.policy(session, teacher.district_id),
            [teacher],
            query.k + len(of_kind(words, EventKind.STARTED)),
            filters=filters,
            voice=voice_to(visitor),
            metrics=service.metrics,
            slates=service.slates,
            credit=True,
        )
        return _listed(suggested, query, words)

    own = visitor.role is Role.TEACHER
    return render_frame_first(
        "teacher.html",
        role=visitor.role,
        own=own,
        name=name_of(teacher),
        address=address_of(teacher),
        as_of=today(),
        model_version=champion.version.version,
        trained_on=champion.version.as_of,
        csrf=csrf_token(request, service.settings, visitor) if own else "",
        not_for_me={name: text for name, (text, _) in NOT_FOR_ME.items()},
        here=query.query(),
        look=look,
        **from_coach(session, teacher, own=own),
        **_done(words, query if own else ListQuery()),
    )


@dataclass(frozen=True)
class _Listed:
    """What the page shows of a list, and what else stands of the teacher's micro-credentials."""

    suggestions: list[dict[str, Any]]
    policy: dict[str, Any]
    facts: list[tuple[str, int]]
    filters: dict[str, Any]
    more: str | None
    in_progress: list[Any]
    started: list[Word]
    saved: list[Word]


def _listed(suggested: Suggested, query: ListQuery, words: dict[CredentialKey, Word]) -> _Listed:
    """Return the list without what the teacher started, which is shown apart."""
    plain = suggested.as_dict()
    standing = _undecided(suggested, words)
    started = {word.key for word in standing if word.kind is EventKind.STARTED}
    items = [item for item in plain["items"] if _key(item) not in started]
    shown = items[: query.k]
    saved = {word.key for word in standing if word.kind is EventKind.SAVED}
    return _Listed(
        suggestions=[item | {"saved": _key(item) in saved} for item in shown],
        policy=plain["policy"],
        facts=_fact_counts(suggested),
        filters=_filters(suggested, query),
        more=_more(query, enough=len(shown) == query.k),
        in_progress=list(in_progress_of(suggested.state, suggested.catalog)),
        started=[word for word in standing if word.kind is EventKind.STARTED],
        saved=[
            word
            for word in standing
            if word.kind is EventKind.SAVED and word.key not in {_key(item) for item in shown}
        ],
    )


def _undecided(suggested: Suggested, words: dict[CredentialKey, Word]) -> Sequence[Word]:
    """Return the words that no record has overtaken."""
    decided = {
        suggested.catalog.axes.credentials[int(row["credential"])]
        for row in suggested.state.history.rows
        if int(row["status"]) in _DECIDED
    }
    return [word for word in words.values() if word.key not in decided]


def _key(item: dict[str, Any]) -> CredentialKey:
    return item["district_id"], item["credential_id"]


def _done(words: dict[CredentialKey, Word], query: ListQuery) -> dict[str, Any]:
    """Return what to confirm: what was said or taken back a moment ago."""
    if query.did == UNDONE:
        return {"undone": True, "done": None}
    kind = None if query.did is None else EventKind(query.did)
    return {"undone": False, "done": just_said(words, kind, query.about)}


def _filters(suggested: Suggested, query: ListQuery) -> dict[str, Any]:
    hours = sorted({*HOURS, *([query.max_hours] if query.max_hours else [])})
    areas = growth_areas(suggested.state, suggested.catalog)
    chosen = query.standard
    return {
        "narrowed": query.narrowed,
        "hours": [(f"{value:g}", value == query.max_hours) for value in hours],
        "free": query.free,
        "no_students": query.no_students,
        "renewal": query.renewal,
        "serves": [(value, words, value == query.serves) for value, words in SERVED.items()],
        "areas": [(area, area.value == chosen) for area in areas],
        "other": chosen if chosen and chosen not in {area.value for area in areas} else "",
    }


def _fact_counts(suggested: Suggested) -> list[tuple[str, int]]:
    """Return how many facts of each kind are known of the teacher."""
    state = suggested.state
    return [
        ("Micro-credentials earned or under way", len(state.history.rows)),
        ("Evaluation ratings", len(state.ratings.rows)),
        ("Self-assessments", len(state.assessments.rows)),
        ("Growth goals", len(state.goals.rows)),
    ]


def _more(query: ListQuery, *, enough: bool) -> str | None:
    """Return the query of 'Show more', None where there are no more."""
    longer = [step for step in STEPS if step > query.k]
    return query.query(k=longer[0]) if longer and enough else None
