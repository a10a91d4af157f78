"""What is asked of a growth plan: as it is kept, as the API takes it and the command line."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Final, Self

from recommender.axes import CredentialKey, StandardKey
from recommender.errors import InvalidInput
from recommender.planning.wishes import MOST_ITEMS, USUAL_HOURS

TOTAL_KEY: Final = "total"
"""Key of 'in whatever category' among the credit that is asked for."""

MOST_STANDARDS: Final = 30
MOST_YEARS: Final = 6
MOST_HOURS_A_MONTH: Final = 200.0


@dataclass(frozen=True)
class Asked:
    """What a plan is sought with; a need of None is what is known of the teacher."""

    standards: tuple[tuple[StandardKey, float | None], ...]
    hours_a_month: float
    starts_on: date
    until: date
    budget_usd: float | None = None
    credits: tuple[tuple[str, float], ...] = ()
    """Units by key of the state pack's category, or `TOTAL_KEY`."""
    most_items: int = MOST_ITEMS
    unknown_hours: float = USUAL_HOURS
    locked: tuple[CredentialKey, ...] = ()
    left_out: tuple[CredentialKey, ...] = ()

    def __post_init__(self) -> None:
        if not self.standards and not self.credits:
            raise InvalidInput("Choose a standard to grow on, or renewal credit to reach.")
        if len(self.standards) > MOST_STANDARDS:
            raise InvalidInput(f"Choose at most {MOST_STANDARDS} standards.")
        if self.until < self.starts_on:
            raise InvalidInput("A plan must end on or after the day on which it starts.")
        if (self.until - self.starts_on).days > 366 * MOST_YEARS:
            raise InvalidInput(f"A plan may take at most {MOST_YEARS} years.")
        if not 0 < self.hours_a_month <= MOST_HOURS_A_MONTH:
            raise InvalidInput(
                f"The hours a month must be above 0 and at most {MOST_HOURS_A_MONTH:g}."
            )

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON values, as the API takes it."""
        plain = asdict(self)
        return plain | {
            "standards": [
                {"framework": framework, "code": code, "need": need}
                for (framework, code), need in self.standards
            ],
            "starts_on": self.starts_on.isoformat(),
            "until": self.until.isoformat(),
            "credits": dict(self.credits),
            "locked": [_key_out(key) for key in self.locked],
            "left_out": [_key_out(key) for key in self.left_out],
        }

    @classmethod
    def from_dict(cls, plain: dict[str, Any]) -> Self:
        """Return what was kept by `to_dict`."""
        return cls(
            **plain
            | {
                "standards": tuple(
                    ((item["framework"], item["code"]), item["need"]) for item in plain["standards"]
                ),
                "starts_on": date.fromisoformat(plain["starts_on"]),
                "until": date.fromisoformat(plain["until"]),
                "credits": tuple(plain["credits"].items()),
                "locked": tuple(_key_in(item) for item in plain["locked"]),
                "left_out": tuple(_key_in(item) for item in plain["left_out"]),
            }
        )


def _key_out(key: CredentialKey) -> dict[str, str]:
    return {"district_id": key[0], "credential_id": key[1]}


def _key_in(plain: dict[str, str]) -> CredentialKey:
    return plain["district_id"], plain["credential_id"]
