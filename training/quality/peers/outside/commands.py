"""`recommender benchmark setup-peers`."""

from time import perf_counter
from typing import Annotated

import typer

from recommender.console import console, progress
from training.quality.peers.outside import environments


def setup_peers(
    names: Annotated[
        list[str] | None,
        typer.Argument(help="lenskit, rectools, lightfm.", show_default="all"),
    ] = None,
    *,
    again: Annotated[bool, typer.Option("--again", help="Make those anew that are ready.")] = False,
) -> None:
    """Install the libraries that `benchmark quality` compares with and that clash with ours.

    LensKit, RecTools and LightFM (its fork lightfm-next) go into an environment each, in `peers/`
    of the data directory: exactly what the locks beside their adapters name, from the package index
    that pip is set up for. It takes a few minutes and some 2.5 GB; LensKit needs torch, which on
    Linux comes with several GB more for graphics cards unless pip is set up for a build without.

    What is ready is left as it is, so run it again after an interruption or an upgrade. A peer that
    is not set up stands in the report as not run. To be rid of them all, delete `peers/`.
    """
    for library in environments.chosen_libraries(names or []):
        if not again and not environments.why_not(library):
            console.print(f"{library} is ready.")
            continue
        start = perf_counter()
        with progress(f"Setting up {library}"):
            environments.set_up(library)
        console.print(f"{library} is ready now ({perf_counter() - start:.0f} s).")
