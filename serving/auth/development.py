"""Development sign-in: a key of our own, tokens and links. Nothing here works in production."""

import os
import time
from pathlib import Path
from typing import Final
from urllib.parse import urlencode
from uuid import uuid4

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet
from pydantic import TypeAdapter
from sqlalchemy import Engine
from sqlmodel import Session, select

from recommender.errors import SettingsRefused
from recommender.settings import Settings
from recommender.store.tables import Coach, Identity, Teacher
from recommender.vocabulary import Role
from serving.auth.tokens import TrustedKeys

ISSUER: Final = "development"
KEY_FILE: Final = "development-key.json"
DEFAULT_LIFETIME_SECONDS: Final = 3600
SIGN_IN_PATH: Final = "/dev/sign-in"
_KEY_FILE: Final = TypeAdapter(dict[str, str | list[str]])


class DevelopmentKey:
    """The signing key of a development service, kept in the data directory for its owner only."""

    def __init__(self, settings: Settings) -> None:
        require_development(settings)
        self._key = _read_or_make(settings.data_dir / KEY_FILE)
        self._audience = settings.token_audience

    @property
    def trusted(self) -> TrustedKeys:
        """The public half and the issuer that it signs for."""
        public = ECKey.import_key(dict(self._key.as_dict(private=False)))
        return TrustedKeys(ISSUER, KeySet([public]))

    def mint(self, subject: str, expires_in: int = DEFAULT_LIFETIME_SECONDS) -> str:
        """Return a token for a subject that holds for `expires_in` seconds."""
        now = int(time.time())
        claims: dict[str, str | int] = {
            "iss": ISSUER,
            "aud": self._audience,
            "sub": subject,
            "iat": now,
            "exp": now + expires_in,
        }
        header = {"alg": "ES256", "kid": self._key.kid}
        return jwt.encode(header, dict(claims), self._key, algorithms=["ES256"])


def require_development(settings: Settings, engine: Engine | None = None) -> None:
    """Refuse development sign-in outside development, and beside a production database.

    Raises
    ------
    SettingsRefused
        The environment is not development, or the database is not an SQLite file.
    """
    if not settings.development:
        raise SettingsRefused(
            "Development tokens are made in development mode only "
            "(RECOMMENDER_ENVIRONMENT=development)."
        )
    database = engine.dialect.name if engine else settings.resolved_database_url
    if not database.startswith("sqlite"):
        raise SettingsRefused(
            "Development mode signs people in by one click, so it is refused beside a database "
            "server; unset RECOMMENDER_ENVIRONMENT or RECOMMENDER_DATABASE_URL."
        )


def sign_in_link(base_url: str, token: str) -> str:
    """Return a link that signs its reader in."""
    return f"{base_url.rstrip('/')}{SIGN_IN_PATH}?{urlencode({'token': token})}"


def identity_for(
    session: Session, role: Role, district_id: str, person: Teacher | Coach | None = None
) -> str:
    """Return the development subject of a person, making its identity row where there is none."""
    name = person.source_id if person else "anyone"
    subject = f"{role}:{district_id}:{name}"
    known = session.exec(
        select(Identity).where(Identity.issuer == ISSUER, Identity.subject == subject)
    ).one_or_none()
    if known is None:
        session.add(
            Identity(
                issuer=ISSUER,
                subject=subject,
                district_id=district_id,
                role=role,
                teacher_id=person.id if isinstance(person, Teacher) else None,
                coach_id=person.id if isinstance(person, Coach) else None,
            )
        )
    return subject


def _read_or_make(path: Path) -> ECKey:
    if not path.exists():
        _make(path)
    try:
        key = ECKey.import_key(_KEY_FILE.validate_json(path.read_bytes()))
    except (JoseError, ValueError, TypeError, KeyError, OSError):
        raise SettingsRefused(
            f"The development key {path} cannot be used; delete it and a new one is made."
        ) from None
    key.ensure_kid()
    return key


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    made = path.with_name(f".{path.name}.{uuid4().hex}")
    content = _KEY_FILE.dump_json(ECKey.generate_key("P-256", auto_kid=True).as_dict(private=True))
    descriptor = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    try:
        os.link(made, path)  # unlike a rename, leaves the key of a process that was quicker
    except FileExistsError:
        pass
    finally:
        made.unlink()
