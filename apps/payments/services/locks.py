"""Locks of payments, in this order: an event; its session or Stripe's invoices; contracts; payments; books; documents.

Whatever moves a payment's money follows it, so that no two of them wait for each other: events that settle or return
it, staff who apply it, and a contract's cancellation. All contracts of a customer are locked together.
"""

from uuid import UUID

from django.db.models import Q, QuerySet

from apps.contracts.services.locks import lock_contract, lock_contracts
from apps.payments.models import PaymentPart, StripeInvoice, StripePayment


def lock_settled(wanted: Q) -> list[StripePayment]:
    """Lock settled payments, in primary-key order, after Stripe's invoices and all contracts of their customers."""
    settled = StripePayment.objects.filter(wanted, settled_at__isnull=False)
    known = list(settled.values_list("organization_id", "invoice_id"))
    invoices = StripeInvoice.objects.select_for_update(no_key=True).filter(pk__in={each for _, each in known if each})
    list(invoices.order_by("pk").values_list("pk"))
    lock_contracts({each for each, _ in known})
    return list(_locked(wanted))


def lock_payments_of_contract(contract_id: UUID) -> None:
    """Lock all contracts of a contract's customer, then the payments of its installments.

    Raises:
        ContractNotFound: there is none.
    """
    lock_contract(contract_id)
    parts = PaymentPart.objects.filter(installment__contract=contract_id)
    list(_locked(Q(pk__in=parts.values("payment"))))


def _locked(wanted: Q) -> QuerySet[StripePayment]:
    rows = StripePayment.objects.select_for_update(no_key=True, of=("self",))
    rows = rows.select_related("organization", "grant", "invoice")
    return rows.filter(wanted, settled_at__isnull=False).order_by("pk")
