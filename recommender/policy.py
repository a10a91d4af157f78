"""A district's policy: what it asks of a suggestion beside the model's own weights."""

from dataclasses import dataclass
from typing import Self

from recommender.settings import Settings, settings


@dataclass(frozen=True)
class Policy:
    """Settings that change suggestions.

    Parameters
    ----------
    need_share
        Least share (0..1) of the spread of the score over the eligible set that need evidence must
        carry, for a teacher of whom such facts are known.
    allow_unknown_quality
        Whether a credential whose quality assurance is unknown may be suggested.
    """

    need_share: float = 0.0
    allow_unknown_quality: bool = True

    def __post_init__(self) -> None:
        if not 0.0 <= self.need_share <= 1.0:
            raise ValueError(f"need_share must be from 0 to 1, got {self.need_share}")

    @classmethod
    def in_force(cls, chosen: Settings | None = None) -> Self:
        """Return the policy that the settings ask for: the one that every page and command uses."""
        return cls(need_share=(chosen or settings()).need_share)
