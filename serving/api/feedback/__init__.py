"""What a teacher did with suggestions, and says of them."""
