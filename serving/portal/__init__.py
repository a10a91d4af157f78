"""Pages for teachers, coaches and data staff."""
