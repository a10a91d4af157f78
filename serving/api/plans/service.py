"""What the API and the pages do with growth plans.

A plan is sought while nothing is locked; the store is written to in a short unit of work after it.
"""

from sqlmodel import Session

from models.plans.asking import Asked
from models.plans.keeping import (
    KeptPlan,
    accept_plan,
    change_plan,
    check_version,
    delete_plan,
    read_plan,
    save_plan,
)
from models.plans.making import Made, plan_for
from recommender.store.engine import unit_of_work
from recommender.store.tables import Teacher
from recommender.vocabulary import Role
from serving.auth.caller import Caller
from serving.auth.coaching import acceptable_plan, changeable_plan
from serving.deps import Service
from serving.live.champion import Serving
from serving.live.planning import ground_of


def propose(
    session: Session, service: Service, serving: Serving, teacher: Teacher, asked: Asked
) -> Made:
    """Return the best plan within the limits; nothing is kept."""
    return plan_for(ground_of(session, service, serving, teacher), asked)


def keep(session: Session, teacher: Teacher, caller: Caller, made: Made) -> KeptPlan:
    """Keep a plan that was just made; the teacher's row must be locked."""
    row = save_plan(session, teacher, caller.coach_id, made)
    return read_plan(session, row.id or 0)


def change(
    session: Session,
    service: Service,
    serving: Serving,
    caller: Caller,
    plan_id: int,
    asked: Asked,
    seen: int,
) -> KeptPlan:
    """Seek a plan anew and put it in the place of what was kept."""
    kept = changeable_plan(session, caller, plan_id)
    check_version(kept.row, seen)
    made = propose(session, service, serving, kept.teacher, asked)
    with unit_of_work(service.engine) as writing:
        standing = changeable_plan(writing, caller, plan_id, lock=True)
        check_version(standing.row, seen)
        change_plan(writing, standing.row, made)
        return read_plan(writing, plan_id)


def accept(service: Service, caller: Caller, plan_id: int, seen: int) -> KeptPlan:
    """Let the teacher or the coach accept a plan."""
    with unit_of_work(service.engine) as writing:
        kept = acceptable_plan(writing, caller, plan_id, lock=True)
        check_version(kept.row, seen)
        accept_plan(kept.row, by_teacher=caller.role is Role.TEACHER)
        writing.flush()
        return kept


def remove(service: Service, caller: Caller, plan_id: int, seen: int) -> KeptPlan:
    """Show a plan no more, to anybody."""
    with unit_of_work(service.engine) as writing:
        kept = changeable_plan(writing, caller, plan_id, lock=True)
        check_version(kept.row, seen)
        delete_plan(kept.row)
        return kept
