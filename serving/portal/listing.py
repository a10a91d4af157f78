"""What a teacher asks of the list, as it stands in the page's address."""

from typing import Annotated, Any, Final, Literal
from urllib.parse import urlencode

from pydantic import BaseModel, BeforeValidator, Field

from recommender.vocabulary import EventKind
from serving.api.suggestions.query import MAX_K
from serving.deps import MAX_ID_LENGTH, PRINTABLE
from serving.live.filters import Filters, standard_key

STEPS: Final = (5, 10, 20)
"""How many suggestions there are at first, and at each 'Show more'."""

HOURS: Final = (5.0, 10.0, 20.0, 40.0)
UNDONE: Final = "undone"

Served = Literal["english_learners", "students_with_disabilities"]
SERVED: Final[dict[str, str]] = {
    "english_learners": "For English learners",
    "students_with_disabilities": "For students with disabilities",
}


def _unless_blank(value: Any) -> Any:  # noqa: ANN401 - whatever stood in the address
    """Return None for a field that was left empty: browsers send those too."""
    return None if value == "" else value


class ListQuery(BaseModel):
    """How long the list is, what narrows it, and what was done a moment ago."""

    k: int = Field(default=STEPS[0], ge=1, le=MAX_K)
    max_hours: Annotated[float | None, BeforeValidator(_unless_blank)] = Field(
        default=None, gt=0, allow_inf_nan=False
    )
    free: bool = False
    no_students: bool = False
    serves: Annotated[Served | None, BeforeValidator(_unless_blank)] = None
    renewal: bool = False
    standard: Annotated[str | None, BeforeValidator(_unless_blank)] = Field(
        default=None,
        max_length=2 * MAX_ID_LENGTH,
        pattern=r"^[^:\x00-\x1f\x7f]+:[^\x00-\x1f\x7f]+$",
    )
    did: EventKind | Literal["undone"] | None = None
    about: str | None = Field(default=None, max_length=MAX_ID_LENGTH, pattern=PRINTABLE)

    def filters(self) -> Filters:
        """Return what narrows the list."""
        return Filters(
            standard=None if self.standard is None else standard_key(self.standard),
            max_hours=self.max_hours,
            max_cost=0.0 if self.free else None,
            serves=self.serves,
            without_students=self.no_students,
            renewal=self.renewal,
        )

    @property
    def narrowed(self) -> bool:
        """Whether anything narrows the list."""
        return self.filters() != Filters()

    def query(self, **changes: Any) -> str:  # noqa: ANN401 - any field's value
        """Return the query of the same list with changes, '' where it is the plain one.

        What was done a moment ago is left out unless it is among the changes.
        """
        fields = self.model_dump(exclude={"did", "about"}, exclude_defaults=True) | changes
        said = {name: _in_address(value) for name, value in fields.items() if value is not None}
        return f"?{urlencode(said)}" if said else ""


def _in_address(value: Any) -> str:  # noqa: ANN401 - any field's value
    if isinstance(value, bool):
        return "1" if value else "0"
    return f"{value:g}" if isinstance(value, float) else str(value)
