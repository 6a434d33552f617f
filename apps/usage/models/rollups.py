"""What is kept of events so that no answer reads them: day totals, the month's counters, who was there last when."""

from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint

from apps.pricing.models import Meter, PriceVersion
from apps.tenants.models import Organization

# Leaves room above for one more batch, so that a sum is refused before it wraps.
MOST = 2**62


class Counter(models.Model):
    """The running totals that a price version has priced for an organization in a UTC month, and their price.

    The version stands for the priced dimensions: meter, model and whose price it is. `charge_micros` is always the
    price of the totals, to the micro.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+", db_index=False)
    meter = models.ForeignKey(Meter, on_delete=models.PROTECT, related_name="+", db_index=False)
    price_version = models.ForeignKey(PriceVersion, on_delete=models.PROTECT, related_name="+")
    month = models.DateField(help_text="First day of the UTC month of the events.")
    event_count = models.BigIntegerField()
    quantity_micros = models.BigIntegerField(help_text="Everything but tokens told apart, in micros of the unit.")
    input_tokens = models.BigIntegerField()
    output_tokens = models.BigIntegerField()
    charge_micros = models.BigIntegerField()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["organization", "month", "price_version"], name="usage_counter_once"),
            CheckConstraint(
                name="usage_counter_within_bounds",
                condition=Q(quantity_micros__range=(0, MOST), charge_micros__range=(0, MOST)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organization_id} {self.price_version_id} {self.month:%Y-%m}"


class UsageDay(models.Model):
    """An organization's rated usage on a UTC day, by meter and dimension."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+", db_index=False)
    day = models.DateField()
    meter = models.ForeignKey(Meter, on_delete=models.PROTECT, related_name="+", db_index=False)
    model = models.CharField(max_length=128, blank=True)
    operation = models.CharField(max_length=128, blank=True)
    event_type = models.CharField(max_length=128, blank=True)
    operator = models.CharField(max_length=128, blank=True)
    billing_mode = models.CharField(max_length=8, blank=True)
    event_count = models.BigIntegerField()
    quantity_micros = models.BigIntegerField(help_text="Everything but tokens told apart, in micros of the unit.")
    input_tokens = models.BigIntegerField()
    output_tokens = models.BigIntegerField()
    charge_micros = models.BigIntegerField()

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=[
                    "organization",
                    "day",
                    "meter",
                    "model",
                    "operation",
                    "event_type",
                    "operator",
                    "billing_mode",
                ],
                name="usage_usageday_once",
            ),
            CheckConstraint(
                name="usage_usageday_within_bounds",
                condition=Q(
                    quantity_micros__range=(0, MOST), input_tokens__range=(0, MOST), output_tokens__range=(0, MOST)
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organization_id} {self.day} {self.meter_id}"


class UnlistedModel(models.Model):
    """A model without a price of its own whose usage was charged at the price for any model, since its meter says so.

    Kept as such events are rated, while other models have prices of their own: staff see here what nobody priced.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+", db_index=False)
    meter = models.ForeignKey(Meter, on_delete=models.PROTECT, related_name="+", db_index=False)
    model = models.CharField(max_length=128)
    event_count = models.BigIntegerField()
    charge_micros = models.BigIntegerField(help_text="What its events were charged, in micros.")
    last_counted_on = models.DateField(help_text="The newest UTC day whose totals have such an event.")

    class Meta:
        constraints = [
            UniqueConstraint(fields=["organization", "meter", "model"], name="usage_unlistedmodel_once"),
            CheckConstraint(name="usage_unlistedmodel_is_named", condition=~Q(model="")),
        ]
        indexes = [Index(fields=["last_counted_on"], name="usage_unlisted_newest")]

    def __str__(self) -> str:
        return f"{self.model} of {self.organization_id}"


class UsageAhead(models.Model):
    """What day totals have of usage whose time had not come when it was taken: windows leave it out until then.

    A row whose time has come says nothing any more; it goes when the organization's next such usage is taken.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+", db_index=False)
    counts_from = models.DateTimeField(help_text="The time of the usage, ahead of the clock that took it.")
    day = models.DateField(help_text="The UTC day whose totals have it.")
    meter = models.ForeignKey(Meter, on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    operation = models.CharField(max_length=128, blank=True)
    event_type = models.CharField(max_length=128, blank=True)
    event_count = models.BigIntegerField(default=0)
    quantity_micros = models.BigIntegerField(default=0)
    input_tokens = models.BigIntegerField(default=0)
    output_tokens = models.BigIntegerField(default=0)
    charge_micros = models.BigIntegerField(default=0)
    character_count = models.BigIntegerField(default=0, help_text="Characters that it made active in their month.")

    class Meta:
        indexes = [Index(fields=["organization", "counts_from"], name="usage_ahead_by_time")]

    def __str__(self) -> str:
        return f"{self.organization_id} {self.counts_from:%Y-%m-%d %H:%M:%S}"


class Presence(models.Model):
    """The newest day on which an organization's usage named a session, project or character.

    Where that usage was ahead of the clock, `ahead_at` is the first such moment and `before_day` the newest day before.
    """

    class Kind(models.TextChoices):
        SESSION = "session", "Session"
        PROJECT = "project", "Project"
        CHARACTER = "character", "Character"

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=9, choices=Kind)
    value = models.CharField(max_length=128)
    last_day = models.DateField()
    ahead_at = models.DateTimeField(null=True)
    before_day = models.DateField(null=True)

    class Meta:
        constraints = [UniqueConstraint(fields=["organization", "kind", "value"], name="usage_presence_once")]
        indexes = [
            Index(fields=["organization", "kind", "last_day"], name="usage_presence_by_day"),
            Index(
                fields=["organization", "ahead_at"],
                name="usage_presence_ahead",
                condition=Q(ahead_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.value}"


class PresenceDay(models.Model):
    """How many ids were last seen on a day. Summed over a window that ends now, it counts the distinct ids in it."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=9, choices=Presence.Kind)
    day = models.DateField()
    id_count = models.BigIntegerField()

    class Meta:
        constraints = [UniqueConstraint(fields=["organization", "kind", "day"], name="usage_presenceday_once")]

    def __str__(self) -> str:
        return f"{self.organization_id} {self.kind} {self.day}"
