"""The plain CSV contracts of a district, in the order in which they are merged."""

from typing import Final

from features.importers.badge_contract import BADGES
from features.importers.catalog_contracts import (
    ALIGNMENTS,
    CREDENTIALS,
    CROSSWALK,
    PATHWAYS,
    QUALITY,
    STANDARDS,
)
from features.importers.people_contracts import (
    CASELOADS,
    COACHES,
    EVALUATIONS,
    EVENTS,
    GOALS,
    RECORDS,
    SELF_ASSESSMENTS,
    TEACHERS,
)

HELD_OUT: Final = "heldout_records.csv"
"""For judging a model only: never imported."""

CONTRACTS: Final = (
    *(STANDARDS, CROSSWALK, CREDENTIALS, ALIGNMENTS, QUALITY, PATHWAYS),
    *(TEACHERS, COACHES, CASELOADS),
    *(GOALS, SELF_ASSESSMENTS, EVALUATIONS, RECORDS, EVENTS),
)

IN_ORDER: Final = (
    *CONTRACTS[: CONTRACTS.index(RECORDS)],
    BADGES,
    *CONTRACTS[CONTRACTS.index(RECORDS) :],
)
"""Everything that is merged, in order: a file's badges before the records that come of them."""

BY_FILE_NAME: Final = {contract.file_name: contract for contract in CONTRACTS}
