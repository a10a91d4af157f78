"""Quality assurance: a credential's reviews against a checklist, all components or not at all."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from recommender.states.checklists import Checklist
from recommender.vocabulary import QualityStatus


@dataclass(frozen=True)
class Review:
    """What one reviewer found of one component on a day."""

    component: str
    met: QualityStatus
    reviewer: str
    reviewed_on: date


@dataclass(frozen=True)
class ComponentResult:
    """A component of the checklist, and the review that holds; None where there is none."""

    key: str
    title: str
    met: QualityStatus
    review: Review | None


@dataclass(frozen=True)
class QualityResult:
    """Every component and what follows from all of them; never a blended score."""

    checklist: str
    provisional: bool
    status: QualityStatus
    components: tuple[ComponentResult, ...]
    elsewhere: tuple[Review, ...]
    """Reviews of components that the checklist does not have; they decide nothing."""

    def count(self, met: QualityStatus) -> int:
        """Return how many components have a result."""
        return sum(item.met is met for item in self.components)


def review_quality(reviews: Iterable[Review], checklist: Checklist, on: date) -> QualityResult:
    """Return how a credential stands against a checklist on a day.

    Parameters
    ----------
    reviews
        In any order; those after `on` are left out. The latest review of a component holds; of
        several on one day the most doubtful does (not met before unknown before met).
    checklist
        What is asked.
    on
        The day.

    Returns
    -------
    `met` if every component is met, `not_met` if any is not, else `unknown`.
    """
    latest: dict[str, Review] = {}
    for review in reviews:
        held = latest.get(review.component)
        if review.reviewed_on <= on and (held is None or _rank(review) > _rank(held)):
            latest[review.component] = review
    components = tuple(
        _result(key, component.title, latest.get(key))
        for key, component in checklist.components.items()
    )
    other = sorted(set(latest) - set(checklist.components))
    return QualityResult(
        checklist.title,
        checklist.provisional,
        gate(item.met for item in components),
        components,
        tuple(latest[key] for key in other),
    )


def gate(results: Iterable[QualityStatus]) -> QualityStatus:
    """Return the status that all components make together."""
    found = set(results)
    if QualityStatus.NOT_MET in found:
        return QualityStatus.NOT_MET
    return QualityStatus.MET if found == {QualityStatus.MET} else QualityStatus.UNKNOWN


_DOUBT = {QualityStatus.MET: 0, QualityStatus.UNKNOWN: 1, QualityStatus.NOT_MET: 2}


def _rank(review: Review) -> tuple[date, int, str]:
    return review.reviewed_on, _DOUBT[review.met], review.reviewer


def _result(key: str, title: str, review: Review | None) -> ComponentResult:
    met = review.met if review else QualityStatus.UNKNOWN
    return ComponentResult(key, title, met, review)
