"""RecTools (github.com/MobileTeleSystems/RecTools): its adapter and the lock of its environment."""
