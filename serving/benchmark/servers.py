"""Starts and stops what is measured: the service, the bare framework, a process that writes."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from recommender.errors import RecommenderError

HOST: Final = "127.0.0.1"
PATIENCE_SECONDS: Final = 60.0
_KB: Final = 1024


@dataclass(frozen=True)
class Server:
    """A server that runs."""

    port: int
    process: subprocess.Popen[bytes]
    ready_seconds: float
    ready_processor_seconds: float = 0.0

    @property
    def address(self) -> tuple[str, int]:
        """Where it listens."""
        return HOST, self.port

    def processor_seconds(self) -> float:
        """Return the processor time that it has used so far."""
        stat = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="ascii")
        fields = stat.rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory(self) -> dict[str, float]:
        """Return MB of its memory: its own (`private`) and what it maps of files (`mapped`)."""
        text = Path(f"/proc/{self.process.pid}/smaps_rollup").read_text(encoding="ascii")
        kb = {
            line.split(":")[0]: int(line.split()[1])
            for line in text.splitlines()[1:]
            if line.endswith("kB")
        }
        private = kb["Private_Clean"] + kb["Private_Dirty"]
        return {
            "private": kb["Anonymous"] / _KB,
            "mapped": (kb["Rss"] - kb["Anonymous"]) / _KB,
            "unshared": private / _KB,
        }


def recommender(data_dir: Path, *arguments: str, database_url: str = "") -> str:
    """Run one command of ours and return what it prints.

    Raises
    ------
    RecommenderError
        It failed; its last words are told.
    """
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", "from recommender.cli import main; main()", *arguments],
        env=environment(data_dir, database_url),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no words"])[-1]
        raise RecommenderError(f"'recommender {' '.join(arguments)}' failed: {last}")
    return done.stdout


def environment(data_dir: Path, database_url: str = "", **more: str) -> dict[str, str]:
    """Return the environment of a process: its store, development keys, no limit of requests."""
    kept = {name: value for name, value in os.environ.items() if "RECOMMENDER_" not in name}
    own = {
        "RECOMMENDER_DATA_DIR": str(data_dir),
        "RECOMMENDER_REQUESTS_PER_MINUTE": "0",
        "RECOMMENDER_DATABASE_URL": database_url,
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
    }
    return {**kept, **own, **more}


@contextmanager
def bare(size: int) -> Iterator[Server]:
    """Run the bare framework."""
    port = free_port()
    command = [sys.executable, "-m", "serving.benchmark.bare", str(port), str(size)]
    with _running(command, dict(os.environ), port, "/openapi.json") as server:
        yield server


@contextmanager
def service(
    data_dir: Path, jwks: Path, database_url: str = "", workers: int = 1, **more: str
) -> Iterator[Server]:
    """Run the service, with the keys of the benchmark."""
    port = free_port()
    command = [
        *(sys.executable, "-c", "from recommender.cli import main; main()"),
        *("serve", "--port", str(port), "--workers", str(workers)),
    ]
    settings = environment(data_dir, database_url, RECOMMENDER_JWKS_FILE=str(jwks), **more)
    with _running(command, settings, port, "/readyz") as server:
        yield server


def free_port() -> int:
    """Return a port on which nobody listens."""
    with socket.socket() as found:
        found.bind((HOST, 0))
        return int(found.getsockname()[1])


@contextmanager
def _running(
    command: list[str], settings: Mapping[str, str], port: int, path: str
) -> Iterator[Server]:
    started = time.perf_counter()
    process = subprocess.Popen(  # noqa: S603 - our own program
        command, env=settings, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _await(process, port, path)
        ready = time.perf_counter() - started
        used = Server(port, process, ready).processor_seconds()
        yield Server(port, process, ready, used)
    finally:
        process.terminate()
        process.wait(PATIENCE_SECONDS)


def _await(process: subprocess.Popen[bytes], port: int, path: str) -> None:
    until = time.perf_counter() + PATIENCE_SECONDS
    while time.perf_counter() < until:
        if process.poll() is not None:
            raise RecommenderError("A server of the benchmark ended before it was ready.")
        try:
            with urllib.request.urlopen(f"http://{HOST}:{port}{path}", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.02)
    raise RecommenderError("A server of the benchmark was not ready in time.")


def fetch(server: Server, path: str, token: str) -> tuple[int, Any]:
    """Return status and JSON of one request."""
    asked = urllib.request.Request(
        f"http://{HOST}:{server.port}{path}", headers={"Authorization": f"Bearer {token}"}
    )
    with urllib.request.urlopen(asked, timeout=PATIENCE_SECONDS) as answer:  # noqa: S310 - ours
        return answer.status, json.loads(answer.read())
