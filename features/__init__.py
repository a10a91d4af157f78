"""From files to facts, from facts to a point-in-time snapshot and to a teacher's arrays."""
