"""The action that charges usage in quarantine."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import ClassVar, Self
from uuid import UUID

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Max, Model

from apps.approvals.actions import Action, Scope, person, register
from apps.common.admin import count_text, money_text
from apps.common.changes import Change
from apps.common.errors import Conflict
from apps.tenants.models import Organization
from apps.usage.models import ActiveCharacter, QuarantinedEvent, UsageEvent
from apps.usage.services.quarantine_rating import RerateResult, WaitingUsage, rate_selection
from apps.wallets.errors import WalletNotFound
from apps.wallets.selectors import wallet_figures

SHOWN = 20


class ChargesChanged(Conflict):
    code = "other_charges"
    title = "The amounts have changed since; review them again"


@register
@dataclass(frozen=True, kw_only=True)
class RateUsage(Action):
    """Charge usage in quarantine in one currency: chosen events, or all up to the newest ones at the review.

    `amount_micros` is the sum of all charges, `charges` the `charges_digest` of the customers' charges at the review.
    The action is refused if any customer's charge has changed when it is carried out.
    """

    kind: ClassVar[str] = "usage.rate"
    title: ClassVar[str] = "Rate usage in quarantine"
    permission: ClassVar[str] = "pricing.change_priceversion"
    pool: ClassVar[Scope] = Scope.PRICES
    varying: ClassVar[frozenset[str]] = frozenset({"amount_micros", "newest_event", "newest_character", "charges"})
    hidden: ClassVar[frozenset[str]] = frozenset({"newest_event", "newest_character", "charges"})
    subject_model: ClassVar[type[Model]] = QuarantinedEvent

    organization_id: UUID | None = None
    event_pks: tuple[int, ...] | None
    newest_event: int
    newest_character: int
    charges: str

    def about(self) -> str:
        chosen = (
            "all that have a price" if self.event_pks is None else f"{count_text(len(self.event_pks))} chosen events"
        )
        return f"Usage in quarantine, {self.currency}: {chosen}"

    @property
    def selection(self) -> WaitingUsage:
        """Return the usage that it charges."""
        return WaitingUsage(
            currency=self.currency,
            event_pks=self.event_pks,
            newest_event=self.newest_event,
            newest_character=self.newest_character,
        )

    def overlaps(self, other: Self) -> bool:
        if self.event_pks is None or other.event_pks is None:
            return True
        return not set(self.event_pks).isdisjoint(other.event_pks)

    def perform(self, *, by: User, now: datetime) -> None:
        done = rate_selection(self.selection, created_by=person(by), now=now)
        if (done.charged_micros, charges_digest(done)) != (self.amount_micros, self.charges):
            raise ChargesChanged

    def figures(self, now: datetime) -> Mapping[str, str]:
        waiting = UsageEvent.objects.filter(
            state=UsageEvent.State.QUARANTINED, organization__currency=self.currency
        ).count()
        return {f"Events in quarantine, {self.currency}": count_text(waiting)}

    def preview(self, *, by: User, now: datetime) -> list[Change]:
        return charge_rows(self, partial(rate_selection, self.selection, created_by=person(by), now=now), now)


def charge_rows(action: Action, rate: Callable[[], RerateResult], now: datetime) -> list[Change]:
    """Return each customer's charge by an action, the largest first, with the balance (or debt) before and after.

    `rate` carries the action out in a transaction that is rolled back.
    """
    with transaction.atomic():
        waited = dict(action.figures(now))
        done = rate()
        largest = sorted(done.charges.items(), key=lambda each: -abs(each[1]))[:SHOWN]
        after = standing_of([pk for pk, _ in largest], now)
        waits = action.figures(now)
        transaction.set_rollback(True)
    before = standing_of([pk for pk, _ in largest], now)
    customers = Organization.objects.in_bulk(done.charges)
    rows = [Change(name, text, waits[name]) for name, text in waited.items()]
    for pk, charge in largest:
        text = f"Credit of {customers[pk].name}, charged {money_text(charge, customers[pk].currency)}"
        rows.append(Change(text, before.get(pk, ""), after.get(pk, "")))
    if rest := done.charges.keys() - {pk for pk, _ in largest}:
        rows.append(Change(f"{count_text(len(rest))} more customers, charged", "", _total(done, customers, rest)))
    total = _total(done, customers, done.charges) or money_text(0, action.currency)
    return [*rows, Change("Total charged", "", total)]


def _total(done: RerateResult, customers: Mapping[UUID, Organization], pks: Iterable[UUID]) -> str:
    """Return the sum of some customers' absolute charges in each currency."""
    sums: dict[str, int] = {}
    for pk in pks:
        currency = customers[pk].currency
        sums[currency] = sums.get(currency, 0) + abs(done.charges[pk])
    return ", ".join(money_text(total, currency) for currency, total in sorted(sums.items()))


@dataclass(frozen=True, slots=True)
class NewestWaiting:
    """The newest waiting event and character at a review; usage that arrives later is left out."""

    event: int
    character: int


def newest_waiting() -> NewestWaiting:
    """Return the newest event and character that wait for a price now; 0 if there is none."""
    events = UsageEvent.objects.filter(state=UsageEvent.State.QUARANTINED)
    characters = ActiveCharacter.objects.filter(price_version__isnull=True)
    found = [rows.aggregate(newest=Max("pk"))["newest"] or 0 for rows in (events, characters)]
    return NewestWaiting(*found)


def rate_actions(
    event_pks: Iterable[int] | None, newest: NewestWaiting, *, reason: str, key: str, by: User, now: datetime
) -> list[RateUsage]:
    """Return the actions that rate chosen events, or all up to the newest: one for each currency with priced usage."""
    chosen = None if event_pks is None else tuple(sorted(event_pks))
    everything = WaitingUsage(event_pks=chosen, newest_event=newest.event, newest_character=newest.character)
    currencies = {
        *everything.events().values_list("organization__currency", flat=True).distinct(),
        *everything.characters().values_list("organization__currency", flat=True).distinct(),
    }
    found = []
    for currency in sorted(currencies):
        done = _rehearsed(replace(everything, currency=currency), by, now)
        if not done.rated:
            continue
        found.append(
            RateUsage(
                amount_micros=done.charged_micros,
                currency=currency,
                event_pks=chosen,
                newest_event=newest.event,
                newest_character=newest.character,
                charges=charges_digest(done),
                reason=reason,
                key=f"{key}:{currency}",
            )
        )
    return found


def charges_digest(done: RerateResult) -> str:
    """Return one hash of what each customer is charged."""
    lines = sorted(f"{pk} {charge}" for pk, charge in done.charges.items())
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _rehearsed(selection: WaitingUsage, by: User, now: datetime) -> RerateResult:
    with transaction.atomic():
        done = rate_selection(selection, created_by=person(by), now=now)
        transaction.set_rollback(True)
    return done


def standing_of(organization_ids: Iterable[UUID], now: datetime) -> dict[UUID, str]:
    """Return customers' balances; a debt is negative."""
    texts = {}
    for organization in Organization.objects.filter(pk__in=list(organization_ids)):
        try:
            figures = wallet_figures(organization, now)
        except WalletNotFound:
            continue
        texts[organization.pk] = money_text(figures.balance_micros - figures.outstanding_micros, organization.currency)
    return texts
