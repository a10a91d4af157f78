"""How far a teacher is along the pathways chosen in goals."""
