from pathlib import Path

import numpy as np
import pytest

from recommender.errors import InvalidInput, NotEnoughData, NotFound
from recommender.teacher_state import UNDATED_MS
from training.plan import PlanConfig
from training.quality.trial import QualityProtocol, chosen_protocol, make_trial

DAY = 86_400_000
FEW = PlanConfig(least_learners=2)


@pytest.fixture
def dated(district, data_of):
    random = np.random.default_rng(3)
    records = [
        (t, c, int(random.integers(300)) * DAY)
        for t in range(40)
        for c in np.sort(random.choice(12, int(random.integers(1, 8)), replace=False)).tolist()
    ]
    return data_of(district(records, size=12, teachers=40))


@pytest.fixture
def undated(district, data_of, tmp_path):
    records = [(t, c, UNDATED_MS) for t in range(40) for c in range(t % 5, t % 5 + 6)]
    lines = ["teacher_id,credential_id,status,on,source"]
    lines += [f"t{t},c{(t % 5 + 7) % 12:03d},earned,,test" for t in range(40)]
    (tmp_path / "heldout_records.csv").write_text("\n".join(lines) + "\n")
    return data_of(district(records, size=12), tmp_path)


def _pairs(split):
    return {
        (int(teacher), column)
        for query, teacher in enumerate(split.teachers)
        for column in split.relevant.of(query).tolist()
    }


def test_each_half_is_answered_with_what_the_other_half_chose(dated):
    trial = make_trial(dated, QualityProtocol.LAST_OUT, FEW, 0, 4000)
    assert len(trial.folds) == 2
    for fold in trial.folds:
        answered = set(trial.judged.teachers[fold.answers].tolist())
        chosen_on = set(fold.validation.teachers.tolist())
        assert not answered & chosen_on
        assert answered | chosen_on == set(trial.judged.teachers.tolist())
        assert fold.validation.train is trial.judged.train
    answers = np.stack([fold.answers for fold in trial.folds])
    assert (answers.sum(axis=0) == 1).all()
    assert not any("equal" in note or "same weight" in note for note in trial.notes)


def test_last_out_judges_everybody_with_two_dated_credentials(dated):
    trial = make_trial(dated, QualityProtocol.LAST_OUT, FEW, 0, 4000)
    counts = dated.snapshot.states().history.counts
    assert trial.judged.teachers.tolist() == np.flatnonzero(counts > 1).tolist()
    assert set(trial.judged.relevant.counts.tolist()) == {1}


@pytest.mark.parametrize("protocol", [QualityProtocol.DATE, QualityProtocol.GIVEN])
def test_the_inner_split_holds_out_other_records_than_the_judged(dated, undated, protocol):
    data = undated if protocol is QualityProtocol.GIVEN else dated
    trial = make_trial(data, protocol, FEW, 0, 4000)
    (fold,) = trial.folds
    assert fold.answers.all()
    assert not _pairs(fold.validation) & _pairs(trial.judged)


@pytest.mark.parametrize("name", ["dated", "undated"])
def test_folding_in_keeps_the_judged_learners_out_of_the_validation(request, name):
    trial = make_trial(request.getfixturevalue(name), QualityProtocol.FOLD_IN, FEW, 0, 4000)
    (fold,) = trial.folds
    assert not set(fold.validation.teachers.tolist()) & set(trial.judged.teachers.tolist())
    assert trial.numbers == tuple(sorted(set(trial.revealed.tolist())))
    cells = list(trial.cells())
    rows = np.concatenate([cell.rows for cell in cells])
    assert sorted(rows.tolist()) == list(range(len(trial.judged.queries)))
    for cell in cells:
        assert (trial.judged.queries.history.counts[cell.rows] == cell.revealed).all()


def test_cold_learners_have_no_record(undated):
    trial = make_trial(undated, QualityProtocol.COLD_TEACHERS, FEW, 0, 4000)
    assert set(trial.judged.queries.history.counts.tolist()) == {0}
    assert set(trial.folds[0].validation.queries.history.counts.tolist()) == {0}


def test_cold_credentials_of_the_validation_are_others(undated):
    trial = make_trial(undated, QualityProtocol.COLD_CREDENTIALS, FEW, 0, 4000)
    outer = set(trial.judged.relevant.rows.tolist())
    inner = set(trial.folds[0].validation.relevant.rows.tolist())
    assert outer
    assert inner
    assert not outer & inner


def test_choices_are_made_on_no_more_than_asked(dated):
    trial = make_trial(dated, QualityProtocol.LAST_OUT, FEW, 0, 5)
    assert [len(fold.validation.queries) for fold in trial.folds] == [5, 5]
    again = make_trial(dated, QualityProtocol.LAST_OUT, FEW, 0, 5)
    same = [
        np.array_equal(one.validation.teachers, other.validation.teachers)
        for one, other in zip(trial.folds, again.folds, strict=True)
    ]
    assert all(same)


@pytest.mark.parametrize("protocol", [p for p in QualityProtocol if p is not QualityProtocol.GIVEN])
def test_with_few_learners_nothing_is_chosen_and_it_is_said(dated, protocol):
    trial = make_trial(dated, protocol, PlanConfig(least_learners=1000), 0, 4000)
    assert [fold.validation for fold in trial.folds] == [None]
    assert any("1000 are needed" in note for note in trial.notes)


def test_a_dated_protocol_needs_dates(undated):
    with pytest.raises(NotEnoughData, match="No record has a date"):
        make_trial(undated, QualityProtocol.LAST_OUT, FEW, 0, 4000)


def test_given_needs_its_file(dated):
    with pytest.raises(NotFound, match="heldout_records"):
        make_trial(dated, QualityProtocol.GIVEN, FEW, 0, 4000)


def test_the_protocol_suits_the_data_unless_one_is_asked_for(dated, undated, data_of):
    assert chosen_protocol(dated, None, None) is QualityProtocol.LAST_OUT
    assert chosen_protocol(undated, None, None) is QualityProtocol.GIVEN
    elsewhere = data_of(undated.snapshot, Path("nowhere"))
    assert chosen_protocol(elsewhere, None, None) is QualityProtocol.FOLD_IN
    assert chosen_protocol(dated, "date", None) is QualityProtocol.DATE
    assert chosen_protocol(dated, None, "teachers") is QualityProtocol.COLD_TEACHERS


@pytest.mark.parametrize(
    ("asked", "cold", "told"),
    [
        ("random", None, "--protocol must be one of last-out, date, given, fold-in"),
        ("cold-start teachers", None, "--protocol must be one of"),
        (None, "pupils", "'teachers' or 'credentials'"),
        ("date", "teachers", "a protocol of its own"),
    ],
)
def test_what_is_not_a_protocol_is_refused(dated, asked, cold, told):
    with pytest.raises(InvalidInput, match=told):
        chosen_protocol(dated, asked, cold)
