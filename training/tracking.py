"""A training run as MLflow keeps it: parameters, curves, figures, environment and the bundle."""

import platform
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, is_dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from time import time
from typing import Any, Final

from recommender.settings import Settings
from training.mlflow_client import experiment_id, mlflow_part, open_client, tolerated
from training.stale_runs import PARENT_TAG, forget_running, note_running

BUNDLE_FOLDER: Final = "bundle"
EVALUATION_FILE: Final = "evaluation.json"
ENVIRONMENT_FILE: Final = "environment.json"
PACKAGES: Final = (
    "microcredential-recommender",
    "implicit",
    "mlflow",
    "numpy",
    "optuna",
    "pandas",
    "scikit-learn",
    "scipy",
)


class RunTracker:
    """One run. A fault of MLflow is a warning, and from then on nothing more is recorded."""

    def __init__(self, chosen: Settings) -> None:
        self._settings = chosen
        self._client: Any = None
        self.run_id = ""
        """Empty as long as no run could be opened."""

    def start(self, name: str, parameters: Mapping[str, Any], tags: Mapping[str, str]) -> None:
        """Open the run, with what it was asked to do."""
        with self._guard("Opening a run"):
            client = open_client(self._settings)
            run = client.create_run(
                experiment_id(client, self._settings), tags=dict(tags), run_name=name
            )
            self._client, self.run_id = client, run.info.run_id
            note_running(self._settings, self.run_id)
            param = mlflow_part("mlflow.entities").Param
            params = [param(key, str(value)) for key, value in flat(parameters).items()]
            client.log_batch(self.run_id, params=params)
            client.log_dict(self.run_id, environment(), ENVIRONMENT_FILE)

    def epoch(self, key: str, epoch: int, loss: float) -> None:
        """Record one point of a curve."""
        if self._client is not None:
            with self._guard("Recording an epoch"):
                self._client.log_metric(self.run_id, key, loss, step=epoch)

    def finish(self, metrics: Mapping[str, float], table: Any, bundle: Path) -> None:  # noqa: ANN401 - any JSON value
        """Record the figures, the evaluation table and the bundle, and close the run."""
        if self._client is None:
            return
        with self._guard("Recording the figures and the bundle"):
            metric, now = mlflow_part("mlflow.entities").Metric, int(time() * 1000)
            entries = [metric(key, float(value), now, 0) for key, value in metrics.items()]
            self._client.log_batch(self.run_id, metrics=entries)
            self._client.log_dict(self.run_id, table, EVALUATION_FILE)
            self._client.log_artifacts(self.run_id, str(bundle), BUNDLE_FOLDER)
            self._client.set_terminated(self.run_id)
            forget_running(self._settings, self.run_id)

    def nested(self, name: str, parameters: Mapping[str, Any], tags: Mapping[str, str]) -> str:
        """Open a run inside this one and return its id; empty where nothing is recorded."""
        if self._client is None:
            return ""
        with self._guard("Opening a nested run"):
            client = self._client
            run = client.create_run(
                experiment_id(client, self._settings),
                tags=dict(tags) | {PARENT_TAG: self.run_id},
                run_name=name,
            )
            param = mlflow_part("mlflow.entities").Param
            client.log_batch(
                run.info.run_id,
                params=[param(key, str(value)) for key, value in parameters.items()],
            )
            return str(run.info.run_id)
        return ""

    def point(self, nested: str, key: str, step: int, value: float) -> None:
        """Record one point of a nested run's curve."""
        if self._client is not None and nested:
            with self._guard("Recording a nested run"):
                self._client.log_metric(nested, key, value, step=step)

    def close_nested(self, nested: str, outcome: str, status: str = "FINISHED") -> None:
        """Close a nested run, saying how it came out."""
        if self._client is not None and nested:
            with self._guard("Closing a nested run"):
                self._client.set_tag(nested, "outcome", outcome)
                self._client.set_terminated(nested, status=status)

    def tell(self, parameters: Mapping[str, Any]) -> None:
        """Record parameters that were found on the way."""
        if self._client is not None:
            with self._guard("Recording what was found"):
                param = mlflow_part("mlflow.entities").Param
                params = [param(key, str(value)) for key, value in parameters.items()]
                self._client.log_batch(self.run_id, params=params)

    def fail(self) -> None:
        """Close the run as failed."""
        if self._client is not None:
            with self._guard("Closing the run"):
                self._client.set_terminated(self.run_id, status="FAILED")
                forget_running(self._settings, self.run_id)

    @contextmanager
    def _guard(self, doing: str) -> Iterator[None]:
        """Turn a fault into a warning, and record nothing more after it."""
        with tolerated(doing):
            try:
                yield
            except Exception:
                self._client = None
                raise


def flat(value: Any, prefix: str = "") -> dict[str, Any]:  # noqa: ANN401 - any configuration
    """Return nested configuration under dotted names."""
    if is_dataclass(value) and not isinstance(value, type):
        value = asdict(value)
    if not isinstance(value, Mapping):
        return {prefix: value}
    flattened: dict[str, Any] = {}
    for name, part in value.items():
        flattened |= flat(part, f"{prefix}.{name}" if prefix else str(name))
    return flattened


def environment() -> dict[str, str]:
    """Return the versions of Python, of the machine's system and of the packages that matter."""
    found = {"python": sys.version.split()[0], "system": platform.platform()}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "not installed"
    return found
