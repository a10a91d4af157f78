"""Launches from a learning platform: LTI 1.3 Core of 1EdTech, as a tool."""
