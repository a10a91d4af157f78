"""The packs in force: the shipped ones and those of a deployment's own folder."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Final

from recommender.errors import NotFound
from recommender.settings import settings
from recommender.states.checklists import FOLDER as CHECKLISTS
from recommender.states.checklists import Checklist, read_checklists, shipped_checklists
from recommender.states.faults import Fault
from recommender.states.own_frameworks import Frameworks, shipped_frameworks
from recommender.states.reading import StateFolder, read_state
from recommender.states.schema import Pack

SHIPPED: Final = Path(str(files(__package__).joinpath("packs")))


class Shelf:
    """Packs by state, district and day.

    A folder of one's own, named by a state's code, adds a state, replaces a shipped state's
    versions, or (with `districts/` alone) adds to them.

    Parameters
    ----------
    own
        Folder of such folders; None or one that does not exist adds nothing.
    """

    def __init__(self, own: Path | None = None) -> None:
        self._own = own
        self._states: Mapping[str, StateFolder] = {}
        self.checklists: Mapping[str, Checklist] = {}
        self.faults: tuple[Fault, ...] = ()
        self.refresh()

    def refresh(self) -> tuple[Fault, ...]:
        """Read every folder again and return what was refused.

        A state whose folder has a fault keeps the packs that were in force; only at the first
        reading, where none were, do the faultless files of the folder hold (else the shipped ones).
        """
        shipped, faults = self._shipped()
        states = dict(shipped)
        for folder in self._own_folders():
            code = folder.name
            below = shipped[code].states if code in shipped else ()
            read = read_state(folder, shipped_frameworks(), self.checklists, below)
            faults += read.faults
            if read.faults and code in self._states:
                states[code] = self._states[code]
            elif read.packs:
                states[code] = _over(shipped.get(code), read)
        self._states, self.faults = states, tuple(faults)
        return self.faults

    def codes(self) -> tuple[str, ...]:
        """Return the codes of the states that have a pack."""
        return tuple(sorted(self._states))

    def packs(self, code: str) -> tuple[Pack, ...]:
        """Return every version of a state and of its districts.

        Raises
        ------
        NotFound
            The state has no pack.
        """
        if code not in self._states:
            have = ", ".join(self.codes())
            raise NotFound(f"There is no state pack '{code}'; there are {have}.")
        return self._states[code].packs

    def frameworks(self, code: str) -> Frameworks:
        """Return the frameworks that a state's packs may name, with their crosswalk."""
        self.packs(code)
        return self._states[code].frameworks

    def find(self, code: str, on: date, district: str = "") -> Pack:
        """Return the rules that hold on a day: the district's if it has a file, else the state's.

        Raises
        ------
        NotFound
            The state has no pack, or none that holds on that day.
        """
        holding = [
            pack
            for pack in self.packs(code)
            if pack.valid_from <= on <= pack.valid_to and pack.district in ("", district)
        ]
        if not holding:
            raise NotFound(f"No state pack of '{code}' holds on {on}.")
        return max(holding, key=lambda pack: pack.district)

    def _shipped(self) -> tuple[dict[str, StateFolder], list[Fault]]:
        own, faults = read_checklists(self._own / CHECKLISTS) if self._own else ({}, ())
        before = self.checklists if faults else {}
        self.checklists = {**shipped_checklists(), **before, **own}
        folders = sorted(path for path in SHIPPED.iterdir() if path.is_dir())
        read = [read_state(folder, shipped_frameworks(), self.checklists) for folder in folders]
        shipped = {state.code: state for state in read}
        return shipped, [*faults, *(fault for state in read for fault in state.faults)]

    def _own_folders(self) -> list[Path]:
        if self._own is None or not self._own.is_dir():
            return []
        return sorted(
            path
            for path in self._own.iterdir()
            if path.is_dir() and path.name != CHECKLISTS and not path.name.startswith(".")
        )


def _over(shipped: StateFolder | None, own: StateFolder) -> StateFolder:
    if own.states or shipped is None:
        return own
    replaced = {version.pack.district for version in own.districts}
    kept = [item for item in shipped.districts if item.pack.district not in replaced]
    return StateFolder(
        own.code, shipped.states, (*kept, *own.districts), own.faults, shipped.frameworks
    )


def shelf_in_force() -> Shelf:
    """Return the process's shelf: the shipped packs and those of the settings' folder."""
    return _shelf(settings().resolved_states_dir)


@lru_cache
def _shelf(own: Path) -> Shelf:
    return Shelf(own)
