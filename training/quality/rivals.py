"""The other side: plain rules, and peers tuned on the same inner split as our blend."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer

from models.fitting.baselines import fit_baseline
from models.fitting.options import TrainingOptions
from recommender.axes import NO_SCHOOL
from recommender.catalog import Catalog
from recommender.errors import RecommenderError
from recommender.teacher_state import TeacherStates
from training.crossing import only
from training.metrics import LearnerFigures
from training.quality.judged import Judged, rank
from training.quality.measuring import Usage, Watch
from training.quality.peers.library import ALS, PLAIN
from training.quality.peers.peer import Answer, Config, Peer, Task
from training.quality.trial import Fold, Trial, of_number
from training.splits import Split

YEARS_A_STEP: Final = 5
YEARS_STEPS: Final = 7
MOST_PIECES: Final = 5000
FITS: Final = 5
PATIENCE_S: Final = 6.0
"""A cost that others are told as ratios of is measured so often, or for so long."""
NO_NEEDS: Final = "There are no ratings and no self-assessments in the data."


@dataclass(frozen=True)
class Budget:
    """What choosing a configuration took."""

    configurations: int
    usage: Usage
    """Of all fits that were tried."""


@dataclass
class Rivals:
    """What was judged, what could not be and why, and how peers were tuned."""

    judged: list[Judged] = field(default_factory=list)
    not_run: dict[str, str] = field(default_factory=dict)
    tuning: list[dict[str, Any]] = field(default_factory=list)
    budgets: dict[str, Budget] = field(default_factory=dict)


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
    catalog, size = split.train.catalog, len(split.train.catalog)
    new = np.bincount(split.train.states.history.rows["credential"], minlength=size) == 0
    both = (split.train.states, split.queries)
    context = csr_matrix(np.vstack([context_matrix(states) for states in both]))
    learners = csr_matrix(hstack([context, place_matrix(both)]))
    return Task(
        train=history_matrix(split.train.states, size),
        histories=history_matrix(split.queries, size),
        seed=seed,
        threads=threads,
        learner_features=learners if learners.nnz else None,
        credential_features=content_matrix(catalog, with_text=bool(new.any())),
    )


def context_matrix(states: TeacherStates) -> NDArray[np.float32]:
    """Return grade bands, subjects, and the years of experience by fives; float32[n, f]."""
    years = np.nan_to_num(states.years_experience, nan=-1.0)
    places = np.clip(years // YEARS_A_STEP, -1, YEARS_STEPS - 1)
    steps = places[:, None] == np.arange(YEARS_STEPS)
    parts = [states.grade_bands, states.subjects, steps]
    return np.hstack([part.astype(np.float32) for part in parts])


def place_matrix(blocks: Sequence[TeacherStates]) -> csr_matrix:
    """Return the school and the district of all teachers of some blocks, 1 each where known."""
    nowhere = [np.full((len(one), 2), NO_SCHOOL) for one in blocks]
    keys = np.vstack(
        [
            one.schools if one.schools is not None else none
            for one, none in zip(blocks, nowhere, strict=True)
        ]
    )
    found, place = np.unique(keys, return_inverse=True)
    owner = np.repeat(np.arange(len(keys)), 2)
    known = found[place.ravel()] != NO_SCHOOL
    cells = (owner[known], place.ravel()[known])
    return csr_matrix(
        (np.ones(int(known.sum()), dtype=np.float32), cells), shape=(len(keys), len(found))
    )


def content_matrix(catalog: Catalog, *, with_text: bool) -> csr_matrix | None:
    """Return grade bands, subjects, what standards are reached and what is written of credentials.

    None where nothing is known. Text is in pieces of two and three letters, which suits any
    language; it is left out where no credential is new, since it is long.
    """
    parts = [catalog.grade_bands, catalog.subjects, catalog.reach]
    content = csr_matrix(np.hstack([part.astype(np.float32) for part in parts]))
    texts = [f"{card.title} {card.competency} {card.description}" for card in catalog.cards]
    if with_text and any(text.strip() for text in texts):
        pieces = TfidfVectorizer(
            analyzer="char_wb", ngram_range=(2, 3), max_features=MOST_PIECES, dtype=np.float32
        )
        content = csr_matrix(hstack([content, pieces.fit_transform(texts)]))
    return content if content.nnz else None


def plain_als(trial: Trial, seed: int, threads: int) -> Usage:
    """Return what one plain ALS fit costs on the judged data."""
    task = task_of(trial.judged, seed, threads)
    return fit_cost(ALS, replace(task, histories=task.histories[:1]), PLAIN)


def fit_cost(peer: Peer, task: Task, config: Config) -> Usage:
    """Return what one fit costs: the median of a few, since the first of a kind loads and warms."""
    fits: list[Usage] = []
    while len(fits) < FITS and sum(one.wall_seconds or 0.0 for one in fits) < PATIENCE_S:
        fits.append(peer.answer(task, config).usage)
    return sorted(fits, key=lambda one: one.seconds or 0.0)[(len(fits) - 1) // 2]


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
    shape = (len(trial.judged.train.states), len(trial.judged.train.catalog))
    why_not = peer.why_not() or peer.too_large(*shape)
    if why_not:
        into.not_run[peer.name] = why_not
        return
    try:
        tuned = tune(peer, trial, seed, threads)
        into.judged.append(_judge(peer, trial, tuned.chosen, seed, threads))
    except RecommenderError as error:
        into.not_run[peer.name] = error.detail
        return
    into.tuning.extend(tuned.table)
    into.budgets[peer.name] = Budget(len(peer.grid) if tuned.table else 0, tuned.usage)


@dataclass(frozen=True)
class _Asked:
    """Queries that are answered together."""

    revealed: int | None
    rows: NDArray[np.int64]
    split: Split
    task: Task


def _asked(
    peer: Peer, split: Split, revealed: NDArray[np.int64] | None, seed: int, threads: int
) -> list[_Asked]:
    """Return the queries as a peer may see them: each number by itself if it learns from them.

    The histories of different lengths are of the same learners, so that a peer which is fitted on
    them would learn what is held out of the shorter ones from the longer.
    """
    if peer.folds_in or revealed is None:
        return [_Asked(None, np.arange(len(split.queries)), split, task_of(split, seed, threads))]
    found = []
    for number in np.unique(revealed).tolist():
        rows = np.flatnonzero(revealed == number)
        own = only(split, rows)
        found.append(_Asked(number, rows, own, task_of(own, seed, threads)))
    return found


def _judge(
    peer: Peer,
    trial: Trial,
    chosen: Mapping[tuple[int, int | None], Config],
    seed: int,
    threads: int,
) -> Judged:
    answers: dict[tuple[str, int | None], tuple[LearnerFigures, Usage]] = {}
    parts, rows, usage = [], [], {}
    for asked in _asked(peer, trial.judged, trial.revealed, seed, threads):
        for cell in trial.cells():
            if asked.revealed not in (None, cell.revealed):
                continue
            config = chosen[cell.fold, cell.revealed]
            key = (str(config), asked.revealed)
            if key not in answers:
                answer = peer.answer(asked.task, config)
                answers[key] = (_figures(asked.split, answer), answer.usage)
            figures, usage[cell.revealed] = answers[key]
            parts.append(figures.take(np.isin(asked.rows, cell.rows)))
            rows.append(cell.rows)
    return Judged(peer.name, _in_order(parts, rows), usage)


def _in_order(parts: Sequence[LearnerFigures], rows: Sequence[NDArray[np.int64]]) -> LearnerFigures:
    """Return the figures of all queries in their order."""
    joined, order = LearnerFigures.join(list(parts)), np.argsort(np.concatenate(rows))
    return LearnerFigures(*(getattr(joined, field.name)[order] for field in fields(LearnerFigures)))


def _figures(split: Split, answer: Answer) -> LearnerFigures:
    return rank(split, lambda rows: {"": np.asarray(answer.scores[rows])})[""]


@dataclass(frozen=True)
class Tuned:
    """What the validation picked of a grid."""

    chosen: dict[tuple[int, int | None], Config]
    """By fold and number of records revealed."""
    table: list[dict[str, Any]]
    """All that was tried."""
    usage: Usage
    """Cost of all fits."""


def tune(peer: Peer, trial: Trial, seed: int, threads: int) -> Tuned:
    """Pick the configuration of the highest NDCG@10 on each fold's validation.

    It is the first of the grid where there is no validation.
    """
    tuned = Tuned({}, [], Usage(0.0, 0.0, 0.0))
    for place, fold in enumerate(trial.folds):
        ndcg: NDArray[np.float64] | None = None
        if fold.validation is not None and len(peer.grid) > 1:
            ndcg, cost = _try(peer, fold, seed, threads)
            tuned = replace(tuned, usage=tuned.usage.plus(cost))
        for number in trial.numbers:
            if ndcg is None:
                tuned.chosen[place, number] = peer.grid[0]
                continue
            inside = of_number(fold.revealed, number, ndcg.shape[1])
            means = ndcg[:, inside].mean(axis=1) if inside.any() else ndcg.mean(axis=1)
            best = int(np.argmax(means))
            tuned.chosen[place, number] = peer.grid[best]
            tuned.table.extend(_tuning_rows(peer, place, number, means, best))
    return tuned


def _try(peer: Peer, fold: Fold, seed: int, threads: int) -> tuple[NDArray[np.float64], Usage]:
    """Return the NDCG@10 of every query by configuration, float64[configurations, queries]."""
    if fold.validation is None:
        raise ValueError("there is no validation to try a peer on")
    ndcg = np.empty((len(peer.grid), len(fold.validation.queries)))
    cost = Usage(0.0, 0.0, 0.0)
    for asked in _asked(peer, fold.validation, fold.revealed, seed, threads):
        for place, config in enumerate(peer.grid):
            answer = peer.answer(asked.task, config)
            ndcg[place, asked.rows] = _figures(asked.split, answer).ndcg
            cost = cost.plus(answer.usage)
    return ndcg, cost


def _tuning_rows(
    peer: Peer, fold: int, number: int | None, means: NDArray[np.float64], best: int
) -> list[dict[str, Any]]:
    return [
        {
            "system": peer.name,
            "fold": fold,
            "revealed": number,
            "config": dict(config),
            "ndcg@10": float(means[place]),
            "chosen": place == best,
        }
        for place, config in enumerate(peer.grid)
    ]
