"""Forms of the pages: what was sent, and whether the very page of this session sent it.

The cookie is SameSite=Lax, which other pages of the same site pass by; so each form carries a token
too. It is a MAC of the signed-in account under the session's own token: who cannot read the cookie
cannot make it, it ends with the session, and no worker has to remember it.
"""

import hmac
from hashlib import sha256
from http import HTTPStatus
from typing import Annotated, Final, TypeVar
from urllib.parse import parse_qsl

from fastapi import Depends, Request
from pydantic import BaseModel, ValidationError
from starlette.responses import RedirectResponse, Response

from recommender.errors import InvalidInput, NotAllowed
from recommender.settings import Settings
from recommender.store.tables import Teacher
from serving.api.writing import lock_teacher
from serving.auth.access import own_teacher
from serving.auth.caller import Caller
from serving.auth.cookies import session_token
from serving.deps import (
    ServiceDep,
    SessionDep,
    TeacherIdPath,
    WritingSessionDep,
    get_visitor,
)

MOST_FIELDS: Final = 500
FORM: Final = "application/x-www-form-urlencoded"
CSRF_FIELD: Final = "csrf"

Form = dict[str, str]
M = TypeVar("M", bound=BaseModel)

_STALE: Final = (
    "This form did not come from a page of your present session. "
    "Go back, load the page again, and send it once more."
)


async def read_form(request: Request) -> Form:
    """Return the fields of a form; of a field sent twice the last one counts.

    Raises
    ------
    InvalidInput
        There are more fields than any form of ours has.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != FORM:
        return {}
    text = (await request.body()).decode(errors="replace")
    try:
        return dict(parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_FIELDS))
    except ValueError:
        raise InvalidInput("The form has too many fields.") from None


FormDep = Annotated[Form, Depends(read_form)]


def csrf_token(request: Request, settings: Settings, visitor: Caller) -> str:
    """Return the token that forms of this session carry."""
    secret = session_token(request, settings) or ""
    return hmac.new(secret.encode(), f"forms\0{visitor.key}".encode(), sha256).hexdigest()


def get_acting_teacher(
    request: Request,
    service: ServiceDep,
    session: WritingSessionDep,
    form: FormDep,
    teacher_id: TeacherIdPath,
) -> Teacher:
    """Return the signed-in teacher, locked, if a form of their own page was sent.

    Raises
    ------
    NotAllowed
        The visitor is not this teacher, or the form's token is not that of the session.
    """
    visitor = get_visitor(request, service, session)
    own = own_teacher(session, visitor, teacher_id)
    _check_origin(request, service.settings, visitor, form)
    return lock_teacher(session, own.id or 0)


ActingTeacherDep = Annotated[Teacher, Depends(get_acting_teacher)]


def get_sender(request: Request, service: ServiceDep, session: SessionDep, form: FormDep) -> Caller:
    """Return who sent a form from a page of their own session; nothing is locked.

    Raises
    ------
    NotAllowed
        The form's token is not that of the session.
    """
    visitor = get_visitor(request, service, session)
    _check_origin(request, service.settings, visitor, form)
    return visitor


SenderDep = Annotated[Caller, Depends(get_sender)]


def _check_origin(request: Request, settings: Settings, visitor: Caller, form: Form) -> None:
    expected = csrf_token(request, settings, visitor)
    if not hmac.compare_digest(form.get(CSRF_FIELD, "").encode(), expected.encode()):
        raise NotAllowed(_STALE)


def read_as(shape: type[M], values: object) -> M:
    """Return what was sent in the API's own shape, with the API's own checks.

    Raises
    ------
    InvalidInput
        It breaks them; what was sent is not repeated.
    """
    try:
        return shape.model_validate(values)
    except ValidationError:
        raise InvalidInput("The form holds something that this page does not offer.") from None


def see(address: str) -> Response:
    """Lead on to a page after a form, so that loading it again sends nothing again."""
    return RedirectResponse(address, HTTPStatus.SEE_OTHER)
