"""What payments do: take money through Stripe, send it back, and keep both sides the same."""

from apps.payments.services.arranging import arrange_contract, ask_for_what_is_due
from apps.payments.services.customers import recreate_customer
from apps.payments.services.ending import cancel_contract
from apps.payments.services.inbox import dismiss_event, handle_event, replay_event, replay_parked, store_event
from apps.payments.services.invoicing import invoice_outstanding
from apps.payments.services.links import create_payment_link
from apps.payments.services.portal import open_portal
from apps.payments.services.reconciling import reconcile_organization
from apps.payments.services.refunding import request_refund, send_refund
from apps.payments.services.sessions import resume_checkout
from apps.payments.services.subscribing import subscribe
from apps.payments.services.sweeping import sweep_events
from apps.payments.services.top_ups import start_top_up
from apps.payments.services.voiding import withdraw_again

__all__ = [
    "arrange_contract",
    "ask_for_what_is_due",
    "cancel_contract",
    "create_payment_link",
    "dismiss_event",
    "handle_event",
    "invoice_outstanding",
    "open_portal",
    "reconcile_organization",
    "recreate_customer",
    "replay_event",
    "replay_parked",
    "request_refund",
    "resume_checkout",
    "send_refund",
    "start_top_up",
    "store_event",
    "subscribe",
    "sweep_events",
    "withdraw_again",
]
