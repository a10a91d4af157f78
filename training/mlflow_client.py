"""The way to MLflow: imported only when needed, quiet, offline, and never in the way.

MLflow is a record beside our store, not the truth, so a fault of it becomes a warning: no training
is lost and no promotion refused because a tracking server is away.
"""

import importlib
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from recommender.console import console
from recommender.settings import Settings

EXPERIMENT: Final = "recommender"
REGISTERED_MODEL: Final = "microcredential-recommender"
_ENVIRONMENT: Final = {
    # Nothing is sent anywhere but to the tracking server that the settings name.
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "DO_NOT_TRACK": "true",
    "MLFLOW_LOGGING_LEVEL": "ERROR",
    # A server that is away costs seconds, not the minutes of MLflow's own patience.
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1",
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "20",
}


def mlflow_part(name: str) -> Any:  # noqa: ANN401 - MLflow publishes no types
    """Import a module of MLflow (which takes seconds), told first to be quiet and offline."""
    for variable, value in _ENVIRONMENT.items():
        os.environ.setdefault(variable, value)
    module = importlib.import_module(name)
    logging.getLogger("mlflow").setLevel(logging.ERROR)
    return module


def open_client(chosen: Settings) -> Any:  # noqa: ANN401 - as above
    """Return an `MlflowClient` for the settings' tracking server, or SQLite file."""
    uri = chosen.resolved_tracking_uri
    if chosen.mlflow_tracking_uri is None:
        chosen.artifacts_dir.mkdir(parents=True, exist_ok=True)
    return mlflow_part("mlflow.tracking").MlflowClient(tracking_uri=uri, registry_uri=uri)


def experiment_id(client: Any, chosen: Settings) -> str:  # noqa: ANN401 - as above
    """Return the id of our experiment, made where it is missing."""
    found = client.get_experiment_by_name(EXPERIMENT)
    if found is not None:
        return str(found.experiment_id)
    folder = (chosen.artifacts_dir / "mlflow").as_uri()
    location = folder if chosen.mlflow_tracking_uri is None else None
    return str(client.create_experiment(EXPERIMENT, artifact_location=location))


@contextmanager
def tolerated(doing: str) -> Iterator[None]:
    """Turn any fault of MLflow inside the block into one warning."""
    try:
        yield
    except Exception as error:  # noqa: BLE001 - a server, a file or MLflow itself: nothing may stop us
        # The message of an error may hold the server's address with a password in it.
        console.print(
            f"Warning: {doing} in MLflow did not work ({type(error).__name__}). Models and the "
            "champion are safe in the store; the next `recommender models` command tries again."
        )
