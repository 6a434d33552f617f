"""The actions that take a usage event back or replace it, as its sender could."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, ClassVar, Self

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Model

from apps.approvals.actions import Action, person, register
from apps.common.admin import code_words, count_text, money_text
from apps.common.strict_json import read_object
from apps.common.transactions import serialized
from apps.usage.actions.rating import ChargesChanged, standing_of
from apps.usage.errors import UnknownEvent
from apps.usage.event_calls import sent_data
from apps.usage.models import EventCorrection, UsageEvent
from apps.usage.services.corrections import Correction, CorrectionResult, correct_event


def is_taken_back(event: UsageEvent) -> bool:
    """Whether an event was voided or replaced, or is a row that voids another one."""
    corrected = EventCorrection.objects.filter(organization=event.organization_id, event=event.pk)
    return event.voids is not None or corrected.exists()


@register
@dataclass(frozen=True, kw_only=True)
class VoidEvent(Action):
    """Void a usage event: the customer gets its charge back, in the event's own month while that is open.

    `amount_micros` is the change of the charge at the review, and `gives_back` says whether the customer receives it.
    The action is refused if the amount differs when it is performed. An event in quarantine moves no money.
    """

    kind: ClassVar[str] = "usage.void_event"
    title: ClassVar[str] = "Void this event"
    danger: ClassVar[bool] = True
    varying: ClassVar[frozenset[str]] = frozenset({"amount_micros", "gives_back"})
    hidden: ClassVar[frozenset[str]] = frozenset({"gives_back"})
    subject_model: ClassVar[type[Model]] = UsageEvent
    subject_field: ClassVar[str] = "event_pk"

    event_pk: int
    gives_back: bool = True

    @classmethod
    def of(cls, event: UsageEvent, *, reason: str, key: str, by: User, now: datetime, **content: Any) -> Self:
        """Return the action that corrects an event, with the amount it would move now; a replacement has its `content`.

        Raises what `correct_event` raises.
        """
        action = cls(
            organization_id=event.organization_id,
            amount_micros=0,
            currency=event.organization.currency,
            event_pk=event.pk,
            reason=reason,
            key=key,
            **content,
        )
        done = _rehearsed(action.correction(by), now)
        return replace(action, amount_micros=abs(done.charge_micros), gives_back=done.charge_micros <= 0)

    def event(self) -> UsageEvent:
        """Return the event.

        Raises:
            UnknownEvent: there is none in the database.
        """
        return self.row_among(UsageEvent.objects.select_related("organization", "meter"), UnknownEvent)

    def perform(self, *, by: User, now: datetime) -> None:
        done = correct_event(self.correction(by), now=now)
        if (abs(done.charge_micros), done.charge_micros <= 0) != (self.amount_micros, self.gives_back):
            raise ChargesChanged

    def figures(self, now: datetime) -> Mapping[str, str]:
        event = self.event()
        standing = standing_of([event.organization_id], now).get(event.organization_id, "")
        return {
            "Balance, less what is owed": standing,
            **self.content_figures(_standing(event)),
        }

    def content_figures(self, standing: UsageEvent | None) -> Mapping[str, str]:
        """Return the figures of the row that counts for the event; `standing` is None once it is voided."""
        charge = 0 if standing is None else standing.charge_micros
        is_taken_back = "no" if standing is not None else "yes"
        return {"Voided": is_taken_back, "Charge of the event": money_text(charge, self.currency)}

    def correction(self, by: User) -> Correction:
        """Return the correction to make."""
        event = self.event()
        return Correction(
            organization=event.organization,
            source=event.source,
            event_id=event.event_id,
            reason=self.reason,
            created_by=person(by),
            only=event.pk,
        )


@register
@dataclass(frozen=True, kw_only=True)
class ReplaceEvent(VoidEvent):
    """Replace a usage event by another with the same id, time and meter: the difference is charged or given back.

    `content` is the new `data` as JSON. Amounts are as for `VoidEvent`.
    """

    kind: ClassVar[str] = "usage.replace_event"
    title: ClassVar[str] = "Replace this event"

    content: str = ""

    def content_figures(self, standing: UsageEvent | None) -> Mapping[str, str]:
        if standing is None:
            return {}
        sent = sent_data(standing)
        waits = {"Waits": standing.get_reason_display()} if standing.reason else {}
        charge = {"Charge of the event": money_text(standing.charge_micros, self.currency)}
        shown = {name: count_text(value) if isinstance(value, int) else str(value) for name, value in sent.items()}
        return charge | waits | {code_words(name): text for name, text in shown.items()}

    def correction(self, by: User) -> Correction:
        event = self.event()
        attributes = {
            "specversion": "1.0",
            "source": event.source,
            "id": event.event_id,
            "type": event.meter_slug,
            "time": event.occurred_at.isoformat(),
        }
        data = read_object(self.content)
        return replace(super().correction(by), event={**attributes, "data": data})


def _standing(event: UsageEvent) -> UsageEvent | None:
    """Return the row that counts for an event: its own, or its replacement's; None if it was voided."""
    found = EventCorrection.objects.filter(organization=event.organization_id, event=event.pk).first()
    if found is None:
        return event
    rows = UsageEvent.objects.select_related("meter")
    return None if found.replacement is None else rows.filter(pk=found.replacement).first()


@serialized
def _rehearsed(correction: Correction, now: datetime) -> CorrectionResult:
    with transaction.atomic():
        done = correct_event(correction, now=now)
        transaction.set_rollback(True)
    return done
