"""Sessions of the pages, kept in the store: a sign-out or a day's end closes them everywhere."""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import delete, insert
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from recommender.errors import NotSignedIn
from recommender.store.columns import utc_now
from recommender.store.tables import PortalSession, UsedNonce
from serving.auth.tokens import LEEWAY_SECONDS, Claims

PREFIX: Final = "session."
"""Tells the key of a session from a token, whose first character never starts so."""

_SECRET_BYTES: Final = 32


def is_session_key(value: str) -> bool:
    """Whether a cookie holds the key of a session."""
    return value.startswith(PREFIX)


def open_session(
    session: Session, claims: Claims, kept: Mapping[str, Any], lifetime: timedelta
) -> str:
    """Open a session for whoever the claims stand for, and return the key for the cookie.

    Parameters
    ----------
    session
        A unit of work; sessions that have ended are cleared away in it.
    claims
        What the identity provider says, verified.
    kept
        Those of the claims that say who this is in the roster.
    lifetime
        How long it lasts at most.
    """
    now = utc_now()
    session.execute(delete(PortalSession).where(col(PortalSession.expires_at) < now))
    key = PREFIX + secrets.token_urlsafe(_SECRET_BYTES)
    session.add(
        PortalSession(
            key_hash=_hash(key),
            issuer=claims.issuer,
            subject=claims.subject,
            claims=dict(kept),
            expires_at=now + lifetime,
        )
    )
    return key


def claims_of_session(session: Session, key: str) -> Claims:
    """Return whom a session stands for.

    Raises
    ------
    NotSignedIn
        There is no such session, or it has ended.
    """
    found = session.get(PortalSession, _hash(key))
    if found is None or found.expires_at <= utc_now():
        raise NotSignedIn("You are not signed in, or your session has ended.")
    return Claims(issuer=found.issuer, subject=found.subject, others=found.claims)


def end_session(session: Session, key: str) -> None:
    """Forget a session, if there is one."""
    session.execute(delete(PortalSession).where(col(PortalSession.key_hash) == _hash(key)))


def use_nonce(session: Session, issuer: str, nonce: str, expires_at: datetime) -> None:
    """Let a nonce of an issuer sign in this once.

    Raises
    ------
    NotSignedIn
        It has signed somebody in before.
    """
    session.execute(delete(UsedNonce).where(col(UsedNonce.expires_at) < utc_now()))
    until = expires_at + timedelta(seconds=LEEWAY_SECONDS)
    used = insert(UsedNonce).values(nonce_hash=_hash(f"{issuer}\0{nonce}"), expires_at=until)
    try:
        session.execute(used)
    except IntegrityError:
        raise NotSignedIn("This sign-in was used before; start again.") from None


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()
