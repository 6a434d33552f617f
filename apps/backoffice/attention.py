"""What needs a person: counted in one query, kept for half a minute, shown at home and beside the sidebar's lists."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import reduce
from typing import Any

from django.apps import apps
from django.contrib.admin import AdminSite
from django.core.cache import cache
from django.db.models import Count, Exists, Model, OuterRef, QuerySet, Value
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode

from apps.approvals.selectors import waiting
from apps.contracts.models import OPEN_STATES, Contract, Installment
from apps.ledger.models import Account, Entry
from apps.outbox.models import Heartbeat, OutboxMessage
from apps.payments.models import PaymentIssue, StripeEvent
from apps.proofs.models import ProofMark
from apps.snapshots.models import CollectionFailure
from apps.usage.models import MonthClose, QuarantinedEvent
from apps.usage.selectors import unlisted_models
from apps.wallets.models import Shortfall

KEPT_SECONDS = 30
ENDING_DAYS = 30
CACHE_KEY = "backoffice.attention"

Rows = Callable[[datetime], QuerySet[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Concern:
    """Something that waits for a person: what to call it, its rows, and the list that shows exactly them."""

    name: str
    title: str
    rows: Rows
    query: Mapping[str, str] = field(default_factory=dict)
    alarm: bool = True


def _overdue(_: datetime) -> QuerySet[Any]:
    return Installment.objects.filter(overdue_at__isnull=False, state__in=OPEN_STATES)


def _ending(now: datetime) -> QuerySet[Any]:
    today = now.astimezone(UTC).date()
    soon = Contract.objects.filter(status=Contract.Status.ACTIVE, auto_renew=False)
    return soon.filter(end_date__gte=today, end_date__lte=today + timedelta(days=ENDING_DAYS))


def _differing(_: datetime) -> QuerySet[Any]:
    """Accounts whose balance is not what their last entry left."""
    last = Entry.objects.filter(
        book=OuterRef("book"),
        account=OuterRef("pk"),
        account_version=OuterRef("version"),
        balance_after_micros=OuterRef("balance_micros"),
    )
    return Account.objects.filter(version__gt=0).exclude(Exists(last))


CONCERNS: tuple[Concern, ...] = (
    Concern(name="approvals.Approval", title="Approvals waiting", rows=waiting, query={"status__exact": "pending"}),
    Concern(name="contracts.Installment", title="Overdue installments", rows=_overdue, query={"overdue": "yes"}),
    Concern(
        name="contracts.Contract", title="Contracts that end within 30 days", rows=_ending, query={"ending": "yes"}
    ),
    Concern(
        name="proofs.ProofMark",
        title="Chains that a proof found broken",
        rows=lambda _: ProofMark.objects.exclude(found=""),
        query={"result": "broken"},
    ),
    Concern(
        name="usage.QuarantinedEvent",
        title="Usage without a price",
        rows=lambda _: QuarantinedEvent.objects.filter(state=QuarantinedEvent.State.QUARANTINED),
    ),
    Concern(
        name="usage.UnlistedModel",
        title="Models charged at the price for any model",
        rows=unlisted_models,
        query={"recent": "yes"},
    ),
    Concern(
        name="usage.MonthClose",
        title="Months that could not be closed",
        rows=lambda _: MonthClose.objects.filter(state=MonthClose.State.FAILED),
        query={"state__exact": "failed"},
    ),
    Concern(
        name="wallets.Shortfall",
        title="Debts that no credit covers",
        rows=lambda _: Shortfall.objects.filter(remaining_micros__gt=0),
        query={"remaining_micros_from": "0.000001"},
    ),
    Concern(name="ledger.Account", title="Books that differ", rows=_differing, query={"differs": "yes"}),
    Concern(
        name="payments.StripeEvent",
        title="Parked webhooks",
        rows=lambda _: StripeEvent.objects.filter(state=StripeEvent.State.PARKED),
        query={"state__exact": "parked"},
    ),
    Concern(
        name="payments.PaymentIssue",
        title="Payments that need a person",
        rows=lambda _: PaymentIssue.objects.filter(resolved_at=None),
        query={"resolved_at__isempty": "1"},
    ),
    Concern(
        name="outbox.OutboxMessage",
        title="Parked work",
        rows=lambda _: OutboxMessage.objects.filter(state=OutboxMessage.State.PARKED),
        query={"state__exact": "parked"},
    ),
    Concern(name="outbox.Heartbeat", title="Jobs that failed", rows=lambda _: Heartbeat.objects.exclude(last_error="")),
    Concern(
        name="snapshots.CollectionFailure",
        title="Figures not collected today",
        rows=lambda now: CollectionFailure.objects.filter(failed_at__gt=now - timedelta(days=1)),
        alarm=False,
    ),
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many of a concern there are, and where to see them."""

    concern: Concern
    count: int
    href: str


def counts(now: datetime) -> dict[str, int]:
    """Return how many rows each concern has, by its name; at most half a minute old."""
    kept: dict[str, int] | None = cache.get(CACHE_KEY)
    if kept is None:
        kept = {concern.name: 0 for concern in CONCERNS} | _counted(now)
        cache.set(CACHE_KEY, kept, KEPT_SECONDS)
    return kept


def _counted(now: datetime) -> dict[str, int]:
    each = [_count(concern.name, concern.rows(now)) for concern in CONCERNS]
    every: Any = reduce(lambda rows, more: rows.union(more, all=True), each)
    return dict(every)


def _count(name: str, rows: QuerySet[Any]) -> Any:
    named = rows.order_by().annotate(concern=Value(name)).values("concern")
    return named.annotate(rows=Count("pk")).values_list("concern", "rows")


def waiting_for(site: AdminSite, request: HttpRequest, now: datetime) -> list[Waiting]:
    """Return the concerns whose lists this person may open, those with something first."""
    found = [
        Waiting(concern, count, href)
        for concern in CONCERNS
        if (href := _list_of(site, request, concern)) is not None
        for count in [counts(now)[concern.name]]
    ]
    return sorted(found, key=lambda each: each.count == 0)


def _list_of(site: AdminSite, request: HttpRequest, concern: Concern) -> str | None:
    model: type[Model] = apps.get_model(concern.name)
    page = site._registry.get(model)
    if page is None or not page.has_view_permission(request):
        return None
    address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    return f"{address}?{urlencode(concern.query)}" if concern.query else address
