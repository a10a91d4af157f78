import pytest

from models.colleagues.history import StatusConfidence, history_rows, weighted_history
from recommender.vocabulary import RecordStatus
from tests.models.small_district import DAY, NOW, earned, states

CONFIDENCE = StatusConfidence(enrolled=0.5, submitted=0.0)
STATES = states(
    3,
    records=[
        earned(0, 4, NOW - DAY, RecordStatus.ENROLLED),
        earned(0, 4, NOW, RecordStatus.EARNED),
        earned(0, 5, NOW, RecordStatus.ENROLLED),
        earned(2, 1, NOW, RecordStatus.SUBMITTED),
        earned(2, 2, NOW, RecordStatus.REVOKED),
        earned(2, 3, NOW, RecordStatus.EXPIRED),
    ],
)


def test_each_credential_once_with_the_confidence_of_its_latest_status():
    history = weighted_history(STATES, CONFIDENCE)
    assert history.counts.tolist() == [2, 0, 1]
    assert history.credential.tolist() == [4, 5, 3]
    assert history.confidence.tolist() == [1.0, 0.5, 1.0]


def test_what_is_held_was_earned_once():
    rows, held = history_rows(STATES, CONFIDENCE)
    assert rows.rows["credential"].tolist() == [4, 5, 3]
    assert held.tolist() == [True, False, True]


def test_a_confidence_is_a_share():
    with pytest.raises(ValueError, match="from 0 to 1"):
        StatusConfidence(enrolled=1.5)
