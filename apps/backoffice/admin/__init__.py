"""Pages that belong to no domain app: people, their sign-ins, the trail of changes, the schedule."""

from apps.backoffice.admin import credentials, customers, money, notes, people, schedule, trail

__all__ = ["credentials", "customers", "money", "notes", "people", "schedule", "trail"]
