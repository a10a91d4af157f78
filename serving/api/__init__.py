"""The JSON API, a folder a subject."""
