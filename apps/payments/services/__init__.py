"""Services of the payments app: collect money through Stripe, refund it, and keep both sides in sync."""

from apps.payments.services.cancellations import cancel_contract_at, refund_plans
from apps.payments.services.collection import arrange_contract, enqueue_due_arrangements
from apps.payments.services.contract_checkout import subscribe
from apps.payments.services.customers import recreate_customer
from apps.payments.services.document_invoices import arrange_document
from apps.payments.services.inbox import dismiss_event, replay_event, replay_parked, store_event
from apps.payments.services.invoice_voids import withdraw_again
from apps.payments.services.links import create_payment_link
from apps.payments.services.parked_events import moved_by
from apps.payments.services.portal import open_portal
from apps.payments.services.reconciliation import reconcile_organization
from apps.payments.services.refunds import RefundRequest, request_refund, send_refund
from apps.payments.services.sessions import resume_checkout
from apps.payments.services.tax_calculations import calculate_tax
from apps.payments.services.tax_transactions import report_tax
from apps.payments.services.top_up_sessions import confirm_top_up, end_confirmation, save_card, save_checkout_card
from apps.payments.services.top_up_settings import (
    notify_expiring_cards,
    resume_top_up,
    switch_off_top_up,
    switch_on_top_up,
)
from apps.payments.services.top_ups import start_top_up
from apps.payments.services.withdrawals import cancel_contract

__all__ = [
    "RefundRequest",
    "arrange_contract",
    "arrange_document",
    "calculate_tax",
    "cancel_contract",
    "cancel_contract_at",
    "confirm_top_up",
    "create_payment_link",
    "dismiss_event",
    "end_confirmation",
    "enqueue_due_arrangements",
    "moved_by",
    "notify_expiring_cards",
    "open_portal",
    "reconcile_organization",
    "recreate_customer",
    "refund_plans",
    "replay_event",
    "replay_parked",
    "report_tax",
    "request_refund",
    "resume_checkout",
    "resume_top_up",
    "save_card",
    "save_checkout_card",
    "send_refund",
    "start_top_up",
    "store_event",
    "subscribe",
    "switch_off_top_up",
    "switch_on_top_up",
    "withdraw_again",
]
