"""One state's folder: `*.toml` are versions of its rules, `districts/*.toml` change them."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from recommender.states.checks import check_pack
from recommender.states.faults import Fault
from recommender.states.overlay import HEAD, marked, overlay, overlay_faults
from recommender.states.own_frameworks import Frameworks, with_own
from recommender.states.schema import Pack
from recommender.states.toml_files import read_toml, validated

DISTRICTS: Final = "districts"


@dataclass(frozen=True)
class Version:
    """A file that holds: its content as written and the pack that it makes."""

    file: Path
    content: dict[str, Any]
    pack: Pack


@dataclass(frozen=True)
class StateFolder:
    """What a folder says, and what of it was refused."""

    code: str
    states: tuple[Version, ...]
    districts: tuple[Version, ...]
    """A district's file over one version of its state's, for each such pair."""
    faults: tuple[Fault, ...]
    frameworks: Frameworks

    @property
    def packs(self) -> tuple[Pack, ...]:
        """Every pack that holds, districts' last."""
        return tuple(version.pack for version in (*self.states, *self.districts))


def read_state(
    folder: Path,
    frameworks: Frameworks,
    checklists: Collection[str],
    below: Sequence[Version] = (),
) -> StateFolder:
    """Read one state's folder; a file that breaks a rule is refused, the others hold.

    Parameters
    ----------
    folder
        Named by the state's code.
    frameworks, checklists
        What packs may name beside what the folder brings.
    below
        Versions in force that the folder's districts change if it has no version of its own.
    """
    known, faults = with_own(frameworks, folder)
    found = list(faults)

    def take(file: Path, content: dict[str, Any]) -> Version | None:
        pack, wrong = validated(Pack, content, file)
        found.extend(wrong)
        if pack is None:
            return None
        wrong = check_pack(file, pack, known, checklists)
        found.extend(wrong)
        return None if wrong else Version(file, content, _with_parents(pack, known))

    files = _contents(sorted(folder.glob("*.toml")), folder.name, found, district=False)
    read = [version for file, content in files if (version := take(file, content))]
    states = _apart(read, found)
    if not (states or below or found):
        found.append(Fault(folder, "folder", "has no pack.toml"))
    districts = _districts(folder, states or tuple(below), take, found)
    return StateFolder(folder.name, states, districts, tuple(found), known)


def _with_parents(pack: Pack, frameworks: Frameworks) -> Pack:
    told = pack.evaluation.framework
    parents = dict(frameworks.parents[told.value]) if told else {}
    return pack.model_copy(update={"parents": parents})


def _contents(
    files: Sequence[Path], code: str, found: list[Fault], *, district: bool
) -> list[tuple[Path, dict[str, Any]]]:
    """Return the files that can be read and belong here."""
    good = []
    for file in files:
        content, wrong = read_toml(file)
        faults = [*wrong, *_head_faults(file, content or {}, code, district=district)]
        found.extend(wrong if content is None else faults)
        if content is not None and not faults:
            good.append((file, content))
    return good


def _head_faults(file: Path, content: dict[str, Any], code: str, *, district: bool) -> list[Fault]:
    faults = [
        Fault(file, place, "is written by the program, not in a file") for place in marked(content)
    ]
    if content.get("code") != code:
        faults.append(Fault(file, "code", f"must be '{code}', the name of the state's folder"))
    named = content.get("district", "")
    if district and not (isinstance(named, str) and named):
        faults.append(Fault(file, "district", "must name the district"))
    if not district and named:
        faults.append(Fault(file, "district", f"belongs into the folder {DISTRICTS}"))
    return faults


def _apart(versions: Sequence[Version], found: list[Fault]) -> tuple[Version, ...]:
    """Refuse a version whose days overlap those of an earlier one."""
    kept: list[Version] = []
    for version in sorted(versions, key=lambda item: (item.pack.valid_from, item.file.name)):
        before = kept[-1] if kept else None
        if before and before.pack.valid_to >= version.pack.valid_from:
            rule = f"overlaps {before.file.name}, which holds until {before.pack.valid_to}"
            found.append(Fault(version.file, "valid_from", rule))
            continue
        kept.append(version)
    return tuple(kept)


def _districts(
    folder: Path,
    states: Sequence[Version],
    take: Callable[[Path, dict[str, Any]], Version | None],
    found: list[Fault],
) -> tuple[Version, ...]:
    files = sorted((folder / DISTRICTS).glob("*.toml"))
    by_district: dict[str, list[Version]] = {}
    for file, content in _contents(files, folder.name, found, district=True):
        before = len(found)
        for state in states:
            found.extend(overlay_faults(file, state.content, content))
            changed = _changed(state, content) if len(found) == before else None
            version = take(file, changed) if changed else None
            if version:
                by_district.setdefault(version.pack.district, []).append(version)
        if states and before == len(found) and not _covered(file, by_district):
            found.append(Fault(file, "valid_from", "no version of the state holds on these days"))
    return tuple(
        version for name in sorted(by_district) for version in _apart(by_district[name], found)
    )


def _covered(file: Path, by_district: dict[str, list[Version]]) -> bool:
    return any(version.file == file for versions in by_district.values() for version in versions)


def _changed(state: Version, content: dict[str, Any]) -> dict[str, Any] | None:
    """Return the district's rules while both files hold; None where they never do together."""
    merged = overlay(state.content, content)
    head: dict[str, Any] = {key: content[key] for key in HEAD if key in content}
    first = _later(state.pack.valid_from, content.get("valid_from"))
    last = _earlier(state.pack.valid_to, content.get("valid_to"))
    if type(first) is type(last) is type(state.pack.valid_from) and last < first:
        return None
    return {**merged, **head, "name": state.pack.name, "valid_from": first, "valid_to": last}


def _later(own: Any, other: Any) -> Any:  # noqa: ANN401 - what is no date is refused by the model
    return max(own, other) if type(other) is type(own) else (own if other is None else other)


def _earlier(own: Any, other: Any) -> Any:  # noqa: ANN401 - as above
    return min(own, other) if type(other) is type(own) else (own if other is None else other)
