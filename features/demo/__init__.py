"""The demonstration districts: generated data with a known hidden truth."""
