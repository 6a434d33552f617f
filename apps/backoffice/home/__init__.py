"""The home page: headline figures and what needs a person."""
