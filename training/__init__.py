"""Splits, metrics, experiments in MLflow and promotion."""
