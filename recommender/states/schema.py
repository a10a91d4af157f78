"""What a state pack says and in which shape: strict models without a key too many.

Every figure names its sources and whether a state's own staff have `verified` it. Amounts are exact
fractions in the state's own unit. What is not known has no figure at all, never a zero.
"""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Final, Generic, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from recommender.store.columns import ALWAYS, FOREVER

Value = TypeVar("Value")
MICRO_CREDENTIAL: Final = "micro_credential"


def exact(value: object) -> Fraction:
    """Return a number of a file as a fraction without loss; anything but a positive one fails."""
    number = _number(value)
    if number is None:
        raise ValueError("must be a number")
    if number <= 0:
        raise ValueError("must be above zero")
    if number > _LARGEST:
        raise ValueError(f"must be at most {_LARGEST}")
    return number


def _number(value: object) -> Fraction | None:
    if isinstance(value, bool) or not isinstance(value, int | Decimal | Fraction):
        return None
    # A number like 1e999999999 would fill the memory with its digits.
    if isinstance(value, Decimal) and not (value.is_finite() and abs(value.adjusted()) <= _DIGITS):
        return None
    return Fraction(value)


_LARGEST: Final = 100_000
_DIGITS: Final = 12
Amount = Annotated[Fraction, BeforeValidator(exact)]
Text = Annotated[str, Field(min_length=1)]
Names = Annotated[tuple[Text, ...], Field(min_length=1)]
Key = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_]*$")]
MonthDay = Annotated[str, Field(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])$")]
Years = Annotated[int, Field(gt=0, le=50)]


class Strict(BaseModel):
    """No unknown key, no silent conversion, no change afterwards."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Source(Strict):
    """Where something was read; `dated` as the source gives it, or 'undated'."""

    where: Text
    dated: Text
    kind: Literal["stated", "secondary", "weak"]


class Told(Strict):
    """Something that the pack says, with where it comes from and how sure it is."""

    sources: Names
    """Keys of the pack's `sources`."""
    verified: bool
    """True only once the state's own staff have confirmed it."""
    inferred: bool = False
    """Ours, drawn from the sources, not a sentence of theirs."""
    note: str = ""
    set_by: str = ""
    """District whose file says it; empty where the state's does. Never written in a file."""


class Figure(Told, Generic[Value]):
    """A value with its provenance."""

    value: Value


class Words(Told):
    """A sentence that bears on renewal but is not arithmetic."""

    words: Text


class Conflict(Told):
    """Two sources that do not agree, and what the pack does about it."""

    about: Text
    one: Text
    other: Text
    taken: Text


class Unknown(Strict):
    """Something looked for and not found; nothing follows from it."""

    about: Text
    words: Text


class Evaluation(Strict):
    """How teachers of the state are evaluated; without a framework the district chooses its own."""

    framework: Figure[Text] | None = None
    levels: Figure[Names] | None = None
    """Names of the scale's levels, lowest first."""
    unrated: Figure[Names] | None = None
    """Names that stand where a level would and say 'unknown', not 'low'."""
    covers: Figure[Text] | None = None


class Unit(Strict):
    """What the state counts in."""

    one: Text
    many: Text


class Match(Strict):
    """Which credentials a rule is about: those that meet every list given, in one of its values.

    `standards` are codes of the pack's evaluation framework and stand for those below them too.
    """

    any: bool = False
    kinds: tuple[Text, ...] = ()
    standards: tuple[Text, ...] = ()
    subjects: tuple[Text, ...] = ()
    issuers: tuple[Text, ...] = ()
    serves: tuple[Text, ...] = ()
    stacks: tuple[Text, ...] = ()


class Applies(Strict):
    """Which teachers a plan is for; an empty list asks nothing."""

    roles: tuple[Text, ...] = ()
    grade_bands: tuple[Text, ...] = ()
    licences: tuple[Text, ...] = ()


class Plan(Strict):
    """What one group of teachers needs in a cycle; without a total, the state's."""

    title: Text
    applies: Applies
    total: Figure[Amount] | None = None
    minimums: dict[Key, Figure[Amount]] = {}


class Category(Told):
    """A kind of credit with a minimum of its own in some plan."""

    title: Text
    match: Match


class Rate(Told):
    """So many hours make so many units."""

    hours: Amount
    units: Amount


class Route(Told):
    """How one kind of professional development may become credit.

    `unknown` says that no source tells whether it gives any: then none is promised.
    """

    title: Text
    kinds: Names
    credit: Literal["possible", "unknown", "none"]
    words: Text
    rate: Rate | None = None
    hours_each: Figure[Amount] | None = None
    """Hours that each one is worth, whatever the catalog says (a district's rule)."""
    approval: Figure[Literal["before", "after", "unknown"]]
    decided_by: Figure[Text]
    conditions: tuple[Key, ...] = ()


class Condition(Told):
    """Something about the teacher that a route asks for."""

    title: Text
    fact: Literal["employer", "license_type", "grade_bands", "subjects", "role"]
    one_of: Names


class Cap(Strict):
    """At most so much from some kinds, in a school year where the need is yearly, else a cycle."""

    title: Text
    kinds: Names
    maximum: Figure[Amount]


class Topic(Told):
    """Something that must be among the hours; without `hours` the amount is not known."""

    title: Text
    hours: Figure[Amount] | None = None
    match: Match


class Yearly(Strict):
    """What is needed in every school year."""

    total: Figure[Amount]
    starts: Figure[MonthDay]


class Renewal(Strict):
    """How a standard licence is renewed."""

    unit: Unit
    licences: Figure[Names]
    """Licence types that these rules are about; of any other the pack knows nothing."""
    exempt: Figure[Names] | None = None
    cycle_years: Figure[Years]
    total: Figure[Amount] | None = None
    yearly: Yearly | None = None
    plans: dict[Key, Plan] = {}
    categories: dict[Key, Category] = {}
    routes: dict[Key, Route]
    conditions: dict[Key, Condition] = {}
    caps: dict[Key, Cap] = {}
    topics: dict[Key, Topic] = {}


class QualityRule(Told):
    """Which checklist says whether a micro-credential is of high quality."""

    checklist: Key


class Pack(Strict):
    """One version of a state's rules, or of a state's rules as a district's file changes them."""

    code: Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
    name: Text
    valid_from: date = ALWAYS
    valid_to: date = FOREVER
    district: str = ""
    employer: Figure[Text] | None = None
    """What the district is as an employer; only a district's file can say."""
    sources: dict[Key, Source]
    evaluation: Evaluation
    renewal: Renewal
    quality: QualityRule | None = None
    conflicts: dict[Key, Conflict] = {}
    unknowns: dict[Key, Unknown] = {}
    notes: dict[Key, Words] = {}
    parents: dict[str, str] = {}
    """Parent of each standard of the evaluation framework; filled in by the program."""
