"""The tab about webhooks: the customer's endpoints, and the newest deliveries, with buttons to send them again."""

from collections.abc import Sequence
from datetime import datetime

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode

from apps.backoffice.components import Block, Cell, Link, Table, moment, state
from apps.tenants.models import Organization
from apps.webhooks.admin import ENDPOINT_STATES, STATES
from apps.webhooks.models import WebhookDelivery, WebhookEndpoint
from apps.webhooks.selectors import endpoint_page

SHOWN = 60
MOST_ENDPOINTS = 20


def webhooks(request: HttpRequest, organization: Organization, now: datetime) -> Sequence[Block]:
    """Return the endpoints and the newest deliveries."""
    may_send = request.user.has_perm("backoffice.replay_work")
    endpoints = endpoint_page(organization, after=None, limit=MOST_ENDPOINTS)
    return [_endpoints(endpoints, may_send=may_send), _deliveries(organization, may_send=may_send)]


def _endpoints(endpoints: Sequence[WebhookEndpoint], *, may_send: bool) -> Table:
    rows = [
        [
            Cell(each.url, reverse("admin:webhooks_webhookendpoint_change", args=[each.pk])),
            Cell(", ".join(each.types)),
            state(each.state.value, str(each.state.label), ENDPOINT_STATES),
            Cell(each.get_disabled_because_display()),
            moment(each.failing_since),
            Cell(str(each.failures or "")),
            moment(each.last_success_at),
            _again(
                "webhooks_webhookendpoint_replay", each.pk, "Send failed events again", may_send and each.is_enabled
            ),
        ]
        for each in endpoints
    ]
    return Table(
        title="Endpoints",
        columns=["Address", "Events", "State", "Why", "Failing since", "Failures", "Last success", ""],
        rows=rows,
        empty="No endpoints: the customer gets notices by email only.",
    )


def _deliveries(organization: Organization, *, may_send: bool) -> Table:
    newest = WebhookDelivery.objects.filter(organization=organization).select_related("event", "endpoint")
    rows = [
        [
            moment(each.created_at, reverse("admin:webhooks_webhookdelivery_change", args=[each.pk])),
            Cell(f"{each.event.type} #{each.event.sequence}"),
            Cell(each.endpoint.url),
            state(each.state, each.get_state_display(), STATES),
            Cell(str(len(each.tries))),
            Cell(_last_answer(each)),
            moment(each.next_try_at),
            _again(
                "webhooks_webhookdelivery_retry",
                each.pk,
                "Send again",
                may_send and each.endpoint.is_enabled and each.state != WebhookDelivery.State.PENDING,
            ),
        ]
        for each in newest.order_by("-created_at", "-pk")[:SHOWN]
    ]
    every = f"{reverse('admin:webhooks_webhookdelivery_changelist')}?{urlencode({'q': organization.name})}"
    return Table(
        title="Deliveries",
        columns=["When", "Event", "To", "State", "Tries", "Last answer", "Next try", ""],
        rows=rows,
        empty="Nothing was sent yet.",
        links=[Link("All deliveries", every)],
    )


def _last_answer(delivery: WebhookDelivery) -> str:
    last = delivery.tries[-1] if delivery.tries else {}
    return " ".join(str(last[name]) for name in ("status", "error") if last.get(name))


def _again(page: str, identity: object, label: str, is_offered: bool) -> Cell:
    return Cell(label, reverse(f"admin:{page}", args=[identity])) if is_offered else Cell("")
