"""Which payment method a contract's installments are charged to."""

from datetime import datetime

from apps.contracts.models import Contract
from apps.payments import issues, stripe_operations
from apps.payments.models import Mandate
from apps.payments.selectors import mandate_of


def is_charged(contract: Contract) -> bool:
    """Say whether a contract's installments are charged to a saved payment method when they are due."""
    return Mandate.objects.filter(contract=contract).exclude(payment_method_id="").exists()


def method_to_charge(contract: Contract, *, now: datetime) -> str:
    """Return Stripe's id of the payment method to charge for a contract; empty where its payer is sent invoices.

    That is the one saved at checkout, or the customer's default where another one was made the default since, as in
    the billing portal.

    Raises:
        StripeUnavailable: Stripe does not answer.
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
