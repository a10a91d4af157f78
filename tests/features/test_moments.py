from datetime import UTC, date, datetime, timedelta

import numpy as np

from features.moments import codes, day_ends, day_starts, moments, numbers
from recommender.store.columns import ALWAYS, FOREVER, UNDATED
from recommender.teacher_state import UNDATED_MS
from recommender.vocabulary import RecordStatus


def test_nothing_is_nothing():
    for found in (moments([]), day_starts([]), day_ends([]), numbers([]), codes([], RecordStatus)):
        assert len(found) == 0


def test_an_undated_moment_comes_before_every_other():
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    assert moments([UNDATED, epoch, epoch + timedelta(microseconds=1999)]).tolist() == [
        UNDATED_MS,
        0,
        1,
    ]


def test_a_day_has_its_first_and_last_millisecond_even_at_the_ends_of_time():
    day = date(1970, 1, 2)
    assert day_starts([day]).tolist() == [86_400_000]
    assert day_ends([day]).tolist() == [2 * 86_400_000 - 1]
    assert day_starts([ALWAYS])[0] < 0 < day_ends([FOREVER])[0]


def test_no_number_is_nan_and_words_are_codes():
    assert np.isnan(numbers([None, 1.5])).tolist() == [True, False]
    assert codes([RecordStatus.EARNED, "enrolled"], RecordStatus).tolist() == [2, 0]
