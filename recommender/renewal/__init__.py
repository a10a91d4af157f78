"""Licence renewal: what a record may give a teacher, and where the teacher stands."""
