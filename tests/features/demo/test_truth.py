import numpy as np
import pytest

from features.demo.arrays import stream
from features.demo.choices import Choices
from features.demo.frameworks import load_frameworks
from features.demo.truth import read_truth, truth_of
from recommender.errors import NotFound
from recommender.vocabulary import RecordStatus


@pytest.fixture(scope="module")
def truth(folder):
    return read_truth(folder)


def test_what_was_written_is_read_back(truth, world):
    made = truth_of(world)
    assert truth.teacher_keys == made.teacher_keys
    assert np.array_equal(truth.next_choice, made.next_choice)
    assert np.array_equal(truth.leaf_need, made.leaf_need)


def test_without_a_truth_a_folder_says_so(tmp_path):
    with pytest.raises(NotFound, match="no hidden truth"):
        read_truth(tmp_path)


def test_rows_are_those_of_the_files(truth, rows):
    assert truth.teacher_keys == [(r["district_id"], r["teacher_id"]) for r in rows["teachers"]]
    assert truth.credentials.tolist() == [row["credential_id"] for row in rows["credentials"]]


def test_next_choices_are_probabilities_over_what_is_left(truth, rows):
    total = truth.next_choice.sum(axis=1)
    assert truth.next_choice.min() >= 0
    assert np.all(np.isclose(total, 1, atol=1e-4) | (total == 0))
    teachers = {key: place for place, key in enumerate(truth.teacher_keys)}
    columns = {name: place for place, name in enumerate(truth.credentials.tolist())}
    for row in rows["records"]:
        teacher = teachers[row["district_id"], row["teacher_id"]]
        assert truth.next_choice[teacher, columns[row["credential_id"]]] == 0


def test_retired_ones_and_missing_prerequisites_are_never_next(truth, rows):
    earned = {
        (row["district_id"], row["teacher_id"], row["credential_id"])
        for row in rows["records"]
        if row["status"] == "earned"
    }
    for column, row in enumerate(rows["credentials"]):
        if row["retired_on"] and row["retired_on"] <= "2026-06-30":
            assert truth.next_choice[:, column].max() == 0
        for first in filter(None, row["prerequisites"].split("|")):
            for place in np.flatnonzero(truth.next_choice[:, column]):
                assert (*truth.teacher_keys[place], first) in earned


def test_the_probabilities_are_those_of_the_draws(world):
    """Two teachers choose 60,000 times each: the frequencies are the probabilities."""
    choices, day = world.choices, int(world.calendar.starts[-1])
    some = np.flatnonzero(choices.earned.sum(axis=1) > 2)[:2]
    told = choices.probabilities(some, day)
    who, which, _ = choices.choose(stream(1, "test"), np.repeat(some, 60_000), day)
    for place, teacher in enumerate(some):
        counts = np.bincount(which[who == teacher], minlength=told.shape[1])
        seen = counts / counts.sum()
        noise = np.sqrt(np.maximum(told[place] * (1 - told[place]), 1e-6) / counts.sum())
        assert np.abs(seen - told[place]).max() < 0.02
        assert np.mean(np.abs(seen - told[place]) < 3 * noise) > 0.98


def test_choosing_changes_nothing_by_itself(world):
    choices, day = world.choices, int(world.calendar.starts[-1])
    before = choices.taken.copy()
    choices.choose(stream(2, "test"), np.arange(len(world.roster)), day)
    assert np.array_equal(choices.taken, before)


def test_higher_need_means_lower_ratings(world):
    facts = world.ledgers["ratings"].columns()
    frameworks = load_frameworks()
    last = (facts["month"] >= 48) & (facts["level"] > 0)
    leaf_of = {
        int(row): place
        for framework in frameworks.leaves
        for place, row in enumerate(framework)
        if row >= 0
    }
    last &= np.isin(facts["standard"], list(leaf_of))
    teacher = facts["teacher"][last]
    leaf = np.array([leaf_of[int(row)] for row in facts["standard"][last]])
    need = world.hidden.leaf[teacher, leaf]
    assert np.corrcoef(need, facts["level"][last])[0, 1] < -0.4


def test_people_overrate_themselves_where_they_are_weak(world):
    facts = world.ledgers["assessments"].columns()
    frameworks = load_frameworks()
    on_hub = np.isin(facts["standard"], frameworks.hub) & (facts["level"] > 0)
    hub = np.searchsorted(frameworks.hub, facts["standard"][on_hub])
    need = world.hidden.hub[facts["teacher"][on_hub], hub]
    level = facts["level"][on_hub]
    assert np.corrcoef(need, level)[0, 1] < -0.2
    weak = np.polyfit(need[need > 0], level[need > 0], 1)[0]
    strong = np.polyfit(need[need < 0], level[need < 0], 1)[0]
    assert weak > strong


def test_what_is_chosen_meets_needs_beyond_chance(world):
    """Chosen credentials develop what the chooser lacked more than what others lacked."""
    facts = world.ledgers["records"].columns()
    began = facts["status"] == RecordStatus.ENROLLED.code
    teacher, credential = facts["teacher"][began], facts["credential"][began]
    profile = world.first_hub - world.first_hub.mean(axis=1, keepdims=True)
    develops = world.catalog.develops_hub[credential]
    own = (profile[teacher] * develops).sum(axis=1).mean()
    rng = stream(3, "test")
    others = [
        (profile[rng.permutation(len(profile))[teacher]] * develops).sum(axis=1).mean()
        for _ in range(50)
    ]
    assert own > np.mean(others) + 3 * np.std(others)


def test_goals_follow_needs_more_often_than_not(world):
    facts = world.ledgers["goals"].columns()
    frameworks = load_frameworks()
    framework = world.hidden.framework[facts["teacher"]]
    leaf = (frameworks.leaves[framework] == facts["standard"][:, None]).argmax(axis=1)
    needs = world.hidden.leaf[facts["teacher"]]
    above = needs[np.arange(len(leaf)), leaf] > np.median(
        np.where(np.isfinite(needs), needs, 0.0), axis=1
    )
    assert above.mean() > 0.55


def test_needs_shrink_with_what_is_earned(world):
    earned = world.choices.earned.sum(axis=1)
    change = (world.hidden.hub - world.first_hub).mean(axis=1)
    assert change[earned > 8].mean() < change[earned == 0].mean() - 0.3


def test_colleagues_of_a_school_lean_the_same_way(world):
    """Two teachers of one school share more earned credentials than two of a district."""
    earned = world.choices.earned[:, :-1].astype(np.float32)
    shared = earned @ earned.T
    np.fill_diagonal(shared, np.nan)
    roster = world.roster
    district = roster.district[:, None] == roster.district
    school = roster.school[:, None] == roster.school
    assert np.nanmean(shared[school]) > 1.3 * np.nanmean(shared[district & ~school])


def test_activity_is_heavy_tailed(world):
    began = world.choices.taken.sum(axis=1)
    assert (began == 0).mean() > 0.1
    assert began.max() > 6 * max(np.median(began), 1)


def test_an_empty_market_gives_no_choice(world):
    choices = Choices(world.catalog, world.roster, world.hidden)
    choices.taken[:] = True
    day = int(world.calendar.starts[-1])
    who, which, _ = choices.choose(stream(4, "test"), np.arange(20), day)
    assert len(who) == len(which) == 0
    assert choices.probabilities(np.arange(20), day).sum() == 0
