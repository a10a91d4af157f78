"""Importers: one file a format, and the report of what was refused."""
