"""Answers that a caller may keep as long as they are what it would get again."""

from hashlib import sha256
from typing import Any, Final

from fastapi import Request
from pydantic import BaseModel
from starlette.responses import Response


def answer_or_unchanged(request: Request, content: BaseModel) -> Response:
    """Return the content under the tag of its bytes, or 304 where the caller has it already.

    The tag is made of the answer itself, so that no change can be missed.
    """
    body = content.model_dump_json().encode()
    tag = f'"{sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache", "Vary": "Authorization"}
    if _has(request.headers.get("if-none-match", ""), tag):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="application/json", headers=headers)


def _has(offered: str, tag: str) -> bool:
    tags = {part.strip().removeprefix("W/") for part in offered.split(",")}
    return tag in tags or "*" in tags


UNCHANGED: Final[dict[int | str, dict[str, Any]]] = {
    304: {"description": "What the caller has under `If-None-Match` is still true."}
}
"""OpenAPI's `responses` of what answers by `answer_or_unchanged`."""
