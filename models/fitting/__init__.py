"""Fitting of evidence: needs the training libraries, which scoring does without."""
