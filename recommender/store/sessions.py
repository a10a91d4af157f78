"""Sessions of people signed in to the pages, and the nonces of sign-ins that were used up."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index
from sqlmodel import Field, SQLModel

from recommender.store.columns import UtcDateTime


class PortalSession(SQLModel, table=True):
    """A session of the pages, under the hash of the key that its cookie holds.

    `claims` keeps of the identity provider's word only what says who this is; the person is looked
    up anew at each request, so that a connection taken away ends what it allowed at once.
    """

    __tablename__ = "portal_session"
    __table_args__ = (Index("ix_portal_session_expires_at", "expires_at"),)

    key_hash: str = Field(primary_key=True)
    issuer: str
    subject: str
    claims: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    expires_at: datetime = Field(sa_type=UtcDateTime)


class UsedNonce(SQLModel, table=True):
    """The hash of a nonce that has signed somebody in: it signs in nobody again."""

    __tablename__ = "used_nonce"
    __table_args__ = (Index("ix_used_nonce_expires_at", "expires_at"),)

    nonce_hash: str = Field(primary_key=True)
    expires_at: datetime = Field(sa_type=UtcDateTime)
