"""The API's description, where FastAPI's own leaves something out."""

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from pydantic import BaseModel

from serving.problems import problem_schemas


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
        for model in _shapes(BaseModel):
            # FastAPI drops nulls from examples; in ours a null says 'unknown'.
            examples = model.model_json_schema().get("examples")
            if examples is not None and model.__name__ in models:
                models[model.__name__]["examples"] = examples
        app.openapi_schema = schema
    return app.openapi_schema


def _shapes(kind: type[BaseModel]) -> Iterator[type[BaseModel]]:
    """Yield every model of ours below `kind`."""
    for below in kind.__subclasses__():
        if below.__module__.startswith("serving.api."):
            yield below
        yield from _shapes(below)
