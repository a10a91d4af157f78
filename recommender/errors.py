"""The one family of errors that a user may see.

Each class has a stable `type` (the last part of an RFC 9457 problem type), an HTTP `status` and a
command-line `exit_code`. Messages are whole sentences for people and never hold a rating, an e-mail
address or a token.
"""

from typing import ClassVar


class RecommenderError(Exception):
    """Base of the family; `str(error)` is the sentence to show."""

    type: ClassVar[str] = "internal-error"
    title: ClassVar[str] = "Something went wrong"
    status: ClassVar[int] = 500
    exit_code: ClassVar[int] = 1

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class InvalidInput(RecommenderError):
    """A request, an option or a file's content breaks its contract."""

    type = "invalid-input"
    title = "The input is not valid"
    status = 422
    exit_code = 2


class ImportRefused(InvalidInput):
    """A whole import was refused; the store is as it was."""

    type = "import-refused"
    title = "The import was refused"
    exit_code = 3


class NotFound(RecommenderError):
    """A named thing does not exist, or not for the one who asks."""

    type = "not-found"
    title = "Not found"
    status = 404
    exit_code = 4


class NotSignedIn(RecommenderError):
    """No token, or one that does not hold."""

    type = "not-signed-in"
    title = "Sign in first"
    status = 401
    exit_code = 5


class NotAllowed(RecommenderError):
    """Signed in, but not allowed to do this."""

    type = "not-allowed"
    title = "Not allowed"
    status = 403
    exit_code = 5


class AlreadyUsed(RecommenderError):
    """An idempotency key came back with another request."""

    type = "already-used"
    title = "This key was used for another request"
    status = 409
    exit_code = 2


class TooLarge(RecommenderError):
    """A request's body is longer than is taken."""

    type = "too-large"
    title = "The request is too large"
    status = 413
    exit_code = 2


class NotJson(RecommenderError):
    """A request's body is not declared as JSON."""

    type = "not-json"
    title = "The body must be JSON"
    status = 415
    exit_code = 2


class TooManyRequests(RecommenderError):
    """A caller asks more often than is allowed; `seconds` says when to come back."""

    type = "too-many-requests"
    title = "Too many requests"
    status = 429
    exit_code = 7

    def __init__(self, detail: str, seconds: int = 1) -> None:
        super().__init__(detail)
        self.seconds = seconds


class NoChampion(RecommenderError):
    """No model has been promoted yet."""

    type = "no-champion"
    title = "No model has been promoted yet"
    status = 503
    exit_code = 6


class BundleRefused(RecommenderError):
    """A model bundle is damaged, of another version or of another shape."""

    type = "bundle-refused"
    title = "The model bundle was refused"
    status = 503
    exit_code = 6


class StoreUnavailable(RecommenderError):
    """The store cannot be reached, or its schema is not the one of this version."""

    type = "store-unavailable"
    title = "The store is not available"
    status = 503
    exit_code = 7


class KeysUnavailable(RecommenderError):
    """The identity provider's keys cannot be fetched, so that no token can be checked."""

    type = "keys-unavailable"
    title = "Tokens cannot be checked"
    status = 503
    exit_code = 7


class NoPlan(RecommenderError):
    """No growth plan meets all the limits that were set; the words say which stand in the way."""

    type = "no-plan"
    title = "No plan meets these limits"
    status = 409
    exit_code = 8


class HasChanged(RecommenderError):
    """What a request would change is not any more what its sender saw."""

    type = "has-changed"
    title = "It has changed meanwhile"
    status = 412
    exit_code = 8


class NotConditional(RecommenderError):
    """A request that changes something does not say which version it has seen."""

    type = "not-conditional"
    title = "Say which version you have seen"
    status = 428
    exit_code = 2


class NotEnoughData(RecommenderError):
    """There is too little data to do what was asked."""

    type = "not-enough-data"
    title = "Not enough data"
    status = 409
    exit_code = 8


class SettingsRefused(RecommenderError):
    """A setting is missing or unsafe."""

    type = "settings-refused"
    title = "The settings are not usable"
    status = 500
    exit_code = 9
