"""Minimum charges: the amounts by which a closed month's usage is below its minimums, adjusted for late usage."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Sum

from apps.common.rows import RowWriter
from apps.tenants.models import Organization
from apps.usage.models import Counter, MinimumCharge, UsagePosting
from apps.usage.services.postings import Postings
from apps.wallets.budgets.scopes import Dimensions

Group = tuple[UUID, date, int, str]
Month = tuple[UUID, date]
_COLUMNS = (
    "organization_id",
    "month",
    "meter_id",
    "model",
    "minimum_micros",
    "counted_on",
    "amount_micros",
    "posting_id",
)


@dataclass(frozen=True, slots=True)
class MinimumGroup:
    """A group's usage charge, the minimum of the newest price version used (0 for none), and its meter."""

    usage_micros: int
    minimum_micros: int
    meter: str
    is_resource: bool

    def work(self, model: str) -> Dimensions:
        """Return the dimensions of a minimum for budgets: its meter and model."""
        return Dimensions(meter=self.meter, model=model, resource=self.meter if self.is_resource else "")

    @property
    def lacking_micros(self) -> int:
        """The amount by which the usage is below the minimum; 0 if it reaches it."""
        return max(0, self.minimum_micros - self.usage_micros)


def minimum_groups(organization_ids: Iterable[UUID], months: Iterable[date]) -> dict[Group, MinimumGroup]:
    """Return the charge of each priced meter and model per month, and the minimum of its newest price."""
    rows = (
        Counter.objects.filter(organization__in=organization_ids, month__in=months)
        .order_by("price_version__effective_from", "price_version_id")
        .values_list(
            "organization_id",
            "month",
            "meter_id",
            "price_version__model",
            "charge_micros",
            "price_version__minimum_micros",
            "meter__slug",
            "meter__is_persistent_resource",
        )
    )
    found: dict[Group, MinimumGroup] = {}
    for organization_id, month, meter_id, model, charge, minimum, slug, is_resource in rows:
        group = (organization_id, month, meter_id, model)
        before = found.get(group)
        found[group] = MinimumGroup(charge + (before.usage_micros if before else 0), minimum, slug, is_resource)
    return found


def charge_minimums(
    lacking: Mapping[Group, int],
    found: Mapping[Group, MinimumGroup],
    organizations: Mapping[UUID, Organization],
    days: Mapping[Group, date],
    postings: Postings,
    writer: RowWriter,
) -> None:
    """Charge each group its lacking amount, or credit it back if negative, in a posting of its own."""
    rows = []
    for (organization_id, month, meter_id, model), amount in lacking.items():
        group = (organization_id, month, meter_id, model)
        about = f"{month:%Y-%m}, {found[group].meter} {model}".rstrip()
        counted_in = days[group].replace(day=1)
        posting = postings.of(organizations[organization_id], UsagePosting.Kind.MINIMUM, counted_in, about=about)
        posting_id = posting.add(amount, days[group], found[group].work(model))
        rows.append((*group, found[group].minimum_micros, days[group], amount, posting_id))
    writer.insert(MinimumCharge, _COLUMNS, rows)


def adjust_minimums(late: Mapping[Month, Organization], postings: Postings, today: date, writer: RowWriter) -> None:
    """Adjust the minimum charges of closed months for late usage, so that the order of events does not matter.

    Late usage replaces part of a minimum charged at the close. If its price is newer and has no minimum, the whole
    charge is returned; if it is the first usage under a minimum, that minimum is charged. Pending writes are run first,
    so that the counters include the late usage.
    """
    if not late:
        return
    writer.run()
    charged = _charged(late)
    found = {
        group: minimum
        for group, minimum in minimum_groups({key[0] for key in late}, {key[1] for key in late}).items()
        if (group[0], group[1]) in late
    }
    changes = {group: minimum.lacking_micros - charged.get(group, 0) for group, minimum in found.items()}
    changes = {group: change for group, change in changes.items() if change}
    organizations = {organization.pk: organization for organization in late.values()}
    charge_minimums(changes, found, organizations, dict.fromkeys(changes, today), postings, writer)


def _charged(late: Mapping[Month, Organization]) -> dict[Group, int]:
    rows = (
        MinimumCharge.objects.filter(
            organization__in={organization_id for organization_id, _ in late}, month__in={month for _, month in late}
        )
        .order_by()
        .values_list("organization_id", "month", "meter_id", "model")
        .annotate(total=Sum("amount_micros"))
    )
    return {(row[0], row[1], row[2], row[3]): row[4] for row in rows if (row[0], row[1]) in late}
