"""Writing a model card: from the snapshot, the bundle and the figures, at training."""

from collections.abc import Sequence
from typing import Any, Final

from features.snapshot import Snapshot
from models.bundle import Bundle
from recommender.clock import ms_to_date
from recommender.model_card import INTENDED_USE, LIMITS, NOT_FOR, few
from recommender.vocabulary import Segment
from training.evaluation import Evaluation
from training.judging import BLEND

ALL: Final = "all"


def write_card(
    snapshot: Snapshot, bundle: Bundle, evaluations: Sequence[Evaluation], notes: Sequence[str]
) -> dict[str, Any]:
    """Return the card of a model as JSON values; nothing in it is of one teacher."""
    metrics = {one.name: _by_segment(one) for one in evaluations}
    judged = metrics.get(BLEND, {})
    return {
        "intended_use": list(INTENDED_USE),
        "not_for": list(NOT_FOR),
        "data": {
            "as_of": ms_to_date(snapshot.as_of).isoformat(),
            "snapshot_hash": snapshot.manifest.hash,
            "districts": len({district for district, _ in snapshot.teachers}),
            "counts": dict(snapshot.manifest.counts),
            "undated_records": snapshot.manifest.undated_records,
        },
        "segments": [segment.value for segment in Segment],
        "weights": {
            name.value: [round(float(weight), 6) for weight in column]
            for name, column in zip(bundle.blend.names, bundle.blend.weights.T, strict=True)
        },
        "metrics": metrics,
        "limits": [
            *LIMITS,
            *few({name: figures for name, figures in judged.items() if name != ALL}),
            *([] if evaluations else ["There was nothing to judge it on."]),
        ],
        "notes": list(notes),
    }


def _by_segment(one: Evaluation) -> dict[str, dict[str, float]]:
    figures = {ALL: one.all, **{segment.value: own for segment, own in one.segments.items()}}
    return {name: {"learners": own.learners, **own.as_metrics()} for name, own in figures.items()}
