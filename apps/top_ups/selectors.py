"""Queries on automatic top-up; every one is limited to an organization."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from apps.common.list_positions import Position, beyond
from apps.common.queries import Query, fetch
from apps.tenants.models import Organization
from apps.top_ups.declines import WINDOW, shown_reason
from apps.top_ups.models import TopUp, TopUpAttempt
from apps.top_ups.state import BACKING_OFF, CAPPED, NEEDS_ACTION, OFF, STOPPED, TopUpState, top_up_state

State = TopUpAttempt.State
NO_CARD = "no_payment_method"


@dataclass(frozen=True, slots=True)
class TopUpStatus:
    """A customer's settings, if any, and the state that the customer sees.

    `until` is when the state ends automatically; `reason` is why it is stopped or waits. `state` has the figures, None
    if it is off.
    """

    settings: TopUp | None
    status: str
    state: TopUpState | None = None
    until: datetime | None = None
    reason: str = ""


def top_up_status(organization: Organization, now: datetime) -> TopUpStatus:
    """Return the state of an organization's automatic top-up."""
    settings = TopUp.objects.filter(organization=organization).first()
    state = _state(organization, now) if settings is not None and settings.is_enabled else None
    if settings is None or state is None:
        return TopUpStatus(settings, OFF)
    status = state.status(now)
    if status == STOPPED:
        return TopUpStatus(settings, status, state, reason=shown_reason(state.stopped_reason or NO_CARD))
    until, reason = state.capped_until if status == CAPPED else None, ""
    if status == BACKING_OFF:
        ended = TopUpAttempt.objects.filter(organization=organization, settled_at__isnull=False)
        until = state.waits_until(now)
        reason = ended.order_by("-created_at", "-id").values_list("reason", flat=True).first() or ""
    if status == NEEDS_ACTION and state.live is not None:
        until = TopUpAttempt.objects.values_list("action_until", flat=True).get(pk=state.live.id)
    return TopUpStatus(settings, status, state, until, shown_reason(reason))


def _state(organization: Organization, now: datetime) -> TopUpState | None:
    # Steps and minimum amounts matter only for charges, which are not decided here.
    return fetch(
        Query(
            "top_up_open(%s, %s)",
            (organization.pk, now),
            lambda row: top_up_state(row, step_micros=1, least_micros=1),
        )
    )


def attempts_page(organization: Organization, *, after: Position | None = None, limit: int) -> list[TopUpAttempt]:
    """Return an organization's attempts, newest first, starting after a position."""
    rows = TopUpAttempt.objects.filter(beyond(after), organization=organization)
    return list(rows.order_by("-created_at", "-id")[:limit])


def recent_declines(organization_id: UUID, fingerprint: str, now: datetime) -> list[datetime]:
    """Return when a card, by its fingerprint, was declined in the last 30 days."""
    rows = TopUpAttempt.objects.filter(
        organization=organization_id,
        card_fingerprint=fingerprint,
        state=State.DECLINED,
        settled_at__gt=now - WINDOW,
    )
    return [each for each in rows.values_list("settled_at", flat=True) if each is not None]


def cards_that_expire(now: datetime, within: timedelta) -> list[TopUp]:
    """Return the active settings whose card expires within `within` from now and has not expired yet.

    A card is good until the end of its month.
    """
    used = TopUp.objects.filter(is_enabled=True, card_exp_year__isnull=False, card_exp_month__isnull=False)
    used = used.exclude(payment_method_id="").select_related("organization")
    return [each for each in used if each.card_ends_at is not None and now < each.card_ends_at <= now + within]
