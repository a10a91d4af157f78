"""Peers whose libraries clash with our lock: each runs as a script in an environment of its own."""
