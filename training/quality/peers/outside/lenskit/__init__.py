"""LensKit (github.com/lenskit/lkpy): its adapter and the lock of its environment."""
