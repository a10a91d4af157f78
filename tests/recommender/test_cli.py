"""The front door: its help, its laziness, and what a user sees of an error."""

import subprocess
import sys
from importlib.metadata import version
from types import ModuleType
from typing import Annotated

import pytest
import typer
from sqlalchemy.exc import OperationalError
from sqlmodel import select

from recommender import errors
from recommender.cli import COMMANDS, Entry, as_known, build_app, run, teaching_text
from recommender.store.engine import make_engine
from recommender.store.tables import Teacher

ROOMS = ("features", "models", "training", "serving")


def family():
    return [
        kind
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, errors.RecommenderError)
    ]


@pytest.fixture
def call(monkeypatch):
    """Run a function as the command `try`."""

    def call(function, *arguments, before=()):
        module = ModuleType("a_room")
        module.command = function
        monkeypatch.setitem(sys.modules, "a_room", module)
        entries = [Entry("try", "a_room:command", "Try it.", "Panel")]
        return run([*before, "try", *arguments], build_app([*entries, *COMMANDS]))

    return call


def raising(error):
    def command() -> None:
        raise error

    return command


def test_help_lists_every_command_with_its_line(capsys):
    assert run(["--help"]) == 0
    shown = capsys.readouterr().out
    for name in ["db", "import", "demo-data", "snapshot", "train", "evaluate", "models", "suggest"]:
        assert f"│ {name} " in shown
    for name in ["serve", "token"]:
        assert f"│ {name} " in shown


HELP_AND_MODULES = """
import sys
from recommender.cli import run
run(["--help"])
run(["models", "--help"])
print(*sorted(sys.modules), file=sys.stderr)
"""


def python(code, *arguments):
    return subprocess.run(
        [sys.executable, *arguments, "-c", code], capture_output=True, text=True, check=True
    )


def test_help_imports_no_room_and_nothing_heavy():
    loaded = set(python(HELP_AND_MODULES).stderr.split())
    rooms = {name for name in loaded if name.startswith(tuple(f"{room}." for room in ROOMS))}
    assert rooms == set()
    assert loaded.isdisjoint({"numpy", "pandas", "mlflow", "fastapi", "alembic", "sqlmodel"})


@pytest.mark.parametrize("entry", COMMANDS, ids=lambda entry: entry.name)
def test_each_command_teaches(entry, capsys):
    assert run([*entry.name.split(), "--help"]) == 0
    shown = capsys.readouterr().out
    assert f"Usage: recommender {entry.name}" in shown
    assert "Parameters" not in shown
    assert len(shown.split()) > 20


def test_no_arguments_show_the_help(capsys):
    assert run([]) == 2
    assert "Usage: recommender" in "".join(capsys.readouterr())


def test_version(capsys):
    assert run(["--version"]) == 0
    assert capsys.readouterr().out == f"recommender {version('microcredential-recommender')}\n"


def test_a_command_nearly_right_is_suggested(capsys):
    assert run(["trian"]) == 2
    assert "Did you mean 'train'?" in capsys.readouterr().err


def test_a_wrong_option_value_is_one_clear_line(call, capsys):
    def command(count: Annotated[int, typer.Option()] = 1) -> None:
        """Count."""

    assert call(command, "--count", "many") == 2
    shown = capsys.readouterr().err
    assert "'--count'" in shown
    assert "Traceback" not in shown


def test_arguments_reach_the_command(call, capsys):
    def command(name: str, *, loud: bool = False) -> None:
        """Greet."""
        print(name.upper() if loud else name)  # noqa: T201 - what the test looks for

    assert call(command, "ann", "--loud") == 0
    assert capsys.readouterr().out == "ANN\n"


@pytest.mark.parametrize("kind", family(), ids=lambda kind: kind.__name__)
def test_an_error_of_the_family_is_one_sentence_and_its_exit_code(call, capsys, kind):
    assert call(raising(kind("The file is empty."))) == kind.exit_code
    assert capsys.readouterr() == ("", "Error: The file is empty.\n")


def test_an_unexpected_error_shows_its_class_alone(call, capsys):
    assert call(raising(ValueError("level 1.5 of a@b.org"))) == 1
    out, shown = capsys.readouterr()
    assert out == ""
    assert shown.count("\n") == 1
    assert "(ValueError)" in shown
    assert "--debug" in shown
    assert "1.5" not in shown


@pytest.mark.parametrize("by", ["option", "variable"])
def test_debug_shows_the_traceback(call, capsys, monkeypatch, by):
    if by == "variable":
        monkeypatch.setenv("RECOMMENDER_DEBUG", "1")
    before = ["--debug"] if by == "option" else []
    assert call(raising(ValueError("the words")), before=before) == 1
    shown = capsys.readouterr().err
    assert "Traceback" in shown
    assert "ValueError: the words" in shown


def test_a_missing_table_says_what_to_run(call, capsys, data_dir):
    def command() -> None:
        engine = make_engine()
        try:
            with engine.connect() as connection:
                connection.execute(select(Teacher))
        finally:
            engine.dispose()

    assert call(command) == errors.StoreUnavailable.exit_code
    assert "run `recommender db upgrade`" in capsys.readouterr().err


def test_a_missing_table_on_postgresql_says_the_same(call, capsys, postgres_cluster):
    def command() -> None:
        with engine.connect() as connection:
            connection.execute(select(Teacher))

    engine = make_engine(postgres_cluster.new_database("template0"))
    code = call(command)
    postgres_cluster.drop(engine)
    assert code == errors.StoreUnavailable.exit_code
    assert "run `recommender db upgrade`" in capsys.readouterr().err


def test_a_database_out_of_reach_is_said_without_its_url(capsys, monkeypatch):
    url = "postgresql://someone:hunter2@127.0.0.1:1/nowhere"
    monkeypatch.setenv("RECOMMENDER_DATABASE_URL", url)
    assert run(["db", "upgrade"]) == errors.StoreUnavailable.exit_code
    shown = capsys.readouterr().err
    assert "cannot be reached" in shown
    assert "hunter2" not in shown
    assert shown.count("\n") == 1


def test_a_database_error_that_is_ours_is_not_blamed_on_the_database():
    assert as_known(OperationalError("SELECT", {}, Exception("near 'SELCT': syntax error"))) is None


@pytest.mark.parametrize(("module", "extra"), [("mlflow", "[train]"), ("psycopg", "[postgres]")])
def test_a_part_that_is_not_installed_is_named(call, capsys, module, extra):
    assert call(raising(ModuleNotFoundError("no", name=module))) == 1
    shown = capsys.readouterr().err
    assert f"'{module}'" in shown
    assert extra in shown


def test_a_file_problem_names_the_file(call, capsys, tmp_path):
    def command() -> None:
        (tmp_path / "absent.csv").read_text()

    assert call(command) == 1
    assert capsys.readouterr().err == f"Error: No such file or directory: {tmp_path}/absent.csv.\n"


def test_a_bad_setting_is_named(capsys, monkeypatch):
    monkeypatch.setenv("RECOMMENDER_NEED_SHARE", "7")
    assert run(["db", "upgrade"]) == errors.SettingsRefused.exit_code
    assert "RECOMMENDER_NEED_SHARE" in capsys.readouterr().err


def test_control_c_ends_with_130(call, capsys):
    assert call(raising(KeyboardInterrupt())) == 130
    assert "Traceback" not in capsys.readouterr().err


def test_docstring_sections_for_programmers_are_cut():
    def command() -> None:
        """Do it.

        More of it.

        Raises
        ------
        ValueError
            Never.
        """

    assert teaching_text(command) == "Do it.\n\nMore of it."


TALKATIVE = """
import sys, types
from recommender import cli

def command():
    for _ in range(20_000):
        print("x" * 20)

sys.modules["a_room"] = types.SimpleNamespace(command=command)
app = cli.build_app([cli.Entry("db try", "a_room:command", "Try.", "Panel")])
run = cli.run
cli.run = lambda: run(["db", "try"], app)
cli.main()
"""


def test_a_reader_that_leaves_early_gets_no_traceback():
    done = subprocess.run(
        ["bash", "-c", '"$0" -c "$1" | head -1', sys.executable, TALKATIVE],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "x" * 20 + "\n"
    assert done.stderr == ""
