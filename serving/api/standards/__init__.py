"""Frameworks and their standards."""
