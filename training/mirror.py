"""The mirror of our store in MLflow's registry: every version, and the alias `champion`.

The truth is in the store. What was last mirrored stands in a small file beside the bundles, so that
a command that finds everything in order need not load MLflow.
"""

import json
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from recommender.settings import Settings
from recommender.store.tables import Champion, ModelVersion
from training.mlflow_client import REGISTERED_MODEL, mlflow_part, open_client, tolerated
from training.tracking import BUNDLE_FOLDER

CHAMPION_ALIAS: Final = "champion"
HASH_TAG: Final = "bundle_hash"
VERSION_TAG: Final = "version"
MARKER: Final = "mirrored.json"


@dataclass(frozen=True)
class _Truth:
    """What the registry should show."""

    tracking: str
    """Hash of the tracking server's address, which may hold a password."""
    hashes: tuple[str, ...]
    champion: str
    """Bundle hash of the champion; empty where there is none."""


def mend_mirror(engine: Engine, chosen: Settings) -> bool:
    """Bring MLflow's registry to what the store says; a fault of it is only a warning.

    Returns
    -------
    Whether the registry shows the truth now.
    """
    with Session(engine) as session:
        versions = session.exec(select(ModelVersion).order_by(col(ModelVersion.version))).all()
        champion = session.get(Champion, 1)
    hashes = {version.version: version.bundle_hash for version in versions}
    truth = _Truth(
        sha256(chosen.resolved_tracking_uri.encode()).hexdigest(),
        tuple(hashes.values()),
        "" if champion is None else hashes[champion.version],
    )
    marker = chosen.artifacts_dir / MARKER
    if not versions or (_registry_is_there(chosen) and _marked(marker) == truth):
        return True
    with tolerated("Mirroring the models"):
        _mirror(open_client(chosen), list(versions), truth.champion, chosen.artifacts_dir)
        _mark(marker, truth)
        return True
    return False


def _registry_is_there(chosen: Settings) -> bool:
    """Tell whether the registry's own SQLite file exists; of a server nothing is asked."""
    return chosen.mlflow_tracking_uri is not None or (chosen.data_dir / "mlflow.db").is_file()


def _marked(marker: Path) -> _Truth | None:
    """Return what was mirrored last, or None."""
    try:
        found = json.loads(marker.read_text(encoding="utf-8"))
        return _Truth(found["tracking"], tuple(found["hashes"]), found["champion"])
    except (OSError, ValueError, TypeError, KeyError):
        return None


def _mark(marker: Path, truth: _Truth) -> None:
    marker.parent.mkdir(parents=True, exist_ok=True)
    marker.write_text(json.dumps(asdict(truth)), encoding="utf-8")


def _mirror(
    client: Any,  # noqa: ANN401 - MLflow publishes no types
    versions: list[ModelVersion],
    champion: str,
    artifacts_dir: Path,
) -> None:
    fault = mlflow_part("mlflow.exceptions").MlflowException
    try:
        client.create_registered_model(REGISTERED_MODEL)
    except fault as error:
        if error.error_code != "RESOURCE_ALREADY_EXISTS":
            raise
    shown = {
        entry.tags.get(HASH_TAG): entry.version
        for entry in client.search_model_versions(f"name='{REGISTERED_MODEL}'")
    }
    for version in versions:
        if version.bundle_hash not in shown:
            shown[version.bundle_hash] = _register(client, fault, version, artifacts_dir)
    if champion:
        client.set_registered_model_alias(REGISTERED_MODEL, CHAMPION_ALIAS, shown[champion])


def _register(
    client: Any,  # noqa: ANN401 - MLflow publishes no types
    fault: type[Exception],
    version: ModelVersion,
    artifacts_dir: Path,
) -> str:
    """Show one version, its bundle where the run keeps it, or else where we do."""
    source, run_id = (artifacts_dir / version.bundle_path).as_uri(), None
    if version.run_id:
        try:
            source = f"{client.get_run(version.run_id).info.artifact_uri}/{BUNDLE_FOLDER}"
            run_id = version.run_id
        except fault:
            # The run is gone (a new tracking database): the bundle itself is not.
            pass
    made = client.create_model_version(
        REGISTERED_MODEL,
        source=source,
        run_id=run_id,
        tags={HASH_TAG: version.bundle_hash, VERSION_TAG: str(version.version)},
        description=f"Version {version.version} of the store, snapshot {version.snapshot_hash}",
        await_creation_for=0,
    )
    return str(made.version)
