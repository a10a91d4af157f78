"""Feature jobs: each turns one kind of dated fact into a tidy, validated frame."""
