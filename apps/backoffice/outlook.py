"""What a request would do if it were carried out now: shown to whoever decides on it."""

from datetime import datetime

from apps.approvals.models import Approval
from apps.backoffice import services
from apps.backoffice.admin.asking import before_and_after
from apps.common.admin import Change
from apps.common.errors import BillingError
from apps.pricing.services import PUBLISH
from apps.usage import services as usage
from apps.usage.admin.prices import preview_rows


def outlook(approval: Approval, *, now: datetime) -> list[Change]:
    """Return rows of before and after; one that says why, where carrying it out would be refused as things stand."""
    try:
        if approval.kind in services.TITLES:
            order = services.order_of(approval)
            rehearsal = services.rehearse(order=order, by=approval.requested_by, now=now)
            return before_and_after(rehearsal, order.organization.currency)
        if approval.kind == PUBLISH:
            return preview_rows(usage.version_of(approval), now)
    except BillingError as error:
        return [Change("As things stand", "", f"it would be refused: {error.detail or error.title}")]
    return []
