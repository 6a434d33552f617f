"""Price books, and their immutable price versions with effective dates."""

import pgtrigger
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint

from apps.common.audit_settings import AuditTrail
from apps.common.triggers import FixedFields, Refused, append_only
from apps.ledger.records import HASH_BYTES
from apps.pricing.cells import read_table
from apps.pricing.models.meters import Meter
from apps.pricing.rating import PriceRule, Scheme, Tier

# The fields of a price version that decide the charge of usage.
PRICE_FIELDS = (
    "micros_per_million",
    "input_micros_per_million",
    "output_micros_per_million",
    "tiers",
    "cells",
    "package_size_micros",
    "package_price_micros",
    "minimum_micros",
)


class PriceBook(models.Model):
    """A set of prices: the list prices of a currency, or one organization's own prices, which override the list.

    A cost book has our costs of usage, in the currency in which we pay: of usage through one provider account, or, as
    the default book of its currency, of all other usage. It charges nobody.
    """

    class Purpose(models.TextChoices):
        CHARGE = "charge", "Charges customers"
        COST = "cost", "Our own cost"

    name = models.CharField(max_length=100)
    currency = models.CharField(max_length=3, help_text="ISO 4217 code of its prices.")
    organization = models.ForeignKey(
        "tenants.Organization",
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        help_text="The organization whose own prices these are. Empty: the list prices of the currency.",
    )
    purpose = models.CharField(
        max_length=6,
        choices=Purpose,
        default=Purpose.CHARGE,
        help_text="A cost book has what we pay a provider; its prices charge nobody.",
    )
    account = models.CharField(
        "provider account",
        max_length=64,
        blank=True,
        help_text="Only for a cost book: the provider or account that events name as their provider. Empty: the "
        "default book, for usage that no book of an account prices.",
    )
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["currency", "purpose", "account"],
                condition=Q(organization__isnull=True),
                name="pricing_pricebook_one_list_a_currency",
            ),
            CheckConstraint(
                name="pricing_pricebook_cost_is_ours", condition=Q(purpose="charge") | Q(organization__isnull=True)
            ),
            CheckConstraint(
                name="pricing_pricebook_account_of_costs",
                condition=Q(account="") | Q(purpose="cost") & ~Q(account__regex=r"[A-Z]|^\s|\s$"),
                violation_error_message="Only a cost book is for an account of a provider.",
            ),
            UniqueConstraint(fields=["organization"], name="pricing_pricebook_one_override_an_organization"),
            CheckConstraint(name="pricing_pricebook_currency_code", condition=Q(currency__regex=r"^[A-Z]{3}$")),
        ]
        triggers = [
            FixedFields("purpose", "account", name="purpose"),
            Refused(
                name="currency",
                operation=pgtrigger.Insert | pgtrigger.Update,
                exists="SELECT 1 FROM tenants_organization WHERE id = NEW.organization_id AND currency <> NEW.currency",
                message="a price book must be in the currency of its organization",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_for_all(self) -> bool:
        """Whether its prices are what all customers of its currency are charged, except those with their own."""
        return self.organization_id is None and self.purpose == self.Purpose.CHARGE


class PriceVersion(models.Model):
    """The price of a meter, or of one model on it, in one book, for a half-open span of time.

    A draft may be edited. Triggers keep a published version unchanged, except that its end may be set to a future time
    and that it may be withdrawn before it takes effect.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        PUBLISHED = "published", "Published"
        WITHDRAWN = "withdrawn", "Withdrawn"

    class PricingScheme(models.TextChoices):
        PER_UNIT = "per_unit", "Per unit"
        PER_TOKEN = "per_token", "Per token, in and out"
        GRADUATED = "graduated", "Graduated: each tier's units at its price"
        VOLUME = "volume", "Volume: all units at the reached tier's price"
        PACKAGE = "package", "Package: each started package"
        CELLS = "cells", "Model calls: by token kind, tier and size"

    book = models.ForeignKey(PriceBook, on_delete=models.PROTECT, related_name="versions")
    meter = models.ForeignKey(Meter, on_delete=models.PROTECT, related_name="versions")
    model = models.CharField(
        max_length=128,
        blank=True,
        help_text="Model it applies to, in any case. Empty: the price for any model.",
    )
    scheme = models.CharField(max_length=9, choices=PricingScheme)
    micros_per_million = models.BigIntegerField(
        null=True, blank=True, help_text="Micros per million units; for tokens the blended price."
    )
    input_micros_per_million = models.BigIntegerField(null=True, blank=True, help_text="Per million input tokens.")
    output_micros_per_million = models.BigIntegerField(null=True, blank=True, help_text="Per million output tokens.")
    tiers = models.JSONField(
        default=list,
        blank=True,
        help_text='Rows of {"up_to_micros", "micros_per_million", "flat_micros"}; the last has no up_to_micros.',
    )
    cells = models.JSONField(
        default=dict,
        blank=True,
        help_text="The price table of model calls: cells in yoctos, tier multipliers, and the dimensions of `match`.",
    )
    package_size_micros = models.BigIntegerField(default=0, help_text="Units in a package, in micros.")
    package_price_micros = models.BigIntegerField(default=0, help_text="Price of each started package, in micros.")
    minimum_micros = models.BigIntegerField(
        default=0, help_text="Minimum charge of a month with usage, in micros; the difference is posted at month close."
    )
    effective_from = models.DateTimeField(help_text="First moment at which it is in force.")
    effective_to = models.DateTimeField(
        null=True, blank=True, help_text="First moment at which it is no longer in force. Empty: no end."
    )
    end_set_at = models.DateTimeField(
        null=True, editable=False, help_text="When its end was last changed after it was published."
    )
    took_over_from = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        help_text="The open version that this one ended where it starts.",
    )
    price_list = models.ForeignKey(
        "pricing.PriceListImport",
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="versions",
        help_text="The imported price list that it comes from.",
    )
    status = models.CharField(max_length=9, choices=Status, default=Status.DRAFT, editable=False)
    created_by = models.CharField(max_length=200, editable=False)
    created_at = models.DateTimeField(editable=False)
    published_by = models.CharField(max_length=200, blank=True, editable=False)
    published_at = models.DateTimeField(null=True, editable=False)
    approval = models.CharField(
        max_length=20,
        blank=True,
        editable=False,
        help_text="Id of the request that a second person approved; empty where none was needed.",
    )

    class Meta:
        constraints = [
            CheckConstraint(
                name="pricing_priceversion_ends_after_it_starts",
                condition=Q(effective_to__isnull=True) | Q(effective_to__gt=F("effective_from")),
            ),
            CheckConstraint(
                name="pricing_priceversion_amounts_not_negative",
                condition=(Q(micros_per_million__isnull=True) | Q(micros_per_million__gte=0))
                & (Q(input_micros_per_million__isnull=True) | Q(input_micros_per_million__gte=0))
                & (Q(output_micros_per_million__isnull=True) | Q(output_micros_per_million__gte=0))
                & Q(package_size_micros__gte=0, package_price_micros__gte=0, minimum_micros__gte=0),
            ),
            CheckConstraint(
                name="pricing_priceversion_scheme_has_its_terms",
                condition=Q(scheme="per_unit", micros_per_million__isnull=False)
                | Q(scheme="per_token", micros_per_million__isnull=False)
                | Q(scheme="per_token", input_micros_per_million__isnull=False)
                | Q(scheme="per_token", output_micros_per_million__isnull=False)
                | Q(scheme__in=["graduated", "volume"]) & ~Q(tiers=[])
                | Q(scheme="package", package_size_micros__gt=0)
                | Q(scheme="cells") & ~Q(cells={}),
            ),
            CheckConstraint(
                name="pricing_priceversion_published_says_when",
                condition=Q(status="draft", published_at__isnull=True)
                | ~Q(status="draft") & Q(published_at__isnull=False),
            ),
            CheckConstraint(
                name="pricing_priceversion_model_in_normal_form",
                condition=~Q(model__regex=r"[A-Z]|^\s|\s$"),
            ),
            UniqueConstraint(
                fields=["book", "meter", "model", "effective_from"],
                condition=Q(status="published"),
                name="pricing_priceversion_one_start",
            ),
        ]
        indexes = [models.Index(fields=["meter", "effective_from"], name="pricing_version_by_meter")]
        triggers = [
            FixedFields(
                "book",
                "meter",
                "model",
                "scheme",
                *PRICE_FIELDS,
                "effective_from",
                "created_by",
                "created_at",
                "published_by",
                "published_at",
                "approval",
                where="OLD.status <> 'draft'",
                message="a published price never changes",
            ),
            Refused(
                name="stays_published",
                operation=pgtrigger.Update,
                condition="OLD.status <> 'draft'"
                " AND (NEW.status = 'draft' OR (OLD.status = 'withdrawn' AND NEW.status <> 'withdrawn'))",
                message="a published price never changes",
            ),
            Refused(
                name="kept",
                operation=pgtrigger.Delete,
                condition="OLD.status <> 'draft'",
                message="a published price never changes",
            ),
            Refused(
                name="end",
                operation=pgtrigger.Update,
                condition="OLD.status = 'published' AND OLD.effective_to IS DISTINCT FROM NEW.effective_to"
                " AND (NEW.end_set_at IS NULL OR NEW.end_set_at < OLD.end_set_at"
                " OR OLD.effective_to < NEW.end_set_at OR NEW.effective_to < NEW.end_set_at)",
                message="the end of a published price can only move from a future time to a future time",
            ),
        ]

    def __str__(self) -> str:
        meter = self.meter.slug if PriceVersion.meter.is_cached(self) else f"meter {self.meter_id}"  # never a query
        return f"{meter}, {self.model or 'any model'}, from {self.effective_from:%Y-%m-%d %H:%M}"

    @property
    def rule(self) -> PriceRule:
        """The terms as a value for rating."""
        return PriceRule(
            scheme=Scheme(self.scheme),
            micros_per_million=self.micros_per_million,
            input_micros_per_million=self.input_micros_per_million,
            output_micros_per_million=self.output_micros_per_million,
            tiers=tuple(
                Tier(row["up_to_micros"], row["micros_per_million"], row.get("flat_micros", 0)) for row in self.tiers
            ),
            package_size_micros=self.package_size_micros,
            package_price_micros=self.package_price_micros,
            table=read_table(self.cells) if self.scheme == self.PricingScheme.CELLS else None,
        )


class PriceLink(models.Model):
    """A record in the chain of a price book: a version's publication with its terms, a new end, a withdrawal."""

    audit_trail = AuditTrail(journal="append-only and chained")

    class What(models.TextChoices):
        PUBLISHED = "published", "Published"
        END = "end", "End changed"
        WITHDRAWN = "withdrawn", "Withdrawn"

    book = models.ForeignKey(PriceBook, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.BigIntegerField(help_text="1, 2, 3 … in its book, without gaps.")
    version = models.ForeignKey(PriceVersion, on_delete=models.PROTECT, related_name="links")
    what = models.CharField(max_length=9, choices=What)
    body = models.JSONField(help_text="The terms or the new end, and the id of the approved request.")
    hash = models.BinaryField(max_length=HASH_BYTES, help_text="SHA-256 over the previous hash and this record.")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["book", "number"], name="pricing_pricelink_number_once_per_book"),
            UniqueConstraint(
                fields=["version"], condition=Q(what="published"), name="pricing_pricelink_published_once"
            ),
            CheckConstraint(name="pricing_pricelink_number_positive", condition=Q(number__gt=0)),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.book_id} {self.number}"
