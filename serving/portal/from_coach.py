"""What a teacher's page tells of the coach: plans to accept, acts on the list, invitations."""

from typing import Any

from sqlmodel import Session

from features.coach_acts import read_acts
from features.earning_together import invitations_of
from models.plans.keeping import read_plans
from recommender.store.tables import Teacher
from recommender.vocabulary import ActKind
from serving.portal.addresses import name_of


def from_coach(session: Session, teacher: Teacher, *, own: bool) -> dict[str, Any]:
    """Return it; invitations are for the teacher's own eyes."""
    acts = read_acts(session, [teacher]).get(teacher.id or 0, [])
    return {
        "plans": read_plans(session, [teacher]),
        "vetoes": [act for act in acts if act.kind is ActKind.VETO],
        "invitations": [
            (one, [name_of(other) for other in one.others])
            for one in (invitations_of(session, teacher) if own else ())
        ],
    }
