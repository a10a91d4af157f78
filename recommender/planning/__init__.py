"""Growth plans: which micro-credentials, in which order, within which limits; and with whom."""
