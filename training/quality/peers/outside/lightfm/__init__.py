"""LightFM, by its fork lightfm-next: its adapter and the lock of its environment."""
