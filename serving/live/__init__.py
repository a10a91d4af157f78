"""The champion and the facts as they are at this moment."""
