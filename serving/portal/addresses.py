"""Addresses and names of teachers, as pages show them."""

from urllib.parse import quote

from recommender.store.tables import Teacher


def address_of(teacher: Teacher) -> str:
    """Return the address of a teacher's page."""
    return f"/teachers/{quote(teacher.source_id, safe='')}"


def name_of(teacher: Teacher) -> str:
    """Return a teacher's name, or the id where no roster gave one."""
    return f"{teacher.given_name} {teacher.family_name}".strip() or teacher.source_id
