"""The truth behind the demonstration: for tests only, in a subfolder that no import reads."""

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from features.demo.arrays import Floats
from features.demo.frameworks import FRAMEWORKS, load_frameworks
from features.demo.people_tables import DISTRICT_IDS, id_labels
from features.demo.simulation import World
from recommender.axes import TeacherKey
from recommender.errors import NotFound

FOLDER: Final = "truth"
FILE: Final = "truth.npz"


@dataclass(frozen=True)
class Truth:
    """What no district could know; n teachers, m credentials, 10 hub standards."""

    districts: NDArray[np.str_]
    """District of each teacher; shape (n,)."""
    teachers: NDArray[np.str_]
    """Outside id of each teacher within the district; shape (n,)."""
    credentials: NDArray[np.str_]
    """Outside ids; shape (m,)."""
    hub_codes: NDArray[np.str_]
    """Codes of the hub's standards; shape (10,)."""
    leaf_codes: NDArray[np.str_]
    """Codes of each framework's leaves, empty where padded; shape (3, l)."""
    frameworks: NDArray[np.str_]
    """Framework of each teacher; shape (n,)."""
    first_hub_need: Floats
    """Need on the hub five years ago; shape (n, 10)."""
    hub_need: Floats
    """Need on the hub after the last day; shape (n, 10)."""
    leaf_need: Floats
    """Need on the leaves of the teacher's own framework, -inf where padded; shape (n, l)."""
    develops_hub: Floats
    """How much each credential truly develops each hub standard; shape (m, 10)."""
    next_choice: Floats
    """Probability of each credential to be the teacher's next; a row sums to 1, or to 0 where
    nothing is left; 0 for what was taken up already; shape (n, m)."""
    expected_choice: Floats
    """The same as the best reader of the files could expect it: who knows how the district works
    and what every credential truly develops, but of a teacher only what the files tell."""

    @property
    def teacher_keys(self) -> list[TeacherKey]:
        """(district, teacher id) of each row."""
        return list(zip(self.districts.tolist(), self.teachers.tolist(), strict=True))


def truth_of(world: World) -> Truth:
    """Return the truth of a world after its last day."""
    frameworks, roster = load_frameworks(), world.roster
    codes = np.array([row.code for row in frameworks.rows] + [""])
    return Truth(
        districts=np.array(DISTRICT_IDS)[roster.district],
        teachers=np.array(id_labels(roster))[roster.number],
        credentials=np.array(world.catalog.ids),
        hub_codes=codes[frameworks.hub],
        leaf_codes=codes[frameworks.leaves],
        frameworks=np.array(FRAMEWORKS)[world.hidden.framework],
        first_hub_need=world.first_hub,
        hub_need=world.hidden.hub,
        leaf_need=world.hidden.leaf,
        develops_hub=world.catalog.develops_hub,
        next_choice=world.next_choice(),
        expected_choice=world.expected_choice(),
    )


def write_truth(truth: Truth, folder: Path) -> None:
    """Write the truth into `folder/truth/`."""
    arrays: dict[str, NDArray[Any]] = {
        field.name: getattr(truth, field.name) for field in fields(truth)
    }
    (folder / FOLDER).mkdir()
    np.savez(folder / FOLDER / FILE, allow_pickle=False, **arrays)


def read_truth(folder: Path) -> Truth:
    """Read the truth of a folder that `demo-data` wrote.

    Raises
    ------
    NotFound
        There is none.
    """
    path = folder / FOLDER / FILE
    if not path.is_file():
        raise NotFound(f"There is no hidden truth in {folder}; `recommender demo-data` writes it.")
    with np.load(path, allow_pickle=False) as arrays:
        return Truth(**{field.name: arrays[field.name] for field in fields(Truth)})
