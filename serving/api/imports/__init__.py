"""Imports and their rejected rows, and badges that wait for staff."""
