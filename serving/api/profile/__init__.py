"""What is known of a teacher, and from where."""
