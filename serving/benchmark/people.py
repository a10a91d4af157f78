"""Who asks during a run: tokens, who is asked for how often, and changes a moment before."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import quote

import numpy as np
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet
from sqlalchemy import Engine, text

from recommender.console import progress
from serving.benchmark.load import Request, get
from serving.benchmark.servers import HOST
from serving.benchmark.world import teacher_name

ISSUER: Final = "microcredential-recommender"
LIFETIME_SECONDS: Final = 6 * 3600
ZIPF: Final = 1.1
CHANGE_EVERY: Final = 10
MARK: Final = "benchmark"
"""Source of the records that a run makes, so that the next change can take them away."""

K: Final = 10
ALIKE: Final = 2_000
_BATCH: Final = 4096


class Signer:
    """A key of an identity provider, and tokens that it signs."""

    def __init__(self) -> None:
        self._key = ECKey.generate_key("P-256", auto_kid=True)

    def public(self) -> dict[str, Any]:
        """Return the key set that the service trusts."""
        return dict(KeySet([self._key]).as_dict(private=False))

    def token(self, teacher: int) -> str:
        """Return a token of one teacher."""
        now = int(datetime.now(UTC).timestamp())
        claims = {"iss": ISSUER, "aud": ISSUER, "sub": teacher_name(teacher), "iat": now}
        header = {"alg": "ES256", "kid": self._key.kid}
        signed = {**claims, "exp": now + LIFETIME_SECONDS}
        return jwt.encode(header, signed, self._key, algorithms=["ES256"])


class Crowd:
    """The teachers of a run with the requests that they send.

    Parameters
    ----------
    signer
        Signs each teacher's token.
    teachers
        Ids of the store.
    """

    def __init__(self, signer: Signer, teachers: Sequence[int]) -> None:
        self._requests = {}
        with progress("Signing tokens") as meter:
            for done, id_ in enumerate(teachers):
                path = f"/v1/teachers/{quote(teacher_name(id_))}/suggestions?k={K}"
                self._requests[id_] = get(HOST, path, signer.token(id_))
                if done % 1000 == 0:
                    meter.update(done, len(teachers))
        self._ids = np.array(teachers)

    def evenly(self, seed: int) -> Iterator[Request]:
        """Yield requests of some teachers, all alike, without end: their tokens become known."""
        rng = np.random.default_rng(seed)
        while True:
            for id_ in rng.choice(self._ids[:ALIKE], _BATCH).tolist():
                yield self._requests[id_], id_

    def portal(self, seed: int) -> Iterator[int]:
        """Yield teachers as a portal sees them, few of them often, without end."""
        rng = np.random.default_rng(seed)
        shares = np.arange(1, len(self._ids) + 1) ** -ZIPF
        order = np.random.default_rng(0).permutation(self._ids)
        while True:
            yield from rng.choice(order, _BATCH, p=shares / shares.sum()).tolist()

    def request(self, teacher: int) -> bytes:
        """Return the bytes of a teacher's request."""
        return self._requests[teacher]


class Day:
    """A portal's day: one request in ten comes right after a change to its teacher.

    The change is an enrolment in place of the one before; whatever the answer tells as in progress
    must hold the latest that was committed when the request was sent, or one that came after it.
    """

    def __init__(self, crowd: Crowd, engine: Engine, credentials: int, seed: int) -> None:
        self._crowd = crowd
        self._engine = engine
        self._rng = np.random.default_rng(seed)
        self._seed = seed
        self._credentials = credentials
        self._changes: dict[int, list[bytes]] = {}
        self.changed = 0

    def requests(self) -> Iterator[Request]:
        """Yield requests, each with its teacher and how many changes went before it."""
        for number, teacher in enumerate(self._crowd.portal(self._seed)):
            if number % CHANGE_EVERY == 0:
                self._change(teacher)
            before = len(self._changes.get(teacher, ()))
            yield self._crowd.request(teacher), (teacher, before)

    def current(self, about: object, body: bytes) -> bool:
        """Tell whether an answer holds the latest change."""
        if not isinstance(about, tuple):
            return False
        teacher, before = about
        if not before:
            return True
        told = body.rpartition(b'"in_progress":')[2]
        return any(change in told for change in self._changes[teacher][before - 1 :])

    def _change(self, teacher: int) -> None:
        credential = int(self._rng.integers(0, self._credentials))
        enrol(self._engine, teacher, credential + 1)
        self._changes.setdefault(teacher, []).append(b'"MC-%04d"' % credential)
        self.changed += 1


def enrol(engine: Engine, teacher: int, credential: int) -> None:
    """Commit an enrolment of a teacher in place of the one that a run made before."""
    now = datetime.now(UTC)
    whose = {"teacher": teacher, "source": MARK}
    # SQLite keeps moments as naive UTC
    on = now.replace(tzinfo=None) if engine.dialect.name == "sqlite" else now
    with engine.execution_options(sqlite_begin="IMMEDIATE").begin() as connection:
        connection.execute(_DROP, whose)
        connection.execute(_ADD, {**whose, "credential": credential, "on": str(on)})


_DROP: Final = text(
    "DELETE FROM credential_record"
    " WHERE teacher_id = :teacher AND superseded_at IS NULL AND source = :source"
)
"""What is in force has an index by teacher: the change must not take longer than the answer."""

_ADD: Final = text(
    'INSERT INTO credential_record (teacher_id, recorded_at, credential_id, status, "on", source)'
    " VALUES (:teacher, :on, :credential, 'enrolled', :on, :source)"
)
