"""What evidence is fitted on: a catalog and the states of many teachers."""

from dataclasses import dataclass

from recommender.catalog import Catalog
from recommender.teacher_state import TeacherStates


@dataclass(frozen=True)
class TrainingData:
    """A catalog of m credentials and the states of n teachers, all as of one moment or earlier.

    A split makes one of these with the held-out records taken out of `states`.
    """

    catalog: Catalog
    states: TeacherStates
    as_of: int
    """Moment in ms up to which facts were let in."""
