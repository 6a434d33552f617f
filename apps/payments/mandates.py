"""Payment methods that are charged no more, since their owners took them back."""

from datetime import datetime

from apps.payments import issues
from apps.payments.models import Mandate


def forget_method(method_id: str, *, now: datetime) -> int:
    """Charge a payment method no more that its owner took back, and tell staff; return for how many contracts."""
    mandates = list(Mandate.objects.filter(payment_method_id=method_id).select_related("contract__organization"))
    for mandate in mandates:
        Mandate.objects.filter(pk=mandate.pk, payment_method_id=method_id).update(payment_method_id="", updated_at=now)
        if not mandate.contract.is_ended:
            issues.open_issue(
                issues.Kind.METHOD_REMOVED,
                organization=mandate.contract.organization,
                subject=str(mandate.contract_id),
                detail=(
                    f"The payment method {method_id} is charged for the contract no more. Until the customer chooses "
                    "another one in the billing portal, invoices are sent instead."
                ),
                now=now,
            )
    return len(mandates)
