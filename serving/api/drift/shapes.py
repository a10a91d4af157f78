"""From what was compared to what is told of it; for the API and the command line alike."""

from collections.abc import Sequence

from recommender.drift import FEWEST_TEACHERS
from recommender.store.tables import ModelVersion
from serving.api.drift.schemas import DriftOut, MovedOut, ShareOut
from serving.drift import BEFORE, Moved


def drift_out(version: ModelVersion, moved: Sequence[Moved]) -> DriftOut:
    """Return how facts have moved since a version learned."""
    return DriftOut(
        version=version.version or 0,
        as_of=version.as_of,
        days_before=BEFORE.days,
        fewest_teachers=FEWEST_TEACHERS,
        facts=[_moved_out(one) for one in moved],
    )


def _moved_out(moved: Moved) -> MovedOut:
    drift = moved.drift
    return MovedOut(
        facts=moved.facts,
        name=moved.name,
        verdict=drift.verdict,
        index=drift.index if drift.shares else None,
        shares=[ShareOut.model_validate(one, from_attributes=True) for one in drift.shares],
    )
