"""Create and retire plans."""

from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from apps.plans.errors import PlanExists, PlanInvalid
from apps.plans.models import Plan


@dataclass(frozen=True, slots=True)
class PlanTerms:
    """A plan's terms: quota in micros of `currency` per billing period, units in micros per allocation period."""

    currency: str = "USD"
    list_quota_micros: int = 0
    carries_unit_usage: bool = False
    unit_system: Plan.UnitSystem = Plan.UnitSystem.EXPLORER_DEVELOPER
    cadence: Plan.Cadence = Plan.Cadence.NONE
    explorer_units_micros: int = 0
    developer_units_micros: int = 0
    credits_micros: int = 0

    def contradiction(self) -> str:
        """Return the first rule that the terms break, as a sentence; empty if they break none."""
        units = (self.explorer_units_micros, self.developer_units_micros)
        if min(self.list_quota_micros, self.credits_micros, *units) < 0:
            return "Quotas and allocations cannot be negative"
        if self.cadence == Plan.Cadence.NONE and any((self.credits_micros, *units)):
            return "A plan without a cadence cannot allocate units"
        if self.unit_system == Plan.UnitSystem.CREDITS and any(units):
            return "A plan in legacy credits can allocate only credits"
        if self.unit_system == Plan.UnitSystem.EXPLORER_DEVELOPER and self.credits_micros:
            return "A plan in explorer and developer units cannot allocate credits"
        return ""


@transaction.atomic
def define_plan(*, slug: str, name: str, terms: PlanTerms, now: datetime) -> Plan:
    """Create a plan on offer.

    Raises:
        PlanExists: the slug is taken.
        PlanInvalid: the terms contradict each other.
    """
    if problem := terms.contradiction():
        raise PlanInvalid(problem)
    try:
        with transaction.atomic():
            return Plan.objects.create(slug=slug, name=name, created_at=now, updated_at=now, **asdict(terms))
    except IntegrityError as error:
        if Plan.objects.filter(slug=slug).exists():
            raise PlanExists(field="slug") from error
        raise


@transaction.atomic
def retire_plan(*, plan: Plan, now: datetime) -> None:
    """Stop offering a plan; existing subscribers keep it."""
    Plan.objects.filter(pk=plan.pk).update(is_legacy=True, updated_at=now)
    plan.is_legacy = True
