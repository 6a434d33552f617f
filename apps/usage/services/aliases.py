"""Create an alias of a model with a price, and charge the usage that waits under that name."""

from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import Min

from apps.common.transactions import serialized
from apps.pricing.model_names import Alias, candidates, normal_model
from apps.pricing.models import Meter, ModelAlias
from apps.pricing.selectors import as_alias
from apps.pricing.services import LEAD, AliasTerms, name_model
from apps.usage.models import UnknownModel
from apps.usage.services.quarantine_rating import RerateResult, WaitingUsage, rate_selection


@dataclass(frozen=True, slots=True)
class NewAlias:
    """An alias to create. Usage up to `newest_event` is charged."""

    terms: AliasTerms
    newest_event: int
    reason: str
    approval: str = ""

    def alias(self, start: datetime) -> Alias:
        """Return the alias as a value that applies from a moment on."""
        terms = self.terms
        return Alias.of(terms.meter_id, normal_model(terms.name), normal_model(terms.target), start)

    def waiting(self, now: datetime) -> WaitingUsage:
        """Return the usage that waits under the name."""
        return WaitingUsage(named=self.alias(now), newest_event=self.newest_event)

    def charged_count(self, now: datetime) -> int:
        """Return how many events under the name were charged at the price for any model."""
        return sum(row.event_count for row in self._seen(now))

    def later(self, now: datetime) -> list[tuple[str, str, str, int]]:
        """Return the names charged at the price for any model: provider, name, alias target, and event count."""
        alias, found = self.alias(now), dict[tuple[str, str, str], int]()
        for row in self._seen(now):
            target = next(filter(None, map(alias.target_of, candidates(row.provider, row.model))))
            key = (row.provider, row.model, target)
            found[key] = found.get(key, 0) + row.event_count
        return [(*key, events) for key, events in sorted(found.items())]

    def start(self, now: datetime) -> datetime:
        """Return its start: the first event that waits, or ten minutes from now if usage was charged since then."""
        first: datetime | None = self.waiting(now).events().aggregate(first=Min("occurred_at"))["first"]
        return now + LEAD if first is None or first > now or self._was_charged_since(first, now) else first

    def _seen(self, now: datetime) -> list[UnknownModel]:
        alias, rows = self.alias(now), UnknownModel.objects.filter(meter=self.terms.meter_id, event_count__gt=0)
        return [row for row in rows if any(map(alias.target_of, candidates(row.provider, row.model)))]

    def _was_charged_since(self, first: datetime, now: datetime) -> bool:
        day = first.astimezone(UTC).date()
        if any(row.last_seen_on >= day for row in self._seen(now)):
            return True
        alias = self.alias(now)
        rows = ModelAlias.objects.filter(meter=self.terms.meter_id, effective_from__lt=now).exclude(
            effective_to__lte=first
        )
        standing = [as_alias(row) for row in rows]
        if alias.expression is None:
            return any(each.target_of(alias.name) for each in standing)
        return any(alias.target_of(each.name) for each in standing if each.expression is None)


@serialized
def name_and_rate(new_alias: NewAlias, *, created_by: str, now: datetime) -> RerateResult:
    """Create an alias of a model, and rate the usage that waits under it unless the alias starts later.

    Raises:
        AliasInvalid, AliasOverlaps: see `name_model`.
    """
    Meter.objects.select_for_update(no_key=True).get(pk=new_alias.terms.meter_id)
    start = new_alias.start(now)
    name_model(
        terms=new_alias.terms,
        effective_from=start,
        reason=new_alias.reason,
        created_by=created_by,
        now=now,
        approval=new_alias.approval,
    )
    return RerateResult(0, 0) if start > now else rate_selection(new_alias.waiting(now), created_by=created_by, now=now)
