"""Rules of the house that no linter knows."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("recommender", "features", "models", "training", "serving")
VERSIONS = ROOT / "recommender" / "store" / "migrations" / "versions"
MODULES = sorted(
    path for room in ROOMS for path in (ROOT / room).rglob("*.py") if VERSIONS not in path.parents
)
LONGEST_MODULE = 350
HEAVY = ("mlflow", "pandas", "sklearn", "scipy", "implicit", "pyarrow", "pandera")
NOT_FOR_SERVING = (
    *("training", "models.fitting", "features.jobs", "features.snapshot"),
    *("features.importers", "features.demo"),
)


def name_of(path):
    return str(path.relative_to(ROOT))


def calls_of(path, method):
    tree = ast.parse(path.read_text())
    return [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == method
        and not (isinstance(node.func.value, ast.Name) and node.func.value.id == "datetime")
    ]


def imports_of(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_every_room_is_looked_at():
    assert {path.relative_to(ROOT).parts[0] for path in MODULES} == set(ROOMS)


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_is_short_enough_to_read(path):
    lines = path.read_text().count("\n")
    assert lines <= LONGEST_MODULE


def test_nothing_but_the_last_steps_calls_the_blend():
    callers = {name_of(path) for path in MODULES if calls_of(path, "combine")}
    assert callers == {"models/suggest.py"}


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_nothing_is_pickled(path):
    roots = {name.partition(".")[0] for name in imports_of(path)}
    assert roots.isdisjoint({"pickle", "cPickle", "cloudpickle", "dill", "joblib", "shelve"})


@pytest.mark.parametrize("module", ["serving.app", "serving.commands"])
def test_a_serving_process_loads_nothing_heavy_and_no_training_code(module):
    code = f"import sys, {module}; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    loaded = set(done.stdout.split())
    assert loaded.isdisjoint(HEAVY)
    assert loaded.isdisjoint(NOT_FOR_SERVING)


def test_a_schema_version_imports_none_of_our_code():
    versions = [path for path in VERSIONS.glob("*.py") if path.name != "__init__.py"]
    assert versions
    for path in versions:
        assert {name.partition(".")[0] for name in imports_of(path)} <= {"alembic", "sqlalchemy"}
