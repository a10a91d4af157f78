"""Earning together."""
