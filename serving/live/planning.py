"""What a teacher's growth plan is made with, as of now."""

from sqlmodel import Session

from features.live import read_states
from models.plans.making import Ground
from recommender.clock import day_end_ms, today
from recommender.store.tables import Teacher
from serving.deps import Service
from serving.live.champion import Serving


def ground_of(session: Session, service: Service, serving: Serving, teacher: Teacher) -> Ground:
    """Return what a plan of the teacher's is made with: the facts and rules of this moment."""
    on, shelf = today(), service.states.current()
    return Ground(
        session,
        serving.bundle,
        teacher,
        read_states(session, [teacher.id or 0], serving.bundle.axes, day_end_ms(on), shelf=shelf),
        service.catalog.current(session, serving),
        service.policy(session, teacher.district_id),
        shelf,
        on,
    )
