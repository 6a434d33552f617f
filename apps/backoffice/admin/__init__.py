"""Pages that belong to no domain app: staff, sign-in attempts, the audit trail, background jobs."""

from apps.backoffice.admin import (
    background_jobs,
    credentials,
    customers,
    imported_files,
    invoices,
    money,
    notes,
    people,
    receivables,
    recurring_revenue,
    report_endpoints,
    trail,
)

__all__ = [
    "background_jobs",
    "credentials",
    "customers",
    "imported_files",
    "invoices",
    "money",
    "notes",
    "people",
    "receivables",
    "recurring_revenue",
    "report_endpoints",
    "trail",
]
