"""The API's description, where FastAPI's own leaves something out."""

from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from pydantic import BaseModel

from serving.api.credentials.schemas import CredentialOut
from serving.api.suggestions.schemas import SuggestionListOut
from serving.problems import problem_schemas

_WITH_NULLS: Final[tuple[type[BaseModel], ...]] = (CredentialOut, SuggestionListOut)


def operation_id(route: APIRoute) -> str:
    """Name an operation by its function, so that generated clients read well."""
    return route.name


def describe(app: FastAPI) -> dict[str, Any]:
    """Return the OpenAPI description; made once."""
    if app.openapi_schema is None:
        schema = get_openapi(
            title=app.title, version=app.version, description=app.description, routes=app.routes
        )
        models = schema["components"]["schemas"]
        models.update(problem_schemas())
        for model in _WITH_NULLS:
            # FastAPI drops nulls from examples; in ours a null says 'unknown'.
            models[model.__name__]["examples"] = model.model_json_schema()["examples"]
        app.openapi_schema = schema
    return app.openapi_schema
