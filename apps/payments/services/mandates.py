"""Mandates: the payment method that a contract's installments are charged to."""

from datetime import datetime

from apps.contracts.models import Contract
from apps.payments import issues, stripe_operations
from apps.payments.models import Mandate
from apps.payments.selectors import mandate_of


def is_charged(contract: Contract) -> bool:
    """Return whether a contract's installments are charged to a saved payment method when due."""
    return Mandate.objects.filter(contract=contract).exclude(payment_method_id="").exists()


def method_to_charge(contract: Contract, *, now: datetime) -> str:
    """Return the Stripe id of the payment method to charge for a contract; empty if its payer is sent invoices.

    It is the one saved at checkout, or the customer's default if that changed since, for example in the billing
    portal.

    Raises:
        StripeUnavailable: Stripe does not respond.
    """
    mandate = mandate_of(contract)
    if mandate is None:
        return ""
    chosen = stripe_operations.fetch_customer(mandate.customer_id).default_payment_method
    if not chosen or chosen == mandate.customer_default_id:
        return mandate.payment_method_id
    Mandate.objects.filter(pk=mandate.pk).update(payment_method_id=chosen, customer_default_id=chosen, updated_at=now)
    issues.close_issue(
        issues.Kind.METHOD_REMOVED, subject=str(contract.pk), resolution="Another one took its place", now=now
    )
    return chosen


def remove_method(method_id: str, *, now: datetime) -> int:
    """Stop charging a payment method that its owner removed, and open an issue; return the number of contracts."""
    mandates = list(Mandate.objects.filter(payment_method_id=method_id).select_related("contract__organization"))
    for mandate in mandates:
        Mandate.objects.filter(pk=mandate.pk, payment_method_id=method_id).update(payment_method_id="", updated_at=now)
        if not mandate.contract.is_ended:
            issues.open_issue(
                issues.Kind.METHOD_REMOVED,
                organization=mandate.contract.organization,
                subject=str(mandate.contract_id),
                detail=(
                    f"The payment method {method_id} is no longer charged for the contract. Until the customer chooses "
                    "another one in the billing portal, invoices are sent instead."
                ),
                now=now,
            )
    return len(mandates)
