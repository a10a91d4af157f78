"""A district's policy: what it asks of a suggestion beside the model's own weights."""

from dataclasses import dataclass
from typing import Final, Self

from recommender.settings import Settings, settings

_SHARES: Final = ("need_share", "diversity", "exploration")


@dataclass(frozen=True)
class Policy:
    """Settings that change suggestions; without any, the model's own order of what is eligible.

    Parameters
    ----------
    need_share
        Least share (0..1) of the spread of the score over the eligible set that need evidence must
        carry, for a teacher of whom such facts are known.
    allow_unknown_quality
        Whether a credential whose quality assurance is unknown may be suggested.
    diversity
        Price (0..1) at which a list may spread over growth areas and issuers: no place gives up
        more than this share of the way from the best score to that of the last candidate.
    exploration
        Share (0..1) of lists of which one place tries what would not stand on the first page.
    use_evaluations
        Whether evaluation ratings may change what is suggested.
    micro_credentials_only
        Whether other professional development (courses, workshops) stays out of the lists.
    """

    need_share: float = 0.0
    allow_unknown_quality: bool = True
    diversity: float = 0.0
    exploration: float = 0.0
    use_evaluations: bool = True
    micro_credentials_only: bool = False

    def __post_init__(self) -> None:
        for name in _SHARES:
            if not 0.0 <= getattr(self, name) <= 1.0:
                raise ValueError(f"{name} must be from 0 to 1, got {getattr(self, name)}")

    @classmethod
    def in_force(cls, chosen: Settings | None = None) -> Self:
        """Return the policy that the settings ask for: the one that every page and command uses."""
        asked = chosen or settings()
        return cls(
            need_share=asked.need_share,
            diversity=asked.diversity,
            exploration=asked.exploration,
        )
