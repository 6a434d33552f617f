"""Usage by what events name."""
