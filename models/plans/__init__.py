"""Growth plans of teachers: asked for, made, kept and told."""
