"""Aliases of models."""

import pgtrigger
from django.db import models
from django.db.models import CheckConstraint, F, Q

from apps.common.triggers import FixedFields, Refused
from apps.pricing.models.meters import Meter


class ModelAlias(models.Model):
    """An alias of a model, or a pattern of aliases, for usage within a span of time.

    A name with a price of its own is never an alias while that price is in force.
    """

    meter = models.ForeignKey(Meter, on_delete=models.PROTECT, related_name="aliases", db_index=False)
    name = models.CharField(
        "name or pattern",
        max_length=128,
        help_text="As callers send it, or provider/name. In a pattern, * stands for any text and # for a digit.",
    )
    expression = models.CharField(
        max_length=650, blank=True, editable=False, help_text="The pattern as a regular expression; empty for a name."
    )
    target = models.CharField(
        "stands for",
        max_length=128,
        help_text="The model whose price applies. For a pattern, * is the text that its * matches.",
    )
    effective_from = models.DateTimeField(help_text="First moment of usage that it applies to.")
    effective_to = models.DateTimeField(
        null=True, help_text="First moment at which it no longer applies; empty for no end."
    )
    reason = models.CharField(max_length=500)
    created_by = models.CharField(max_length=200)
    created_at = models.DateTimeField()
    approval = models.CharField(
        max_length=20, blank=True, help_text="Id of the request that a second person approved, if one was needed."
    )

    class Meta:
        verbose_name = "alias of a model"
        verbose_name_plural = "aliases of models"
        constraints = [
            CheckConstraint(
                name="pricing_modelalias_ends_after_it_starts",
                condition=Q(effective_to__isnull=True) | Q(effective_to__gt=F("effective_from")),
            ),
            CheckConstraint(
                name="pricing_modelalias_in_normal_form",
                condition=~Q(name="") & ~Q(target="") & ~Q(name=F("target")) & ~Q(name__regex=r"[A-Z]|^\s|\s$"),
            ),
            CheckConstraint(
                name="pricing_modelalias_patterns_have_an_expression",
                condition=Q(expression="", name__regex=r"^[^*#]+$") | ~Q(expression="") & Q(name__regex=r"[*#]"),
            ),
        ]
        indexes = [models.Index(fields=["meter", "name"], name="pricing_alias_by_name")]
        triggers = [
            FixedFields(
                *("meter", "name", "expression", "target", "effective_from"),
                *("reason", "created_by", "created_at", "approval"),
                message="an alias of a model never changes; it can end",
            ),
            Refused(
                name="ends_once",
                operation=pgtrigger.Update,
                condition="OLD.effective_to IS NOT NULL AND OLD.effective_to IS DISTINCT FROM NEW.effective_to",
                message="an alias of a model ends once",
            ),
            Refused(name="kept", operation=pgtrigger.Delete, message="an alias of a model is kept"),
        ]

    def __str__(self) -> str:
        return f"{self.name} is {self.target}"
