"""The contracts of the catalog: standards and their crosswalk, credentials, quality, pathways."""

from functools import partial
from typing import Final

from sqlalchemy import Boolean, Date

from features.importers import parsing as p
from features.importers.columns import (
    CREDENTIAL,
    STANDARD,
    STRENGTH,
    VERIFIED,
    check_period,
    code_column,
    fill_root,
    key_column,
    lists,
    number_column,
    same,
    table_of,
    texts,
    words,
)
from features.importers.contracts import (
    Column,
    Contract,
    Entity,
    Presence,
    Reference,
    Row,
    RowRejected,
    Scope,
    Style,
    Target,
)
from recommender.careers.requirements import parse_requirement
from recommender.errors import InvalidInput
from recommender.store import tables as t
from recommender.store.columns import ALWAYS, FOREVER
from recommender.vocabulary import QualityStatus

_MET: Final = {"yes": QualityStatus.MET, "no": QualityStatus.NOT_MET}
_QUALITY: Final = p.one_of(
    words(list(QualityStatus)) | {word: status.value for word, status in _MET.items()}
)


def _check_standard(row: Row) -> None:
    root = row["framework"]
    fill_root(row, "framework", "code")
    if row["code"] == root:
        row["parent"] = ""
        return
    row["parent"] = row["parent"] or root
    if row["parent"] == row["code"]:
        raise RowRejected("parent", "names the standard itself", row["parent"])


def _check_crosswalk(row: Row) -> None:
    fill_root(row, "from_framework", "from_code")
    fill_root(row, "to_framework", "to_code")
    if (row["from_framework"], row["from_code"]) == (row["to_framework"], row["to_code"]):
        raise RowRejected("to_code", "names the standard that the link starts from", row["to_code"])


def _check_alignment(row: Row) -> None:
    fill_root(row, "framework", "standard_code")


STANDARDS: Final = Contract(
    "standards",
    (
        *(key_column("framework"), code_column("code"), Column("title"), Column("parent", p.key)),
        *(Column("source"), VERIFIED),
    ),
    (
        Target(
            table_of(t.Standard),
            Style.IN_PLACE,
            ("framework", "code"),
            same("framework", "code", "title", "parent", "source", "verified"),
        ),
    ),
    Scope.NONE,
    _check_standard,
    own_references=(Reference(Entity.STANDARD, ("framework", "parent"), "parent_id"),),
)

CROSSWALK: Final = Contract(
    "crosswalk",
    (
        *(
            key_column("from_framework"),
            code_column("from_code"),
            key_column("to_framework"),
            code_column("to_code"),
        ),
        *(STRENGTH, Column("source"), VERIFIED),
    ),
    (
        Target(
            table_of(t.CrosswalkLink),
            Style.IN_PLACE,
            ("from_standard_id", "to_standard_id"),
            same("strength", "source", "verified"),
            (
                Reference(Entity.STANDARD, ("from_framework", "from_code"), "from_standard_id"),
                Reference(Entity.STANDARD, ("to_framework", "to_code"), "to_standard_id"),
            ),
        ),
    ),
    Scope.NONE,
    _check_crosswalk,
)

_CREDENTIAL_VALUES: Final = (
    *texts("title", "issuer", "competency", "description"),
    *(number_column(name) for name in ("hours", "cost_usd", "fee_usd", "turnaround_days")),
    *lists("grade_bands", "subjects", "prerequisites", "serves"),
    *texts("stack", "url", "format"),
    Column("qa_status", _QUALITY, default=QualityStatus.UNKNOWN.value),
    Column("valid_from", p.day, default=ALWAYS, type=Date),
    Column("retired_on", p.day, default=FOREVER, type=Date),
    Column("needs_students", p.yes_no, default=None, type=Boolean),
    Column("kind", p.key, default="micro_credential"),
)

CREDENTIALS: Final = Contract(
    "credentials",
    (key_column("credential_id"), *_CREDENTIAL_VALUES),
    (
        Target(
            table_of(t.Credential),
            Style.IN_PLACE,
            ("district_id", "source_id"),
            {"district_id": "district_id", "source_id": "credential_id"}
            | same(*(column.name for column in _CREDENTIAL_VALUES)),
        ),
    ),
    Scope.CATALOG,
    partial(check_period, first="valid_from", last="retired_on"),
)

ALIGNMENTS: Final = Contract(
    "alignments",
    (key_column("credential_id"), key_column("framework"), code_column("standard_code"), STRENGTH),
    (
        Target(
            table_of(t.Alignment),
            Style.DATED,
            ("credential_id", "standard_id"),
            same("strength"),
            (CREDENTIAL, STANDARD),
            group="credential_id",
        ),
    ),
    Scope.ABOUT_CATALOG,
    _check_alignment,
)

QUALITY: Final = Contract(
    "quality",
    (
        *(key_column("credential_id"), key_column("component")),
        Column("met", _QUALITY, Presence.HEADER, QualityStatus.UNKNOWN.value),
        Column("reviewer"),
        Column("reviewed_on", p.past_day, default=ALWAYS, type=Date),
    ),
    (
        Target(
            table_of(t.QualityReview),
            Style.IN_PLACE,
            ("credential_id", "component", "reviewed_on"),
            same("component", "met", "reviewer", "reviewed_on"),
            (CREDENTIAL,),
        ),
    ),
    Scope.ABOUT_CATALOG,
)


def _check_pathway(row: Row) -> None:
    requires = row["requires"]
    try:
        if requires:
            parse_requirement(requires)
    except InvalidInput as error:
        rule = error.detail.removeprefix("The requirement ").removesuffix(".")
        raise RowRejected("requires", rule, requires) from None


_PATHWAY_VALUES: Final = ("title", "kind", "state", "requires", "source")

PATHWAYS: Final = Contract(
    "pathways",
    (key_column("pathway"), *texts(*_PATHWAY_VALUES), VERIFIED),
    (
        Target(
            table_of(t.Pathway),
            Style.IN_PLACE,
            ("district_id", "pathway"),
            same("district_id", "pathway", *_PATHWAY_VALUES, "verified"),
        ),
    ),
    Scope.CATALOG,
    _check_pathway,
)
