"""Pages that belong to no domain app: staff, sign-in attempts, the audit trail, the schedule."""

from apps.backoffice.admin import credentials, customers, money, notes, people, schedule, trail

__all__ = ["credentials", "customers", "money", "notes", "people", "schedule", "trail"]
