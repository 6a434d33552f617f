"""Usage in quarantine, added up by customer, meter, model and the reason why it waits."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count, Min, QuerySet, Sum
from django.db.models.functions import Coalesce

from apps.tenants.models import Organization
from apps.usage.models import QuarantinedEvent

SAME = ("organization_id", "meter_slug", "model", "reason")


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarantinedGroup:
    """Events of a customer that wait for the same reason, under one meter and model; `first` is the oldest."""

    organization: Organization
    meter_slug: str
    model: str
    reason: str
    event_count: int
    quantity_micros: int | None
    tokens: int
    first: int
    first_on: date


def quarantined_groups(events: QuerySet[QuarantinedEvent], most: int) -> list[QuarantinedGroup]:
    """Return the groups of events that wait for a price, the one with the oldest event first."""
    rows = (
        events.order_by()
        .values(*SAME)
        .annotate(
            event_count=Count("pk"),
            quantity_micros=Sum("quantity_micros"),
            tokens=Sum(Coalesce("input_tokens", 0) + Coalesce("output_tokens", 0)),
            first=Min("pk"),
            first_at=Min("occurred_at"),
        )
        .order_by("first")[:most]
    )
    found = list(rows)
    customers: dict[UUID, Organization] = Organization.objects.in_bulk({row["organization_id"] for row in found})
    return [
        QuarantinedGroup(organization=customers[row.pop("organization_id")], first_on=row.pop("first_at").date(), **row)
        for row in found
    ]
