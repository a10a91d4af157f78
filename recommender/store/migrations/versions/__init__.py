"""One file a version; `alembic revision --autogenerate` writes the next one."""
