"""Quality assurance: all components or not at all."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from recommender.quality import Review, gate, review_quality
from recommender.states.checklists import shipped_checklists
from recommender.vocabulary import QualityStatus

CHECKLIST = shipped_checklists()["provisional"]
KEYS = tuple(CHECKLIST.components)
MET, NOT_MET, UNKNOWN = QualityStatus.MET, QualityStatus.NOT_MET, QualityStatus.UNKNOWN
ON = date(2026, 11, 24)
REVIEWS = st.lists(
    st.builds(
        Review,
        st.sampled_from([*KEYS, "other"]),
        st.sampled_from(list(QualityStatus)),
        st.sampled_from(["Ann", "Ben"]),
        st.dates(date(2026, 1, 1), date(2026, 1, 3)),
    )
)


def all_met(**others):
    return [Review(key, others.get(key, MET), "Ann", date(2026, 1, 1)) for key in KEYS]


def test_the_shipped_checklist_is_provisional_and_has_fourteen_components():
    assert CHECKLIST.provisional
    assert len(KEYS) == 14


def test_all_met_is_met():
    result = review_quality(all_met(), CHECKLIST, ON)
    assert result.status is MET
    assert result.count(MET) == 14
    assert result.provisional


def test_one_not_met_is_not_met_even_where_others_are_unknown():
    reviews = all_met(rubric=NOT_MET, method=UNKNOWN)
    assert review_quality(reviews, CHECKLIST, ON).status is NOT_MET


def test_one_without_a_review_is_unknown():
    result = review_quality(all_met()[1:], CHECKLIST, ON)
    assert result.status is UNKNOWN
    assert result.components[0].review is None


def test_nothing_reviewed_is_unknown_and_so_is_nothing_asked():
    assert review_quality([], CHECKLIST, ON).status is UNKNOWN
    assert gate([]) is UNKNOWN


def test_the_latest_review_holds_but_not_one_of_the_future():
    later = Review(KEYS[0], NOT_MET, "Ben", date(2026, 6, 1))
    future = Review(KEYS[1], NOT_MET, "Ben", date(2026, 12, 1))
    result = review_quality([later, future, *all_met()], CHECKLIST, ON)
    assert result.components[0].review == later
    assert result.components[1].met is MET
    assert review_quality([later, *all_met()], CHECKLIST, date(2026, 5, 31)).status is MET


def test_of_two_reviews_on_one_day_the_doubtful_one_holds():
    doubt = Review(KEYS[0], NOT_MET, "Ann", date(2026, 1, 1))
    assert review_quality([doubt, *all_met()], CHECKLIST, ON).status is NOT_MET


def test_a_review_of_something_else_is_shown_and_decides_nothing():
    other = Review("other", NOT_MET, "Ann", date(2026, 1, 1))
    result = review_quality([other, *all_met()], CHECKLIST, ON)
    assert result.status is MET
    assert result.elsewhere == (other,)


@given(REVIEWS, st.randoms())
def test_the_order_of_reviews_does_not_matter(reviews, random):
    shuffled = [*reviews]
    random.shuffle(shuffled)
    assert review_quality(reviews, CHECKLIST, ON) == review_quality(shuffled, CHECKLIST, ON)
