"""Template tag that shows open requests on the page of their target."""

from typing import Any

from django import template
from django.db.models import Model
from django.urls import reverse
from django.utils import timezone

register = template.Library()


@register.inclusion_tag("admin/approvals/waiting.html")
def waiting_requests(row: Any, opts: Any = None) -> dict[str, Any]:
    """Show the open requests on a row, or on a model's list if no row is given."""
    # Imported here: forms load these tags before the models are ready.
    from apps.approvals.actions import REGISTRY, UNKNOWN_SIZE
    from apps.approvals.selectors import waiting_for, waiting_in_list
    from apps.common.admin import money_text

    now = timezone.now()
    if isinstance(row, Model) and row.pk is not None:
        found = waiting_for(row, now)
    elif opts is not None and not row:
        found = waiting_in_list(opts.label_lower, now)
    else:
        return {"requests": []}
    requests = [
        {
            "title": REGISTRY[each.kind].title if each.kind in REGISTRY else each.kind,
            "name": str(each),
            "about": each.about,
            "amount": money_text(each.amount_micros, each.currency) if each.is_size_known else UNKNOWN_SIZE,
            "by": each.requested_by,
            "href": reverse("admin:approvals_approval_change", args=[each.pk]),
        }
        for each in found
    ]
    return {"requests": requests}
