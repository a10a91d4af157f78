"""Everybody's lists at once, beside the matrix product that no scoring can do without."""

from collections.abc import Callable, Iterator
from time import process_time
from typing import Final

import numpy as np
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from features.live import read_catalog, read_states
from models.bundle import Bundle
from models.champion import load_champion
from models.scoring import BLOCK
from models.suggest import top_block
from recommender.catalog import Catalog
from recommender.clock import day_end_ms, today
from recommender.policy import Policy
from recommender.store.engine import reading
from recommender.store.tables import Teacher
from recommender.teacher_state import TeacherStates
from serving.benchmark.house import House
from serving.benchmark.parts import Figures

FACTORS: Final = 64
K: Final = 10


def batch(house: House, engine: Engine, teachers: int, rounds: int) -> Figures:
    """Time scoring, eligibility and the first ten of everybody, beside the bare product.

    Parameters
    ----------
    house, engine
        The store and its champion.
    teachers
        So many of one district, at most, are scored.
    rounds
        Turns of both that count; the first turn of each warms up.

    Returns
    -------
    Figures
        `ratio`: processor time of a teacher's scores over that of their row of a product
        float32[n, 64] @ float32[64, m] in the same process; `per_second`: teachers per second of
        the processor, with their facts read; `per_second_scoring`: without reading.
    """
    with reading(engine) as session:
        _, bundle = load_champion(session, house.folder / "artifacts")
        catalog = read_catalog(session, today(), bundle.axes)
        district, people = _people(session, teachers)
        started = process_time()
        blocks = list(_states(session, people, bundle))
        read = process_time() - started
    return _compared(bundle, catalog, district, blocks, read, rounds)


def _people(session: Session, most: int) -> tuple[str, list[int]]:
    """Return the first district and the numbers of some of its teachers."""
    district = session.exec(
        select(Teacher.district_id).order_by(col(Teacher.district_id)).limit(1)
    ).one()
    asked = select(col(Teacher.id)).where(Teacher.district_id == district)
    return district, [id_ or 0 for id_ in session.exec(asked.order_by(col(Teacher.id)).limit(most))]


def _states(session: Session, people: list[int], bundle: Bundle) -> Iterator[TeacherStates]:
    for start in range(0, len(people), BLOCK):
        yield read_states(session, people[start : start + BLOCK], bundle.axes, day_end_ms(today()))


def _compared(
    bundle: Bundle,
    catalog: Catalog,
    district: str,
    blocks: list[TeacherStates],
    read: float,
    rounds: int,
) -> Figures:
    def score() -> None:
        for states in blocks:
            for _ in top_block(bundle, states, catalog, Policy(), K, district_id=district):
                pass

    rng = np.random.default_rng(0)
    factors = rng.standard_normal((FACTORS, len(bundle.axes.credentials)), dtype=np.float32)
    people = [rng.standard_normal((len(states), FACTORS), dtype=np.float32) for states in blocks]

    def multiply() -> None:
        for rows in people:
            rows @ factors

    turns = [(_seconds(multiply), _seconds(score)) for _ in range(rounds + 1)][1:]
    base, own = np.median(turns, axis=0)
    number = sum(map(len, blocks))
    return {
        "teachers": number,
        "ratio": float(np.median([score / product for product, score in turns])),
        "product_us": 1e6 * float(base) / number,
        "us": 1e6 * float(own) / number,
        "per_second_scoring": number / float(own),
        "per_second": number / float(own + read),
    }


def _seconds(work: Callable[[], None]) -> float:
    started = process_time()
    work()
    return process_time() - started
