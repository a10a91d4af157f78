"""Growth plans."""
