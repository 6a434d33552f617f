"""The sidebar: the lists a person may open, in the order of a working day, with what waits beside them."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.apps import apps
from django.contrib.admin import AdminSite
from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from apps.backoffice.attention import counts

# Section, icon of each list. A list that this person may not see, or that does not exist, is left out.
SECTIONS: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    (
        "Customers",
        (
            ("tenants.Organization", "apartment"),
            ("tenants.Project", "folder"),
            ("tenants.ApiKey", "key"),
            ("tenants.IdentityLink", "link"),
            ("backoffice.Note", "sticky_note_2"),
            ("backoffice.SavedView", "bookmark"),
        ),
    ),
    (
        "Money",
        (
            ("wallets.Grant", "add_card"),
            ("ledger.Entry", "receipt_long"),
            ("ledger.Transfer", "sync_alt"),
            ("wallets.Consumption", "call_split"),
            ("ledger.Hold", "front_hand"),
            ("ledger.Account", "account_balance"),
            ("wallets.Shortfall", "trending_down"),
            ("approvals.Approval", "how_to_reg"),
        ),
    ),
    (
        "Contracts",
        (
            ("contracts.Contract", "contract"),
            ("contracts.Installment", "calendar_month"),
            ("contracts.ServiceAgreement", "handshake"),
            ("contracts.Allocation", "data_usage"),
            ("vouchers.Batch", "style"),
            ("vouchers.Voucher", "confirmation_number"),
            ("vouchers.Redemption", "redeem"),
        ),
    ),
    (
        "Prices and usage",
        (
            ("pricing.Meter", "speed"),
            ("pricing.PriceBook", "price_change"),
            ("pricing.PriceVersion", "sell"),
            ("plans.Plan", "loyalty"),
            ("plans.Subscription", "subscriptions"),
            ("usage.QuarantinedEvent", "hourglass_top"),
            ("usage.UnlistedModel", "help_center"),
            ("usage.UsageDay", "query_stats"),
            ("usage.UsageEvent", "list_alt"),
            ("usage.UsagePosting", "request_quote"),
            ("usage.Counter", "pin"),
            ("usage.CharacterMonth", "groups"),
            ("usage.MonthClose", "event_available"),
            ("snapshots.CostSnapshot", "photo_camera"),
            ("snapshots.BalanceSnapshot", "account_balance_wallet"),
            ("snapshots.CollectionFailure", "running_with_errors"),
            ("snapshots.CollectionSource", "input"),
        ),
    ),
    (
        "Stripe",
        (
            ("payments.StripeEvent", "webhook"),
            ("payments.CheckoutSession", "shopping_cart"),
            ("payments.PaymentLink", "link"),
            ("payments.StripePayment", "paid"),
            ("payments.Refund", "undo"),
            ("payments.Dispute", "gavel"),
            ("payments.StripeInvoice", "receipt_long"),
            ("payments.PaymentIssue", "report"),
            ("payments.StripeCustomer", "badge"),
        ),
    ),
    (
        "Operations",
        (
            ("outbox.OutboxMessage", "outbox"),
            ("outbox.Heartbeat", "favorite"),
            ("idempotency.IdempotentCall", "repeat"),
            ("django_celery_beat.PeriodicTask", "schedule"),
            ("auditlog.LogEntry", "history"),
            ("proofs.DayRoot", "verified"),
            ("proofs.ProofMark", "fact_check"),
        ),
    ),
    (
        "People",
        (
            ("auth.User", "person"),
            ("auth.Group", "group"),
            ("otp_totp.TOTPDevice", "phonelink_lock"),
            ("axes.AccessAttempt", "lock_person"),
            ("approvals.AccessChange", "manage_history"),
        ),
    ),
)

# The section that an app's lists stand in; one that has lists in several is called after the first.
SECTION_OF = {label.partition(".")[0]: title for title, entries in reversed(SECTIONS) for label, _ in reversed(entries)}

# Lists whose names Django writes in small letters, or that have a better one here.
WRITTEN = {"Api keys": "API keys", "TOTP devices": "Second factors", "Log entries": "Audit trail"}


def title_of(model: type[Model]) -> str:
    """Return what a list is called: the first letter large, and initials as they are written."""
    name = str(model._meta.verbose_name_plural)
    title = name[:1].upper() + name[1:]
    return WRITTEN.get(title, title)


def sidebar(site: AdminSite, request: HttpRequest) -> list[dict[str, Any]]:
    """Return what the theme draws: one group per section that has anything in it."""
    home: dict[str, Any] = {
        "title": "Home",
        "icon": "home",
        "link": reverse("admin:index"),
        "active": _is_home(request),
    }
    groups: list[dict[str, Any]] = [{"title": "", "items": [{**home, "has_permission": True}]}]
    waiting = counts(timezone.now())
    for title, entries in SECTIONS:
        items = list(_items(site, request, entries, waiting))
        if items:
            groups.append({"title": title, "separator": True, "collapsible": True, "items": items, **_sum(items)})
    return groups


def _sum(items: list[dict[str, Any]]) -> dict[str, str]:
    """Let a closed section say how much waits in it."""
    waiting = sum(int(item.get("badge", 0)) for item in items)
    return {"badge": str(waiting), "badge_variant": "danger"} if waiting else {}


def _is_home(request: HttpRequest) -> bool:
    return request.path == reverse("admin:index")


def _items(
    site: AdminSite, request: HttpRequest, entries: tuple[tuple[str, str], ...], waiting: Mapping[str, int]
) -> Iterator[dict[str, Any]]:
    for label, icon in entries:
        try:
            model = apps.get_model(label)
        except LookupError:
            continue
        page = site._registry.get(model)
        if page is None or not page.has_view_permission(request):
            continue
        link = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        yield {
            "title": title_of(model),
            "icon": icon,
            "link": link,
            "active": request.path.startswith(link),
            "has_permission": True,
            **_badge(waiting.get(model._meta.label, 0)),
        }


def _badge(waiting: int) -> dict[str, str]:
    return {"badge": str(waiting), "badge_variant": "danger"} if waiting else {}
