"""A small folder of the plain contracts, and trials made of districts in memory."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from recommender.vocabulary import DEFAULT_DISTRICT
from training.quality.data import BenchmarkData

CREDENTIALS = 30


def write_folder(folder, *, learners=150, dated=True, ratings=True, heldout=False):
    """Learners of three tastes; who is rated low on a standard takes up what is aligned to it."""
    random = np.random.default_rng(5)
    folder.mkdir()
    days = np.datetime64("2023-09-01") + np.arange(900)
    records, held, rated = [], [], []
    for learner in range(learners):
        taste = learner % 3
        wanted = np.where(np.arange(CREDENTIALS) % 3 == taste, 6.0, 1.0)
        count = int(random.integers(2, 16))
        chosen = random.choice(CREDENTIALS, count, replace=False, p=wanted / wanted.sum())
        for place, credential in enumerate(chosen):
            on = f"{random.choice(days)}T10:00:00Z" if dated else ""
            row = f"u{learner},c{credential},earned,{on},test"
            (held if heldout and place % 5 == 1 else records).append(row)
        rated += [
            f"u{learner},D,{standard},{1 if standard == taste else 4},1,4,2023-08-15,2023"
            for standard in range(3)
        ]
    head = "teacher_id,credential_id,status,on,source"
    write(folder, "records", head, records)
    if heldout:
        write(folder, "heldout_records", head, held)
    if ratings:
        standards = ["D,D,D,", *(f"D,{i},Standard {i},D" for i in range(3))]
        write(folder, "standards", "framework,code,title,parent", standards)
        aligned = [f"c{i},D,{i % 3},1.0" for i in range(CREDENTIALS)]
        write(folder, "alignments", "credential_id,framework,standard_code,strength", aligned)
        columns = "teacher_id,framework,standard_code,level,scale_min,scale_max,rated_on,cycle"
        write(folder, "evaluations", columns, rated)
    return folder


def write(folder, name, head, rows):
    (folder / f"{name}.csv").write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")


@pytest.fixture(scope="session")
def folders(tmp_path_factory):
    """Folders of data by what is in them."""
    home = tmp_path_factory.mktemp("benchmark")
    return {
        "dated": write_folder(home / "dated"),
        "undated": write_folder(home / "undated", dated=False, ratings=False, heldout=True),
        "few": write_folder(home / "few", learners=8, ratings=False),
    }


@pytest.fixture
def data_of():
    """Make what a benchmark reads of a district in memory."""

    def make(district, folder=Path("nowhere")):
        return BenchmarkData(folder, district, DEFAULT_DISTRICT, ())

    return make


class _Bar:
    def update(self, done, total=None):
        pass


@pytest.fixture(scope="session")
def quietly():
    """Show no progress."""

    class Quiet(SimpleNamespace):
        def __enter__(self):
            return _Bar()

        def __exit__(self, *error):
            return False

    return lambda _title: Quiet()
