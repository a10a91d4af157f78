"""`POST /v1/feedback`."""

from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Depends

from recommender.errors import NotAllowed
from recommender.vocabulary import EventKind, Role
from serving.api.feedback.schemas import FeedbackIn, FeedbackOut
from serving.api.feedback.service import keep_events
from serving.api.writing import PROBLEMS, IdempotencyKeyHeader, lock_teacher, once
from serving.deps import ServiceDep, WriterDep, WritingSessionDep, require_json
from serving.problems import documented

router = APIRouter(prefix="/v1", tags=["facts"])


@router.post(
    "/feedback",
    status_code=HTTPStatus.CREATED,
    response_model=FeedbackOut,
    summary="Say what the teacher did with suggestions",
    dependencies=[Depends(require_json)],
    responses=documented(*PROBLEMS),
)
def give_feedback(
    feedback: FeedbackIn,
    writer: WriterDep,
    session: WritingSessionDep,
    service: ServiceDep,
    key: IdempotencyKeyHeader = None,
) -> dict[str, Any]:
    """Keep what the signed-in teacher did or said, all of it or nothing.

    It counts in the very next request: `dismissed`, `known` and `claimed` take a micro-credential
    out of the list, `saved` and `started` take an earlier `dismissed` or `known` back. `shown` and
    `viewed` never speak against one. `undone` takes back what was said before.
    """
    if writer.role is not Role.TEACHER or writer.teacher_id is None:
        raise NotAllowed("Only teachers give feedback, on their own suggestions.")
    teacher = lock_teacher(session, writer.teacher_id)

    def keep() -> dict[str, Any]:
        kept = keep_events(session, teacher, feedback.events)
        kinds = [event.kind for event in feedback.events if event.undoes is None]
        service.metrics.count_events(map(EventKind, kinds))
        return kept

    return once(session, writer, key, ("give_feedback", feedback), keep)
