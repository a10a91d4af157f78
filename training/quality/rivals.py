"""The other side: plain rules, and peers tuned on the same inner split as our blend."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer

from models.fitting.baselines import fit_baseline
from models.fitting.options import TrainingOptions
from recommender.catalog import Catalog
from recommender.errors import RecommenderError
from recommender.teacher_state import TeacherStates
from training.metrics import LearnerFigures
from training.quality.judged import Judged, rank
from training.quality.measuring import Usage, Watch
from training.quality.peers.library import ALS, PLAIN
from training.quality.peers.peer import Answer, Config, Peer, Task
from training.quality.trial import Trial, of_number
from training.splits import Split

YEARS_A_STEP: Final = 5
YEARS_STEPS: Final = 7
MOST_PIECES: Final = 5000
NO_NEEDS: Final = "There are no ratings and no self-assessments in the data."


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
    catalog, size = split.train.catalog, len(split.train.catalog)
    new = np.bincount(split.train.states.history.rows["credential"], minlength=size) == 0
    learners = [context_matrix(states) for states in (split.train.states, split.queries)]
    return Task(
        train=history_matrix(split.train.states, size),
        histories=history_matrix(split.queries, size),
        seed=seed,
        threads=threads,
        learner_features=csr_matrix(np.vstack(learners)) if learners[0].any() else None,
        credential_features=content_matrix(catalog, with_text=bool(new.any())),
    )


def context_matrix(states: TeacherStates) -> NDArray[np.float32]:
    """Return grade bands, subjects, and the years of experience by fives; float32[n, f]."""
    years = np.nan_to_num(states.years_experience, nan=-1.0)
    places = np.clip(years // YEARS_A_STEP, -1, YEARS_STEPS - 1)
    steps = places[:, None] == np.arange(YEARS_STEPS)
    parts = [states.grade_bands, states.subjects, steps]
    return np.hstack([part.astype(np.float32) for part in parts])


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


def _judge(
    peer: Peer, trial: Trial, task: Task, chosen: Mapping[tuple[int, int | None], Config]
) -> Judged:
    answers: dict[str, tuple[LearnerFigures, Usage]] = {}
    for config in chosen.values():
        if str(config) not in answers:
            answer = peer.answer(task, config)
            answers[str(config)] = (_figures(trial.judged, answer), answer.usage)
    parts, rows, usage = [], [], {}
    for cell in trial.cells():
        figures, cost = answers[str(chosen[cell.fold, cell.revealed])]
        inside = np.zeros(len(trial.judged.queries), dtype=bool)
        inside[cell.rows] = True
        parts.append(figures.take(inside))
        rows.append(cell.rows)
        usage[cell.revealed] = cost
    joined, order = LearnerFigures.join(parts), np.argsort(np.concatenate(rows))
    in_order = LearnerFigures(
        *(getattr(joined, field.name)[order] for field in fields(LearnerFigures))
    )
    return Judged(peer.name, in_order, usage)


def _figures(split: Split, answer: Answer) -> LearnerFigures:
    return rank(split, lambda rows: {"": np.asarray(answer.scores[rows])})[""]


def tune(
    peer: Peer, trial: Trial, seed: int, threads: int
) -> tuple[dict[tuple[int, int | None], Config], list[dict[str, Any]]]:
    """Return the configuration by fold and number of records revealed, and all that was tried.

    The best is that of the highest NDCG@10 on the fold's validation; the first of the grid where
    there is none.
    """
    chosen: dict[tuple[int, int | None], Config] = {}
    table: list[dict[str, Any]] = []
    tried: dict[int, NDArray[np.float64]] = {}
    for place, fold in enumerate(trial.folds):
        split = fold.validation
        if split is not None and len(peer.grid) > 1:
            tried[place] = _try(peer, task_of(split, seed, threads), split)
        for number in trial.numbers:
            ndcg = tried.get(place)
            if ndcg is None:
                chosen[place, number] = peer.grid[0]
                continue
            inside = of_number(fold.revealed, number, ndcg.shape[1])
            means = ndcg[:, inside].mean(axis=1) if inside.any() else ndcg.mean(axis=1)
            best = int(np.argmax(means))
            chosen[place, number] = peer.grid[best]
            table += _tuning_rows(peer, place, number, means, best)
    return chosen, table


def _try(peer: Peer, task: Task, split: Split) -> NDArray[np.float64]:
    """Return the NDCG@10 of every query by configuration, float64[configurations, queries]."""
    return np.stack([_figures(split, peer.answer(task, config)).ndcg for config in peer.grid])


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
