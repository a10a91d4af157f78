"""`recommender identities ...`: whom a token stands for, set from the command line."""

from typing import Annotated, Final

import typer
from sqlmodel import Session, col, select

from features.live import find_teacher
from recommender.console import console, print_json, print_table
from recommender.errors import InvalidInput, NotFound
from recommender.settings import settings
from recommender.store.engine import make_engine, reading, unit_of_work
from recommender.store.migrations import check_schema
from recommender.store.tables import Coach, District, Identity, Teacher
from recommender.vocabulary import DEFAULT_DISTRICT, Role
from serving.auth.tokens import MAX_SUBJECT_LENGTH

_COLUMNS: Final = ("subject", "issuer", "role", "district", "teacher", "coach")

SubjectArgument = Annotated[
    str, typer.Argument(help="The subject (claim `sub`) of the account's tokens.")
]
IssuerOption = Annotated[
    str | None, typer.Option(help="Who signs the tokens. (default: RECOMMENDER_TOKEN_ISSUER)")
]
DistrictOption = Annotated[str, typer.Option(help="District of the account.")]


def identities_add(
    subject: SubjectArgument,
    role: Annotated[Role, typer.Option(help="What the account may do.")],
    *,
    district: DistrictOption = DEFAULT_DISTRICT,
    teacher: Annotated[
        str | None, typer.Option(help="Id of the teacher; for the role teacher.")
    ] = None,
    coach: Annotated[str | None, typer.Option(help="Id of the coach; for the role coach.")] = None,
    issuer: IssuerOption = None,
) -> None:
    """Say whom an account's tokens stand for, from the next request on.

    `data_staff` and `admin` are of a whole district. `service` is a portal's own account: each of
    its tokens must name in the claim `acts_for` the one teacher of its district for whom it acts.
    """
    signed_by = issuer or settings().token_issuer
    if not 0 < len(subject) <= MAX_SUBJECT_LENGTH or not subject.isprintable():
        raise InvalidInput(f"SUBJECT must be 1 to {MAX_SUBJECT_LENGTH} printable characters.")
    engine = make_engine()
    try:
        check_schema(engine)
        with unit_of_work(engine) as session:
            row = _identity(session, role, district, teacher, coach)
            if _find(session, subject, signed_by) is not None:
                raise InvalidInput(
                    "There is an identity of this subject already; take it away first "
                    "by `recommender identities remove`."
                )
            row.subject, row.issuer = subject, signed_by
            session.add(row)
    finally:
        engine.dispose()
    console.print(f"Tokens of this subject stand for the role {role} in the district '{district}'.")


def identities_list(
    *,
    district: Annotated[str | None, typer.Option(help="Only of this district.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List whom tokens stand for. Subjects may be personal data: mind where you print them."""
    statement = (
        select(Identity, Teacher, Coach)
        .outerjoin(Teacher, col(Teacher.id) == Identity.teacher_id)
        .outerjoin(Coach, col(Coach.id) == Identity.coach_id)
        .order_by(Identity.district_id, col(Identity.role), Identity.subject)
    )
    if district is not None:
        statement = statement.where(Identity.district_id == district)
    engine = make_engine()
    try:
        check_schema(engine)
        with reading(engine) as session:
            rows = [
                (
                    row.subject,
                    row.issuer,
                    row.role.value,
                    row.district_id,
                    getattr(person, "source_id", None),
                    getattr(guide, "source_id", None),
                )
                for row, person, guide in session.exec(statement)
            ]
    finally:
        engine.dispose()
    if as_json:
        print_json([dict(zip(_COLUMNS, row, strict=True)) for row in rows])
    else:
        print_table("Identities", _COLUMNS, rows)


def identities_remove(subject: SubjectArgument, *, issuer: IssuerOption = None) -> None:
    """Let an account's tokens stand for nobody, from the next request on."""
    engine = make_engine()
    try:
        check_schema(engine)
        with unit_of_work(engine) as session:
            row = _find(session, subject, issuer or settings().token_issuer)
            if row is None:
                raise NotFound("There is no identity of this subject and issuer.")
            session.delete(row)
    finally:
        engine.dispose()
    console.print("Tokens of this subject stand for nobody now.")


def _find(session: Session, subject: str, issuer: str) -> Identity | None:
    return session.exec(
        select(Identity).where(Identity.issuer == issuer, Identity.subject == subject)
    ).one_or_none()


def _identity(
    session: Session, role: Role, district: str, teacher: str | None, coach: str | None
) -> Identity:
    """Return the row of a role, with the person that it needs, and none that it does not."""
    if session.get(District, district) is None:
        raise NotFound(f"There is no district '{district}'.")
    if (teacher is None) == (role is Role.TEACHER) or (coach is None) == (role is Role.COACH):
        raise InvalidInput(
            "The role teacher goes with --teacher ID, the role coach with --coach ID, "
            "and the others with neither."
        )
    row = Identity(issuer="", subject="", district_id=district, role=role)
    if teacher is not None:
        row.teacher_id = find_teacher(session, teacher, district).id
    if coach is not None:
        row.coach_id = session.exec(
            select(Coach.id).where(Coach.district_id == district, Coach.source_id == coach)
        ).one_or_none()
        if row.coach_id is None:
            raise NotFound(f"There is no coach '{coach}' in the district '{district}'.")
    return row
