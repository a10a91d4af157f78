"""The environments that outside peers run in: one a library, below the data directory.

Each is a virtual environment of the Python that runs us, filled from the lock beside its adapter. A
file in it tells which lock it was filled from, so that one of an older lock is not taken for ready.
"""

import hashlib
import os
import re
import subprocess
import sys
import venv
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from recommender.errors import InvalidInput, RecommenderError
from recommender.settings import settings

HERE: Final = Path(__file__).parent
LIBRARIES: Final = ("lenskit", "rectools", "lightfm")
COMMAND: Final = "recommender benchmark setup-peers"
LOCK: Final = "requirements.lock"
LOOSE: Final = "requirements-torch.txt"
"""Only LensKit has one; why it is apart from the lock stands in it."""
_READY: Final = "ready"
_LONGEST_REASON: Final = 300


class SetUpFailed(RecommenderError):
    """An environment could not be filled."""

    type = "peer-not-set-up"
    title = "A peer could not be set up"


def adapter(library: str) -> Path:
    """Return the script that speaks with a library."""
    return HERE / library / "adapter.py"


def home(library: str) -> Path:
    """Return the folder of a library's environment."""
    return settings().data_dir.absolute() / "peers" / library


def python(library: str) -> Path:
    """Return the Python of a library's environment."""
    inside = ("Scripts", "python.exe") if os.name == "nt" else ("bin", "python")
    return home(library).joinpath(*inside)


def why_not(library: str) -> str:
    """Return why a library cannot be used here, as a sentence; empty where it can."""
    marker = home(library) / _READY
    if not marker.is_file() or not python(library).exists():
        return f"Its environment is not set up; `{COMMAND} {library}` does it."
    if marker.read_text(encoding="ascii") != fingerprint(library):
        return f"Its environment is of another lock; `{COMMAND} {library}` makes it anew."
    return ""


def fingerprint(library: str) -> str:
    """Return what an environment is filled from: the Python and the hash of the lists."""
    digest = hashlib.sha256(sys.version.encode())
    for path in _lists(library):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def chosen_libraries(names: list[str]) -> tuple[str, ...]:
    """Return the libraries of these names; all where none is named.

    Raises
    ------
    InvalidInput
        There is no library of a name.
    """
    unknown = [name for name in names if name not in LIBRARIES]
    if unknown:
        raise InvalidInput(f"There is no peer '{unknown[0]}'; there are {', '.join(LIBRARIES)}.")
    return tuple(name for name in LIBRARIES if name in names or not names)


def set_up(library: str) -> None:
    """Make a library's environment anew.

    Raises
    ------
    SetUpFailed
        The installer failed; what there is of the environment is not taken for ready.
    """
    folder = home(library)
    (folder / _READY).unlink(missing_ok=True)
    venv.EnvBuilder(clear=True, with_pip=True, symlinks=os.name != "nt").create(folder)
    for path in _lists(library):
        # The lock names everything, so nothing is left to be resolved; a hash for each.
        exact = ("--require-hashes", "--no-deps") if path.name == LOCK else ()
        _pip(library, "install", *exact, "--requirement", str(path))
    (folder / _READY).write_text(fingerprint(library), encoding="ascii")


def _lists(library: str) -> list[Path]:
    paths = (HERE / library / name for name in (LOCK, LOOSE))
    return [path for path in paths if path.is_file()]


def _pip(library: str, *arguments: str) -> None:
    command = [str(python(library)), "-I", "-m", "pip", "--quiet", *arguments]
    done = subprocess.run(  # noqa: S603 - our own list of words, no shell
        command, capture_output=True, text=True, check=False, env=environment()
    )
    if done.returncode:
        raise SetUpFailed(f"The environment of {library} could not be made: {last_words(done)}")


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the environment variables for another Python: ours, without what is told to us."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith("RECOMMENDER_")
    }
    return (
        kept
        | {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_ROOT_USER_ACTION": "ignore"}
        | (dict(extra) if extra else {})
    )


def last_words(done: subprocess.CompletedProcess[str]) -> str:
    """Return the line in which a failed process said why."""
    lines = [line.strip() for line in done.stderr.splitlines() if line.strip()]
    told = [
        line for line in lines if re.match(r"(ERROR|[\w.]*(Error|Exception|Interrupt))\b", line)
    ]
    line = (told or lines or [f"it ended with code {done.returncode}"])[-1]
    return line[:_LONGEST_REASON]
