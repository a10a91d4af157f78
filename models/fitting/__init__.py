"""Fitting, apart from scoring: what a serving process never imports."""
