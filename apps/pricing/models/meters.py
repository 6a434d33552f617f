"""Meters: the kinds of usage that are counted, and how."""

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint

from apps.common.triggers import FixedFields

FIXED_ONCE_PRICED = (
    "slug",
    "kind",
    "counts",
    "unique_of",
    "explorer_units_micros",
    "developer_units_micros",
    "credits_micros",
    "kind_weights",
)
# What a meter counts where a month has one figure instead of a sum.
FIGURES = ("max", "latest", "unique")


class Meter(models.Model):
    """A kind of usage that is counted. Events name it by its slug."""

    class Kind(models.TextChoices):
        TOKEN = "token", "Tokens"
        EVENT = "event", "Context engine events"
        SERVICE = "service", "Services"
        CHARACTER = "character", "Active characters"
        OTHER = "other", "Other quantities"

    class Counts(models.TextChoices):
        QUANTITY = "quantity", "The quantity each event carries"
        EVENTS = "events", "The events themselves, one each"
        TOKENS = "tokens", "Input, output and unsplit tokens"
        CHARACTERS = "characters", "Distinct characters active in the month"
        MAX = "max", "The greatest quantity of the month"
        LATEST = "latest", "The latest quantity of the month"
        UNIQUE = "unique", "Distinct values of a dimension in the month"

    class UniqueOf(models.TextChoices):
        USER = "user", "User"
        KEY = "key", "Key"
        PROJECT = "project", "Project"
        SESSION = "session", "Session"
        AGENT = "agent", "Agent"
        TAG = "tag", "Tag"

    class CostFrom(models.TextChoices):
        EVENT = "event", "The event, else the cost book"
        BOOK = "book", "The cost book, else the event"

    class UnknownModels(models.TextChoices):
        QUARANTINE = "quarantine", "Wait in quarantine for a price"
        ANY_MODEL = "any_model", "Cost the price for any model"

    slug = models.SlugField(max_length=64, unique=True, help_text="The `type` of its events. Fixed once priced.")
    name = models.CharField(max_length=100)
    unit = models.CharField(max_length=32, help_text="Name of one unit, in the singular: token, call, GB-hour.")
    kind = models.CharField(max_length=9, choices=Kind, help_text="Decides which usage endpoint shows it.")
    counts = models.CharField(max_length=10, choices=Counts, help_text="What is added up.")
    unique_of = models.CharField(
        "distinct values of",
        max_length=7,
        choices=UniqueOf,
        blank=True,
        help_text="Only for a meter that counts distinct values: of which dimension. Fixed once priced.",
    )
    is_message = models.BooleanField("message", default=False, help_text="Whether each event is a message.")
    is_persistent_resource = models.BooleanField(
        "persistent resource",
        default=False,
        help_text="Whether it counts toward the monthly cap on persistent resources.",
    )
    explorer_units_micros = models.BigIntegerField(
        "explorer units", default=0, help_text="Explorer units that one unit consumes, in micros."
    )
    developer_units_micros = models.BigIntegerField(
        "developer units", default=0, help_text="Developer units that one unit consumes, in micros."
    )
    credits_micros = models.BigIntegerField(
        "legacy credits", default=0, help_text="Credits that one unit consumes on a legacy plan, in micros."
    )
    kind_weights = models.JSONField(
        "weights of token kinds",
        default=dict,
        blank=True,
        help_text="Share of these units that a token of a kind consumes, in millionths, by kind; others consume all.",
    )
    cost_from = models.CharField(
        "our cost comes from",
        max_length=5,
        choices=CostFrom,
        default=CostFrom.EVENT,
        help_text="Which one decides if an event reports its cost and the cost book has a price.",
    )
    unknown_models = models.CharField(
        "models without their own price",
        max_length=10,
        choices=UnknownModels,
        default=UnknownModels.QUARANTINE,
        help_text="What happens to usage of a model without its own price while other models have one. "
        "If no model has its own price, the price for any model applies to all.",
    )
    breakdowns = models.JSONField(
        default=list,
        blank=True,
        help_text='Sums kept by dimensions of events: rows of {"by": "key,model", "since": first complete day}.',
    )
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            CheckConstraint(
                name="pricing_meter_units_not_negative",
                condition=Q(explorer_units_micros__gte=0, developer_units_micros__gte=0, credits_micros__gte=0),
            ),
            CheckConstraint(
                name="pricing_meter_characters_count_characters",
                condition=Q(kind="character", counts="characters") | ~Q(kind="character") & ~Q(counts="characters"),
            ),
            CheckConstraint(
                name="pricing_meter_tokens_count_tokens",
                condition=Q(kind="token", counts="tokens") | ~Q(kind="token") & ~Q(counts="tokens"),
            ),
            CheckConstraint(
                name="pricing_meter_weights_of_tokens",
                condition=Q(counts="tokens") | Q(kind_weights={}),
                violation_error_message="Only a meter of tokens has weights of token kinds.",
            ),
            CheckConstraint(
                name="pricing_meter_unique_of_a_dimension",
                condition=Q(counts="unique") & ~Q(unique_of="") | ~Q(counts="unique") & Q(unique_of=""),
                violation_error_message="A meter of distinct values, and no other, names their dimension.",
            ),
            UniqueConstraint(
                fields=["kind"], condition=Q(kind="character"), name="pricing_meter_one_counts_characters"
            ),
        ]
        triggers = [
            FixedFields(
                *FIXED_ONCE_PRICED,
                name="priced",
                exists="SELECT 1 FROM pricing_priceversion WHERE meter_id = OLD.id AND status <> 'draft'",
                message="what a priced meter counts cannot be changed",
            )
        ]

    def __str__(self) -> str:
        return self.slug
