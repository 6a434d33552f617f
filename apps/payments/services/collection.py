"""Make collection at Stripe match a contract's current schedule. Repeating it changes nothing."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.conf import settings

from apps.contracts import services as contracts
from apps.contracts.models import Contract, Installment
from apps.invoices import services as invoices
from apps.invoices.models import Document
from apps.invoices.models.documents import OUTSTANDING
from apps.outbox.services import enqueue
from apps.payments.collection import OpenInstallment
from apps.payments.models import OPEN_SESSION_STATES, CheckoutPart
from apps.payments.selectors import is_invoiced, owed_rows
from apps.payments.services.document_invoices import arrange_document
from apps.payments.services.installment_invoices import (
    close_settled,
    invoice_installment,
    open_invoice_of,
    withdraw_own_invoice,
)
from apps.payments.services.mandates import method_to_charge
from apps.payments.services.underpaid import close_underpaid_issues
from apps.payments.services.withdrawals import stop_collecting, withdraw_superfluous

Status = Contract.Status
OFFERED = (Status.PENDING_PAYMENT, Status.ACTIVE, Status.PAST_DUE)


def arrange_contract(*, contract_id: UUID, now: datetime) -> None:
    """Make Stripe collect by a contract's schedule: nothing if it is not offered, or has ended.

    The contract's status is read again at the end, because ending it meanwhile would have missed objects that were just
    being created.

    Raises:
        StripeRefused, StripeUnavailable: it failed; a retry continues from there.
    """
    contract = Contract.objects.select_related("organization").get(pk=contract_id)
    invoices.follow_installments(contract_id=contract_id, now=now)
    if contract.status in OFFERED:
        withdraw_superfluous(contract=contract, now=now)
        _invoice_due(contract, now=now)
    close_underpaid_issues(contract, now=now)
    contract.refresh_from_db(fields=["status"])
    if contract.is_ended:
        stop_collecting(contract, now=now)


def _invoice_due(contract: Contract, *, now: datetime) -> None:
    """Invoice the open installments that are due, and record the payment page of the first one.

    Charged installments are invoiced on their due date, sent ones INVOICE_LEAD_DAYS before. A contract whose first
    payment has not begun is not invoiced: its payer goes through checkout first.
    """
    today = now.astimezone(UTC).date()
    at_checkout = _in_open_sessions(contract)
    rows = [row for row in owed_rows(contract) if row.installment_id not in at_checkout]
    soon = [row for row in rows if row.due_date <= today + timedelta(days=settings.INVOICE_LEAD_DAYS)]
    if is_invoiced(contract):
        for row in soon:
            _invoice_ourselves(row, now)
        soon = []
    method = method_to_charge(contract, now=now) if soon else ""
    if method:
        soon = [row for row in soon if row.due_date <= today]
    elif not _has_begun(contract):
        soon = []
    for row in soon:
        invoice_installment(installment_id=row.installment_id, charged_to=method, now=now)
    close_settled(contract, now=now)
    invoice = open_invoice_of(rows[0].installment_id) if rows else None
    contracts.record_payment_address(contract_id=contract.pk, url=invoice.hosted_url if invoice else "", now=now)


def _invoice_ourselves(row: OpenInstallment, now: datetime) -> None:
    """Make our invoice for an installment, and have Stripe collect what is left of it.

    If the installment's own invoice at Stripe is being paid, ours is not made.
    """
    if not withdraw_own_invoice(row.installment_id, now=now):
        return
    invoices.invoice_installment(installment_id=row.installment_id, now=now)
    asking = Document.objects.filter(installment=row.installment_id, state__in=OUTSTANDING)
    for document_id in list(asking.order_by("finalized_at", "pk").values_list("pk", flat=True)):
        arrange_document(document_id=document_id, now=now)


def _in_open_sessions(contract: Contract) -> set[int]:
    """Return the installments of open sessions; after the withdrawals, these are being paid at checkout."""
    parts = CheckoutPart.objects.filter(session__contract=contract, session__state__in=OPEN_SESSION_STATES)
    return set(parts.values_list("installment", flat=True))


def _has_begun(contract: Contract) -> bool:
    """Return whether an installment is paid or its payment is in progress, so that checkout is over."""
    begun = [Installment.State.PAID, Installment.State.REVERSED, Installment.State.PROCESSING]
    return contract.status != Status.PENDING_PAYMENT or contract.installments.filter(state__in=begun).exists()


def enqueue_arrangement(*, contract_id: UUID, now: datetime) -> None:
    """Queue the collection update of a contract, once a day."""
    enqueue(
        "payments.arrange_contract",
        now=now,
        key=f"arrange-contract:{contract_id}:{now:%Y-%m-%d}",
        arguments={"contract_id": str(contract_id)},
    )


def enqueue_due_arrangements(*, now: datetime) -> int:
    """Queue an update for each contract with an installment to invoice now; return how many."""
    until = (now.astimezone(UTC) + timedelta(days=settings.INVOICE_LEAD_DAYS)).date()
    rows = Installment.objects.filter(due_date__lte=until, state__in=["due", "partially_paid"])
    rows = rows.filter(contract__status__in=OFFERED)
    ids = list(rows.order_by("contract").values_list("contract", flat=True).distinct())
    for contract_id in ids:
        enqueue_arrangement(contract_id=contract_id, now=now)
    return len(ids)
