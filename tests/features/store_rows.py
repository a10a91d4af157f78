"""Put rows into a store by outside ids, for tests of what reads it."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from sqlalchemy import Engine
from sqlmodel import Session

from recommender.store.columns import ALWAYS, FOREVER, UNDATED
from recommender.store.tables import (
    Alignment,
    Credential,
    CredentialRecord,
    CrosswalkLink,
    District,
    EvaluationRating,
    FeedbackEvent,
    GrowthGoal,
    SelfAssessment,
    Standard,
    Teacher,
    TeacherContext,
)
from recommender.vocabulary import DEFAULT_DISTRICT, SHARED, EventKind, RecordStatus, SetBy


def moment(day: date, hour: int = 12) -> datetime:
    return datetime(day.year, day.month, day.day, hour, 30, 15, 123456, tzinfo=UTC)


@dataclass
class StoreRows:
    """Each method adds one row; teachers, credentials and standards are named by their keys."""

    engine: Engine
    ids: dict = field(default_factory=dict)

    def add(self, row):
        with Session(self.engine, expire_on_commit=False) as session:
            session.add(row)
            session.commit()
        return getattr(row, "id", None)

    def teacher(self, source_id, district=DEFAULT_DISTRICT, **columns):
        if ("district", district) not in self.ids:
            self.add(District(district_id=district))
            self.ids["district", district] = district
        row = Teacher(district_id=district, source_id=source_id, **columns)
        self.ids["teacher", source_id, district] = self.add(row)
        return self.ids["teacher", source_id, district]

    def context(self, teacher, valid_from=ALWAYS, valid_to=FOREVER, **columns):
        return self.add(
            TeacherContext(
                teacher_id=self._teacher(teacher),
                valid_from=valid_from,
                valid_to=valid_to,
                **columns,
            )
        )

    def credential(self, source_id, district=SHARED, **columns):
        row = Credential(district_id=district, source_id=source_id, **columns)
        self.ids["credential", source_id, district] = self.add(row)
        return self.ids["credential", source_id, district]

    def standard(self, framework, code, parent="", **columns):
        row = Standard(framework=framework, code=code, parent=parent, **columns)
        self.ids["standard", framework, code] = self.add(row)
        return self.ids["standard", framework, code]

    def align(self, credential, framework, code, strength=1.0, **columns):
        return self.add(
            Alignment(
                credential_id=self._credential(credential),
                standard_id=self.ids["standard", framework, code],
                strength=strength,
                **columns,
            )
        )

    def link(self, start, end, strength=1.0):
        return self.add(
            CrosswalkLink(
                from_standard_id=self.ids["standard", *start],
                to_standard_id=self.ids["standard", *end],
                strength=strength,
            )
        )

    def record(self, teacher, credential, on=UNDATED, status=RecordStatus.EARNED, **columns):
        return self.add(
            CredentialRecord(
                teacher_id=self._teacher(teacher),
                credential_id=self._credential(credential),
                status=status,
                on=on,
                **columns,
            )
        )

    def event(self, teacher, credential, at, kind=EventKind.VIEWED, **columns):
        return self.add(
            FeedbackEvent(
                teacher_id=self._teacher(teacher),
                credential_id=self._credential(credential),
                kind=kind,
                at=at,
                **columns,
            )
        )

    def rate(self, teacher, standard, level, rated_on, scale=(1.0, 4.0), **columns):
        return self.add(
            EvaluationRating(
                teacher_id=self._teacher(teacher),
                standard_id=self.ids["standard", *standard],
                level=level,
                scale_min=scale[0],
                scale_max=scale[1],
                rated_on=rated_on,
                **columns,
            )
        )

    def assess(self, teacher, standard, level, taken_on, scale=(1.0, 5.0), **columns):
        return self.add(
            SelfAssessment(
                teacher_id=self._teacher(teacher),
                standard_id=self.ids["standard", *standard],
                level=level,
                scale_min=scale[0],
                scale_max=scale[1],
                taken_on=taken_on,
                **columns,
            )
        )

    def goal(self, teacher, standard, set_on, until=FOREVER, set_by=SetBy.TEACHER, **columns):
        return self.add(
            GrowthGoal(
                teacher_id=self._teacher(teacher),
                standard_id=self.ids["standard", *standard] if standard else None,
                goal_key="standard:" + ":".join(standard) if standard else "pathway:x",
                pathway="" if standard else "x",
                set_on=set_on,
                until=until,
                set_by=set_by,
                **columns,
            )
        )

    def _teacher(self, key):
        source_id, district = key if isinstance(key, tuple) else (key, DEFAULT_DISTRICT)
        return self.ids["teacher", source_id, district]

    def _credential(self, key):
        source_id, district = key if isinstance(key, tuple) else (key, SHARED)
        return self.ids["credential", source_id, district]


def small_district(engine: Engine) -> StoreRows:
    """Two districts, four teachers, three frameworks and a fact of each kind, up to mid 2026."""
    rows = StoreRows(engine)
    for framework, code, parent in (
        ("InTASC", "InTASC", ""),
        ("InTASC", "8", "InTASC"),
        ("NCEES", "NCEES", ""),
        ("NCEES", "4", "NCEES"),
        ("NCEES", "4a", "4"),
        ("Danielson", "Danielson", ""),
        ("Danielson", "3", "Danielson"),
        ("Danielson", "3c", "3"),
    ):
        rows.standard(framework, code, parent, title=f"{framework} {code} title")
    rows.link(("NCEES", "4a"), ("InTASC", "8"), 0.8)
    rows.link(("Danielson", "3c"), ("InTASC", "8"), 0.9)
    for teacher, district in (("t1", "north"), ("t2", "north"), ("t1", "south"), ("idle", "north")):
        rows.teacher(
            teacher, district, email=f"{teacher}@example.org", given_name="Ada", family_name="Byron"
        )
    rows.credential("questions", title="Asking questions", grade_bands="K-2|3-5", hours=12.5)
    rows.credential("dialogue", title="对话", subjects="math|science", cost_usd=0.0)
    rows.credential("own", "north", title="North's own", prerequisites="questions|nowhere")
    rows.align("questions", "NCEES", "4a", 0.7)
    rows.align(("own", "north"), "Danielson", "3c", 1.0, valid_from=date(2025, 1, 1))
    t1, t2, south = ("t1", "north"), ("t2", "north"), ("t1", "south")
    rows.context(t1, valid_to=date(2025, 7, 31), grade_bands="K-2", years_experience=4)
    rows.context(t1, date(2025, 8, 1), grade_bands="6-8|3-5", subjects="art", years_experience=5)
    rows.context(south, subjects="math")
    rows.record(t1, "questions", moment(date(2025, 5, 1)), RecordStatus.ENROLLED)
    rows.record(t1, "questions", moment(date(2025, 6, 1)))
    rows.record(t1, "dialogue")
    rows.record(t2, ("own", "north"), moment(date(2026, 2, 3)))
    rows.rate(south, ("Danielson", "3c"), 2.0, date(2026, 4, 1), cycle="2025-26")
    rows.rate(south, ("Danielson", "3"), None, date(2026, 4, 1), cycle="2025-26")
    rows.rate(t1, ("NCEES", "4"), 3.0, date(2025, 4, 1), scale=(1.0, 5.0))
    rows.assess(t1, ("NCEES", "4a"), 2.0, date(2025, 9, 1), wants_to_grow=True)
    rows.goal(t1, ("NCEES", "4a"), date(2025, 9, 15), date(2026, 6, 30), SetBy.COACH)
    rows.goal(t2, None, date(2025, 9, 15))
    rows.event(t2, "dialogue", moment(date(2026, 3, 1)), EventKind.SAVED)
    return rows
