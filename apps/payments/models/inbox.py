"""Every event that Stripe delivered or that a sweep found, each stored once."""

from django.db import models
from django.db.models import CheckConstraint, Q

from apps.common.triggers import append_only


class StripeEvent(models.Model):
    """An event from Stripe, with the signed body. Its effects and its state are committed together."""

    class State(models.TextChoices):
        RECEIVED = "received", "Received"
        HANDLED = "handled", "Handled"
        IGNORED = "ignored", "Ignored"
        PARKED = "parked", "Parked for staff"

    class Source(models.TextChoices):
        WEBHOOK = "webhook", "Webhook"
        SWEEP = "sweep", "Sweep"

    event_id = models.CharField(max_length=255, unique=True)
    type = models.CharField(max_length=100)
    object_id = models.CharField(
        max_length=255, blank=True, db_index=True, help_text="Stripe's id of the object that the event is about."
    )
    api_version = models.CharField(max_length=100, blank=True)
    livemode = models.BooleanField("live mode")
    account = models.CharField(max_length=255, blank=True, help_text="Set on events of connected accounts.")
    is_thin = models.BooleanField(
        "thin", default=False, help_text="A thin event, which has no object; these cannot be handled."
    )
    source = models.CharField(max_length=7, choices=Source, default=Source.WEBHOOK)
    payload = models.TextField(help_text="The body that Stripe signed.")
    state = models.CharField(max_length=8, choices=State, default=State.RECEIVED)
    attempts = models.PositiveIntegerField(default=0, help_text="Failed attempts.")
    waits_for = models.CharField(
        max_length=255, blank=True, help_text="Stripe's id of the object that must arrive first."
    )
    error = models.TextField(blank=True)
    note = models.CharField(max_length=500, blank=True, help_text="Why staff closed it.")
    created_at = models.DateTimeField(help_text="When it happened at Stripe.")
    received_at = models.DateTimeField()
    next_attempt_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True, help_text="When it was handled, ignored or parked.")

    class Meta:
        verbose_name = "Stripe event"
        constraints = [
            CheckConstraint(
                name="payments_stripeevent_settled_has_moment",
                condition=Q(state="received", settled_at=None) | (~Q(state="received") & Q(settled_at__isnull=False)),
            )
        ]
        indexes = [
            models.Index(fields=["next_attempt_at"], name="payments_event_due", condition=Q(state="received")),
            models.Index(fields=["received_at"], name="payments_event_parked", condition=Q(state="parked")),
            models.Index(
                fields=["waits_for"], name="payments_event_waiting", condition=Q(state="received") & ~Q(waits_for="")
            ),
            models.Index(fields=["-received_at", "-id"], name="payments_event_newest"),
        ]
        triggers = append_only(updates=True)

    def __str__(self) -> str:
        return self.event_id


_S = StripeEvent.State
EVENT_TRANSITIONS: dict[StripeEvent.State, set[StripeEvent.State]] = {
    _S.RECEIVED: {_S.HANDLED, _S.IGNORED, _S.PARKED},
    _S.PARKED: {_S.RECEIVED, _S.HANDLED},
    _S.HANDLED: set(),
    _S.IGNORED: {_S.RECEIVED},
}


class SweepMark(models.Model):
    """The time up to which a sweep has read all events that Stripe lists."""

    livemode = models.BooleanField("live mode", unique=True)
    swept_until = models.DateTimeField()

    def __str__(self) -> str:
        return f"swept until {self.swept_until:%Y-%m-%d %H:%M}"
