"""What coaches pin, veto and set as goals."""
