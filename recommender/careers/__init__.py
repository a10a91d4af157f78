"""Career pathways: what one asks for, and how far a teacher is along it."""
