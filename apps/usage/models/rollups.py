"""Totals updated as events are rated, so that readers need no events: by day, by month and price, distinct ids."""

from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint

from apps.pricing.models import Meter, PriceVersion
from apps.tenants.models import Organization

# The largest total. A batch can exceed it without exceeding 64 bits, so its check fails before a sum overflows.
MOST = 2**62
# The dimensions of day totals, besides the meter.
DAY_DIMENSIONS = ("model", "provider", "operation", "event_type", "operator", "billing_mode", "cost_currency")


class Counter(models.Model):
    """An organization's running totals under a price version in a UTC month, and their price.

    The version stands for the meter, the model and the book. `charge_micros` is always exactly the price of the totals.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+", db_index=False)
    meter = models.ForeignKey(Meter, on_delete=models.PROTECT, related_name="+", db_index=False)
    price_version = models.ForeignKey(PriceVersion, on_delete=models.PROTECT, related_name="+")
    month = models.DateField(help_text="First day of the UTC month of the events.")
    event_count = models.BigIntegerField()
    quantity_micros = models.BigIntegerField(help_text="Everything except split tokens, in micros of the unit.")
    input_tokens = models.BigIntegerField()
    output_tokens = models.BigIntegerField()
    exact_price = models.DecimalField(
        max_digits=50,
        decimal_places=0,
        default=0,
        help_text="Sum of its events' prices by a table of cells, in 10^-30 of the currency unit.",
    )
    charge_micros = models.BigIntegerField()
    months = models.JSONField(
        default=dict,
        help_text="Its events' totals for each month price of the table, by token kind or unit, in micros of one.",
    )

    class Meta:
        constraints = [
            UniqueConstraint(fields=["organization", "month", "price_version"], name="usage_counter_once"),
            CheckConstraint(
                name="usage_counter_within_bounds",
                condition=Q(quantity_micros__range=(0, MOST), charge_micros__range=(0, MOST)),
            ),
        ]

    def __str__(self) -> str:
        return f"Price version {self.price_version_id} in {self.month:%Y-%m}"


class UsageDay(models.Model):
    """An organization's rated usage on a UTC day, by meter and dimension."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+", db_index=False)
    day = models.DateField()
    meter = models.ForeignKey(Meter, on_delete=models.PROTECT, related_name="+", db_index=False)
    model = models.CharField(max_length=128, blank=True)
    provider = models.CharField(max_length=64, blank=True)
    operation = models.CharField(max_length=128, blank=True)
    event_type = models.CharField(max_length=128, blank=True)
    operator = models.CharField(max_length=128, blank=True)
    billing_mode = models.CharField(max_length=8, blank=True)
    cost_currency = models.CharField(max_length=3, blank=True, help_text="Currency of the cost; empty: unknown cost.")
    event_count = models.BigIntegerField()
    quantity_micros = models.BigIntegerField(help_text="Everything except split tokens, in micros of the unit.")
    input_tokens = models.BigIntegerField()
    output_tokens = models.BigIntegerField()
    charge_micros = models.BigIntegerField()
    cost_picos = models.DecimalField(
        max_digits=38, decimal_places=0, default=0, help_text="Sum of its events' costs as first known, in picos."
    )

    class Meta:
        constraints = [
            UniqueConstraint(fields=["organization", "day", "meter", *DAY_DIMENSIONS], name="usage_usageday_once"),
            CheckConstraint(
                name="usage_usageday_within_bounds",
                condition=Q(
                    quantity_micros__range=(-MOST, MOST),
                    input_tokens__range=(-MOST, MOST),
                    output_tokens__range=(-MOST, MOST),
                ),
            ),
        ]
        indexes = [Index(fields=["day"], condition=~Q(cost_currency=""), name="usage_usageday_with_cost")]

    def __str__(self) -> str:
        return f"{self.organization_id} {self.day} {self.meter_id}"


class LateUsageDay(models.Model):
    """The part of an organization's day totals that is usage of a closed month, with that month.

    Invoices print it with its own service period.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+", db_index=False)
    day = models.DateField(help_text="The UTC day on which it counts.")
    corrects_month = models.DateField(help_text="First day of the closed month in which it was used.")
    meter = models.ForeignKey(Meter, on_delete=models.PROTECT, related_name="+", db_index=False)
    model = models.CharField(max_length=128, blank=True)
    event_count = models.BigIntegerField()
    quantity_micros = models.BigIntegerField(help_text="Everything except split tokens, in micros of the unit.")
    input_tokens = models.BigIntegerField()
    output_tokens = models.BigIntegerField()
    charge_micros = models.BigIntegerField()

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["organization", "day", "corrects_month", "meter", "model"], name="usage_lateusageday_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organization_id} {self.day} for {self.corrects_month:%Y-%m}"


class BreakdownTotal(models.Model):
    """An organization's rated usage on a UTC day or in a month, by the one or two dimensions of a meter's breakdown.

    A limited number of values per day or month have their own rows; the row with `is_other` is the sum of all others.
    Long windows read the months, so that they need few rows. If the breakdown is also by kind, the row without a kind
    counts whole events, and further rows count their parts: tokens of a kind are in `input_tokens`, `output_tokens` or,
    unsplit, in `quantity_micros`, which also has units. The charges and costs of the parts add up to those of the row.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+", db_index=False)
    is_month = models.BooleanField(default=False, help_text="Whether it is for a whole month.")
    day = models.DateField(help_text="The UTC day; of a month, its first.")
    meter = models.ForeignKey(Meter, on_delete=models.PROTECT, related_name="+", db_index=False)
    by = models.CharField(max_length=32, help_text="The dimensions, separated by a comma.")
    value_1 = models.CharField(max_length=128, blank=True)
    value_2 = models.CharField(max_length=128, blank=True)
    cost_currency = models.CharField(max_length=3, blank=True, help_text="Currency of the cost; empty: unknown cost.")
    kind = models.CharField(max_length=32, blank=True, help_text="Token kind or unit; empty: whole events.")
    is_other = models.BooleanField(default=False, help_text="Whether it sums all values without their own row.")
    event_count = models.BigIntegerField()
    quantity_micros = models.BigIntegerField(help_text="Everything except split tokens, in micros of the unit.")
    input_tokens = models.BigIntegerField()
    output_tokens = models.BigIntegerField()
    charge_micros = models.BigIntegerField()
    cost_picos = models.DecimalField(max_digits=38, decimal_places=0, default=0, help_text="In picos.")

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=[
                    "organization",
                    "meter",
                    "by",
                    "is_month",
                    "day",
                    "cost_currency",
                    "kind",
                    "value_1",
                    "value_2",
                    "is_other",
                ],
                name="usage_breakdowntotal_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organization_id} {self.day} {self.by}"


class UnknownModel(models.Model):
    """A model's name, as sent, without a price of its own while other models have theirs.

    Its usage waits, or was charged at the price for any model. The row is updated as events arrive and are rated; it
    shows staff which names need a price or an alias.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+", db_index=False)
    meter = models.ForeignKey(Meter, on_delete=models.PROTECT, related_name="+", db_index=False)
    model = models.CharField(max_length=128)
    provider = models.CharField(max_length=64, blank=True)
    waiting_count = models.BigIntegerField("events waiting")
    event_count = models.BigIntegerField("events charged", help_text="At the price for any model.")
    tokens = models.BigIntegerField(help_text="Of all its events, whether they wait or not.")
    charge_micros = models.BigIntegerField(help_text="Sum of its events' charges, in micros.")
    first_seen_on = models.DateField(help_text="The UTC day of the first event that was received.")
    last_seen_on = models.DateField(help_text="The newest UTC day of such an event.")

    class Meta:
        verbose_name = "unknown model"
        constraints = [
            UniqueConstraint(fields=["organization", "meter", "model", "provider"], name="usage_unknownmodel_once"),
            CheckConstraint(name="usage_unknownmodel_is_named", condition=~Q(model="")),
        ]
        indexes = [Index(fields=["last_seen_on"], name="usage_unknown_newest")]

    def __str__(self) -> str:
        return self.model


class ReportFinding(models.Model):
    """Something in reports of model calls that staff should review, by customer, meter and model.

    `unread`: a member with tokens of an unknown kind; if a total includes them, they are charged as plain tokens.
    `differs`: reports whose tokens, model or tier differ from the counted event, because another report has a higher
    rank or the event is too old to be replaced. `free`: a unit that costs nothing, because the model's price table has
    no price for it.
    """

    class Kind(models.TextChoices):
        UNREAD = "unread", "Unknown member"
        DIFFERS = "differs", "Differs from the counted event"
        FREE = "free", "Unit without a price"

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=7, choices=Kind)
    meter_slug = models.CharField("meter", max_length=64)
    model = models.CharField(max_length=128, blank=True, help_text="The model as reported.")
    name = models.CharField(max_length=64, help_text="The member, the kind of reporter (if it differs), or the unit.")
    report_count = models.BigIntegerField("reports")
    tokens = models.BigIntegerField(help_text="All tokens of these reports, as reported.")
    last_event_id = models.CharField("for example", max_length=200, help_text="Id of one of these reports.")
    first_seen_on = models.DateField(help_text="The UTC day of the first such report.")
    last_seen_on = models.DateField(help_text="The UTC day of the newest such report.")

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["organization", "kind", "meter_slug", "model", "name"], name="usage_reportfinding_once"
            )
        ]
        indexes = [Index(fields=["last_seen_on"], name="usage_finding_newest")]

    def __str__(self) -> str:
        return f"{self.name} of {self.organization_id}"


class FutureUsage(models.Model):
    """Usage that was ahead of the clock when it was received: it is in the day totals, but in no window before
    `counts_from`.

    Usage events are added up by moment, day, meter and group. An active character has a row of its own, whose moment
    moves when usage with an earlier time names the character. A row with a moment in the past has no effect; such rows
    are deleted when more usage ahead of the clock is stored for the organization.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+", db_index=False)
    counts_from = models.DateTimeField(help_text="The time of the usage, ahead of the clock when it was received.")
    day = models.DateField(help_text="The UTC day whose totals include it.")
    meter = models.ForeignKey(Meter, on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    operation = models.CharField(max_length=128, blank=True)
    event_type = models.CharField(max_length=128, blank=True)
    character = models.CharField(max_length=128, blank=True, help_text="The character that it made active in a month.")
    event_count = models.BigIntegerField(default=0)
    quantity_micros = models.BigIntegerField(default=0)
    input_tokens = models.BigIntegerField(default=0)
    output_tokens = models.BigIntegerField(default=0)
    charge_micros = models.BigIntegerField(default=0)

    class Meta:
        indexes = [Index(fields=["organization", "counts_from"], name="usage_futureusage_by_time")]

    def __str__(self) -> str:
        return f"{self.organization_id} {self.counts_from:%Y-%m-%d %H:%M:%S}"


class DistinctId(models.Model):
    """The newest UTC day on which an organization's usage named a session, project or character.

    Usage may be minutes ahead of the clock, and so fall on two days. `last_day_from` is the first moment of the usage
    on `last_day` if that was ahead of the clock when it was received. `previous_day` is then the newest day before it,
    with its own `previous_day_from`, and `earlier_day` the newest day before that one.
    """

    class Kind(models.TextChoices):
        SESSION = "session", "Session"
        PROJECT = "project", "Project"
        CHARACTER = "character", "Character"

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=9, choices=Kind)
    value = models.CharField(max_length=128)
    last_day = models.DateField()
    last_day_from = models.DateTimeField(null=True)
    previous_day = models.DateField(null=True)
    previous_day_from = models.DateTimeField(null=True)
    earlier_day = models.DateField(null=True)

    class Meta:
        constraints = [
            UniqueConstraint(fields=["organization", "kind", "value"], name="usage_distinctid_once"),
            CheckConstraint(
                name="usage_distinctid_days_in_order",
                condition=(Q(previous_day=None) | Q(previous_day__lt=F("last_day"), last_day_from__isnull=False))
                & (Q(previous_day_from=None) | Q(previous_day__isnull=False, last_day_from__gt=F("previous_day_from")))
                & (Q(earlier_day=None) | Q(earlier_day__lt=F("previous_day"), previous_day_from__isnull=False)),
            ),
        ]
        indexes = [
            Index(fields=["organization", "kind", "last_day"], name="usage_distinctid_by_day"),
            Index(
                fields=["organization", "last_day_from"],
                name="usage_distinctid_future",
                condition=Q(last_day_from__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.value}"


class DistinctIdDay(models.Model):
    """How many ids have a day as their newest. The sum over the days of a window that ends now is its distinct ids."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=9, choices=DistinctId.Kind)
    day = models.DateField()
    id_count = models.BigIntegerField()

    class Meta:
        constraints = [UniqueConstraint(fields=["organization", "kind", "day"], name="usage_distinctidday_once")]

    def __str__(self) -> str:
        return f"{self.organization_id} {self.kind} {self.day}"
