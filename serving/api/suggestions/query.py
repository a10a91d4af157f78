"""What a list of suggestions may be asked for, as it stands in an address."""

from typing import Final

from pydantic import BaseModel, Field

from serving.api.paging import MAX_CURSOR, read_cursor
from serving.deps import MAX_ID_LENGTH, PRINTABLE
from serving.live.filters import Filters, standard_key

DEFAULT_K: Final = 10
MAX_K: Final = 50


class SuggestionQuery(BaseModel):
    """What a list is asked to hold."""

    k: int = Field(default=DEFAULT_K, ge=1, le=MAX_K, description="At most so many suggestions.")
    after: str | None = Field(
        default=None,
        max_length=MAX_CURSOR,
        description="The `next` of the page before this one; leave it out for the first page.",
    )
    standard: str | None = Field(
        default=None,
        max_length=2 * MAX_ID_LENGTH,
        pattern=r"^[^:\x00-\x1f\x7f]+:[^\x00-\x1f\x7f]+$",
        description="FRAMEWORK:CODE: only what develops this standard, directly or through the "
        "crosswalk. Nothing is aligned with a framework's root.",
        examples=["Danielson:3b"],
    )
    issuer: str | None = Field(
        default=None,
        max_length=MAX_ID_LENGTH,
        pattern=PRINTABLE,
        description="Only this issuer's, whatever the case of its letters.",
    )
    max_hours: float | None = Field(
        default=None,
        gt=0,
        allow_inf_nan=False,
        description="At most so many hours. What says nothing of its hours stays in the list, "
        "with `hours` null.",
    )
    max_cost: float | None = Field(
        default=None,
        ge=0,
        allow_inf_nan=False,
        description="At most so many US dollars. What says nothing of its cost stays in the list, "
        "with `cost_usd` null.",
    )
    format: str | None = Field(
        default=None,
        max_length=MAX_ID_LENGTH,
        pattern=PRINTABLE,
        description="Only of this format, whatever the case of its letters.",
    )
    serves: str | None = Field(
        default=None,
        max_length=MAX_ID_LENGTH,
        pattern=PRINTABLE,
        description="Only what serves these students: `english_learners` or "
        "`students_with_disabilities`.",
    )
    without_students: bool = Field(
        default=False,
        description="True leaves out what needs students. What says nothing of it stays in the "
        "list, with `needs_students` null.",
    )
    renewal: bool = Field(
        default=False,
        description="True keeps what may count toward the renewal of the teacher's licence today; "
        "the rest is excluded as `not_for_renewal`.",
    )
    include_reasons: bool = Field(default=True, description="False leaves `reasons` empty.")

    def behind(self) -> tuple[str, str] | None:
        """Return the credential that the list goes on behind, None for its beginning."""
        if self.after is None:
            return None
        district_id, credential_id = read_cursor(self.after, 2)
        return district_id, credential_id

    def filters(self) -> Filters:
        """Return what narrows the list."""
        return Filters(
            standard=None if self.standard is None else standard_key(self.standard),
            issuer=self.issuer,
            max_hours=self.max_hours,
            max_cost=self.max_cost,
            format=self.format,
            renewal=self.renewal,
            serves=self.serves,
            without_students=self.without_students,
        )
