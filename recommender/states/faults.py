"""What is wrong with a file of a state: the file, the place in it, the rule it breaks."""

from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

_WORDS = {
    "extra_forbidden": "is not a key that this version knows",
    "missing": "must be given",
}


@dataclass(frozen=True, order=True)
class Fault:
    """One rule broken in one place; `place` is dotted, or a line of the file."""

    file: Path
    place: str
    rule: str

    def __str__(self) -> str:
        return f"{self.file}: {self.place}: {self.rule}"


def validation_faults(file: Path, error: ValidationError) -> tuple[Fault, ...]:
    """Return one fault for each thing that a model refused."""
    return tuple(
        Fault(file, ".".join(str(step) for step in item["loc"]) or "file", _rule(dict(item)))
        for item in error.errors(include_url=False, include_context=False, include_input=False)
    )


def _rule(item: dict[str, object]) -> str:
    words = _WORDS.get(str(item["type"]))
    return words or str(item["msg"]).removeprefix("Value error, ")
