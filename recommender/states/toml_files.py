"""Reading a TOML file of a state into plain values: exact numbers, tuples, a size limit."""

import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError

from recommender.states.faults import Fault, validation_faults

LARGEST_BYTES: Final = 1_000_000
Model = TypeVar("Model", bound=BaseModel)


def read_toml(file: Path) -> tuple[dict[str, Any] | None, tuple[Fault, ...]]:
    """Return a file's content (None if it cannot be read) and what is wrong with it.

    Decimal fractions are kept exact; lists become tuples.
    """
    try:
        if file.stat().st_size > LARGEST_BYTES:
            return None, (Fault(file, "file", f"must have at most {LARGEST_BYTES:,} bytes"),)
        text = file.read_text(encoding="utf-8-sig")
        content = tomllib.loads(text, parse_float=Decimal)
    except UnicodeDecodeError:
        return None, (Fault(file, "file", "must be UTF-8 text"),)
    except OSError as error:
        return None, (Fault(file, "file", error.strerror or "cannot be read"),)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        return None, (Fault(file, "file", f"is not valid TOML: {error}"),)
    return _frozen(content), ()


def validated(
    model: type[Model], content: dict[str, Any], file: Path
) -> tuple[Model | None, tuple[Fault, ...]]:
    """Return the model that the content makes, or the rules that it breaks."""
    try:
        return model.model_validate(content), ()
    except ValidationError as error:
        return None, validation_faults(file, error)


def _frozen(value: Any) -> Any:  # noqa: ANN401 - TOML has no narrower type
    if isinstance(value, dict):
        return {key: _frozen(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return tuple(_frozen(inner) for inner in value)
    return value
