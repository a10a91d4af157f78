"""The store: tables by subject, sessions and migrations."""
