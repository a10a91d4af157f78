"""What the pages weigh and how soon they show something, beside an empty page of the same server.

    .venv/bin/python benchmarks/pages.py --out REPORT     # after `make demo`

Serves a copy of the demonstration and lets its coach make a plan there, so that every page has
something to show. Writes REPORT/report.json and prints a table: bytes and requests of each page,
and the median time to first contentful paint as a ratio to the empty page's, loaded in turns:
opened again, and opened after a change that makes everything be worked out anew. Needs Chromium
from the operating system's packages. Exit code 1 where a bar is missed (100 KB; twice the empty
page when opened again).
"""

import argparse
import json
import os
import shutil
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import uvicorn
from playwright.sync_api import Browser, Page, Response, ViewportSize, sync_playwright
from sqlalchemy import text
from starlette.responses import HTMLResponse

from recommender.console import print_table
from recommender.logs import configure_logs
from recommender.settings import Settings
from recommender.store.engine import make_engine, unit_of_work
from serving.app import create_app
from serving.auth.development import DevelopmentKey
from serving.introduction import guests, introduce

ROUNDS = 11
MOST_BYTES = 100 * 1024
MOST_RATIO = 2.0
EMPTY = "/empty"
PHONE: ViewportSize = {"width": 390, "height": 844}
PEOPLE = ("teacher", "coach", "staff")
"""In the order in which the service introduces them."""

PAGES = {
    "sign-in": ("nobody", "/"),
    "suggestions": ("teacher", "TEACHER"),
    "twenty suggestions": ("teacher", "TEACHER?k=20"),
    "what we know": ("teacher", "TEACHER/known"),
    "this is wrong": ("teacher", "TEACHER/wrong"),
    "self-assessment": ("teacher", "TEACHER/self-assessment"),
    "progress": ("teacher", "TEACHER/progress"),
    "growth plans": ("teacher", "TEACHER/plans"),
    "growth plan": ("teacher", "PLAN"),
    "in a frame": ("teacher", "/embed"),
    "caseload": ("coach", "/caseload"),
    "coaching": ("coach", "TEACHER/coaching"),
    "making a plan": ("coach", "TEACHER/plans"),
    "plan, by the coach": ("coach", "PLAN"),
    "earn together": ("coach", "/earn-together"),
    "models": ("staff", "/models"),
    "one model": ("staff", "/models/1"),
    "what lists show": ("staff", "/exposure"),
    "facts called wrong": ("staff", "/corrections"),
    "imports": ("staff", "/imports"),
    "one import": ("staff", "/imports/1"),
    "settings": ("staff", "/settings"),
}
"""Who looks, and where; TEACHER and PLAN stand for the addresses of theirs."""

COLUMNS = ("page", "bytes", "requests", "first paint / empty", "after a change / empty")
HERE = Path(__file__).parents[1]
FIRST_PAINT = """() => new Promise(done => {
  const seen = performance.getEntriesByName("first-contentful-paint");
  if (seen.length) return done(seen[0].startTime);
  new PerformanceObserver(list => list.getEntriesByName("first-contentful-paint")
    .forEach(one => done(one.startTime))).observe({type: "paint", buffered: true});
})"""


def served(settings: Settings) -> tuple[str, uvicorn.Server]:
    """Serve the demonstration and the empty page in a thread; return the address."""
    app = create_app(settings)
    app.add_route(EMPTY, lambda _: HTMLResponse("<!doctype html><title>Empty</title><p>.</p>"))
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, access_log=False, log_level="error")
    server = uvicorn.Server(config)
    threading.Thread(target=server.run, args=([listener],), daemon=True).start()
    while not server.started:
        time.sleep(0.05)
    return f"http://127.0.0.1:{listener.getsockname()[1]}", server


def links(settings: Settings, address: str) -> dict[str, str]:
    """Return the link to sign in by of each of the people whom the demonstration introduces."""
    engine = make_engine(settings.resolved_database_url)
    with unit_of_work(engine) as session:
        lines = list(introduce(session, DevelopmentKey(settings), guests(session), address))
    engine.dispose()
    found = [word for line in lines for word in line.split() if "/dev/sign-in?" in word]
    return {"nobody": f"{address}/", **dict(zip(PEOPLE, found, strict=False))}


def make_a_plan(browser: Browser, link: str, teacher: str) -> str:
    """Let the coach make a growth plan with the teacher; return the plan's address."""
    window = browser.new_context()
    page = window.new_page()
    page.goto(link)
    page.goto(f"{teacher}/plans")
    page.get_by_role("button", name="Make the plan").click()
    page.get_by_text("The plan is made.").wait_for()
    made = page.url.partition("?")[0]
    window.close()
    return made


def weigh(browser: Browser, link: str, target: str) -> tuple[int, int]:
    """Return the bytes and the requests of a page opened for the first time."""
    window = browser.new_context(viewport=PHONE)
    page = window.new_page()
    page.goto(link)
    page.close()
    page = window.new_page()  # nothing of the way in is weighed
    answers: list[Response] = []

    def keep(answer: Response) -> None:
        answers.append(answer)

    page.on("response", keep)
    page.goto(target, wait_until="networkidle")
    weight = sum(len(answer.body()) for answer in answers if answer.ok)
    window.close()
    return weight, len(answers)


def paint(page: Page, target: str) -> float:
    """Return the time in ms to the first contentful paint of an address."""
    answer = page.goto(target)
    if answer is None or not answer.ok:
        raise RuntimeError(f"{target} does not show what it should")
    return float(page.evaluate(FIRST_PAINT))


def ratios(
    browser: Browser, address: str, link: str, target: str, forget: Callable[[], None]
) -> tuple[float, float]:
    """Return the paints of a page opened again, and opened after a change, beside an empty page."""
    window = browser.new_context(viewport=PHONE)
    page = window.new_page()
    page.goto(link)
    paint(page, target)
    empty, again, anew = [], [], []
    for _ in range(ROUNDS):
        empty.append(paint(page, address + EMPTY))
        again.append(paint(page, target))
        forget()
        anew.append(paint(page, target))
    window.close()
    return median(again) / median(empty), median(anew) / median(empty)


@contextmanager
def copy_of(data_dir: Path) -> Iterator[Settings]:
    """Yield the settings of a service over a copy of a data directory."""
    with TemporaryDirectory() as folder:
        copied = shutil.copytree(data_dir, Path(folder) / "var")
        yield Settings(
            data_dir=copied,
            requests_per_minute=0,
            frame_origins=["https://portal.example"],  # without any there is no page for frames
        )


def measured(browser: Browser, settings: Settings, address: str) -> dict[str, dict[str, float]]:
    """Return the figures of every page."""
    link_of = links(settings, address)
    page = browser.new_page()
    page.goto(link_of["teacher"])
    teacher = page.url.partition("?")[0]
    page.close()
    plan = make_a_plan(browser, link_of["coach"], teacher)
    engine = make_engine(settings.resolved_database_url)

    def forget() -> None:
        with unit_of_work(engine) as session:
            session.execute(text("UPDATE store_version SET version = version + 1"))

    report: dict[str, dict[str, float]] = {}
    for name, (who, below) in PAGES.items():
        target = f"{address}{below}".replace(f"{address}TEACHER", teacher)
        target = target.replace(f"{address}PLAN", plan)
        size, requests = weigh(browser, link_of[who], target)
        again, anew = ratios(browser, address, link_of[who], target, forget)
        report[name] = {
            "bytes": size,
            "requests": requests,
            "first_paint_ratio": round(again, 2),
            "first_paint_ratio_after_a_change": round(anew, 2),
        }
    engine.dispose()
    return report


def main() -> int:
    """Measure every page; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--data-dir", type=Path, default=HERE / "var" / "demo")
    chosen = parser.parse_args()
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None or not (chosen.data_dir / "recommender.db").exists():
        print("Needed: the package chromium, and a finished `make demo`.", file=sys.stderr)
        return 2
    os.environ["RECOMMENDER_ENVIRONMENT"] = "development"
    configure_logs("ERROR")
    with copy_of(chosen.data_dir) as settings, sync_playwright() as player:
        address, server = served(settings)
        browser = player.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
        )
        report = measured(browser, settings, address)
        browser.close()
        server.should_exit = True
    chosen.out.mkdir(parents=True, exist_ok=True)
    (chosen.out / "report.json").write_text(json.dumps(report, indent=2) + "\n")
    rows = [(name, *one.values()) for name, one in report.items()]
    print_table("The pages", COLUMNS, rows)
    missed = [
        name
        for name, one in report.items()
        if one["bytes"] > MOST_BYTES or one["first_paint_ratio"] > MOST_RATIO
    ]
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
