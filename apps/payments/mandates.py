"""Payment methods that their owners removed, so that they are no longer charged."""

from datetime import datetime

from apps.payments import issues
from apps.payments.models import Mandate


def forget_method(method_id: str, *, now: datetime) -> int:
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
