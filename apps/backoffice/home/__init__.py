"""The home page: headline figures and items that staff must handle."""
