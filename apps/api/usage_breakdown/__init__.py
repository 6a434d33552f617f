"""Usage by the dimensions of its events."""
