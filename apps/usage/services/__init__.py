"""Public services of the usage app."""

from apps.usage.partitions import attached_months, make_partition, make_partitions
from apps.usage.services.archive import Archived, archive_usage
from apps.usage.services.backfill import BackfillResult, backfill
from apps.usage.services.breakdown_fill import Reached, fill_breakdown
from apps.usage.services.budgets import add_to_budget, check_budgets, put_budget
from apps.usage.services.captures import CapturedUsage, EventCapture, capture_usage
from apps.usage.services.consistency import UsageMismatch, check_usage
from apps.usage.services.corrections import Correction, CorrectionResult, correct_event, source_of
from apps.usage.services.costs import correct_costs, enter_vendor_bill, raise_margin_alarms, undo_cost_run
from apps.usage.services.ingest import IngestResult
from apps.usage.services.month_close import CloseResult, close_month, close_month_of, lacking_minimum, months_to_close
from apps.usage.services.quarantine_rating import RerateResult, price_characters, rerate_quarantined
from apps.usage.services.ranked_reports import ingest
from apps.usage.services.reports import (
    ReportTerms,
    Signature,
    close_report_endpoint,
    new_report_secret,
    open_report_endpoint,
    signed_by,
)
from apps.usage.services.rollup_rebuild import rebuild_usage
from apps.usage.services.unit_alerts import review_unit_alerts, set_unit_alerts
from apps.usage.services.usage_invoices import (
    draft_usage_invoice,
    invoice_closed_month,
    invoices_to_come,
    metered_lines,
)

__all__ = [
    "Archived",
    "BackfillResult",
    "CapturedUsage",
    "CloseResult",
    "Correction",
    "CorrectionResult",
    "EventCapture",
    "IngestResult",
    "Reached",
    "ReportTerms",
    "RerateResult",
    "Signature",
    "UsageMismatch",
    "add_to_budget",
    "archive_usage",
    "attached_months",
    "backfill",
    "capture_usage",
    "check_budgets",
    "check_usage",
    "close_month",
    "close_month_of",
    "close_report_endpoint",
    "correct_costs",
    "correct_event",
    "draft_usage_invoice",
    "enter_vendor_bill",
    "fill_breakdown",
    "ingest",
    "invoice_closed_month",
    "invoices_to_come",
    "lacking_minimum",
    "make_partition",
    "make_partitions",
    "metered_lines",
    "months_to_close",
    "new_report_secret",
    "open_report_endpoint",
    "price_characters",
    "put_budget",
    "raise_margin_alarms",
    "rebuild_usage",
    "rerate_quarantined",
    "review_unit_alerts",
    "set_unit_alerts",
    "signed_by",
    "source_of",
    "undo_cost_run",
]
