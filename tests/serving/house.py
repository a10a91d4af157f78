"""A running service for tests: two small districts, a champion, people to sign in as, a client."""

import asyncio
import shutil
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import httpx
import numpy as np
from sqlalchemy import Engine
from sqlmodel import Session

from features.live import read_catalog
from models.blend import Blend
from models.bundle import load_bundle, save_bundle
from models.choice_set import ChoiceSet
from models.growth_area import GrowthArea, GrowthAreaConfig
from models.popular import Popular, PopularConfig
from recommender.clock import today
from recommender.settings import Settings
from recommender.store.engine import make_engine
from recommender.store.tables import (
    Caseload,
    Champion,
    Coach,
    ImportRun,
    ModelVersion,
    Promotion,
    Teacher,
)
from recommender.vocabulary import Role
from serving.auth.development import DevelopmentKey, identity_for
from tests.features.store_rows import StoreRows

NORTH, SOUTH = "north", "south"
MARKUP = '<script>alert("x")</script> & more'
FIGURES = {
    "blend": {
        "ndcg_at_10": 0.25,
        "recall_at_10": 0.5,
        "mrr": 0.125,
        "coverage_at_10": 0.75,
        "learners": 40,
        "ndcg_at_10.segment_10_plus": 0.375,
        "learners.segment_10_plus": 4,
    },
    "random": {"ndcg_at_10": 0.0625, "learners": 40},
}
SUMMARY = {
    "district": NORTH,
    "files": [
        {"file": "teachers.csv", "rows": 3, "added": 2, "changed": 1, "stubs": {}},
        {"file": "records.csv", "rows": 1500, "added": 1500, "rejected": 7},
    ],
}
EMAIL = "ada@north.example"


def long_ago(days: int) -> date:
    return today() - timedelta(days=days)


def fill(engine: Engine) -> StoreRows:
    """North: ada (rated, earned), bob, a/c (an odd id); South: ada, zoe; a coach in each."""
    rows = StoreRows(engine)
    rows.standard("F", "F")
    rows.standard("F", "1", "F", title="Planning")
    rows.standard("F", "2", "F", title="Questioning")
    for number in range(1, 25):
        rows.credential(f"c{number}", title=f"Credential {number}", issuer="Issuer", hours=number)
        rows.align(f"c{number}", "F", "1" if number % 2 else "2", 0.5 + number / 50)
    rows.credential("markup", title=MARKUP, competency="<b>bold</b>", url="javascript:alert(1)")
    rows.align("markup", "F", "2")
    rows.credential("own", SOUTH, title="South's own")
    for teacher, district in (("ada", NORTH), ("bob", NORTH), ("a/c", NORTH)):
        rows.teacher(
            teacher, district, given_name=teacher.title(), email=f"{teacher}@{district}.example"
        )
    rows.teacher("ada", SOUTH, given_name="Adah")
    rows.teacher("zoe", SOUTH, given_name="Zoe")
    rows.context(("ada", NORTH), school_id="School 9")
    rows.rate(("ada", NORTH), ("F", "2"), 1.0625, long_ago(30))
    rows.rate(("ada", NORTH), ("F", "1"), 3.9375, long_ago(30))
    rows.record(("ada", NORTH), "c1", datetime.combine(long_ago(90), datetime.min.time(), UTC))
    for coach, district in (("cole", NORTH), ("sam", SOUTH)):
        rows.ids["coach", coach] = rows.add(
            Coach(district_id=district, source_id=coach, name=coach.title())
        )
    assign(rows, "cole", ("ada", NORTH))
    assign(rows, "cole", ("bob", NORTH), valid_from=long_ago(300), valid_to=long_ago(1))
    rows.add(ImportRun(district_id=NORTH, summary=SUMMARY))
    return rows


def assign(rows: StoreRows, coach: str, teacher: tuple[str, str], **days: date) -> None:
    rows.add(Caseload(coach_id=rows.ids["coach", coach], teacher_id=rows._teacher(teacher), **days))


@dataclass
class House:
    """The parts that a test turns."""

    engine: Engine
    settings: Settings
    rows: StoreRows

    def save_model(self, favourite: str | None = None) -> Path:
        """Save a bundle of two kinds of evidence; `favourite` is popular above all."""
        with Session(self.engine) as session:
            catalog = read_catalog(session, today())
        axes = catalog.axes
        popularity = np.linspace(0, 0.1, len(axes.credentials), dtype=np.float32)
        if favourite:
            popularity[axes.credential_columns["", favourite]] = 50
        usual = np.ones(len(axes.standards), dtype=np.float32)
        choices = ChoiceSet.of(catalog)
        need = GrowthArea(catalog.reach, choices, 1.0, GrowthAreaConfig(), usual)
        counts = np.full(len(popularity), 12, dtype=np.int32)
        popular = Popular(popularity, counts, PopularConfig())
        blend = Blend((need.name, popular.name), np.ones((4, 2), dtype=np.float32))
        return save_bundle(self.settings.artifacts_dir, axes, (need, popular), blend, {})

    def register(self, folder: Path) -> int:
        """Register a saved bundle as a model version."""
        with Session(self.engine) as session:
            row = ModelVersion(
                bundle_path=folder.name,
                bundle_hash=load_bundle(folder).hash,
                snapshot_hash="0" * 8,
                as_of=today(),
                metrics={"notes": [], "figures": FIGURES},
            )
            session.add(row)
            session.commit()
            return row.version

    def promote(self, version: int) -> None:
        with Session(self.engine) as session:
            session.merge(Champion(id=1, version=version))
            session.add(Promotion(version=version, promoted_by="tests"))
            session.commit()

    def train(self, favourite: str | None = None) -> int:
        version = self.register(self.save_model(favourite))
        self.promote(version)
        return version

    def token(self, who: str, **options: int) -> str:
        """Return a token of one of PEOPLE."""
        return DevelopmentKey(self.settings).mint(self.subject(who), **options)

    def subject(self, who: str) -> str:
        role, district, source_id = PEOPLE[who]
        with Session(self.engine, expire_on_commit=False) as session:
            person = None
            if role is Role.TEACHER:
                person = session.get(Teacher, self.rows._teacher((source_id, district)))
            if role is Role.COACH:
                person = session.get(Coach, self.rows.ids["coach", source_id])
            subject = identity_for(session, role, district, person)
            session.commit()
        return subject

    def copy_to(self, folder: Path) -> "House":
        """Return the same house elsewhere, free to change."""
        self.engine.dispose()
        shutil.copytree(self.settings.data_dir, folder, dirs_exist_ok=True)
        settings = self.settings.model_copy(update={"data_dir": folder})
        engine = make_engine(settings.resolved_database_url)
        return House(engine, settings, StoreRows(engine, dict(self.rows.ids)))


PEOPLE = {
    "ada": (Role.TEACHER, NORTH, "ada"),
    "bob": (Role.TEACHER, NORTH, "bob"),
    "odd": (Role.TEACHER, NORTH, "a/c"),
    "zoe": (Role.TEACHER, SOUTH, "zoe"),
    "cole": (Role.COACH, NORTH, "cole"),
    "sam": (Role.COACH, SOUTH, "sam"),
    "staff": (Role.DATA_STAFF, NORTH, None),
    "admin": (Role.ADMIN, NORTH, None),
    "admin of south": (Role.ADMIN, SOUTH, None),
}


class Client:
    """Asks an app without a network; a browser's page where `page` is said."""

    def __init__(self, app, house: House) -> None:
        self.app = app
        self.house = house

    def get(self, path: str, who: str | None = None, *, page: bool = False, **options):
        return self.request("GET", path, who, page=page, **options)

    def request(
        self, method: str, path: str, who: str | None = None, *, page: bool = False, **options
    ) -> httpx.Response:
        headers = dict(options.pop("headers", {}))
        if page:
            headers["Accept"] = "text/html"
        if who:
            token = self.house.token(who)
            field_, value = (
                ("Cookie", f"recommender-session={token}")
                if page
                else ("Authorization", f"Bearer {token}")
            )
            headers[field_] = value
        return asyncio.run(self._send(method, path, headers=headers, **options))

    async def _send(self, method: str, path: str, **options) -> httpx.Response:
        transport = httpx.ASGITransport(self.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            return await client.request(method, path, **options)
