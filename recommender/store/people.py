"""Districts, schools, teachers with their dated context, coaches, caseloads, identities."""

from datetime import date

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from recommender.store.columns import ALWAYS, FOREVER, enum_text
from recommender.vocabulary import Role


class District(SQLModel, table=True):
    """A district; its outside id is unique in the deployment."""

    __tablename__ = "district"

    district_id: str = Field(primary_key=True)
    state: str = ""


class Teacher(SQLModel, table=True):
    """A teacher of one district. `known = False` marks a stub that a record or fact named first."""

    __tablename__ = "teacher"
    __table_args__ = (
        UniqueConstraint("district_id", "source_id"),
        Index("ix_teacher_source_id", "source_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    district_id: str = Field(foreign_key="district.district_id")
    source_id: str
    known: bool = True
    email: str = ""
    given_name: str = ""
    family_name: str = ""


class TeacherContext(SQLModel, table=True):
    """A teacher's roster entry while it was valid: `valid_from <= day <= valid_to`."""

    __tablename__ = "teacher_context"
    __table_args__ = (UniqueConstraint("teacher_id", "valid_from"),)

    id: int | None = Field(default=None, primary_key=True)
    teacher_id: int = Field(foreign_key="teacher.id")
    valid_from: date = ALWAYS
    valid_to: date = FOREVER
    school_id: str = ""
    state: str = ""
    grade_bands: str = ""
    """Separated by '|', as in the file."""
    subjects: str = ""
    years_experience: float | None = None
    license_type: str = ""
    license_expires_on: date | None = None
    role: str = ""
    """As the rules of a state name it ('teacher', 'student_services', 'administrator')."""
    employer: str = ""
    """As the rules of a state name it ('public_district', 'participating_entity')."""


class Coach(SQLModel, table=True):
    """A coach of one district."""

    __tablename__ = "coach"
    __table_args__ = (UniqueConstraint("district_id", "source_id"),)

    id: int | None = Field(default=None, primary_key=True)
    district_id: str = Field(foreign_key="district.district_id")
    source_id: str
    known: bool = True
    email: str = ""
    name: str = ""


class Caseload(SQLModel, table=True):
    """A teacher assigned to a coach while `valid_from <= day <= valid_to`."""

    __tablename__ = "caseload"
    __table_args__ = (
        UniqueConstraint("coach_id", "teacher_id", "valid_from"),
        Index("ix_caseload_teacher", "teacher_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    coach_id: int = Field(foreign_key="coach.id")
    teacher_id: int = Field(foreign_key="teacher.id")
    valid_from: date = ALWAYS
    valid_to: date = FOREVER


class Identity(SQLModel, table=True):
    """Maps the subject of a token to the person it stands for; without a row there is no access."""

    __tablename__ = "identity"
    __table_args__ = (UniqueConstraint("issuer", "subject"),)

    id: int | None = Field(default=None, primary_key=True)
    issuer: str
    subject: str
    district_id: str = Field(foreign_key="district.district_id")
    role: Role = Field(sa_type=enum_text(Role))
    teacher_id: int | None = Field(default=None, foreign_key="teacher.id")
    coach_id: int | None = Field(default=None, foreign_key="coach.id")
