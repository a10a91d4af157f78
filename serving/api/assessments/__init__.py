"""What teachers say of their own skills."""
