"""A coach's caseload."""
