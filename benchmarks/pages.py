"""What the pages weigh and how soon they show something, beside an empty page of the same server.

    .venv/bin/python benchmarks/pages.py --out REPORT     # after `make demo`

Writes REPORT/report.json and prints a table: bytes and requests of each page, and the median time
to first contentful paint as a ratio to the empty page's, loaded in turns. Needs Chromium from the
operating system's packages. Exit code 1 where a bar is missed (100 KB; twice the empty page).
"""

import argparse
import json
import os
import shutil
import socket
import sys
import threading
import time
from collections import defaultdict
from pathlib import Path
from statistics import median

import uvicorn
from playwright.sync_api import Browser, Response, sync_playwright
from starlette.responses import HTMLResponse

from recommender.console import print_table
from recommender.logs import configure_logs
from recommender.settings import Settings
from recommender.store.engine import make_engine, unit_of_work
from serving.app import create_app
from serving.auth.development import DevelopmentKey
from serving.introduction import guests, introduce

ROUNDS = 15
MOST_BYTES = 100 * 1024
MOST_RATIO = 2.0
EMPTY = "/empty"
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


def pages(settings: Settings, address: str) -> dict[str, tuple[str, str]]:
    """Return each page's link to sign in by, and its address."""
    engine = make_engine(settings.resolved_database_url)
    with unit_of_work(engine) as session:
        lines = list(introduce(session, DevelopmentKey(settings), guests(session), address))
    engine.dispose()
    teacher, coach, staff = [
        word for line in lines for word in line.split() if "/dev/sign-in?" in word
    ][:3]
    return {
        "suggestions": (teacher, "."),
        "what we know": (teacher, "./known"),
        "self-assessment": (teacher, "./self-assessment"),
        "caseload": (coach, "/caseload"),
        "models": (staff, "/models"),
    }


def measure(
    browser: Browser, address: str, link: str, path: str
) -> tuple[int, int, list[float], list[float]]:
    """Return bytes, requests, and the paints of a page and of the empty one, in turns."""
    window = browser.new_context(viewport={"width": 390, "height": 844})
    page = window.new_page()
    page.goto(link)
    own = page.url
    target = own + path[1:] if path.startswith(".") else address + path
    answers: list[Response] = []

    def keep(answer: Response) -> None:
        answers.append(answer)

    page.close()
    page = window.new_page()  # nothing of the way in is weighed
    page.on("response", keep)
    page.goto(target, wait_until="networkidle")
    weight = sum(len(answer.body()) for answer in answers if answer.ok)
    requests = len(answers)
    window.close()
    window = browser.new_context(viewport={"width": 390, "height": 844})
    page = window.new_page()
    page.goto(link)
    paints, empty = [], []
    for _ in range(ROUNDS):
        page.goto(address + EMPTY)
        empty.append(page.evaluate(FIRST_PAINT))
        page.goto(target)
        paints.append(page.evaluate(FIRST_PAINT))
    window.close()
    return weight, requests, paints, empty


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
    settings = Settings(data_dir=chosen.data_dir, requests_per_minute=0)
    address, server = served(settings)
    report: dict[str, dict[str, float]] = defaultdict(dict)
    with sync_playwright() as player:
        browser = player.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
        )
        for name, (link, path) in pages(settings, address).items():
            size, requests, paints, empty = measure(browser, address, link, path)
            report[name] = {
                "bytes": size,
                "requests": requests,
                "first_paint_ratio": round(median(paints) / median(empty), 2),
            }
        browser.close()
    server.should_exit = True
    chosen.out.mkdir(parents=True, exist_ok=True)
    (chosen.out / "report.json").write_text(json.dumps(report, indent=2) + "\n")
    rows = [(name, *one.values()) for name, one in report.items()]
    print_table("The pages", ("page", "bytes", "requests", "first paint / empty"), rows)
    missed = [
        name
        for name, one in report.items()
        if one["bytes"] > MOST_BYTES or one["first_paint_ratio"] > MOST_RATIO
    ]
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
