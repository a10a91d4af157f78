"""The safe bundle: a trained model as a folder of plain arrays and JSON.

    manifest.json                    format, code version, details, every file with its hash
    axes.json  blend.json  settings.json
    evidence/<name>/<array>.npy      what each evidence learned

A bundle holds what was learned and no row of a teacher. Every array is one `.npy` file, so that all
workers share its pages (memory-mapped, read-only); nothing is ever unpickled. The bundle's hash is
that of its manifest less the moment of writing: the same model gives the same hash.
"""

import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import numpy as np

from models.blend import Blend
from models.bundle_files import (
    FORMAT,
    FORMAT_VERSION,
    MANIFEST_FILE,
    Manifest,
    check_files,
    content_hash,
    describe,
    open_array,
    read_json,
    read_manifest,
    write_array,
    write_json,
)
from models.evidence import Evidence
from models.placing import newcomers_in
from models.registry import EVIDENCE
from recommender.axes import Axes
from recommender.errors import BundleRefused
from recommender.store.columns import utc_now
from recommender.vocabulary import EvidenceName

_AXES: Final = "axes.json"
_BLEND: Final = "blend.json"
_SETTINGS: Final = "settings.json"
_DISTRIBUTION: Final = "microcredential-recommender"
_UNFINISHED: Final = ".unfinished-"
_NAME_LENGTH: Final = 16


@dataclass(frozen=True)
class Bundle:
    """A trained model: its axes, its evidence, the blend of it, and the manifest."""

    axes: Axes
    evidence: tuple[Evidence, ...]
    """In the order of `blend.names`."""
    blend: Blend
    manifest: Manifest

    @cached_property
    def newcomers(self) -> frozenset[int]:
        """Columns of what is new to the evidence, and placed among its like."""
        return newcomers_in(self.evidence)

    @cached_property
    def hash(self) -> str:
        """Hash of everything in the bundle but the moment it was written."""
        return content_hash(self.manifest)


def save_bundle(
    parent: Path,
    axes: Axes,
    evidence: Sequence[Evidence],
    blend: Blend,
    details: Mapping[str, Any],
) -> Path:
    """Save a model under `parent` and return its folder, named by the bundle's hash.

    The folder is built beside its place and moved there by one rename: a reader sees all of it or
    nothing. Saving the same model twice gives the same folder.

    Parameters
    ----------
    parent
        Folder of bundles; made where it is missing.
    axes, evidence, blend
        The model; `evidence` in the order of `blend.names`.
    details
        What else is known of it, as JSON values: as_of, snapshot_hash, seeds, metrics ... Part of
        the hash, so a clock time or a duration in it makes every bundle another one.

    Raises
    ------
    ValueError
        The evidence is not in the blend's order, or something is no number or JSON value.
    """
    if tuple(part.name for part in evidence) != blend.names:
        raise ValueError(f"evidence must be in the order of the blend: {blend.names}")
    parent.mkdir(parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=parent))
    try:
        _write(unfinished, axes, evidence, blend)
        manifest = _make_manifest(unfinished, axes, blend, details)
        write_json(unfinished, MANIFEST_FILE, manifest)
        unfinished.chmod(0o755)
        return _move_in(unfinished, parent / manifest["hash"][:_NAME_LENGTH])
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def load_bundle(folder: Path, expected_hash: str | None = None, *, verify: bool = True) -> Bundle:
    """Open a saved model; its arrays are memory-mapped and read-only.

    Parameters
    ----------
    folder
        A folder that `save_bundle` returned.
    expected_hash
        The hash that the bundle must have, where the caller knows it.
    verify
        Whether to compare the hash of every file; without it sizes alone are compared.

    Raises
    ------
    BundleRefused
        Something is missing, damaged, unlisted, of another version or of another shape.
    """
    manifest = read_manifest(folder, expected_hash)
    table = check_files(folder, manifest.get("files"), verify=verify)
    try:
        axes = _read_axes(read_json(folder, _AXES))
        blend = _read_blend(read_json(folder, _BLEND))
        settings = read_json(folder, _SETTINGS)
        evidence = tuple(
            _restore(folder, name, settings, table, len(axes.credentials)) for name in blend.names
        )
    except (KeyError, TypeError, ValueError) as error:
        raise BundleRefused(f"The bundle '{folder}' does not fit together: {error}.") from error
    return Bundle(axes, evidence, blend, manifest)


def _write(folder: Path, axes: Axes, evidence: Sequence[Evidence], blend: Blend) -> None:
    for part in evidence:
        for name, array in part.arrays().items():
            write_array(folder, f"evidence/{part.name}/{name}.npy", array)
    write_json(folder, _AXES, asdict(axes))
    write_json(folder, _SETTINGS, {part.name: part.settings() for part in evidence})
    write_json(folder, _BLEND, {"names": list(blend.names), "weights": blend.weights.tolist()})


def _make_manifest(folder: Path, axes: Axes, blend: Blend, details: Mapping[str, Any]) -> Manifest:
    manifest: Manifest = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "code_version": version(_DISTRIBUTION),
        "catalog_size": len(axes.credentials),
        "evidence": list(blend.names),
        "details": dict(details),
        "files": describe(folder),
        "created": utc_now().isoformat(),
    }
    return {**manifest, "hash": content_hash(manifest)}


def _move_in(unfinished: Path, folder: Path) -> Path:
    """Move a finished folder to its place; a sound one that is already there is kept."""
    try:
        load_bundle(folder)
    except BundleRefused:
        pass
    else:
        return folder
    if folder.exists():
        aside = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=folder.parent))
        folder.replace(aside / folder.name)
        shutil.rmtree(aside, ignore_errors=True)
    try:
        unfinished.replace(folder)
    except OSError:
        # Another process put the same bundle there in between; what is there must be sound.
        load_bundle(folder)
    return folder


def _read_axes(value: Mapping[str, Any]) -> Axes:
    return Axes(
        credentials=tuple((str(district), str(code)) for district, code in value["credentials"]),
        standards=tuple((str(framework), str(code)) for framework, code in value["standards"]),
        grade_bands=tuple(str(name) for name in value["grade_bands"]),
        subjects=tuple(str(name) for name in value["subjects"]),
    )


def _read_blend(value: Mapping[str, Any]) -> Blend:
    names = tuple(EvidenceName(name) for name in value["names"])
    return Blend(names=names, weights=np.array(value["weights"], dtype=np.float32))


def _restore(
    folder: Path,
    name: EvidenceName,
    settings: Mapping[str, Any],
    table: Mapping[str, Mapping[str, Any]],
    catalog_size: int,
) -> Evidence:
    prefix = f"evidence/{name}/"
    arrays = {
        file.removeprefix(prefix).removesuffix(".npy"): open_array(folder, file, row)
        for file, row in table.items()
        if file.startswith(prefix)
    }
    return EVIDENCE[name].restore(arrays, settings[name], catalog_size)
