"""How fast an import is, beside the plainest program that could do it."""
