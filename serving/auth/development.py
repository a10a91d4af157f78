"""Development sign-in: a key of our own, tokens and links. Nothing here works in production."""

import time
from typing import Final
from urllib.parse import urlencode

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet
from sqlalchemy import Engine
from sqlmodel import Session, select

from recommender.errors import SettingsRefused
from recommender.settings import Settings
from recommender.store.tables import Coach, Identity, Teacher
from recommender.vocabulary import Role
from serving.auth.own_keys import own_key
from serving.auth.tokens import TrustedKeys

ISSUER: Final = "development"
KEY_FILE: Final = "development-key.json"
DEFAULT_LIFETIME_SECONDS: Final = 3600
SIGN_IN_PATH: Final = "/dev/sign-in"


class DevelopmentKey:
    """The signing key of a development service, kept in the data directory for its owner only."""

    def __init__(self, settings: Settings) -> None:
        require_development(settings)
        self._key = own_key(settings.data_dir / KEY_FILE, ECKey, "P-256")
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
