"""The learning platforms that may launch this service, from the deployment's own file."""

import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Final, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)

from recommender.errors import SettingsRefused
from recommender.settings import IdentityMatch
from recommender.vocabulary import Role
from serving.auth.remote_keys import RemoteKeys
from serving.auth.roster import RosterRule
from serving.auth.tokens import KeySource, TrustedKeys, read_jwks

_Text = Annotated[str, StringConstraints(min_length=1, max_length=500)]
_Https = Annotated[str, StringConstraints(pattern=r"^https://\S+$", max_length=500)]
_Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,40}$")]

ROLE_CLAIM: Final = "roles_here"
"""Under this name a session keeps as what a person was launched, in roles of ours."""

_USUAL_ROLES: Final = {"Learner": Role.TEACHER, "Instructor": Role.COACH, "Mentor": Role.COACH}


class Platform(BaseModel):
    """One registration: a platform, the client id it gave us, and how its people are found.

    Staff who are no teacher and no coach are found in the identities table, by the issuer
    `lti:NAME`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: _Name
    issuer: _Text
    client_id: _Text
    deployment_ids: tuple[_Text, ...] = Field(min_length=1)
    authorize_url: _Https
    keys_url: _Https | None = None
    keys_file: Path | None = None
    claim: str = "email"
    """What names a person: `email`, or `person_sourcedid` (the roster's own id)."""
    match: IdentityMatch = IdentityMatch.EMAIL
    district_id: _Text
    roles: Mapping[str, Role] = Field(default_factory=lambda: dict(_USUAL_ROLES))
    """As what somebody comes who has a role there, by the last word of the role's name."""

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if (self.keys_url is None) == (self.keys_file is None):
            raise ValueError("name keys_url or keys_file, one of them")
        if not set(self.roles.values()) <= {Role.TEACHER, Role.COACH}:
            raise ValueError("roles lead to 'teacher' or 'coach'; staff are named one by one")
        return self

    @property
    def partner(self) -> str:
        """The issuer's name in the identities table."""
        return f"lti:{self.name}"

    def keys(self) -> KeySource:
        """Return where the platform's public keys are found."""
        if self.keys_file is not None:
            return TrustedKeys(self.issuer, read_jwks(self.keys_file))
        return RemoteKeys(self.issuer, self.keys_url or "")

    def rule(self) -> RosterRule:
        """Return how its people are found in the roster."""
        return RosterRule(self.partner, self.claim, self.match, self.district_id, ROLE_CLAIM)


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    platform: tuple[Platform, ...] = Field(min_length=1)


def read_platforms(path: Path) -> Sequence[Platform]:
    """Read the file of registrations.

    Raises
    ------
    SettingsRefused
        It cannot be read, breaks the contract, or two registrations cannot be told apart.
    """
    try:
        found = _File.model_validate(tomllib.loads(path.read_text(encoding="utf-8"))).platform
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsRefused(f"The platforms {path} cannot be read: {error}.") from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsRefused(f"The platforms {path} are not TOML: {error}.") from None
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise SettingsRefused(f"The platforms {path}, {place}: {first['msg']}.") from None
    for what, values in (
        ("name", [one.name for one in found]),
        ("issuer and client_id", [f"{one.issuer} {one.client_id}" for one in found]),
    ):
        twice = [value for value, times in Counter(values).items() if times > 1]
        if twice:
            raise SettingsRefused(f"The platforms {path}: {what} '{twice[0]}' stands twice.")
    return found
