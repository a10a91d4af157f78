"""What a search may change of the evidence, and between which ends."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from training.judging import PipelineConfig

Number = int | float


@dataclass(frozen=True)
class Dimension:
    """One number of the configuration.

    `log` tells that its order of magnitude is drawn evenly, not the number itself.
    """

    path: str
    """Where it stands in `PipelineConfig`, with dots between."""
    low: Number
    high: Number
    log: bool = False

    @property
    def whole(self) -> bool:
        """Whether it is a whole number."""
        return isinstance(self.low, int)


SPACE: Final = (
    Dimension("evidence.colleagues.als.noise", 0.25, 4.0, log=True),
    Dimension("evidence.colleagues.als.alpha", 0.5, 8.0, log=True),
    Dimension("evidence.colleagues.ease.ridge", 10.0, 1000.0, log=True),
    Dimension("evidence.colleagues.ease.frequency", 2.0, 100.0, log=True),
    Dimension("evidence.colleagues.ease.lengths", 0.0, 1.0),
    Dimension("evidence.colleagues.short.factors", 24, 200, log=True),
    Dimension("evidence.colleagues.short.prior", 1.0, 100.0, log=True),
    Dimension("evidence.succession.place_decay", 0.3, 1.0),
    Dimension("evidence.succession.damping", 0.0, 0.8),
    Dimension("evidence.succession.transitions_prior", 1.0, 100.0, log=True),
    Dimension("evidence.succession.together_prior", 1.0, 100.0, log=True),
    Dimension("evidence.popular.half_life_days", 180.0, 36_500.0, log=True),
)
"""The defaults suit several kinds of data; these ends reach well to both sides of them."""


def value_at(config: PipelineConfig, path: str) -> Any:  # noqa: ANN401 - any part of a configuration
    """Return what stands at a path; None where a part on the way is left out."""
    part: Any = config
    for name in path.split("."):
        part = None if part is None else getattr(part, name)
    return part


def open_dimensions(
    config: PipelineConfig, space: tuple[Dimension, ...] = SPACE
) -> tuple[Dimension, ...]:
    """Return the dimensions that a configuration has: those of a part left out are none."""
    return tuple(one for one in space if value_at(config, one.path) is not None)


def with_values(config: PipelineConfig, values: Mapping[str, Number]) -> PipelineConfig:
    """Return the configuration with some of its numbers replaced, by path."""
    changed = config
    for path, value in values.items():
        changed = _replaced(changed, path.split("."), value)
    return changed


def _replaced(part: Any, names: list[str], value: Number) -> Any:  # noqa: ANN401 - as above
    first, *rest = names
    return replace(part, **{first: _replaced(getattr(part, first), rest, value) if rest else value})
