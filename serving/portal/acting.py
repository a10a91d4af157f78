"""What a teacher does with a card: save, start, not for me, earned; and taking it back."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query
from starlette.responses import Response

from recommender.errors import InvalidInput
from recommender.vocabulary import EventKind
from serving.api.feedback.schemas import SAID, DismissalReason, EventIn
from serving.api.feedback.service import keep_events
from serving.deps import ServiceDep, WritingSessionDep
from serving.portal.addresses import address_of
from serving.portal.forms import ActingTeacherDep, FormDep, read_as, see
from serving.portal.listing import UNDONE, ListQuery
from serving.portal.words import take_back

NOT_FOR_ME: Final[dict[str, tuple[str, dict[str, Any]]]] = {
    "not_now": (
        "Not relevant now",
        {"kind": EventKind.DISMISSED, "reason": DismissalReason.NOT_NOW},
    ),
    "known": ("I already know this", {"kind": EventKind.KNOWN}),
    "too_long": (
        "It takes too long",
        {"kind": EventKind.DISMISSED, "reason": DismissalReason.TOO_LONG},
    ),
    "other": ("Another reason", {"kind": EventKind.DISMISSED, "reason": DismissalReason.OTHER}),
}
"""Why a suggestion is not for the teacher: in words, and as the API's event."""

_SAYINGS: Final[dict[str, dict[str, Any]]] = {
    "saved": {"kind": EventKind.SAVED},
    "started": {"kind": EventKind.STARTED},
    "claimed": {"kind": EventKind.CLAIMED},
    **{name: event for name, (_, event) in NOT_FOR_ME.items()},
}

router = APIRouter(include_in_schema=False)


@router.post("/teachers/{teacher_id:path}/feedback")  # noqa: FAST003 - ActingTeacherDep reads it
def say(
    teacher: ActingTeacherDep,
    form: FormDep,
    session: WritingSessionDep,
    service: ServiceDep,
    query: Annotated[ListQuery, Query()],
) -> Response:
    """Keep what the teacher says of one suggestion, as `POST /v1/feedback` does."""
    said = _SAYINGS.get(form.get("say", ""))
    if said is None:
        raise InvalidInput("Choose one of the buttons of a card.")
    event = read_as(EventIn, {"credential_id": form.get("credential_id"), **said})
    keep_events(session, teacher, [event])
    kind = EventKind(event.kind)
    service.metrics.count_events([kind])
    done = query.query(did=kind.value, about=event.credential_id)
    return see(f"{address_of(teacher)}{done}#done")


@router.post("/teachers/{teacher_id:path}/undo")  # noqa: FAST003 - ActingTeacherDep reads it
def undo(
    teacher: ActingTeacherDep,
    form: FormDep,
    session: WritingSessionDep,
    query: Annotated[ListQuery, Query()],
) -> Response:
    """Take one word of the teacher's back."""
    event = read_as(EventIn, {name: form.get(name) for name in ("credential_id", "kind")})
    if event.kind not in SAID:
        raise InvalidInput("Only what you said yourself can be taken back.")
    take_back(session, teacher, event.credential_id, EventKind(event.kind))
    return see(f"{address_of(teacher)}{query.query(did=UNDONE, about=event.credential_id)}#done")
