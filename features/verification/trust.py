"""Whose word counts: the list of trusted issuers with their keys, and what may be fetched."""

import json
import tomllib
from functools import cached_property
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from joserfc.jwk import JWKRegistry, Key
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from features.verification.fetching import Fetcher, NotFetched
from features.verification.keys import (
    DID_KEY,
    KeyNotReadable,
    check_key,
    jwk_keys,
    multikey,
    named_key,
)
from recommender.errors import SettingsRefused

FILE_NAME: Final = "issuers.toml"
DID_WEB: Final = "did:web:"
LONGEST_FILE: Final = 1024 * 1024


class _Fetching(BaseModel):
    """What may be fetched at an import."""

    model_config = ConfigDict(extra="forbid")

    hosts: list[str] = []
    seconds: float = Field(default=10.0, gt=0, le=60)
    longest: int = Field(default=1024 * 1024, ge=1024, le=16 * 1024 * 1024)


class _Listed(BaseModel):
    """One issuer of the file."""

    model_config = ConfigDict(extra="forbid")

    id: str = Field(min_length=1)
    name: str = ""
    keys: list[str] = []
    jwks: Path | None = None
    pages: list[str] = []


class _TrustFile(BaseModel):
    """The whole file."""

    model_config = ConfigDict(extra="forbid")

    fetch: _Fetching = _Fetching()
    issuers: list[_Listed] = []


class TrustedIssuer:
    """An issuer whose credentials count, if one of its own keys signed them."""

    def __init__(self, listed: _Listed, keys: list[Key]) -> None:
        self.id = listed.id
        self.name = listed.name
        self.keys = keys
        self._pages = tuple(listed.pages)

    def owns(self, address: str) -> bool:
        """Return whether an address (of a badge of 2.0) lies with this issuer."""
        if self._pages:
            return address.startswith(self._pages)
        try:
            mine, theirs = urlsplit(self.id), urlsplit(address)
            same = mine.netloc == theirs.netloc and theirs.username is None
        except ValueError:
            return False
        return bool(mine.netloc) and mine.scheme in {"http", "https"} and same


class Trust:
    """Everything that the file says; without one nobody is trusted and nothing fetched."""

    def __init__(self, content: _TrustFile, keys: dict[str, list[Key]]) -> None:
        allowed = content.fetch
        self.fetcher = Fetcher(
            frozenset(host.casefold() for host in allowed.hosts), allowed.seconds, allowed.longest
        )
        self._issuers = {item.id: TrustedIssuer(item, keys[item.id]) for item in content.issuers}
        self._resolved: set[str] = set()

    def issuer(self, name: str) -> TrustedIssuer | None:
        """Return a trusted issuer by the id that a credential gives."""
        return self._issuers.get(name)

    def owner(self, address: str) -> TrustedIssuer | None:
        """Return the trusted issuer with whom an address lies."""
        return next((item for item in self._issuers.values() if item.owns(address)), None)

    def keys_of(self, issuer: TrustedIssuer) -> list[Key]:
        """Return an issuer's keys; of a did:web without any, those of its document."""
        if not issuer.keys and issuer.id.startswith(DID_WEB) and issuer.id not in self._resolved:
            self._resolved.add(issuer.id)
            issuer.keys = self._did_web_keys(issuer.id)
        return issuer.keys

    def _did_web_keys(self, did: str) -> list[Key]:
        try:
            document = json.loads(self.fetcher.fetch(did_web_address(did)))
        except (NotFetched, ValueError, RecursionError):
            return []
        if not isinstance(document, dict) or document.get("id") != did:
            return []
        methods = document.get("verificationMethod")
        found = [_method_key(item) for item in methods] if isinstance(methods, list) else []
        return [key for key in found if key is not None]

    @cached_property
    def empty(self) -> bool:
        """Whether nobody is trusted."""
        return not self._issuers


def did_web_address(did: str) -> str:
    """Return where the document of a did:web stands."""
    host, *path = did.removeprefix(DID_WEB).split(":")
    return f"https://{host}/{'/'.join(path) if path else '.well-known'}/did.json"


def _method_key(method: Any) -> Key | None:  # noqa: ANN401 - any JSON
    try:
        if isinstance(method.get("publicKeyMultibase"), str):
            return multikey(method["publicKeyMultibase"])
        key = JWKRegistry.import_key(method["publicKeyJwk"])
        check_key(key)
    except (KeyNotReadable, ValueError, TypeError, KeyError, AttributeError):
        return None
    return key


def read_trust(path: Path | None) -> Trust:
    """Read the list of trusted issuers; None stands for an empty one.

    Raises
    ------
    SettingsRefused
        It cannot be read, or a key in it is not usable.
    """
    if path is None:
        return Trust(_TrustFile(), {})
    try:
        content = _TrustFile.model_validate(tomllib.loads(_text(path)))
    except tomllib.TOMLDecodeError as error:
        raise SettingsRefused(f"{path} is not TOML: {error}.") from None
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise SettingsRefused(f"{path}: {place}: {first['msg']}.") from None
    return Trust(content, {item.id: _keys(item, path) for item in content.issuers})


def _keys(listed: _Listed, path: Path) -> list[Key]:
    try:
        keys = [named_key(name) for name in listed.keys]
        if listed.id.startswith(DID_KEY):
            keys.append(named_key(listed.id))
        if listed.jwks is not None:
            keys += jwk_keys(json.loads(_text(path.parent / listed.jwks)))
    except (KeyNotReadable, ValueError, AttributeError) as error:
        reason = str(error) if isinstance(error, KeyNotReadable) else "its key set is no JSON"
        raise SettingsRefused(f"{path}: the keys of {listed.id}: {reason}.") from None
    return keys


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(LONGEST_FILE + 1)
        if len(content) > LONGEST_FILE:
            raise SettingsRefused(f"{path} has more than {LONGEST_FILE:,} bytes.")
        return content.decode("utf-8")
    except OSError as error:
        raise SettingsRefused(f"{path} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise SettingsRefused(f"{path} is not UTF-8.") from None
