"""The first page: money at a glance, and what needs a person."""
