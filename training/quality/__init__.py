"""The harness: our blend beside each of its parts and beside what a library gives, on any data."""
