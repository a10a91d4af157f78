"""The champion: which version serves, and its bundle.

The truth is one row of the store. This room needs no training code and no tracking server, so that
a serving process can load the champion by itself.
"""

from pathlib import Path

from sqlmodel import Session, select

from models.bundle import Bundle, load_bundle
from recommender.errors import BundleRefused, NoChampion
from recommender.store.operations import Champion, ModelVersion


def read_champion(session: Session) -> ModelVersion:
    """Return the version that serves.

    Raises
    ------
    NoChampion
        None has been promoted yet.
    """
    statement = select(ModelVersion).join(Champion)
    version = session.exec(statement).one_or_none()
    if version is None:
        raise NoChampion(
            "No model serves yet: train one with 'recommender train', then choose it with"
            " 'recommender models promote'."
        )
    return version


def load_champion(session: Session, artifacts_dir: Path) -> tuple[ModelVersion, Bundle]:
    """Return the version that serves, with its bundle.

    Raises
    ------
    NoChampion
        None has been promoted yet.
    BundleRefused
        The bundle is missing, damaged, or not the one that was registered.
    """
    version = read_champion(session)
    folder = (artifacts_dir / version.bundle_path).resolve()
    if not folder.is_relative_to(artifacts_dir.resolve()):
        raise BundleRefused("The champion's bundle lies outside the artifacts folder.")
    return version, load_bundle(folder, version.bundle_hash)
