"""A small model, fitted by the real fitting on made-up teachers."""

from datetime import UTC, date, datetime

import numpy as np
import pytest

from features.live import read_catalog, read_states
from features.training_data import TrainingData
from models.blend import Blend
from models.bundle import Bundle, load_bundle, save_bundle
from models.fitting.all import EvidenceConfig, fit_evidence
from models.fitting.options import TrainingOptions
from recommender.clock import day_end_ms
from recommender.settings import settings as recommender_settings
from recommender.store.engine import unit_of_work
from recommender.store.tables import (
    Alignment,
    Champion,
    Credential,
    CredentialRecord,
    District,
    EvaluationRating,
    ModelVersion,
    Standard,
    Teacher,
)
from recommender.vocabulary import EvidenceName, RecordStatus
from tests.builders import AS_OF, make_catalog, make_states, random_teachers

ROWS = [
    {
        "id": f"c{i:02}",
        "title": f"Credential {i}",
        "issuer": "An issuer",
        "cost_usd": (None, 0.0, 75.0)[i % 3],
        "aligned": {code: 1.0 - i / 40 for j, code in enumerate(("1a", "2b", "3b")) if (i + j) % 2},
        "grade_bands": ("K-2",) if i % 5 == 0 else (),
        "prerequisites": ("c01",) if i == 7 else (),
    }
    for i in range(14)
]
BY_NAME = {
    EvidenceName.GROWTH_GOAL: (0.9, 0.7, 0.4, 0.2),
    EvidenceName.GROWTH_AREA: (0.8, 0.6, 0.3, 0.1),
    EvidenceName.SELF_ASSESSED_NEED: (0.7, 0.5, 0.2, 0.1),
    EvidenceName.CAREER: (0.5, 0.4, 0.3, 0.2),
    EvidenceName.RENEWAL: (0.3, 0.3, 0.2, 0.1),
    EvidenceName.NEXT_STEP: (0.0, 0.3, 0.3, 0.2),
    EvidenceName.SUCCESSION: (0.0, 0.4, 0.5, 0.4),
    EvidenceName.COLLEAGUES: (0.0, 0.4, 0.9, 1.3),
    EvidenceName.SIMILAR_CONTENT: (0.1, 0.2, 0.3, 0.2),
    EvidenceName.PEERS_IN_ROLE: (0.3, 0.2, 0.1, 0.1),
    EvidenceName.IN_SCHOOL: (0.2, 0.2, 0.1, 0.1),
    EvidenceName.POPULAR: (0.3, 0.2, 0.1, 0.0),
}
"""Weight of each evidence by segment."""

WEIGHTS = np.array([BY_NAME[name] for name in EvidenceName], dtype=np.float32).T


@pytest.fixture(scope="session")
def catalog():
    return make_catalog(*ROWS)


@pytest.fixture(scope="session")
def data(catalog):
    states = make_states(catalog.axes, *random_teachers(catalog.axes, 40, seed=1))
    return TrainingData(catalog, states, int(states.as_of[0]))


@pytest.fixture(scope="session")
def bundle(data):
    evidence = fit_evidence(data, EvidenceConfig(), TrainingOptions(seed=1))
    blend = Blend(tuple(EvidenceName), WEIGHTS)
    return Bundle(data.catalog.axes, evidence, blend, {})


TEACHER, EMAIL = "zq-teacher-4711", "quetzal.zimmermann@example.org"


@pytest.fixture
def store(sqlite_engine):
    """A store with one recognisable teacher, a colleague of another district, and a catalog."""
    with unit_of_work(sqlite_engine) as session:
        session.add_all([District(district_id="north"), District(district_id="south")])
        codes = {"D": "", "1a": "D", "3b": "D"}
        standards = {
            code: Standard(framework="D", code=code, title=f"Standard {code}", parent=parent)
            for code, parent in codes.items()
        }
        credentials = [
            Credential(
                source_id=f"c{i}", title=f"Credential {i}", cost_usd=(None, 0.0, 75.5)[i % 3]
            )
            for i in range(6)
        ]
        one = Teacher(
            district_id="north",
            source_id=TEACHER,
            email=EMAIL,
            given_name="Quetzal",
            family_name="Z",
        )
        other = Teacher(district_id="south", source_id="other")
        session.add_all([*standards.values(), *credentials, one, other])
        session.flush()
        session.add_all(
            Alignment(credential_id=c.id, standard_id=standards[code].id, strength=0.8)
            for c, code in zip(credentials, ("1a", "3b") * 3, strict=True)
        )
        session.add_all(_facts(standards, credentials, one, other))
    return sqlite_engine


def _facts(standards, credentials, one, other):
    return [
        EvaluationRating(
            teacher_id=one.id,
            standard_id=standards["3b"].id,
            level=2,
            scale_min=1,
            scale_max=4,
            rated_on=date(2026, 5, 12),
        ),
        *(
            CredentialRecord(
                teacher_id=teacher.id,
                credential_id=credential.id,
                status=RecordStatus.EARNED,
                on=datetime(2026, 3, 1, tzinfo=UTC),
            )
            for teacher, credential in [
                (one, credentials[0]),
                *((other, c) for c in credentials[:3]),
            ]
        ),
    ]


@pytest.fixture
def champion(store, data_dir):
    """The version that serves the store's district: fitted on it, saved and promoted."""
    with unit_of_work(store) as session:
        catalog = read_catalog(session, AS_OF)
        states = read_states(session, [1, 2], catalog.axes, day_end_ms(AS_OF))
        fitted = fit_evidence(
            TrainingData(catalog, states, day_end_ms(AS_OF)), EvidenceConfig(), TrainingOptions()
        )
        blend = Blend(tuple(EvidenceName), WEIGHTS)
        details = {"as_of": AS_OF.isoformat()}
        artifacts = recommender_settings().artifacts_dir
        folder = save_bundle(artifacts / "bundles", catalog.axes, fitted, blend, details)
        version = ModelVersion(
            bundle_path=str(folder.relative_to(artifacts)),
            bundle_hash=load_bundle(folder).hash,
            snapshot_hash="abc",
            as_of=AS_OF,
        )
        session.add(version)
        session.flush()
        session.add(Champion(version=version.version))
    return version
