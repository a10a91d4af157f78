"""A demonstration district behind a real server, and a real Chromium to look at it with.

Chromium comes from the operating system's packages and axe-core from npm
(`npm ci --prefix tests/browser`); without them these tests are skipped, by name. Nothing is
downloaded here.
"""

import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

HERE = Path(__file__).parent
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
AXE = HERE / "node_modules" / "axe-core" / "axe.min.js"
REQUIRED = bool(os.environ.get("RECOMMENDER_REQUIRE_BROWSER"))
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
TEACHERS = "150"

if CHROMIUM and not AXE.exists():
    MISSING = "axe-core is not installed: npm ci --prefix tests/browser"
else:
    MISSING = "" if CHROMIUM else "Chromium is not installed: apt-get install chromium"


def pytest_collection_modifyitems(items):
    if not MISSING:
        return
    if REQUIRED:
        raise pytest.UsageError(MISSING)
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.skip(reason=MISSING))


@dataclass(frozen=True)
class Demonstration:
    """A served demonstration district and the links that sign people in."""

    address: str
    teacher: str
    coach: str
    staff: str
    data_dir: Path
    environment: dict[str, str]

    def run(self, *command: str) -> str:
        """Run one of our commands on the same store; return what it printed."""
        return run(command, self.environment)


def run(command: tuple[str, ...], environment: dict[str, str]) -> str:
    program = str(Path(sys.executable).with_name("recommender"))
    done = subprocess.run(
        [program, *command], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory) -> Iterator[Demonstration]:
    """Make, train and serve a small demonstration district."""
    folder = tmp_path_factory.mktemp("demonstration")
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith("RECOMMENDER_")
    }
    environment = kept | {
        "RECOMMENDER_DATA_DIR": str(folder / "var"),
        "RECOMMENDER_ENVIRONMENT": "development",
        "RECOMMENDER_REQUESTS_PER_MINUTE": "0",
        "RECOMMENDER_FRAME_ORIGINS": '["http://localhost:8999"]',
        "RECOMMENDER_CORS_ORIGINS": '["http://localhost:8999"]',
        "COLUMNS": "4000",
    }
    files = str(folder / "files")
    for command in (
        ("db", "upgrade"),
        ("demo-data", files, "--teachers", TEACHERS, "--seed", "7"),
        ("import", files),
        ("snapshot",),
        ("train",),
        ("models", "promote"),
    ):
        run(command, environment)
    with (folder / "served.txt").open("w+") as told:
        server = subprocess.Popen(
            [str(Path(sys.executable).with_name("recommender")), "serve", "--port", _port()],
            env=environment,
            stdout=told,
            stderr=subprocess.STDOUT,
        )
        try:
            links = _links(server, Path(told.name))
            address = links[0].partition("/dev/")[0]
            yield Demonstration(address, *links[:3], folder / "var", environment)
        finally:
            server.terminate()
            server.wait()


def _port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


def _links(server: subprocess.Popen, told: Path) -> list[str]:
    while "Application startup complete" not in told.read_text():
        assert server.poll() is None, told.read_text()
        try:
            server.wait(0.1)
        except subprocess.TimeoutExpired:
            continue
    return re.findall(r"http://\S+/dev/sign-in\?\S+", told.read_text())


@pytest.fixture(scope="module")
def chromium():
    """Start the browser; its event loop must not outlive the module, others need one too."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - only where it is used

    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium):
    """Return a way to open a page with a browser window of its own, signed in by a link."""
    opened = []

    def open_page(link: str | None = None, *, width=1280, height=900, dark=False, scripts=True):
        window = chromium.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            java_script_enabled=scripts,
            reduced_motion="reduce",
        )
        opened.append(window)
        page = window.new_page()
        page.set_default_timeout(60_000)
        if link:
            page.goto(link)
        return page

    yield open_page
    for window in opened:
        window.close()
