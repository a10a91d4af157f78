"""The other side: plain rules, and peers tuned on the same inner split as our blend."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from models.fitting.baselines import fit_baseline
from models.fitting.options import TrainingOptions
from recommender.errors import RecommenderError
from recommender.teacher_state import TeacherStates
from training.metrics import LearnerFigures
from training.quality.judged import Judged, rank
from training.quality.measuring import Usage, Watch
from training.quality.peers.library import ALS, PLAIN
from training.quality.peers.peer import Answer, Config, Peer, Task
from training.quality.trial import Trial
from training.splits import Split

NO_NEEDS = "There are no ratings and no self-assessments in the data."


@dataclass
class Rivals:
    """What was judged, what could not be and why, and how peers were tuned."""

    judged: list[Judged] = field(default_factory=list)
    not_run: dict[str, str] = field(default_factory=dict)
    tuning: list[dict[str, Any]] = field(default_factory=list)


def history_matrix(states: TeacherStates, credentials: int) -> csr_matrix:
    """Return which credential is in whose history: 1 each, whatever its status; n x m."""
    history = states.history
    ones = np.ones(len(history.rows), dtype=np.float32)
    matrix = csr_matrix(
        (ones, history.rows["credential"].astype(np.int32), history.start),
        shape=(len(states), credentials),
    )
    matrix.sort_indices()
    return matrix


def task_of(split: Split, seed: int, threads: int) -> Task:
    """Return what peers are given of a split."""
    size = len(split.train.catalog)
    return Task(
        train=history_matrix(split.train.states, size),
        histories=history_matrix(split.queries, size),
        seed=seed,
        threads=threads,
    )


def plain_als(trial: Trial, seed: int, threads: int) -> Usage:
    """Return what one plain ALS fit costs on the judged data."""
    split = trial.judged
    task = task_of(split, seed, threads)
    somebody = task.histories[:1]
    return ALS.answer(Task(task.train, somebody, seed, threads), PLAIN).usage


def judge_rule(name: str, trial: Trial, seed: int, threads: int, into: Rivals) -> None:
    """Judge one of the plain rules."""
    split = trial.judged
    if name == "largest_gap" and not _needs(split):
        into.not_run[name] = NO_NEEDS
        return
    with Watch() as watch:
        rule = fit_baseline(name, split.train, TrainingOptions(seed, threads))
    figures = rank(split, lambda rows: {name: rule(split.queries.take(rows))})
    into.judged.append(Judged(name, figures[name], {None: watch.usage}))


def _needs(split: Split) -> bool:
    return bool(len(split.queries.ratings.rows) or len(split.queries.assessments.rows))


def judge_peer(peer: Peer, trial: Trial, seed: int, threads: int, into: Rivals) -> None:
    """Tune a peer on the inner split, fit it on all that may be learned from, and judge it.

    Where records are revealed by number, the configuration is chosen for each number by itself:
    a peer may be as good as it can be at every length.
    """
    task = task_of(trial.judged, seed, threads)
    why_not = peer.why_not() or peer.too_large(*task.train.shape)
    if why_not:
        into.not_run[peer.name] = why_not
        return
    try:
        chosen, tuning = tune(peer, trial, seed, threads)
        into.judged.append(_judge(peer, trial, task, chosen))
    except RecommenderError as error:
        into.not_run[peer.name] = error.detail
        return
    into.tuning.extend(tuning)


def _judge(peer: Peer, trial: Trial, task: Task, chosen: Mapping[int | None, Config]) -> Judged:
    answers: dict[str, tuple[LearnerFigures, Usage]] = {}
    for config in chosen.values():
        if str(config) not in answers:
            answer = peer.answer(task, config)
            answers[str(config)] = (_figures(trial.judged, answer), answer.usage)
    usage = {number: answers[str(config)][1] for number, config in chosen.items()}
    numbers = revealed_numbers(trial.revealed)
    if numbers == (None,):
        return Judged(peer.name, answers[str(chosen[None])][0], usage)
    parts = [
        answers[str(chosen[number])][0].take(_of(trial.revealed, number, len(trial.judged.queries)))
        for number in numbers
    ]
    return Judged(peer.name, LearnerFigures.join(parts), usage)


def _figures(split: Split, answer: Answer) -> LearnerFigures:
    return rank(split, lambda rows: {"": np.asarray(answer.scores[rows])})[""]


def revealed_numbers(revealed: NDArray[np.int64] | None) -> tuple[int | None, ...]:
    """Return the numbers of records revealed, ascending; None alone where there are none."""
    return (None,) if revealed is None else tuple(np.unique(revealed).tolist())


def tune(
    peer: Peer, trial: Trial, seed: int, threads: int
) -> tuple[dict[int | None, Config], list[dict[str, Any]]]:
    """Return the configuration to use for each number of records revealed, and all that was tried.

    The best is that of the highest NDCG@10 on the inner split; the first of the grid where there is
    none.
    """
    numbers = revealed_numbers(trial.revealed)
    split = trial.validation
    if split is None or len(peer.grid) == 1:
        return dict.fromkeys(numbers, peer.grid[0]), []
    task = task_of(split, seed, threads)
    tried = [_figures(split, peer.answer(task, config)).ndcg for config in peer.grid]
    chosen: dict[int | None, Config] = {}
    table: list[dict[str, Any]] = []
    for number in numbers:
        inside = _of(trial.validation_revealed, number, len(split.queries))
        means = [float(ndcg[inside].mean()) if inside.any() else 0.0 for ndcg in tried]
        best = int(np.argmax(means))
        chosen[number] = peer.grid[best]
        table += _tuning_rows(peer, number, means, best)
    return chosen, table


def _of(revealed: NDArray[np.int64] | None, number: int | None, queries: int) -> NDArray[np.bool_]:
    if number is None or revealed is None:
        return np.ones(queries, dtype=bool)
    inside: NDArray[np.bool_] = revealed == number
    return inside


def _tuning_rows(
    peer: Peer, number: int | None, means: Sequence[float], best: int
) -> list[dict[str, Any]]:
    return [
        {
            "system": peer.name,
            "revealed": number,
            "config": dict(config),
            "ndcg@10": means[place],
            "chosen": place == best,
        }
        for place, config in enumerate(peer.grid)
    ]
