"""Pages that belong to no domain app: staff, sign-in attempts, the audit trail, background jobs."""

from apps.backoffice.admin import (
    audit_trail,
    credentials,
    customers,
    dunning,
    imported_files,
    invoices,
    ledger_owners,
    money_actions,
    months,
    notes,
    people,
    receivables,
    recurring_revenue,
    report_endpoints,
    tax_report,
)

__all__ = [
    "audit_trail",
    "credentials",
    "customers",
    "dunning",
    "imported_files",
    "invoices",
    "ledger_owners",
    "money_actions",
    "months",
    "notes",
    "people",
    "receivables",
    "recurring_revenue",
    "report_endpoints",
    "tax_report",
]
