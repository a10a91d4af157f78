"""The catalog's micro-credentials."""
