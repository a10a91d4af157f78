"""The outside peers and the configurations that each is tuned over."""

from typing import Final

from training.quality.peers.outside.runner import OutsidePeer

OUTSIDE: Final = (
    OutsidePeer(
        "lenskit-item-knn",
        "lenskit",
        tuple({"max_nbrs": most} for most in (20, 50, 200, 1000)),
    ),
    OutsidePeer(
        "lenskit-biased-mf",
        "lenskit",
        tuple(
            {"embedding_size": size, "epochs": 10, "regularization": ridge, "negatives": negatives}
            for size, ridge, negatives in (
                (25, 0.1, 3),
                (50, 0.03, 5),
                (50, 0.01, 10),
                (100, 0.03, 10),
            )
        ),
    ),
    OutsidePeer(
        "rectools-item-knn",
        "rectools",
        tuple(
            {"kind": kind, "neighbours": neighbours}
            for kind, neighbours in (
                ("cosine", 20),
                ("tfidf", 200),
                ("bm25", 200),
                ("counts", 200),
            )
        ),
    ),
    OutsidePeer(
        "rectools-ease",
        "rectools",
        tuple({"regularization": ridge} for ridge in (100.0, 400.0, 1000.0, 3000.0)),
    ),
    OutsidePeer(
        "rectools-als",
        "rectools",
        tuple(
            {"factors": factors, "regularization": ridge, "alpha": alpha, "iterations": 15}
            for factors, ridge, alpha in (
                (32, 1.0, 1.0),
                (64, 10.0, 1.0),
                (64, 10.0, 10.0),
                (128, 30.0, 3.0),
            )
        ),
        folds_in=False,
    ),
    OutsidePeer(
        "lightfm-warp",
        "lightfm",
        tuple(
            {"no_components": size, "learning_rate": rate, "epochs": epochs}
            | {"item_alpha": penalty, "user_alpha": penalty}
            for size, rate, epochs, penalty in (
                (32, 0.05, 10, 0.0),
                (32, 0.05, 10, 1e-5),
                (64, 0.02, 20, 1e-6),
                (64, 0.02, 40, 1e-6),
            )
        ),
        folds_in=False,
    ),
)


def available() -> dict[str, str | None]:
    """Return each outside peer with the reason why it cannot run here; None where it can."""
    return {peer.name: peer.why_not() or None for peer in OUTSIDE}
