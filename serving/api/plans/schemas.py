"""Growth plans as the API takes and tells them; the same as `recommender plan --json` prints."""

from datetime import date, datetime
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field

from models.plans.asking import MOST_HOURS_A_MONTH, MOST_STANDARDS, Asked
from recommender.planning.wishes import MOST_ITEMS, USUAL_HOURS
from serving.deps import MAX_ID_LENGTH, PRINTABLE

MOST_PLANNED: Final = 40

Id = Annotated[str, Field(min_length=1, max_length=MAX_ID_LENGTH, pattern=PRINTABLE)]


class _Exact(BaseModel):
    model_config = ConfigDict(extra="forbid")


class PlanCredential(_Exact):
    """A micro-credential by its district ('' where shared) and id."""

    district_id: Annotated[str, Field(max_length=MAX_ID_LENGTH)] = ""
    credential_id: Id


class PlanStandard(_Exact):
    """A standard to grow on."""

    framework: Id
    code: Id
    need: float | None = Field(
        default=None,
        gt=0,
        le=1,
        description="Its weight among the others; null takes what is known of the teacher.",
    )


ASKED: Final[dict[str, Any]] = {
    "standards": [{"framework": "NCEES", "code": "4a", "need": None}],
    "hours_a_month": 8.0,
    "starts_on": "2026-09-01",
    "until": "2027-05-31",
    "budget_usd": 150.0,
    "credits": {"literacy": 3.0, "total": 8.0},
    "most_items": 12,
    "unknown_hours": 15.0,
    "locked": [{"district_id": "", "credential_id": "MC-0017"}],
    "left_out": [],
}

OUTCOME: Final[dict[str, Any]] = {
    "covered": 0.9,
    "growth": [
        {
            "framework": "NCEES",
            "code": "4a",
            "title": "NCEES 4a Knows how students learn",
            "need": 0.67,
            "cover": 0.9,
        }
    ],
    "hours": 12.0,
    "hours_limit": 71.8,
    "cost_usd": 0.0,
    "units": 1.2,
    "unit": "CEUs",
    "proven": True,
    "gap": 0.0,
    "notes": ["Renewal credit is possible credit only: confirm with your district."],
}

ITEM: Final[dict[str, Any]] = {
    "credential_id": "MC-0017",
    "district_id": "",
    "title": "Questions that make students think",
    "starts_on": "2026-09-01",
    "ends_on": "2026-10-15",
    "hours": 12.0,
    "hours_known": True,
    "cost_usd": 0.0,
    "stack": "",
    "locked": True,
    "under_way": False,
    "develops": [{"framework": "NCEES", "code": "4a"}],
    "units": 1.2,
}

KEPT: Final[dict[str, Any]] = {
    "plan_id": 7,
    "version": 2,
    "teacher_id": "T00004",
    "made_by": "Cole Coach",
    "made_at": "2026-09-01T15:04:05Z",
    "changed_at": "2026-09-02T08:00:00Z",
    "accepted_by_teacher_at": None,
    "accepted_by_coach_at": "2026-09-02T08:00:00Z",
    "asked": ASKED,
    "items": [ITEM],
    "outcome": OUTCOME,
}


class PlanAsked(_Exact):
    """What a plan is sought with: what to cover, and within which limits."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [ASKED]})

    standards: Annotated[list[PlanStandard], Field(max_length=MOST_STANDARDS)] = []
    hours_a_month: float = Field(gt=0, le=MOST_HOURS_A_MONTH, allow_inf_nan=False)
    starts_on: date
    until: date = Field(description="Last day of the plan.")
    budget_usd: float | None = Field(default=None, ge=0, le=1_000_000, allow_inf_nan=False)
    credits: dict[Id, Annotated[float, Field(gt=0, le=10_000)]] = Field(
        default={},
        max_length=20,
        description="Renewal credit to reach, by the state pack's category; `total` for all.",
    )
    most_items: int = Field(default=MOST_ITEMS, ge=1, le=MOST_PLANNED)
    unknown_hours: float = Field(
        default=USUAL_HOURS, gt=0, le=500, description="Taken where the catalog tells no hours."
    )
    locked: Annotated[list[PlanCredential], Field(max_length=MOST_PLANNED)] = []
    left_out: Annotated[list[PlanCredential], Field(max_length=500)] = []

    def asked(self) -> Asked:
        """Return it as a plan is made with."""
        return Asked.from_dict(self.model_dump(mode="json"))


class PlanStandardRef(_Exact):
    """A standard that an item develops."""

    framework: str
    code: str


class PlanItemOut(_Exact):
    """A micro-credential of a plan, in its place, with its days."""

    credential_id: str
    district_id: str
    title: str
    starts_on: date
    ends_on: date
    hours: float
    hours_known: bool = Field(description="False where `unknown_hours` was taken.")
    cost_usd: float | None
    stack: str
    locked: bool
    under_way: bool
    develops: list[PlanStandardRef]
    units: float = Field(description="Possible renewal credit; only where credit was asked for.")


class PlanGrowthOut(_Exact):
    """How much of a standard's need the plan covers."""

    framework: str
    code: str
    title: str
    need: float
    cover: float = Field(description="0 to 1.")


class PlanOutcomeOut(_Exact):
    """What the plan covers and takes, and how good it is known to be."""

    covered: float = Field(description="Share of all need that is covered.")
    growth: list[PlanGrowthOut]
    hours: float
    hours_limit: float
    cost_usd: float = Field(description="Of the items whose cost is known.")
    units: float
    unit: str
    proven: bool = Field(description="Whether no plan within the limits is better.")
    gap: float = Field(description="By how much another plan may be better at most; 0 if proven.")
    notes: list[str]


class PlanProposalOut(_Exact):
    """A plan that is not kept."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"asked": ASKED, "items": [ITEM], "outcome": OUTCOME}]},
    )

    asked: PlanAsked
    items: list[PlanItemOut]
    outcome: PlanOutcomeOut


class PlanOut(PlanProposalOut):
    """A plan that is kept; `version` is what `If-Match` names."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [KEPT]})

    plan_id: int
    version: int
    teacher_id: str
    made_by: str = Field(description="Name of the coach; '' where the command line made it.")
    made_at: datetime
    changed_at: datetime
    accepted_by_teacher_at: datetime | None
    accepted_by_coach_at: datetime | None


class PlansOut(_Exact):
    """A teacher's plans, the latest first."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"plans": [KEPT]}]})

    plans: list[PlanOut]


class AcceptanceIn(_Exact):
    """Says nothing more: whoever sends it accepts."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{}]})
