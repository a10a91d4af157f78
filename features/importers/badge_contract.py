"""The contract of badges: what is kept of each, whether it counts or not.

No plain CSV stands for it: whether a badge is verified is found out, never told.
"""

from typing import Final

from sqlalchemy import Double

from features.importers import parsing as p
from features.importers.columns import TEACHER, key_column, same, table_of, texts, words
from features.importers.contracts import Column, Contract, Presence, Style, Target
from recommender.store import tables as t
from recommender.store.columns import UNDATED, UtcDateTime
from recommender.vocabulary import BadgeStanding

_TOLD: Final = ("format", "issuer", "issuer_name", "title", "achievement")

BADGES: Final = Contract(
    "badges",
    (
        *(key_column("teacher_id"), key_column("badge_key")),
        *texts(*_TOLD),
        Column("earned_on", p.past_moment, default=UNDATED, type=UtcDateTime),
        Column("standing", p.one_of(words(list(BadgeStanding))), Presence.CELL),
        *texts("why", "proposed"),
        Column("confidence", p.number, default=0.0, type=Double),
        Column("matched_by"),
    ),
    (
        Target(
            table_of(t.EarnedBadge),
            Style.IN_PLACE,
            ("teacher_id", "badge_key"),
            same("badge_key", *_TOLD, "earned_on", "standing", "why")
            | same("proposed", "confidence", "matched_by"),
            (TEACHER,),
        ),
    ),
)

HEADER: Final = tuple(column.name for column in BADGES.columns)
