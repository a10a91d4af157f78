"""The front door: which commands there are, and what a user sees when one of them fails.

A command's room is imported when the command runs (or is asked for its own help), never before, so
that `recommender --help` is quick and a serving process loads no training code.
"""

import importlib
import inspect
import os
import re
import sys
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Annotated, Any, Final, NamedTuple

import typer
from sqlalchemy.exc import DBAPIError
from typer.core import TyperCommand, TyperGroup

from recommender.console import console
from recommender.errors import RecommenderError, StoreUnavailable
from recommender.logs import configure_logs

DISTRIBUTION: Final = "microcredential-recommender"
INTERRUPTED: Final = 130


class Entry(NamedTuple):
    """One command: its name (two words inside a group), where it lives, and its line of help."""

    name: str
    target: str
    help: str
    panel: str


SET_UP, LEARN, SUGGEST = "Set up and bring in data", "Train and promote", "Suggest"

COMMANDS: Final = (
    Entry("db upgrade", "recommender.store.commands:upgrade", "Make or update the tables.", SET_UP),
    Entry("import", "features.commands:import_files", "Bring a district's files in.", SET_UP),
    Entry(
        "reviews list",
        "features.review_commands:list_reviews",
        "List badges that wait for a decision.",
        SET_UP,
    ),
    Entry(
        "reviews accept",
        "features.review_commands:accept_review",
        "Count a badge as earned.",
        SET_UP,
    ),
    Entry(
        "reviews refuse",
        "features.review_commands:refuse_review",
        "Leave a badge uncounted.",
        SET_UP,
    ),
    Entry(
        "settings list",
        "recommender.settings_commands:list_settings",
        "List a district's settings.",
        SET_UP,
    ),
    Entry(
        "settings set",
        "recommender.settings_commands:set_value",
        "Set one of a district's settings.",
        SET_UP,
    ),
    Entry(
        "identities add",
        "serving.auth.commands:identities_add",
        "Say whom an account's tokens stand for.",
        SET_UP,
    ),
    Entry(
        "identities list",
        "serving.auth.commands:identities_list",
        "List whom tokens stand for.",
        SET_UP,
    ),
    Entry(
        "identities remove",
        "serving.auth.commands:identities_remove",
        "Let tokens stand for nobody.",
        SET_UP,
    ),
    Entry("demo-data", "features.commands:demo_data", "Write a made-up district's files.", SET_UP),
    Entry("states list", "recommender.states.commands:states_list", "Show the packs.", SET_UP),
    Entry("states show", "recommender.states.commands:states_show", "Show one pack.", SET_UP),
    Entry("states check", "recommender.states.commands:states_check", "Check packs.", SET_UP),
    Entry("snapshot", "features.commands:snapshot", "Freeze the facts as of a date.", LEARN),
    Entry("train", "training.commands:train", "Fit a model on a snapshot.", LEARN),
    Entry("evaluate", "training.commands:evaluate", "Measure beside simple rivals.", LEARN),
    Entry("benchmark quality", "training.quality.commands:quality", "Measure beside peers.", LEARN),
    Entry(
        "benchmark import",
        "features.benchmark.commands:import_speed",
        "Measure the speed of an import.",
        LEARN,
    ),
    Entry(
        "benchmark demonstration",
        "training.quality.demonstration_command:demonstration",
        "Measure on invented districts.",
        LEARN,
    ),
    Entry(
        "benchmark serving",
        "serving.benchmark.commands:serving",
        "Measure the service's speed.",
        LEARN,
    ),
    Entry(
        "benchmark setup-peers",
        "training.quality.peers.outside.commands:setup_peers",
        "Install the peers.",
        LEARN,
    ),
    Entry("models list", "training.commands:models_list", "Show every trained model.", LEARN),
    Entry("models promote", "training.commands:models_promote", "Let a model serve.", LEARN),
    Entry("models rollback", "training.commands:models_rollback", "Go back one champion.", LEARN),
    Entry("drift", "serving.drift_command:drift", "Show how facts have moved since.", LEARN),
    Entry("suggest", "models.commands:suggest", "Suggest to one teacher, with reasons.", SUGGEST),
    Entry("plan", "models.plans.commands:plan", "Propose a growth plan.", SUGGEST),
    Entry("score", "models.scoring_command:score", "Write everybody's lists to a file.", SUGGEST),
    Entry("serve", "serving.commands:serve", "Run the web service.", SUGGEST),
    Entry("token", "serving.commands:token", "Make a token (development only).", SUGGEST),
)

GROUPS: Final = {
    "db": ("Look after the database.", SET_UP),
    "states": ("See and check what each state's rules say.", SET_UP),
    "identities": ("Say whom tokens stand for.", SET_UP),
    "reviews": ("Say what badges earned elsewhere are.", SET_UP),
    "settings": ("See and set what a district asks of suggestions.", SET_UP),
    "benchmark": ("Measure this program beside others, on any data.", LEARN),
    "models": ("See the trained models and choose which one serves.", LEARN),
}

_LACKS_TABLES: Final = (
    "The database lacks tables that this version needs; run `recommender db upgrade`."
)
_UNREACHABLE: Final = (
    "The database cannot be reached; check RECOMMENDER_DATABASE_URL and RECOMMENDER_DATA_DIR, "
    "then run `recommender db upgrade`."
)
STORE_COMPLAINTS: Final = (
    ("no such table", _LACKS_TABLES),
    ("no such column", _LACKS_TABLES),
    ("does not exist\nline", _LACKS_TABLES),
    ("locked", "The database is busy with another command; try again in a moment."),
    ("readonly", "The database may not be written by this user."),
    ("unable to open", _UNREACHABLE),
    ("connection", _UNREACHABLE),
    ("not a database", "The database file is damaged or is not an SQLite database."),
)
"""What a driver complains of, in lower case, and what we say instead."""


class LazyCommand(TyperCommand):
    """A line in a list of commands; the command itself is loaded once it is called."""

    target: str

    def make_context(self, info_name: str | None, args: list[str], **extra: Any) -> Any:  # type: ignore[override] # noqa: ANN401 - Typer's own context type is private
        """Load the real command and let it read the arguments."""
        return load_command(self.target, info_name).make_context(info_name, args, **extra)


class FrontDoorGroup(TyperGroup):
    """Lists commands and groups in the order in which a newcomer needs them."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ANN401 - Typer's own context type is private
        """Return the names in the order of the table."""
        order = [entry.name.partition(" ")[0] for entry in COMMANDS]
        return sorted(super().list_commands(ctx), key=order.index)


def load_command(target: str, name: str | None) -> TyperCommand:
    """Import the function `module:function` and make it a command."""
    module, _, function = target.partition(":")
    run: Callable[..., Any] = getattr(importlib.import_module(module), function)
    holder = typer.Typer(add_completion=False, rich_markup_mode="markdown")
    holder.command(name, help=teaching_text(run))(run)
    command = typer.main.get_command(holder)
    if not isinstance(command, TyperCommand):
        raise TypeError(f"{target} is not a command")
    return command


def teaching_text(run: Callable[..., Any]) -> str:
    """Return a function's docstring without the sections that speak to programmers."""
    text = inspect.getdoc(run) or ""
    return re.split(r"\n(?:Parameters|Returns|Raises|Notes|See Also)\n-+\n", text)[0].strip()


def _placeholder(target: str) -> type[LazyCommand]:
    return type("Lazy", (LazyCommand,), {"target": target})


def _nothing() -> None:
    """Stand where Typer wants a function; `LazyCommand` never calls it."""


def _add(app: typer.Typer, name: str, entry: Entry, panel: str | None) -> None:
    register = app.command(
        name, cls=_placeholder(entry.target), help=entry.help, rich_help_panel=panel
    )
    register(_nothing)


def build_app(entries: Sequence[Entry] = COMMANDS) -> typer.Typer:
    """Return the front door with one line for each entry."""
    app = typer.Typer(
        cls=FrontDoorGroup, no_args_is_help=True, rich_markup_mode="markdown", callback=front_door
    )
    groups: dict[str, typer.Typer] = {}
    for entry in entries:
        group, _, name = entry.name.rpartition(" ")
        if not group:
            _add(app, name, entry, entry.panel)
            continue
        if group not in groups:
            text, panel = GROUPS[group]
            groups[group] = typer.Typer(no_args_is_help=True, rich_markup_mode="markdown")
            app.add_typer(groups[group], name=group, help=text, rich_help_panel=panel)
        _add(groups[group], name, entry, None)
    return app


@dataclass
class Call:
    """One call of the front door."""

    debug: bool = False


def _print_version(wanted: bool) -> None:  # noqa: FBT001 - Typer calls it so
    if wanted:
        typer.echo(f"recommender {version(DISTRIBUTION)}")
        raise typer.Exit


def front_door(
    context: typer.Context,
    *,
    debug: Annotated[
        bool,
        typer.Option(
            "--debug", envvar="RECOMMENDER_DEBUG", help="Show the whole traceback of an error."
        ),
    ] = False,
    _version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version."
        ),
    ] = False,
) -> None:
    """Suggest the next micro-credential to a teacher, with reasons that are the arithmetic.

    The road: `db upgrade`, `import`, `snapshot`, `train`, `models promote`, then `suggest` for one
    teacher or `serve` for all. `recommender COMMAND --help` teaches each step. Everything is kept
    in one folder, `var/` (set `RECOMMENDER_DATA_DIR` for another one).
    """
    context.ensure_object(Call).debug = debug
    configure_logs("DEBUG" if debug else "ERROR")


def run(arguments: Sequence[str] | None = None, app: typer.Typer | None = None) -> int:
    """Run one command line and return its exit code; an error becomes one sentence on stderr."""
    call = Call()
    command = typer.main.get_command(app or build_app())
    try:
        command.main(arguments, prog_name="recommender", obj=call)
    except SystemExit as done:
        return done.code if isinstance(done.code, int) else int(done.code is not None)
    except Exception as error:  # noqa: BLE001 - the last place that can turn it into a sentence
        return _explain(error, debug=call.debug)
    return 0


def _explain(error: Exception, *, debug: bool) -> int:
    known = as_known(error)
    if debug:
        console.print("".join(traceback.format_exception(error)), end="")
    if known is not None:
        console.print(f"Error: {known.detail}")
        return known.exit_code
    hint = "" if debug else " Run it again as `recommender --debug ...` to see where."
    console.print(f"Error: something unexpected went wrong ({type(error).__name__}).{hint}")
    return 1


def as_known(error: Exception) -> RecommenderError | None:
    """Return the error of our family that `error` amounts to, or None."""
    if isinstance(error, RecommenderError):
        return error
    if isinstance(error, DBAPIError):
        sentence = _store_sentence(str(error.orig).lower())
        return StoreUnavailable(sentence) if sentence else None
    if isinstance(error, ModuleNotFoundError) and error.name:
        extra = "postgres" if error.name == "psycopg" else "train"
        return RecommenderError(
            f"This command needs '{error.name}', which is not installed; "
            f"install {DISTRIBUTION}[{extra}]."
        )
    if isinstance(error, OSError) and error.strerror and error.filename:
        return RecommenderError(f"{error.strerror}: {error.filename}.")
    return None


def _store_sentence(complaint: str) -> str | None:
    return next((text for sign, text in STORE_COMPLAINTS if sign in complaint), None)


def main() -> None:
    """Entry point of `recommender`."""
    code = run()
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader left (`| head`): nothing more can be said, and Python must not try at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(code)
