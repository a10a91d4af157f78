"""What a caller sees when something cannot be done: RFC 9457 problems, or a page in plain words."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoFreeConnection
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from recommender.errors import (
    BundleRefused,
    InvalidInput,
    KeysUnavailable,
    NoChampion,
    NotAllowed,
    NotFound,
    NotSignedIn,
    RecommenderError,
    StoreUnavailable,
    TooManyRequests,
)
from serving.portal.rendering import is_page, render_error

MEDIA_TYPE: Final = "application/problem+json"
TYPE_PREFIX: Final = "urn:recommender:problem:"
RETRY_AFTER_SECONDS: Final = 5

READING: Final = (NotSignedIn, NotAllowed, InvalidInput, TooManyRequests, StoreUnavailable)
"""What any reading operation may be answered with."""

READING_ONE: Final = (*READING, NotFound)
"""The same, of one named thing."""

_log = structlog.get_logger(__name__)


class FieldProblem(BaseModel):
    """One part of a request that breaks its contract."""

    where: str = Field(examples=["query.k"])
    message: str = Field(examples=["Input should be less than or equal to 50"])


class Problem(BaseModel):
    """A problem as RFC 9457 describes it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": f"{TYPE_PREFIX}not-found",
                    "title": "Not found",
                    "status": 404,
                    "detail": "There is no teacher 'T404' in this district.",
                    "request_id": "0b6f6f1c5f6f4b6c8f1a2d3e4f5a6b7c",
                }
            ]
        }
    )

    type: str = Field(description="A stable name; programs branch on this.")
    title: str = Field(description="The same sentence for every problem of this type.")
    status: int = Field(description="The HTTP status.")
    detail: str = Field(description="What went wrong this time, for people.")
    request_id: str = Field(description="Name this when you ask for help.")
    errors: list[FieldProblem] | None = Field(
        default=None, description="Which parts of the request break their contract."
    )


def documented(*errors: type[RecommenderError]) -> dict[int | str, dict[str, Any]]:
    """Return the OpenAPI `responses` of the errors that an operation may answer with."""
    by_status: dict[int, list[str]] = {}
    for error in errors:
        by_status.setdefault(error.status, []).append(error.title)
    return {status: _documented_response(titles) for status, titles in by_status.items()}


def _documented_response(titles: Sequence[str]) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": "; ".join(titles), "content": {MEDIA_TYPE: {"schema": schema}}}


def problem_schemas() -> dict[str, Any]:
    """Return the component schemas that `documented` refers to."""
    schema = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    parts: dict[str, Any] = schema.pop("$defs")
    return {**parts, "Problem": schema}


def answer(
    request: Request,
    *,
    type_: str,
    title: str,
    status: int,
    detail: str,
    errors: list[FieldProblem] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return a problem, or its page where a person with a browser asked for a page."""
    request_id: str = request.state.request_id
    if is_page(request):
        return render_error(title, detail, status, request_id, headers)
    problem = Problem(
        type=TYPE_PREFIX + type_,
        title=title,
        status=status,
        detail=detail,
        request_id=request_id,
        errors=errors,
    )
    content = problem.model_dump(exclude_none=True)
    return JSONResponse(content, status, dict(headers or {}), media_type=MEDIA_TYPE)


def answer_error(
    request: Request, error: RecommenderError, errors: list[FieldProblem] | None = None
) -> Response:
    """Return the answer to an error of the family; its own faults keep their details."""
    detail = error.detail
    if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        _log.warning("request_failed", type=error.type, detail=detail)
    if error.status == HTTPStatus.INTERNAL_SERVER_ERROR:
        detail = UNEXPECTED.detail
    return answer(
        request,
        type_=error.type,
        title=error.title,
        status=error.status,
        detail=detail,
        errors=errors,
        headers=_headers(error),
    )


UNEXPECTED: Final = RecommenderError("Something unexpected went wrong on our side.")
"""What is said of a fault of our own: nothing of what it was."""


def _headers(error: RecommenderError) -> dict[str, str]:
    if isinstance(error, NotSignedIn):
        return {"WWW-Authenticate": "Bearer"}
    if isinstance(error, TooManyRequests):
        return {"Retry-After": str(error.seconds)}
    if isinstance(error, StoreUnavailable | NoChampion | BundleRefused | KeysUnavailable):
        return {"Retry-After": str(RETRY_AFTER_SECONDS)}
    return {}


def install(app: FastAPI) -> None:
    """Let the app answer every error as a problem."""
    app.add_exception_handler(RecommenderError, _on_known)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(OperationalError, _on_store_failure)
    app.add_exception_handler(InterfaceError, _on_store_failure)
    app.add_exception_handler(NoFreeConnection, _on_store_failure)


async def _on_known(request: Request, error: Exception) -> Response:
    known = error if isinstance(error, RecommenderError) else UNEXPECTED
    return answer_error(request, known)


async def _on_invalid(request: Request, error: Exception) -> Response:
    """Say which part of a request is wrong; what stood there is never repeated."""
    found = error.errors() if isinstance(error, RequestValidationError) else []
    parts = [
        FieldProblem(where=".".join(str(part) for part in item["loc"]), message=item["msg"])
        for item in found
    ]
    where = ", ".join(part.where for part in parts)
    return answer_error(request, InvalidInput(f"The request is not valid: {where}."), parts)


async def _on_http(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    if status == HTTPStatus.BAD_REQUEST:
        # What FastAPI says of a body that is no text at all; one that is no JSON is a 422.
        return answer_error(request, InvalidInput("The body cannot be read: it is not UTF-8."))
    headers = error.headers if isinstance(error, HTTPException) else None
    phrase = HTTPStatus(status).phrase
    return answer(
        request,
        type_=phrase.lower().replace(" ", "-"),
        title=phrase.capitalize(),
        status=status,
        detail=_HTTP_DETAILS.get(status, f"{phrase.capitalize()}."),
        headers=headers,
    )


_HTTP_DETAILS: Final = {
    404: "There is nothing at this address.",
    405: "This address does not take that method.",
}


async def _on_store_failure(request: Request, error: Exception) -> Response:
    _log.error("store_failed", error=type(error).__name__)
    return answer_error(
        request, StoreUnavailable("The store cannot be reached just now; try again in a moment.")
    )
