"""Take the documentation's pictures from the real pages of the demonstration.

Run by `make pictures` after `make demo`. Serves the demonstration on a free port, signs in as the
teacher, the coach and the data-staff member whom it introduces, and lets a headless Chromium take
one picture each. Nothing is downloaded: Chromium comes from the operating system's packages.
"""

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import HTTPCookieProcessor, build_opener

HERE = Path(__file__).parent
DATA_DIR = HERE.parents[1] / "var" / "demo"
PICTURES = (("teacher", 1100, 1240), ("caseload", 1100, 900), ("models", 1100, 1240))
QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
)


@contextmanager
def served() -> Iterator[list[str]]:
    """Yield the sign-in links of the demonstration while it is served."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    environment = os.environ | {
        "RECOMMENDER_DATA_DIR": str(DATA_DIR),
        "RECOMMENDER_ENVIRONMENT": "development",
        "COLUMNS": "4000",
    }
    command = [str(Path(sys.executable).with_name("recommender")), "serve", "--port", port]
    server = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
    try:
        links: list[str] = []
        for line in server.stderr or ():
            links += re.findall(r"http://\S+/dev/sign-in\?\S+", line)
            if "Application startup complete" in line:
                break
        yield links
    finally:
        server.terminate()
        server.wait()


def visit(link: str) -> None:
    """Follow a link as a browser does; a page that fails raises, so that no picture shows it."""
    with build_opener(HTTPCookieProcessor()).open(link, timeout=60) as page:
        page.read()


def take(chromium: str, link: str, picture: Path, width: int, height: int) -> None:
    """Let Chromium, with a fresh profile, follow a link and take one picture."""
    with tempfile.TemporaryDirectory() as profile:
        subprocess.run(
            [
                chromium,
                *QUIET,
                f"--user-data-dir={profile}",
                f"--window-size={width},{height}",
                f"--screenshot={picture}",
                link,
            ],
            check=True,
            capture_output=True,
            timeout=60,
        )


def main() -> int:
    """Take every picture; return the exit code."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None or not (DATA_DIR / "recommender.db").exists():
        print("Needed: Debian's package chromium, and a finished `make demo`.", file=sys.stderr)
        return 1
    with served() as links:
        for link, (name, width, height) in zip(links, PICTURES, strict=True):
            visit(link)
            take(chromium, link, HERE / f"{name}.png", width, height)
            print(f"docs/pictures/{name}.png")
    return 0


if __name__ == "__main__":
    sys.exit(main())
