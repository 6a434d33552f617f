"""Tabs for incoming money: redeemed vouchers and Stripe."""

from collections.abc import Sequence
from datetime import datetime

from django.http import HttpRequest
from django.urls import reverse

from apps.backoffice.components import Block, Cell, Facts, Table, actor, moment, money, state
from apps.backoffice.customer_page.contract_tabs import change_page
from apps.backoffice.customer_page.money_tabs import SHOWN
from apps.backoffice.explain.links import why
from apps.common.admin import day_text
from apps.payments.models import CheckoutSession, PaymentIssue, Refund, StripeCustomer, StripeInvoice, StripePayment
from apps.payments.stripe_dashboard import dashboard_address
from apps.tenants.models import Organization
from apps.vouchers.models import Redemption

REFUND_STATES = {
    "requested": "info",
    "pending": "info",
    "succeeded": "success",
    "failed": "danger",
    "refused": "danger",
}


def vouchers(request: HttpRequest, organization: Organization, now: datetime) -> Sequence[Block]:
    """Vouchers that the customer redeemed."""
    found = Redemption.objects.filter(organization=organization).select_related("voucher", "batch")
    found = found.prefetch_related("reversals")
    rows = [
        [
            moment(each.redeemed_at, change_page("vouchers_redemption", each.pk)),
            Cell(each.voucher.masked, change_page("vouchers_voucher", each.voucher_id)),
            Cell(each.batch.tag or "Batch", change_page("vouchers_batch", each.batch_id)),
            money(each.amount_micros, organization.currency, why("grant", each.grant_id) if each.grant_id else ""),
            Cell("Taken back", variant="danger") if each.reversals.all() else Cell(""),
            actor(each.redeemed_by),
        ]
        for each in found.order_by("-redeemed_at")[:SHOWN]
    ]
    columns = ["Redeemed", "Code", "Batch", "Amount", "", "By"]
    return [Table(title="Vouchers", columns=columns, rows=rows, empty="No vouchers redeemed.")]


def stripe(request: HttpRequest, organization: Organization, now: datetime) -> Sequence[Block]:
    """The customer at Stripe, its payments and refunds, and open issues."""
    return [
        _customer(organization),
        *_issues(organization),
        _payments(organization, may_refund=request.user.has_perm("backoffice.move_money")),
        *_refunds(organization),
        _invoices(organization),
        _checkouts(organization),
    ]


def _customer(organization: Organization) -> Facts:
    rows = [
        (
            "Customer" if customer.deleted_at is None else f"Until {day_text(customer.deleted_at)}",
            Cell(customer.stripe_id, dashboard_address("customers", customer.stripe_id)),
        )
        for customer in StripeCustomer.objects.filter(organization=organization).order_by("-pk")
    ]
    return Facts(title="At Stripe", rows=rows or [("Customer", Cell("None yet; created with the first payment."))])


def _issues(organization: Organization) -> Sequence[Block]:
    rows = [
        [
            moment(issue.opened_at, change_page("payments_paymentissue", issue.pk)),
            Cell(issue.get_kind_display(), variant="danger"),
            Cell(issue.detail),
            money(issue.expected_micros, issue.currency or organization.currency),
            money(issue.actual_micros, issue.currency or organization.currency),
        ]
        for issue in PaymentIssue.objects.filter(organization=organization, resolved_at=None).order_by("opened_at")[
            :SHOWN
        ]
    ]
    columns = ["Since", "What", "", "Expected", "Found"]
    return [Table(title="Open issues", columns=columns, rows=rows)] if rows else []


def _payments(organization: Organization, *, may_refund: bool) -> Table:
    rows = [
        [
            moment(payment.settled_at or payment.created_at, change_page("payments_stripepayment", payment.pk)),
            money(payment.amount_micros, payment.currency),
            money(payment.refunded_micros, payment.currency),
            money(payment.disputed_micros, payment.currency),
            Cell(payment.payment_intent_id, dashboard_address("payments", payment.payment_intent_id)),
            Cell("Fraud is likely", variant="danger") if payment.flagged_at else Cell(""),
            Cell("Refund", reverse("admin:payments_stripepayment_refund", args=[payment.pk]))
            if may_refund and payment.returnable_micros
            else Cell(""),
        ]
        for payment in StripePayment.objects.filter(organization=organization).order_by("-created_at")[:SHOWN]
    ]
    columns = ["Settled", "Amount", "Refunded", "Lost in disputes", "At Stripe", "", ""]
    return Table(title="Payments", columns=columns, rows=rows, empty="No payments through Stripe.")


def _refunds(organization: Organization) -> Sequence[Block]:
    found = Refund.objects.filter(payment__organization=organization).select_related("payment")
    rows = [
        [
            moment(refund.created_at),
            money(refund.amount_micros, refund.payment.currency),
            state(refund.state, refund.get_state_display(), REFUND_STATES),
            Cell(refund.stripe_id or "", dashboard_address("refunds", refund.stripe_id)),
            Cell(refund.reason or refund.failure),
            Cell(refund.requested_by or "Stripe"),
        ]
        for refund in found.order_by("-created_at")[:SHOWN]
    ]
    columns = ["When", "Amount", "State", "At Stripe", "Why", "By"]
    return [Table(title="Refunds", columns=columns, rows=rows)] if rows else []


def _invoices(organization: Organization) -> Table:
    found = StripeInvoice.objects.filter(organization=organization)
    rows = [
        [
            moment(invoice.created_at),
            Cell(f"Invoice {invoice.document}" if invoice.document else invoice.get_purpose_display()),
            money(invoice.amount_micros, invoice.currency),
            money(invoice.paid_micros, invoice.currency),
            Cell(invoice.get_state_display(), variant="danger" if invoice.overdue_at else "default"),
            Cell(invoice.number or invoice.stripe_id or "", dashboard_address("invoices", invoice.stripe_id)),
        ]
        for invoice in found.select_related("document").order_by("-created_at")[:SHOWN]
    ]
    columns = ["Created", "For", "Amount", "Paid", "State", "At Stripe"]
    return Table(title="Invoices", columns=columns, rows=rows, empty="None was sent.")


def _checkouts(organization: Organization) -> Table:
    sessions = CheckoutSession.objects.filter(organization=organization)
    rows = [
        [
            moment(session.created_at),
            Cell(session.get_purpose_display()),
            money(session.amount_micros, session.currency),
            Cell(session.get_state_display(), variant="default"),
            Cell(session.last_failure),
            actor(session.created_by),
        ]
        for session in sessions.order_by("-created_at")[:SHOWN]
    ]
    columns = ["Opened", "For", "Amount", "State", "Last failure", "By"]
    return Table(title="Checkouts", columns=columns, rows=rows, empty="None was opened.")
