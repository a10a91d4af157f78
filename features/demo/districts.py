"""The four districts, one a state, and the habits in which their states differ (DOMAIN.md)."""

from dataclasses import dataclass
from typing import Final

from features.demo.frameworks import FRAMEWORKS


@dataclass(frozen=True)
class District:
    """An invented district."""

    district_id: str
    state: str
    domain: str
    """Where its invented e-mail addresses end."""
    framework: str
    share: float
    """Share of all teachers."""
    licences: tuple[str, str]
    """Names of the standard and of the first licence."""
    renewal: tuple[int, int]
    """Month and day on which a licence ends."""
    cuts: tuple[float, float, float]
    """Where the four levels of the scale part on the axis of quality (about N(0, 1))."""

    @property
    def framework_place(self) -> int:
        """Place of its framework in `FRAMEWORKS`."""
        return FRAMEWORKS.index(self.framework)


DISTRICTS: Final = (
    District(
        "AR-RIVERBEND", "AR", "riverbend.example.org", "Danielson", 0.24,
        ("Standard", "Provisional"), (12, 31), (-1.9, -0.9, 1.1),
    ),
    District(
        "NC-PINE-HOLLOW", "NC", "pinehollow.example.org", "NCEES", 0.36,
        ("Continuing", "Initial"), (6, 30), (-1.4, 0.1, 1.3),
    ),
    District(
        "SC-TIDEWATER", "SC", "tidewater.example.org", "SCTS", 0.26,
        ("Professional", "Initial"), (6, 30), (-1.9, -0.7, 1.2),
    ),
    District(
        "WY-HIGH-PLAINS", "WY", "highplains.example.org", "Danielson", 0.14,
        ("Standard", "Initial"), (12, 31), (-1.8, -0.8, 1.2),
    ),
)  # fmt: skip

AR, NC, SC, WY = range(4)
"""Places in `DISTRICTS`."""
