"""Another process that commits changes at a steady pace: what a portal does beside asking."""

import sys
import time

import numpy as np
from sqlalchemy import text

from recommender.store.engine import make_engine

_EVENT = text(
    "INSERT INTO feedback_event (teacher_id, recorded_at, credential_id, kind, at, reason)"
    " VALUES (:teacher, :now, :credential, 'viewed', :now, '')"
)


def main() -> None:
    """Write until stopped: the arguments are database, teachers, credentials, commits a second."""
    engine = make_engine(sys.argv[1])
    teachers, credentials, pace = (int(value) for value in sys.argv[2:5])
    rng = np.random.default_rng(7)
    due = time.perf_counter()
    while True:
        now = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime()) + f".{time.time_ns() % 10**6:06d}"
        teacher, credential = int(rng.integers(1, teachers + 1)), int(rng.integers(1, credentials))
        with engine.execution_options(sqlite_begin="IMMEDIATE").begin() as connection:
            values = {"teacher": teacher, "credential": credential, "now": now}
            connection.execute(_EVENT, values)
        due += 1 / pace
        time.sleep(max(0.0, due - time.perf_counter()))


if __name__ == "__main__":
    main()
