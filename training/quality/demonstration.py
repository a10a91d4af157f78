"""Our blend on a demonstration, judged by its hidden truth: what share of the oracle it reaches.

The truth gives every teacher's chances of the next choice, so a list is worth

    NDCG@10 = sum over the first ten of P(next choice is that one) / log2(rank + 1)

in expectation, without the noise of the one choice that was then made. The *oracle* ranks by what
the files let expect at best. It knows how this district works: what every credential truly
develops, what is liked by whom, how beliefs of need come about, and how much each reason counts.
Of a teacher it knows what the files tell, which is all that a system could know: ratings,
self-assessments, goals, records, roster. What is private and leaves no trace (a hunch that nobody
wrote down, a taste of one's own, one's own mix of reasons) is noise to it, averaged over. The
*oracle that reads minds* ranks by the true chances themselves and stands beside it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from features.demo.generate import write_demo
from features.demo.truth import Truth, read_truth
from features.snapshot import Snapshot
from models.evidence import Evidence
from models.fitting.baselines import fit_baseline
from models.suggest import ranked_scores
from recommender.eligibility import Exclusion, exclusions
from recommender.policy import Policy
from recommender.teacher_state import TeacherStates
from recommender.vocabulary import NEED_EVIDENCE, Segment
from training.evaluation import Candidates, Outside, blocks
from training.judging import (
    BLEND,
    RIVALS,
    Run,
    ShowProgress,
    assemble,
    fit,
    learn_again,
    weigh,
)
from training.plan import automatic_plan
from training.quality.data import open_data
from training.quality.extras import NEED_SHARES
from training.quality.ours import PREFIX
from training.splits import Split, everything

ORACLE: Final = "oracle"
MIND_READER: Final = "oracle that reads minds"
SHOWN: Final = f"{BLEND}, eligible only"
"""As in the product, where eligibility leaves out what is retired, not for the role, and so on."""
DEPTH: Final = 10

Scorer = Callable[[TeacherStates], NDArray[np.float32]]


@dataclass(frozen=True)
class Demonstration:
    """A generated district as it is known, and its truth on the same axes."""

    snapshot: Snapshot
    next_choice: NDArray[np.float32]
    """Chances of each credential to be the teacher's next; float32[n, m]."""
    expected_choice: NDArray[np.float32]
    """The same as far as the files tell; float32[n, m]."""


@dataclass(frozen=True)
class Worth:
    """What each system's lists are worth to each judged teacher."""

    ndcg: Mapping[str, NDArray[np.float64]]
    segments: NDArray[np.int8]
    """Code of each judged teacher's `Segment`."""
    notes: tuple[str, ...]

    def share(self, system: str) -> float:
        """Return the share of the oracle that a system reaches."""
        return float(self.ndcg[system].mean() / self.ndcg[ORACLE].mean())

    def loss(self, system: str) -> tuple[float, float]:
        """Return how far a system stays behind the blend, and the standard error of that."""
        behind = self.ndcg[BLEND] - self.ndcg[system]
        return float(behind.mean()), float(behind.std() / np.sqrt(len(behind)))

    def rows(self) -> list[dict[str, Any]]:
        """Return a row for each system, the best first."""
        found = []
        for system, values in self.ndcg.items():
            behind, error = self.loss(system)
            row = {
                "system": system,
                "teachers": len(values),
                "ndcg@10": float(values.mean()),
                "share_of_oracle": self.share(system),
                "behind_blend": behind,
                "behind_blend_error": error,
            }
            for segment in Segment:
                own = values[self.segments == segment.code]
                row[f"ndcg@10.{segment.value}"] = float(own.mean()) if len(own) else None
            found.append(row)
        return sorted(found, key=lambda row: -row["ndcg@10"])


def make_demonstration(teachers: int, seed: int, progress: ShowProgress) -> Demonstration:
    """Generate a district, and read its files as any district's are read."""
    with TemporaryDirectory(prefix="recommender-demonstration-") as scratch:
        folder = Path(scratch) / "files"
        with progress("Writing the demonstration") as bar:
            written = write_demo(folder, teachers, seed, notice=bar.update)
        snapshot = open_data(folder, progress, written.until).snapshot
        return _aligned(read_truth(folder), snapshot)


def _aligned(truth: Truth, snapshot: Snapshot) -> Demonstration:
    """Put the chances of the next choice on the axes of a snapshot."""
    rows = {key: row for row, key in enumerate(truth.teacher_keys)}
    columns = {id_: column for column, id_ in enumerate(truth.credentials.tolist())}
    teachers = [rows[key] for key in snapshot.teachers]
    credentials = [columns[source_id] for _, source_id in snapshot.axes.credentials]
    cells = np.ix_(teachers, credentials)
    return Demonstration(snapshot, truth.next_choice[cells], truth.expected_choice[cells])


def measure(made: Demonstration, run: Run, *, ablation: bool = True) -> Worth:
    """Train as `recommender train` does, and judge every teacher who has a next choice.

    Parameters
    ----------
    ablation
        Also leave each evidence out, with the weights learned anew.
    """
    plan = automatic_plan(made.snapshot, run.config.plan, run.seed)
    data = everything(made.snapshot)
    final = fit(data, run, "", "Fitting evidence on everything")
    judge = _Judge(made, data.states)
    ndcg = {ORACLE: judge.oracle(), MIND_READER: judge.mind_reader()}
    for name in RIVALS:
        ndcg[name] = judge(fit_baseline(name, data, run.options()))
    for one in final:
        ndcg[PREFIX + one.name] = judge(one.score)
    inner = _fitted_on(plan.weights, run, "Fitting evidence on the earlier part")
    later = _fitted_on(plan.judged, run, "Fitting evidence up to the judged part")

    def blend(kept: Callable[[Evidence], bool], policy: Policy | None = None) -> Scorer:
        weights = None
        if plan.weights is not None:
            weights = weigh(tuple(filter(kept, inner)), plan.weights, run)
            weights = learn_again(made.snapshot, plan, weights, tuple(filter(kept, later)), run)
        bundle = assemble(data, tuple(filter(kept, final)), weights)
        return lambda states: ranked_scores(bundle, states, policy)

    with run.progress("Judging the blend") as bar:
        cases = _cases(final, ablation=ablation)
        for done, (name, (kept, policy)) in enumerate(cases.items()):
            bar.update(done, len(cases))
            ndcg[name] = judge(blend(kept, policy))
        ndcg[SHOWN] = judge(blend(lambda _: True), judge.eligible)
    return Worth(ndcg, data.states.segments[judge.teachers], plan.notes)


def _fitted_on(split: Split | None, run: Run, title: str) -> tuple[Evidence, ...]:
    """Fit all evidence on what the weights are learned after; nothing where they are not."""
    return () if split is None else fit(split.train, run, "", title)


def _cases(
    evidence: Sequence[Evidence], *, ablation: bool
) -> dict[str, tuple[Callable[[Evidence], bool], Policy | None]]:
    """Return by name which evidence is kept, and under which policy."""

    def without(names: frozenset[str]) -> Callable[[Evidence], bool]:
        return lambda one: one.name not in names

    everybody = without(frozenset())
    cases: dict[str, tuple[Callable[[Evidence], bool], Policy | None]] = {BLEND: (everybody, None)}
    for share in NEED_SHARES:
        if share > 0:
            cases[f"{BLEND}, need share {share:.0%}"] = (everybody, Policy(need_share=share))
    if ablation:
        cases[f"{BLEND} without need"] = (without(frozenset(NEED_EVIDENCE)), None)
        for one in evidence:
            cases[f"{BLEND} without {one.name}"] = (without(frozenset({one.name})), None)
    return cases


class _Judge:
    """Says what a scorer's lists are worth to the teachers who have a next choice."""

    def __init__(self, made: Demonstration, states: TeacherStates) -> None:
        self.teachers = np.flatnonzero(made.next_choice.sum(axis=1) > 0)
        self._chances = made.next_choice[self.teachers]
        self._expected = made.expected_choice[self.teachers]
        self._states = states.take(self.teachers)
        self._catalog = made.snapshot.catalog
        self._districts = [made.snapshot.teachers[teacher][0] for teacher in self.teachers]

    def __call__(self, scorer: Scorer, candidates: Candidates | None = None) -> NDArray[np.float64]:
        """Return the expected NDCG@10 of each judged teacher.

        Every credential outside the history is ranked where `candidates` do not say otherwise.
        """
        size = self._chances.shape[1]
        ranked = candidates or Outside(self._states, size)
        return np.concatenate(
            [
                expected_ndcg(
                    np.where(ranked(rows), scorer(self._states.take(rows)), -np.inf),
                    self._chances[rows],
                )
                for rows in blocks(len(self.teachers), size)
            ]
        )

    def eligible(self, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return what a teacher would be shown at all: the candidates as in the product."""
        policy = Policy.in_force()
        codes = [
            exclusions(self._states.take([row]), self._catalog, policy, self._districts[row])
            for row in rows.tolist()
        ]
        return np.asarray(np.stack(codes) == Exclusion.ELIGIBLE.code)

    def oracle(self) -> NDArray[np.float64]:
        """Return what the best lists by the files are worth."""
        return expected_ndcg(self._expected, self._chances)

    def mind_reader(self) -> NDArray[np.float64]:
        """Return what the best lists are worth."""
        return expected_ndcg(self._chances, self._chances)


def expected_ndcg(
    scores: NDArray[np.floating[Any]], chances: NDArray[np.float32]
) -> NDArray[np.float64]:
    """Return the expected NDCG@10 of n lists, float64[n].

    Parameters
    ----------
    scores
        What is ranked by, higher first, float[n, m].
    chances
        Chance of each credential to be the one that is relevant, float32[n, m].
    """
    first = np.argsort(-scores, axis=1, kind="stable")[:, :DEPTH]
    discount = 1 / np.log2(np.arange(first.shape[1]) + 2.0)
    worth: NDArray[np.float64] = np.take_along_axis(chances, first, axis=1) @ discount
    return worth
