"""A launch: from a platform's login request to the claims of a person.

LTI 1.3 Core, sections 3 and 5; 1EdTech Security Framework 1.0, section 5.1.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from recommender.errors import InvalidInput, NotSignedIn
from serving.auth.attempts import Attempt
from serving.auth.id_tokens import check_addressee
from serving.auth.tokens import Claims, TokenVerifier
from serving.lti.platforms import ROLE_CLAIM, Platform

CLAIM: Final = "https://purl.imsglobal.org/spec/lti/claim/"
VERSION: Final = "1.3.0"
MESSAGE: Final = "LtiResourceLinkRequest"
MOST_HINT: Final = 4096
MOST_ROLES: Final = 100

_LACKS_PERSON: Final = (
    "The learning platform did not send what names you here ('{claim}'); ask its administrator to "
    "let this tool have it."
)
_LACKS_ROLE: Final = (
    "The learning platform did not say that you teach or coach; ask its administrator to send this "
    "tool your role, or your district's data staff to connect your account."
)


class LoginRequest(BaseModel):
    """What a platform sends to begin a launch."""

    model_config = ConfigDict(extra="ignore")

    iss: str = Field(max_length=500)
    login_hint: str = Field(min_length=1, max_length=MOST_HINT)
    target_link_uri: str = Field(min_length=1, max_length=MOST_HINT)
    lti_message_hint: str | None = Field(default=None, max_length=MOST_HINT)
    lti_deployment_id: str | None = Field(default=None, max_length=500)
    client_id: str | None = Field(default=None, max_length=500)


class _Message(BaseModel):
    """The claims of a launch that are ours to check."""

    model_config = ConfigDict(extra="ignore")

    message_type: str = Field(alias=f"{CLAIM}message_type")
    version: str = Field(alias=f"{CLAIM}version")
    deployment_id: str = Field(alias=f"{CLAIM}deployment_id", max_length=500)
    target_link_uri: str = Field(alias=f"{CLAIM}target_link_uri", max_length=MOST_HINT)
    # Required by section 5.3.7, but possibly empty; a platform that leaves it out gives no role.
    roles: list[str] = Field(default_factory=list, alias=f"{CLAIM}roles", max_length=MOST_ROLES)
    lis: dict[str, Any] = Field(default_factory=dict, alias=f"{CLAIM}lis")


@dataclass(frozen=True)
class Launch:
    """A launch that holds."""

    platform: Platform
    claims: Claims
    """Of the issuer `lti:NAME`; no more than what says who this is."""
    page: str
    """Path of the page of ours to show."""
    expires_at: datetime
    """Until then the token could be sent again."""

    @property
    def lacks(self) -> str:
        """What the platform must send for its people to be found in the roster; '' if it did."""
        said = self.claims.others
        if self.platform.claim not in said:
            return _LACKS_PERSON.format(claim=self.platform.claim)
        return "" if said[ROLE_CLAIM] else _LACKS_ROLE


class Tool:
    """The service as a tool of the platforms it is registered with."""

    def __init__(self, platforms: Sequence[Platform], public_url: str) -> None:
        self.platforms = tuple(platforms)
        self._public_url = public_url.rstrip("/")
        self._verifiers = {
            one.name: TokenVerifier([one.keys()], one.client_id) for one in platforms
        }

    @property
    def launch_address(self) -> str:
        """Where platforms send launches."""
        return f"{self._public_url}/lti/launch"

    def address(self, asked: LoginRequest, attempt: Attempt, platform: Platform) -> str:
        """Return the platform's address to send a browser to, for its word on who this is."""
        query = {
            "scope": "openid",
            "response_type": "id_token",
            "response_mode": "form_post",
            "prompt": "none",
            "client_id": platform.client_id,
            "redirect_uri": self.launch_address,
            "login_hint": asked.login_hint,
            "state": attempt.state,
            "nonce": attempt.nonce,
        }
        if asked.lti_message_hint is not None:
            query["lti_message_hint"] = asked.lti_message_hint
        joint = "&" if "?" in platform.authorize_url else "?"
        return f"{platform.authorize_url}{joint}{urlencode(query)}"

    def platform_of(self, asked: LoginRequest) -> Platform:
        """Return the one registration that a login request names.

        Raises
        ------
        NotSignedIn
            No registration is of this issuer, client and deployment, or several are.
        """
        found = [
            one
            for one in self.platforms
            if one.issuer == asked.iss
            and asked.client_id in {None, one.client_id}
            and (asked.lti_deployment_id is None or asked.lti_deployment_id in one.deployment_ids)
        ]
        if len(found) != 1:
            raise NotSignedIn(
                "The learning platform that sent you here is not registered with this service."
            )
        self.page_of(asked.target_link_uri)
        return found[0]

    def launched(self, token: str, attempt: Attempt) -> Launch:
        """Return the launch that a platform's token tells of.

        Raises
        ------
        NotSignedIn
            The token does not hold, or was not made for this attempt or deployment.
        InvalidInput
            It is no launch of a link to a page of ours.
        """
        platform = next((one for one in self.platforms if one.partner == attempt.partner), None)
        if platform is None:
            raise NotSignedIn("This sign-in was begun with another service.")
        claims = self._verifiers[platform.name].verify(token)
        check_addressee(claims, platform.client_id, attempt.nonce)
        message = _message_of(claims.others)
        if message.deployment_id not in platform.deployment_ids:
            raise NotSignedIn("This deployment of the platform is not registered here.")
        return Launch(
            platform,
            _claims(platform, claims, message),
            self.page_of(message.target_link_uri),
            datetime.fromtimestamp(float(claims.others["exp"]), UTC),
        )

    def page_of(self, target: str) -> str:
        """Return the path of a page of ours that a link leads to.

        Raises
        ------
        InvalidInput
            It leads elsewhere.
        """
        ours, there = urlsplit(self._public_url), urlsplit(target)
        if (there.scheme, there.netloc) != (ours.scheme, ours.netloc) or "\\" in target:
            raise InvalidInput("The link on the platform does not lead to this service.")
        path = there.path.removeprefix(ours.path)
        if not path.startswith("/") or path.startswith("//"):
            return "/"
        return "/" if path in {"/lti/launch", "/lti/login", "/lti/continue"} else path


def _message_of(claims: Mapping[str, Any]) -> _Message:
    try:
        message = _Message.model_validate(claims)
    except ValidationError as error:
        place = str(error.errors()[0]["loc"][0]).removeprefix(CLAIM)
        raise InvalidInput(f"The platform's launch lacks or garbles '{place}'.") from None
    if message.version != VERSION or message.message_type != MESSAGE:
        raise InvalidInput("Only launches of links are served, by LTI 1.3.")
    return message


def _claims(platform: Platform, claims: Claims, message: _Message) -> Claims:
    """Return what is needed of the claims to know who this is, in this service's words."""
    words = {role.rpartition("#")[2].rpartition("/")[2] for role in message.roles}
    told = claims.others | {"person_sourcedid": message.lis.get("person_sourcedid")}
    others: dict[str, Any] = {
        ROLE_CLAIM: sorted({platform.roles[word] for word in words if word in platform.roles})
    }
    for name in (platform.claim, "email_verified"):
        if told.get(name) is not None:
            others[name] = told[name]
    return Claims(issuer=platform.partner, subject=claims.subject, others=others)
