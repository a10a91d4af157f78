"""A library whose environment is our own Python, and tasks for it."""

import sys
from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from recommender.settings import settings
from training.quality.peers.outside import environments
from training.quality.peers.outside.runner import OutsidePeer
from training.quality.peers.peer import Task

VAR = Path(__file__).parents[5] / "var"


@pytest.fixture
def library(data_dir, tmp_path, monkeypatch):
    """A function that sets up the library `fake` with an adapter of this code."""
    here = tmp_path / "outside"
    (here / "fake").mkdir(parents=True)
    (here / "fake" / environments.LOCK).write_text("# nothing\n")
    monkeypatch.setattr(environments, "HERE", here)

    def make(code, **options):
        environments.adapter("fake").write_text("import numpy as np\n" + code)
        executable = environments.python("fake")
        executable.parent.mkdir(parents=True, exist_ok=True)
        executable.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
        executable.chmod(0o755)
        marker = environments.home("fake") / "ready"
        marker.write_text(environments.fingerprint("fake"))
        return OutsidePeer("fake-peer", "fake", ({},), **options)

    return make


@pytest.fixture
def fake_sources(library):
    """The folder in which the fake library's lock and adapter lie; nothing is set up."""
    return environments.HERE / "fake"


def dense(rows):
    return csr_matrix(np.array(rows, dtype=np.float32))


@pytest.fixture
def task():
    train = dense([[1, 1, 0, 0], [1, 0, 1, 0], [1, 1, 0, 0]])
    return Task(train, dense([[1, 0, 0, 0], [0, 1, 0, 0]]), seed=3, threads=1)


@pytest.fixture
def set_up_here(monkeypatch):
    """A function that skips the test unless a library is really set up on this machine."""

    def need(library):
        monkeypatch.setenv("RECOMMENDER_DATA_DIR", str(VAR))
        settings.cache_clear()
        reason = environments.why_not(library)
        if reason:
            pytest.skip(f"{library}: {reason}")

    yield need
    settings.cache_clear()
