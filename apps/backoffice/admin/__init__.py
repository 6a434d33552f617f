"""Pages that belong to no domain app: people, their sign-ins, the trail of changes, the schedule."""

from apps.backoffice.admin import approvals, customers, money, people, schedule, trail, writing

__all__ = ["approvals", "customers", "money", "people", "schedule", "trail", "writing"]
