"""Taking a discount off a subscription's next invoice, and putting a withdrawn one back: each change once."""

from datetime import datetime

from django.db import transaction

from apps.common.money import to_minor_units
from apps.contracts.models import Contract
from apps.payments import stripe_operations
from apps.payments.models import (
    CheckoutSession,
    ContractArrangement,
    InvoicePart,
    StripeInvoice,
    StripeRequest,
    StripeSubscription,
)
from apps.payments.services.outgoing import obtain, prepare


def lower_next(
    contract: Contract, subscription: StripeSubscription, installment_id: int, *, wanted: int, now: datetime
) -> None:
    """Have `wanted` micros taken off the invoice of an instalment that the subscription bills next.

    What is asked is written down with the sum it leads to, under a number of its own, and then sent; a change that an
    earlier try did not get through is sent first.

    Raises:
        StripeRefused, StripeUnavailable: it was not done; the next try goes on with it.
    """
    _write_down(subscription, installment_id, wanted, now)
    unsent = StripeRequest.objects.filter(reference__startswith=_prefix(contract)).exclude(
        state=StripeRequest.State.DONE
    )
    for reference in unsent.order_by("pk").values_list("reference", flat=True):
        obtain(stripe_operations.ADD_INVOICE_ITEM, reference=reference, organization=subscription.organization, now=now)


def _prefix(contract: Contract) -> str:
    return f"lowered:{contract.pk}:"


@transaction.atomic
def _write_down(subscription: StripeSubscription, installment_id: int, wanted: int, now: datetime) -> None:
    rows = ContractArrangement.objects.select_for_update(no_key=True, of=("self",))
    arrangement = rows.select_related("contract").get(contract=subscription.contract_id)
    already = int(arrangement.lowered.get(str(installment_id), 0))
    if wanted == already or _is_billed(installment_id):
        return
    arrangement.lowerings += 1
    reference = f"{_prefix(arrangement.contract)}{arrangement.lowerings}"
    currency = subscription.organization.currency
    prepare(
        stripe_operations.ADD_INVOICE_ITEM,
        reference=reference,
        organization=subscription.organization,
        params={
            "customer": _customer_of(subscription),
            "subscription": subscription.stripe_id,
            "amount": -to_minor_units(wanted - already, currency),
            "currency": currency.lower(),
            "description": "Discount" if wanted > already else "Discount withdrawn",
            "metadata": {"reference": reference},
        },
        now=now,
    )
    arrangement.lowered[str(installment_id)] = wanted
    arrangement.save(update_fields=["lowered", "lowerings"])


def _is_billed(installment_id: int) -> bool:
    """Say whether an invoice for it came meanwhile: what is taken off now would come off another one."""
    parts = InvoicePart.objects.filter(installment=installment_id)
    return parts.exclude(invoice__state=StripeInvoice.State.VOID).exists()


def _customer_of(subscription: StripeSubscription) -> str:
    """Return who pays it: the customer of the session that began it."""
    began = CheckoutSession.objects.filter(
        contract=subscription.contract_id, purpose=CheckoutSession.Purpose.SUBSCRIPTION
    )
    return began.exclude(customer_id="").order_by("-created_at").values_list("customer_id", flat=True)[0]
