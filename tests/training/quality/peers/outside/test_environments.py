import hashlib
import subprocess
from zipfile import ZipFile

import pytest

from recommender.errors import InvalidInput
from training.quality.peers.outside import environments
from training.quality.peers.outside.environments import SetUpFailed


def test_an_environment_lies_in_the_data_directory(data_dir):
    assert environments.home("lenskit") == data_dir / "peers" / "lenskit"


@pytest.fixture
def lock(fake_sources, tmp_path):
    """A function that writes a lock of a library that lies on this disk; no index is asked."""
    wheel = tmp_path / "nothing-1.0-py3-none-any.whl"
    told = "nothing-1.0.dist-info"
    with ZipFile(wheel, "w") as file:
        file.writestr("nothing.py", "")
        file.writestr(f"{told}/METADATA", "Metadata-Version: 2.1\nName: nothing\nVersion: 1.0\n")
        file.writestr(f"{told}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        file.writestr(f"{told}/RECORD", "")
    right = hashlib.sha256(wheel.read_bytes()).hexdigest()

    def write(hashed=right):
        lines = ["--no-index", f"--find-links {tmp_path}", f"nothing==1.0 --hash=sha256:{hashed}"]
        (fake_sources / environments.LOCK).write_text("\n".join(lines))

    return write


def test_it_holds_what_the_lock_names_until_the_lock_changes(lock, fake_sources):
    lock()
    assert "is not set up" in environments.why_not("fake")
    environments.set_up("fake")
    assert environments.why_not("fake") == ""
    code = [environments.python("fake"), "-c", "import nothing"]
    assert subprocess.run(code, check=False).returncode == 0
    (fake_sources / environments.LOCK).write_text("# another\n")
    assert "of another lock" in environments.why_not("fake")


def test_what_is_not_the_locked_file_is_refused_and_the_environment_is_not_ready(lock):
    lock(hashed="0" * 64)
    with pytest.raises(SetUpFailed, match=r"environment of fake could not be made: .*HASHES"):
        environments.set_up("fake")
    assert "is not set up" in environments.why_not("fake")


def test_an_environment_whose_python_is_gone_is_not_ready(library):
    library("")
    assert environments.why_not("fake") == ""
    environments.python("fake").unlink()
    assert "is not set up" in environments.why_not("fake")


def test_libraries_are_chosen_by_name():
    assert environments.chosen_libraries([]) == environments.LIBRARIES
    assert environments.chosen_libraries(["lightfm", "lenskit"]) == ("lenskit", "lightfm")
    with pytest.raises(InvalidInput, match="no peer 'surprise'; there are lenskit, "):
        environments.chosen_libraries(["lightfm", "surprise"])


@pytest.mark.parametrize("library", environments.LIBRARIES)
def test_each_library_has_an_adapter_and_a_lock_with_hashes_and_no_address(library):
    folder = environments.HERE / library
    lock = (folder / environments.LOCK).read_text()
    assert environments.adapter(library).is_file()
    pins = [line for line in lock.splitlines() if line[:1].isalnum()]
    assert pins
    assert all("==" in pin and pin.endswith("\\") for pin in pins)
    for path in folder.glob("requirements*"):
        assert "://" not in path.read_text()
