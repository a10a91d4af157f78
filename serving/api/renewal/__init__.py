"""Where a teacher stands with the renewal of the licence."""
