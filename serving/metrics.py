"""What Prometheus reads: how long requests take, how long lists are, which model serves.

Counts of this process, over everybody; no label names a person.
"""

from collections.abc import Iterable
from typing import Final

from fastapi import APIRouter, Request
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)
from starlette.responses import Response

from recommender.vocabulary import EventKind, Segment

SECONDS: Final = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5)
SLATES: Final = (0, 1, 3, 5, 10, 20, 50)
NO_ROUTE: Final = "none"
"""Route of an address where there is nothing: addresses themselves may name people."""

router = APIRouter(include_in_schema=False)


class Metrics:
    """The counts of one app."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._requests = Histogram(
            "recommender_request_seconds",
            "How long requests took.",
            ("route", "method", "status"),
            registry=self.registry,
            buckets=SECONDS,
        )
        self._slates = Histogram(
            "recommender_slate_size",
            "How many suggestions a list had.",
            registry=self.registry,
            buckets=SLATES,
        )
        self._lists = Counter(
            "recommender_lists",
            "Lists by length of the teacher's history: '0' has no history to go by.",
            ("segment",),
            registry=self.registry,
        )
        self._events = Counter(
            "recommender_feedback",
            "Feedback events that were kept.",
            ("kind",),
            registry=self.registry,
        )
        self._served = Counter(
            "recommender_slates_kept",
            "Served lists that were written to the log of slates.",
            registry=self.registry,
        )
        self._lost = Counter(
            "recommender_slates_lost",
            "Served lists that the log of slates lost: its queue was full or the store failed.",
            registry=self.registry,
        )
        self._version = Gauge(
            "recommender_model_version", "The model that serves.", registry=self.registry
        )
        self._refused = Gauge(
            "recommender_champion_refused",
            "1 while a newer champion was refused and the old one serves.",
            registry=self.registry,
        )

    def count_request(self, route: str | None, method: str, status: int, seconds: float) -> None:
        """Count one request."""
        self._requests.labels(route or NO_ROUTE, method, str(status)).observe(seconds)

    def count_list(self, segment: Segment, size: int) -> None:
        """Count one list of suggestions."""
        self._slates.observe(size)
        self._lists.labels(segment.value).inc()

    def count_events(self, kinds: Iterable[EventKind]) -> None:
        """Count feedback events."""
        for kind in kinds:
            self._events.labels(kind.value).inc()

    def count_slates(self, kept: int, lost: int) -> None:
        """Count served lists that were written to the log, and that were lost."""
        self._served.inc(kept)
        self._lost.inc(lost)

    def set_model(self, version: int, *, refused: bool) -> None:
        """Say which model serves, and whether a newer one was refused."""
        self._version.set(version)
        self._refused.set(refused)


@router.get("/metrics")
def show_metrics(request: Request) -> Response:
    """Show the counts in Prometheus' own text."""
    metrics: Metrics = request.app.state.service.metrics
    return Response(generate_latest(metrics.registry), media_type=CONTENT_TYPE_LATEST)
