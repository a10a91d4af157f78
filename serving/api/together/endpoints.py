"""`/v1/coaches/{coach_id}/earn-together` and `/v1/earn-together`."""

from http import HTTPStatus
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Path
from sqlmodel import Session

from features.earning_together import (
    CoachsGroup,
    TeachersInvitation,
    answer_invitation,
    ask_together,
    close_group,
    groups_of,
    invitations_of,
)
from recommender.clock import today
from recommender.errors import BundleRefused, NoChampion, NotAllowed
from recommender.store.tables import Credential, Teacher
from recommender.vocabulary import InvitationAnswer, Role
from serving.api.coaches.queries import assigned_teachers, readable_coach
from serving.api.credentials.queries import find_credential
from serving.api.together.schemas import (
    PossibleGroupsOut,
    TogetherAnswerIn,
    TogetherGroupOut,
    TogetherIn,
    TogetherInvitationOut,
    TogetherOut,
)
from serving.api.writing import PROBLEMS, IdempotencyKeyHeader, once
from serving.auth.access import readable_teachers
from serving.auth.caller import Caller
from serving.auth.coaching import require_coach
from serving.deps import (
    MAX_ID_LENGTH,
    PRINTABLE,
    CallerDep,
    ChampionDep,
    ServiceDep,
    SessionDep,
    WriterDep,
    WritingSessionDep,
    require_json,
)
from serving.live.grouping import possible_groups
from serving.problems import READING, READING_ONE, documented

MOST_CASELOAD: Final = 100
"""So many teachers of a caseload are looked at, by name."""

GroupId = Annotated[int, Path(ge=1, le=2**31 - 1, description="The group's number.", examples=[3])]

router = APIRouter(prefix="/v1", tags=["plans"])


@router.get(
    "/coaches/{coach_id:path}/earn-together",
    response_model=PossibleGroupsOut,
    summary="Who of a caseload could earn the same together",
    responses=documented(NoChampion, BundleRefused, *READING_ONE),
)
def list_possible_groups(
    caller: CallerDep,
    session: SessionDep,
    service: ServiceDep,
    champion: ChampionDep,
    coach_id: Annotated[
        str, Path(min_length=1, max_length=MAX_ID_LENGTH, pattern=PRINTABLE, examples=["C008"])
    ],
) -> dict[str, Any]:
    """Propose groups of 3 to 8 that gain most in all; for the coach, and admins of the district."""
    coach = readable_coach(session, caller, coach_id)
    assigned = assigned_teachers(session, coach, today(), limit=MOST_CASELOAD)
    found = possible_groups(session, service, champion, [teacher for teacher, _ in assigned])
    return {
        "groups": [
            {
                "credential_id": group.key[1],
                "district_id": group.key[0],
                "title": group.title,
                "teachers": [_person(teacher) for teacher in group.teachers],
            }
            for group in found.groups
        ],
        "proven": found.proven,
        "gap": found.gap,
    }


@router.get(
    "/earn-together",
    response_model=TogetherOut,
    summary="Groups that the caller asked, or invitations to the caller",
    responses=documented(*READING),
)
def list_together(caller: CallerDep, session: SessionDep) -> dict[str, Any]:
    """List the open groups of a coach, or the open invitations of a teacher."""
    if caller.role is Role.TEACHER:
        own = session.get_one(Teacher, caller.teacher_id)
        return {
            "groups": [],
            "invitations": [_invitation(one) for one in invitations_of(session, own)],
        }
    coach = require_coach(session, caller)
    return {"groups": [_group(group) for group in groups_of(session, coach)], "invitations": []}


@router.post(
    "/earn-together",
    status_code=HTTPStatus.CREATED,
    response_model=TogetherGroupOut,
    summary="Ask teachers to earn a micro-credential together",
    dependencies=[Depends(require_json)],
    responses=documented(*PROBLEMS),
)
def ask_for_together(
    asked: TogetherIn,
    writer: WriterDep,
    session: WritingSessionDep,
    key: IdempotencyKeyHeader = None,
) -> dict[str, Any]:
    """Ask 3 to 8 teachers of one's own caseload; each answers for themselves."""
    return once(
        session, writer, key, ("ask_for_together", asked), lambda: ask(session, writer, asked)
    )


def ask(session: Session, caller: Caller, asked: TogetherIn) -> dict[str, Any]:
    """Ask the teachers, all of whom must be assigned to the coach today."""
    coach = require_coach(session, caller)
    found = readable_teachers(session, caller, asked.teacher_ids)
    for error in found.refused.values():
        raise error
    credential = find_credential(session, asked.credential_id, coach.district_id)
    group = ask_together(session, coach, credential, found.teachers, asked.note.strip())
    return TogetherGroupOut.model_validate(_group(group)).model_dump(mode="json")


@router.post(
    "/earn-together/{group_id}/answer",
    response_model=TogetherInvitationOut,
    summary="Agree to earn together, or decline",
    dependencies=[Depends(require_json)],
    responses=documented(*PROBLEMS),
)
def answer_together(
    group_id: GroupId, asked: TogetherAnswerIn, writer: WriterDep, session: WritingSessionDep
) -> dict[str, Any]:
    """Answer an invitation, as the teacher who was asked; nobody learns that somebody declined."""
    if writer.role is not Role.TEACHER:
        raise NotAllowed("Only the teacher who was asked answers.")
    own = session.get_one(Teacher, writer.teacher_id)
    return _invitation(answer_invitation(session, own, group_id, InvitationAnswer(asked.answer)))


@router.delete(
    "/earn-together/{group_id}",
    status_code=HTTPStatus.NO_CONTENT,
    summary="Close a group",
    responses=documented(*PROBLEMS),
)
def close_together(group_id: GroupId, writer: WriterDep, session: WritingSessionDep) -> None:
    """Close a group of one's own: nobody sees it any more."""
    close_group(session, require_coach(session, writer), group_id)


def _person(teacher: Teacher) -> dict[str, str]:
    name = f"{teacher.given_name} {teacher.family_name}".strip() or teacher.source_id
    return {"teacher_id": teacher.source_id, "name": name}


def _about(credential: Credential) -> dict[str, Any]:
    return {
        "credential_id": credential.source_id,
        "district_id": credential.district_id,
        "title": credential.title or credential.source_id,
    }


def _group(group: CoachsGroup) -> dict[str, Any]:
    return {
        "group_id": group.id,
        **_about(group.credential),
        "note": group.note,
        "asked_at": group.asked_at,
        "agreed": [_person(teacher) for teacher in group.agreed],
        "waiting": [_person(teacher) for teacher in group.waiting],
    }


def _invitation(one: TeachersInvitation) -> dict[str, Any]:
    return {
        "group_id": one.id,
        **_about(one.credential),
        "coach": one.coach.name or one.coach.source_id,
        "note": one.note,
        "asked_at": one.asked_at,
        "answer": one.answer,
        "others": [_person(other)["name"] for other in one.others],
    }
