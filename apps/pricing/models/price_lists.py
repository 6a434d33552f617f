"""Price lists that were imported from a file."""

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint

from apps.common.audit_settings import AuditTrail
from apps.common.triggers import FixedFields
from apps.pricing.models.meters import Meter
from apps.pricing.models.prices import PriceBook


class PriceListImport(models.Model):
    """A price list read from a file, compared with the prices in force, and its drafts, which are published together.

    The uploaded file is kept, so that fields that are not read can be written back.
    """

    audit_trail = AuditTrail(excluded=("content", "gone", "unread", "problems", "warnings", "aliases"))

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        PUBLISHED = "published", "Published"
        DISCARDED = "discarded", "Discarded"

    book = models.ForeignKey(PriceBook, on_delete=models.PROTECT, related_name="+")
    meter = models.ForeignKey(Meter, on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField("SHA-256", max_length=64, help_text="Of the uploaded file.")
    content = models.BinaryField(help_text="The file, compressed with gzip.")
    effective_from = models.DateTimeField(
        help_text="When its prices take effect: the time planned at import; the publication may set another."
    )
    markup_ppm = models.BigIntegerField(
        default=0, help_text="Added to each price, in millionths of it; rounded half to even at the 24th decimal."
    )
    markups = models.JSONField(
        default=dict,
        help_text="Markups that replace the general one, in millionths, by model; a final `*` stands for any text.",
    )
    rate_micros = models.BigIntegerField(
        default=1_000_000, help_text="Units of the book's currency for a dollar of the file, in micros."
    )
    step_micros = models.BigIntegerField(
        "rounded to",
        default=0,
        help_text="Prices of a million tokens are multiples of this, in micros, rounded half to even; 0: not rounded.",
    )
    other_tiers_standard = models.BooleanField(
        "other service tiers at the standard price",
        default=False,
        help_text="Otherwise usage of a service tier without a price waits for one.",
    )
    ends_gone = models.BooleanField(
        "end prices not listed",
        default=False,
        help_text="Otherwise models that the file no longer names keep their price.",
    )
    model_count = models.IntegerField(help_text="Models with a price in the file.")
    new_count = models.IntegerField()
    changed_count = models.IntegerField()
    same_count = models.IntegerField()
    gone = models.JSONField(help_text="Models with a current price that are not in the file.")
    unread = models.JSONField(
        default=dict, help_text="Fields that may be prices and are not read, with the number of models that have them."
    )
    problems = models.JSONField(help_text="Reasons why models could not be read, by name.")
    warnings = models.JSONField(help_text="Warnings to check before publishing: pairs of model and text.")
    aliases = models.JSONField(help_text="Aliases of models in the file, which have no price of their own.")
    state = models.CharField(max_length=9, choices=State, default=State.DRAFT)
    reason = models.CharField(max_length=500, help_text="Why it was imported.")
    discarded_for = models.CharField(max_length=500, blank=True, help_text="Why it was discarded.")
    created_by = models.CharField(max_length=200)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = "price list"
        constraints = [
            CheckConstraint(
                name="pricing_pricelistimport_markup_bounds",
                condition=Q(markup_ppm__range=(-1_000_000, 100_000_000), rate_micros__gt=0, step_micros__gte=0),
            )
        ]
        triggers = [
            FixedFields(
                "book",
                "meter",
                "file_name",
                "sha256",
                "content",
                "markup_ppm",
                "markups",
                "rate_micros",
                "step_micros",
                "reason",
                "other_tiers_standard",
                "ends_gone",
                "created_by",
                "created_at",
            ),
            FixedFields(
                "effective_from",
                name="start",
                where="OLD.state <> 'draft'",
                message="the start of a price list is fixed once it is published",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.file_name}, {self.created_at:%Y-%m-%d %H:%M}"

    @property
    def warned_models(self) -> dict[str, list[str]]:
        """Return the models of each warning, so that a common warning does not hide the others."""
        found: dict[str, list[str]] = {}
        for model, text in self.warnings:
            found.setdefault(text, []).append(model)
        return found


class KeptPrices(models.Model):
    """A customer that keeps the prices that a list replaces, as its own prices."""

    organization = models.ForeignKey("tenants.Organization", on_delete=models.PROTECT, related_name="+", db_index=False)
    price_list = models.ForeignKey(PriceListImport, on_delete=models.CASCADE, related_name="kept")
    until = models.DateTimeField(null=True, help_text="First moment at which the list applies. Empty: never.")
    created_by = models.CharField(max_length=200)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "kept prices"
        constraints = [UniqueConstraint(fields=["organization", "price_list"], name="pricing_keptprices_once")]

    def __str__(self) -> str:
        return f"{self.organization_id} {self.price_list_id}"
