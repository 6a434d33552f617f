"""Usage events as reported, and the postings that charged them."""

import uuid

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint

from apps.common.audit_settings import AuditTrail
from apps.common.triggers import FixedFields, Refused, append_only
from apps.pricing.models import Meter, PriceVersion
from apps.tenants.models import Organization

BYOK = "byok"


class MeteredOrganization(models.Model):
    """The row that is locked before an organization's usage totals change, so that batches are counted in turn."""

    organization = models.OneToOneField(Organization, on_delete=models.PROTECT, primary_key=True, related_name="+")
    created_at = models.DateTimeField()
    filling = models.JSONField(
        default=dict,
        db_default={},
        help_text="How far a day was added to a new breakdown, by meter, breakdown and day: the newest event that was "
        "added, and the last one to add; later ones were counted as they arrived.",
    )

    def __str__(self) -> str:
        return str(self.organization_id)


class UsagePosting(models.Model):
    """The charge of one batch for one organization, kind and traffic source; the ledger's key is `usage:<id>`.

    An event that captured a reservation has its own posting, under the reservation's capture key.
    """

    class Kind(models.TextChoices):
        USAGE = "usage", "Usage"
        CHARACTER = "character", "Active characters"
        MINIMUM = "minimum", "Minimum charge"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=9, choices=Kind)
    traffic_source = models.CharField(max_length=32, blank=True)
    amount_micros = models.BigIntegerField(help_text="Charged, or credited back if negative, in micros.")
    item_count = models.IntegerField(help_text="Number of events or characters.")
    tokens = models.BigIntegerField(default=0)
    transfer = models.ForeignKey(
        "ledger.Transfer",
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        help_text="Empty if the charge is 0.",
    )
    hold = models.ForeignKey(
        "ledger.Hold",
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        db_index=False,
        help_text="The reservation that its one event captured.",
    )
    resources = ArrayField(
        models.CharField(max_length=64),
        default=list,
        db_default=[],
        help_text="Those of its meters that counted as persistent resources when it was charged.",
    )
    created_by = models.CharField(max_length=200)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["organization", "transfer"], name="usage_usageposting_once_per_transfer"),
            UniqueConstraint(
                fields=["organization", "hold"],
                name="usage_usageposting_once_per_hold",
                condition=Q(hold__isnull=False),
            ),
            CheckConstraint(
                name="usage_usageposting_moves_money_or_is_zero",
                condition=Q(amount_micros=0, transfer__isnull=True) | ~Q(amount_micros=0) & Q(transfer__isnull=False),
            ),
        ]
        indexes = [
            Index(fields=["organization", "created_at"], name="usage_posting_newest"),
            Index(fields=["created_at", "id"], name="usage_posting_list"),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"usage:{self.pk}"


class UsageEvent(models.Model):
    """Usage that a customer's system reported, kept forever: rated, or waiting for a price.

    The table is partitioned by the UTC month of `recorded_at`; the partition of an archived month is dropped, and its
    rows are in the file that `ArchivedMonth` names. No foreign key points here, and in the database the primary key is
    (id, recorded_at). `EventId` makes each id unique.

    Its references are checked once per batch and by `check_usage`, since foreign key constraints would slow ingestion
    down. A rated row never changes; a quarantined one changes once, when it is rated.
    """

    class State(models.TextChoices):
        RATED = "rated", "Rated"
        VOIDED = "voided", "Voided before it had a price"
        QUARANTINED = "quarantined", "Quarantined"

    class Reason(models.TextChoices):
        NONE = "", "-"
        UNKNOWN_METER = "unknown_meter", "No such meter"
        NO_PRICE = "no_price", "No price at its time"
        UNKNOWN_MODEL = "unknown_model", "No price of its own for its model"
        NO_SPLIT = "no_price_for_unsplit_tokens", "No price for tokens not split into input and output"
        NO_QUANTITY = "missing_quantity", "The meter needs a quantity"
        FRACTION_OF_TOKEN = "fraction_of_token", "Tokens must be whole numbers"
        NOT_TOKENS = "tokens_not_counted", "The meter does not count tokens"
        NOT_QUANTITY = "quantity_not_counted", "The meter counts one per event"
        NO_CHARACTER = "missing_character", "The meter needs a character"
        NO_DIMENSION = "missing_dimension", "The meter needs the dimension whose values it counts"
        TOO_MUCH = "out_of_range", "The month's total would exceed 64 bits"
        NO_TIER = "no_price_for_tier", "No price for its service tier"
        NO_VALUE = "no_price_for_value", "No price for its variant, region or the like"
        NO_COST = "no_cost", "Its price is a share of its cost, which is not known in the currency of the price"
        UNKNOWN_KIND = "unknown_token_kind", "The vendor reports a kind of token that is not known"
        INCONSISTENT = "inconsistent_tokens", "The vendor's token counts contradict each other"

    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    source = models.CharField(max_length=200)
    event_id = models.CharField("id", max_length=200, help_text="Unique per organization and source, forever.")
    fingerprint = models.UUIDField(help_text="Hash of the content; an id is accepted again only with the same content.")
    meter_slug = models.CharField("type", max_length=64)
    meter = models.ForeignKey(
        Meter, on_delete=models.PROTECT, related_name="+", null=True, db_index=False, db_constraint=False
    )
    occurred_at = models.DateTimeField(help_text="When it happened; decides the price.")
    recorded_at = models.DateTimeField(help_text="When it was received.")
    quantity_micros = models.BigIntegerField(
        null=True, help_text="Quantity counted, in micros of the meter's unit; in quarantine, the quantity sent."
    )
    reported_micros = models.BigIntegerField(
        null=True,
        help_text="The reported quantity, if the meter counts a month's greatest or latest; the quantity counted is "
        "then the change that it made to that figure.",
    )
    input_tokens = models.BigIntegerField(null=True)
    output_tokens = models.BigIntegerField(null=True)
    amounts = models.JSONField(
        null=True, help_text="Tokens of other kinds than plain input and output, and micros of other units; by name."
    )
    cost_picos = models.BigIntegerField(
        null=True, help_text="Our cost, in picos (10^-12): as reported, or by the cost book. Empty: unknown."
    )
    cost_currency = models.CharField(max_length=3, blank=True)
    cost_version = models.ForeignKey(
        PriceVersion,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        db_index=False,
        db_constraint=False,
        help_text="The version of the cost book that gave its cost; empty if the cost was reported.",
    )
    reported_cost_picos = models.BigIntegerField(
        null=True, help_text="Our cost as reported, in picos, where the cost by the cost book counts instead."
    )
    reported_cost_currency = models.CharField(max_length=3, blank=True)
    model = models.CharField(max_length=128, blank=True)
    model_sent = models.CharField(
        max_length=200, blank=True, help_text="The model as sent, if the event is counted under another name."
    )
    operation = models.CharField(max_length=128, blank=True)
    event_type = models.CharField(max_length=128, blank=True)
    operator = models.CharField(max_length=128, blank=True)
    project = models.CharField(max_length=128, blank=True)
    session = models.CharField(max_length=128, blank=True)
    character = models.CharField(max_length=128, blank=True)
    traffic_source = models.CharField(max_length=32, blank=True)
    provider = models.CharField(max_length=64, blank=True)
    variant = models.CharField(max_length=32, blank=True)
    region = models.CharField(max_length=32, blank=True)
    service_tier = models.CharField(max_length=16, blank=True, help_text="Empty: the standard tier.")
    key = models.CharField(max_length=128, blank=True, help_text="API key that the sender named for it.")
    user = models.CharField(max_length=128, blank=True, help_text="End user.")
    agent = models.CharField(max_length=128, blank=True)
    tag = models.CharField(max_length=128, blank=True)
    billing_mode = models.CharField(
        max_length=8, blank=True, help_text="byok: the customer's own keys were used, free of charge."
    )
    state = models.CharField(max_length=11, choices=State)
    reason = models.CharField("quarantined for", max_length=32, choices=Reason, blank=True)
    counted_on = models.DateField(
        null=True, help_text="The UTC day whose totals include it: the day of its time, unless it was late."
    )
    corrects_month = models.DateField(null=True, help_text="If late: first day of the closed month of its time.")
    price_version = models.ForeignKey(
        PriceVersion, on_delete=models.PROTECT, related_name="+", null=True, db_index=False, db_constraint=False
    )
    exact_price = models.DecimalField(
        max_digits=50,
        decimal_places=0,
        null=True,
        help_text="Price by a table of cells before rounding, in 10^-30 of the currency unit.",
    )
    charge_micros = models.BigIntegerField(default=0, help_text="The increase of its counter's price, in micros.")
    posting = models.ForeignKey(
        UsagePosting, on_delete=models.PROTECT, related_name="+", null=True, db_index=False, db_constraint=False
    )
    voids = models.BigIntegerField(
        null=True,
        help_text="Id of the event that this row voids. Its amounts are those of the event, negated; for a month's "
        "greatest, latest or distinct count, the change that the void makes to the figure.",
    )
    created_by = models.CharField(max_length=200)
    credential = models.CharField(max_length=24, blank=True, help_text="Prefix of the API key that sent it.")

    class Meta:
        constraints = [
            CheckConstraint(
                name="usage_usageevent_rated_is_posted",
                condition=Q(state="rated", reason="", counted_on__isnull=False, posting__isnull=False)
                | Q(state__in=["quarantined", "voided"], counted_on__isnull=True, posting__isnull=True, charge_micros=0)
                & ~Q(reason=""),
            ),
        ]
        indexes = [
            Index(fields=["organization", "counted_on", "id"], name="usage_event_by_day"),
            Index(fields=["posting"], name="usage_event_by_posting"),
            Index(fields=["id"], condition=Q(state="quarantined"), name="usage_event_quarantined"),
            # For staff's searches, which would otherwise read all events of a large customer. Both together make a
            # batch 2 % slower: the first has one entry per megabyte of events, the second none for charged events.
            BrinIndex(
                fields=["event_id"], opclasses=["text_bloom_ops"], autosummarize=True, name="usage_event_by_event_id"
            ),
            Index(
                fields=["organization", "counted_on", "id"],
                condition=Q(billing_mode=BYOK),
                name="usage_event_on_own_keys",
            ),
        ]
        triggers = [
            *append_only(updates=True),
            Refused(
                name="rated_once",
                operation=pgtrigger.Update,
                condition="OLD.state = 'rated'",
                message="a rated event never changes",
            ),
            FixedFields(
                "organization", "source", "event_id", "fingerprint", "meter_slug", "occurred_at", "recorded_at"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.event_id}"


class EventId(models.Model):
    """The id of an event, kept forever, so that a repeated event is recognized even after its month was archived.

    The table has few columns, because its rows stay when the events are archived.
    """

    pk = models.CompositePrimaryKey("organization_id", "digest")
    organization_id = models.UUIDField(help_text="The organization; checked once per batch.")
    digest = models.UUIDField(help_text="First 16 bytes of the SHA-256 of the JSON array of source and id.")
    event = models.BigIntegerField(help_text="The key of the event's row.")
    fingerprint = models.UUIDField(
        help_text="Hash of the event's content, from the best report of it, before corrections."
    )
    priced_by = models.UUIDField(
        help_text="Hash of everything, except the cost, that can decide the price of the current content."
    )
    rank = models.SmallIntegerField(
        help_text="Who reported the current content: 0 a tracer, 1 a gateway, 2 a vendor or the sender; plus 3 if it "
        "was sent with a platform key."
    )
    facts = models.SmallIntegerField(
        default=0, help_text="Bits for the members that the content has: dimensions that affect no price, and the cost."
    )
    month = models.DateField(help_text="First day of the UTC month in which the event was recorded.")

    class Meta:
        triggers = [
            *append_only(updates=True),
            FixedFields("organization_id", "digest", "event", "month"),
            Refused(
                name="rank_rises",
                operation=pgtrigger.Update,
                condition="NEW.rank < OLD.rank",
                message="the rank of an event never falls",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organization_id} {self.digest}"


class OtherEventId(models.Model):
    """Another id of an event, such as a gateway's or a span's; a report with it belongs to the same call."""

    pk = models.CompositePrimaryKey("organization_id", "digest")
    organization_id = models.UUIDField(help_text="The organization.")
    digest = models.UUIDField(help_text="Digest of the other source and id, as in EventId.")
    main = models.UUIDField(help_text="Digest of the event's own source and id, under which EventId has it.")

    class Meta:
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.organization_id} {self.digest}"


class EventCorrection(models.Model):
    """An event that its sender voided, or replaced by another with the same id, and why.

    A rated event never changes: the row `void` has its amounts negated. It counts on the event's day while that month
    is open, and on the day of the correction after the month is closed. An event that waited is marked voided, without
    a row.
    """

    audit_trail = AuditTrail(journal="append-only")

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+", db_index=False)
    digest = models.UUIDField(help_text="Digest of source and id, as in EventId.")
    event = models.BigIntegerField(help_text="Id of the voided event.")
    void = models.BigIntegerField(null=True, help_text="Id of the row that voids it. Empty: it waited.")
    replacement = models.BigIntegerField(null=True, help_text="Id of the event that replaces it, if any.")
    fingerprint = models.UUIDField(null=True, help_text="Fingerprint of the replacement.")
    month = models.DateField(help_text="First day of the UTC month in which the correction was recorded.")
    reason = models.CharField(max_length=500)
    created_by = models.CharField(max_length=200)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["organization", "event"], name="usage_eventcorrection_once"),
            CheckConstraint(
                name="usage_eventcorrection_replacement_is_whole",
                condition=Q(replacement__isnull=True, fingerprint__isnull=True)
                | Q(replacement__isnull=False, fingerprint__isnull=False),
            ),
            CheckConstraint(name="usage_eventcorrection_has_a_reason", condition=~Q(reason="")),
        ]
        indexes = [
            Index(fields=["organization", "digest", "id"], name="usage_correction_by_event_id"),
            Index(fields=["void"], name="usage_correction_by_void", condition=Q(void__isnull=False)),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.event} {self.reason}"


class QuarantinedEvent(UsageEvent):
    """A usage event that waits for a meter or a price."""

    class Meta:
        proxy = True
