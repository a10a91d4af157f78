"""Take the documentation's pictures from the real pages of the demonstration.

Run by `make pictures` after `make demo`. Serves the demonstration on a free port, signs in as the
teacher, the coach and the data-staff member whom it introduces, and lets a headless Chromium take a
picture of each page. Nothing is downloaded: Chromium comes from the operating system's packages.
"""

import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

HERE = Path(__file__).parent
DATA_DIR = HERE.parents[1] / "var" / "demo"
PICTURES = (
    ("teacher", "teacher", "", 1240),
    ("progress", "teacher", "/progress", 1000),
    ("caseload", "coach", "", 900),
    ("coaching", "coach", "/coaching", 1240),
    ("models", "staff", "", 1240),
)
"""Name, who looks, what below the introduced teacher's page ('' for one's own first), height."""

WIDTH = 1100
PEOPLE = ("teacher", "coach", "staff")
"""In the order in which the service introduces them."""


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


def take(browser: Browser, link: str, address: str, picture: Path, height: int) -> None:
    """Sign in by a link, go to an address if there is one, and take one picture."""
    window = browser.new_context(viewport={"width": WIDTH, "height": height})
    page = window.new_page()
    answer = page.goto(link)
    if address:
        answer = page.goto(address)
    if answer is None or not answer.ok:
        raise RuntimeError(f"{page.url} does not show what it should")
    page.screenshot(path=picture)
    window.close()


def main() -> int:
    """Take every picture; return the exit code."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None or not (DATA_DIR / "recommender.db").exists():
        print("Needed: Debian's package chromium, and a finished `make demo`.", file=sys.stderr)
        return 1
    with served() as links, sync_playwright() as player:
        browser = player.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        link_of = dict(zip(PEOPLE, links, strict=False))
        page = browser.new_page()
        page.goto(link_of["teacher"])
        teacher = page.url
        for name, who, below, height in PICTURES:
            address = f"{teacher}{below}" if below else ""
            take(browser, link_of[who], address, HERE / f"{name}.png", height)
            print(f"docs/pictures/{name}.png")
    return 0


if __name__ == "__main__":
    sys.exit(main())
