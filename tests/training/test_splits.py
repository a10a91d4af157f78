import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recommender.errors import NotEnoughData
from recommender.teacher_state import UNDATED_MS
from recommender.vocabulary import RecordStatus
from training.gains import gains_of
from training.splits import DAY_MS, cut_leaving, date_split, last_out_split, random_split

ENROLLED, EARNED, EXPIRED = (
    RecordStatus.ENROLLED.code,
    RecordStatus.EARNED.code,
    RecordStatus.EXPIRED.code,
)
same_fixture = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])

records = st.lists(
    st.tuples(
        st.integers(0, 7),
        st.integers(0, 9),
        st.one_of(st.just(UNDATED_MS), st.integers(0, 12 * DAY_MS)),
        st.sampled_from([ENROLLED, EARNED, EXPIRED, RecordStatus.REVOKED.code]),
    ),
    min_size=1,
    max_size=60,
)


def _relevant(split):
    return {
        int(teacher): sorted(split.relevant.of(row).tolist())
        for row, teacher in enumerate(split.teachers)
    }


class TestGains:
    def test_the_first_record_that_takes_up_counts(self, district):
        gains = gains_of(
            district([(0, 3, 50, EARNED), (0, 3, 20, ENROLLED), (0, 1, 90, EXPIRED)]).states()
        )
        assert (gains.credential.tolist(), gains.on.tolist()) == ([3], [20])


class TestDate:
    def test_what_comes_after_the_cut_is_relevant_and_not_seen(self, district):
        split = date_split(district([(0, 0, 10), (0, 1, 30), (1, 2, 40), (2, 0, 5)]), 20)
        assert _relevant(split) == {0: [1], 1: [2]}
        assert split.queries.records.counts.tolist() == [1, 0]
        assert split.train.as_of == 20
        assert len(split.train.states) == 3

    def test_what_comes_after_until_is_not_relevant(self, district):
        split = date_split(district([(0, 0, 10), (0, 1, 30), (0, 2, 40)]), 20, until=35)
        assert _relevant(split) == {0: [1]}

    def test_taking_up_what_is_in_the_history_is_no_news(self, district):
        split = date_split(district([(0, 0, 10, ENROLLED), (0, 0, 30, EARNED), (0, 1, 30)]), 20)
        assert _relevant(split) == {0: [1]}

    def test_an_expiry_is_no_news(self, district):
        with pytest.raises(NotEnoughData, match="Nobody took up"):
            date_split(district([(0, 0, 10), (0, 1, 30, EXPIRED)]), 20)

    def test_undated_records_are_history_and_never_relevant(self, district):
        split = date_split(district([(0, 0, UNDATED_MS), (0, 0, 30), (0, 1, 30)]), 20)
        assert _relevant(split) == {0: [1]}
        assert "1 undated" in split.note

    def test_a_later_rating_does_not_reach_the_query(self, district):
        split = date_split(district([(0, 0, 30)], ratings=[(0, 0, 25), (0, 1, 15)]), 20)
        assert split.queries.ratings.rows["standard"].tolist() == [1]

    def test_undated_data_is_refused(self, district):
        with pytest.raises(NotEnoughData, match="No record has a date"):
            date_split(district([(0, 0, UNDATED_MS)]), 20)


class TestCut:
    def test_leaves_the_share_and_whole_days(self, district):
        states = district([(0, i, i * DAY_MS + 7) for i in range(10)]).states()
        cut = cut_leaving(states, 0.2)
        assert cut == 8 * DAY_MS - 1

    def test_one_day_cannot_be_cut(self, district):
        with pytest.raises(NotEnoughData, match="first day on record, 1970-01-01"):
            cut_leaving(district([(0, 0, 10), (1, 1, 20)]).states(), 0.1)

    def test_undated_data_is_refused(self, district):
        with pytest.raises(NotEnoughData, match="No record has a date"):
            cut_leaving(district([(0, 0, UNDATED_MS)]).states(), 0.1)


class TestLastOut:
    def test_holds_out_the_newest_day_and_shows_the_day_before(self, district):
        snapshot = district(
            [(0, 0, 1), (0, 1, 3 * DAY_MS + 5)], ratings=[(0, 0, 3 * DAY_MS), (0, 1, DAY_MS)]
        )
        split = last_out_split(snapshot, seed=0)
        assert _relevant(split) == {0: [1]}
        assert split.queries.records.rows["credential"].tolist() == [0]
        assert split.queries.ratings.rows["standard"].tolist() == [1]
        assert split.queries.as_of.tolist() == [3 * DAY_MS - 1]

    def test_other_records_of_the_same_day_are_seen(self, district):
        split = last_out_split(district([(0, 0, DAY_MS + 5), (0, 1, DAY_MS + 5)]), seed=0)
        held = split.relevant.rows.tolist()
        assert split.queries.records.rows["credential"].tolist() == [1 - held[0]]
        assert split.queries.as_of.tolist() == [DAY_MS + 5]

    def test_one_record_or_undated_ones_are_not_enough(self, district):
        split = last_out_split(
            district([(0, 0, 1), (0, 1, UNDATED_MS), (1, 0, 1), (1, 1, 2)]), seed=0
        )
        assert split.teachers.tolist() == [1]

    def test_the_rest_is_learned_from(self, district):
        split = last_out_split(district([(0, 0, 1), (1, 0, 1), (1, 1, DAY_MS)]), seed=0)
        assert split.train.states.records.counts.tolist() == [1, 1]

    @same_fixture
    @given(records=records, seed=st.integers(0, 5))
    def test_nothing_of_the_day_but_other_credentials_is_seen(self, district, records, seed):
        snapshot = district(records, size=10, teachers=8)
        try:
            split = last_out_split(snapshot, seed)
        except NotEnoughData:
            return
        gains = gains_of(snapshot.states())
        for row, teacher in enumerate(split.teachers):
            (held,) = split.relevant.of(row)
            moment = gains.on[(gains.owner == teacher) & (gains.credential == held)][0]
            seen = split.queries.records.of(row)
            assert held not in seen["credential"][seen["status"] <= EARNED]
            assert (seen["on"] // DAY_MS <= moment // DAY_MS).all()
            assert (seen["on"] <= split.queries.as_of[row]).all()
            assert (np.diff(seen["on"].astype(object)) >= 0).all()

    def test_can_be_split_again(self, district):
        snapshot = district([(0, i, i * DAY_MS) for i in range(4)])
        outer = last_out_split(snapshot, seed=0)
        inner = last_out_split(snapshot, seed=0, data=outer.train)
        assert (_relevant(outer), _relevant(inner)) == ({0: [3]}, {0: [2]})
        assert inner.queries.records.rows["credential"].tolist() == [0, 1]

    def test_undated_data_is_refused(self, district):
        with pytest.raises(NotEnoughData, match="No record has a date"):
            last_out_split(district([(0, 0, UNDATED_MS), (0, 1, UNDATED_MS)]), seed=0)


class TestRandom:
    def test_holds_out_a_share_of_each_learner(self, district):
        snapshot = district([(0, i, UNDATED_MS) for i in range(10)] + [(1, 0, UNDATED_MS)], size=10)
        split = random_split(snapshot.data(), 0.2, seed=3)
        assert split.teachers.tolist() == [0]
        assert split.relevant.counts.tolist() == [2]
        assert split.train.states.records.counts.tolist() == [8, 1]

    def test_two_records_leave_one_to_learn_from(self, district):
        split = random_split(district([(0, 0, UNDATED_MS), (0, 1, UNDATED_MS)]).data(), 0.9, seed=0)
        assert split.queries.records.counts.tolist() == [1]

    def test_the_seed_decides(self, district):
        data = district([(i % 5, i % 40, UNDATED_MS) for i in range(200)]).data()
        one, same, other = (random_split(data, 0.5, seed=seed) for seed in (1, 1, 2))
        assert _relevant(one) == _relevant(same)
        assert _relevant(one) != _relevant(other)

    @same_fixture
    @given(records=records, share=st.floats(0.01, 0.99))
    def test_what_is_held_out_is_gone_and_the_rest_is_there(self, district, records, share):
        snapshot = district(records, size=10, teachers=8)
        try:
            split = random_split(snapshot.data(), share, seed=0)
        except NotEnoughData:
            return
        whole = snapshot.states()
        for row, teacher in enumerate(split.teachers):
            held = set(split.relevant.of(row).tolist())
            assert held
            before = set(whole.records.of(teacher)["credential"].tolist())
            left = set(split.queries.records.of(row)["credential"].tolist())
            assert left == before - held

    def test_single_records_are_not_enough(self, district):
        with pytest.raises(NotEnoughData, match="two records"):
            random_split(district([(0, 0, UNDATED_MS), (1, 0, UNDATED_MS)]).data(), 0.5, seed=0)
