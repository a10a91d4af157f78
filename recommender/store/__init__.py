"""The store: tables by subject, sessions and migrations."""

from sqlmodel import SQLModel

# Set before any table is defined: constraints get the same names on every database, so that a
# later migration can name the one it changes.
SQLModel.metadata.naming_convention = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
}
