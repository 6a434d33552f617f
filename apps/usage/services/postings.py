"""A batch's charges: collected while rating, posted at the end, grouped by organization and kind."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from apps.common.money import Micros
from apps.common.periods import midnight, month_of
from apps.common.rows import Writing
from apps.tenants.models import Organization
from apps.usage.causes import POSTING
from apps.usage.models import UsagePosting
from apps.wallets import services as wallets
from apps.wallets.budgets.counters import Spending
from apps.wallets.budgets.scopes import Dimensions
from apps.wallets.models import EntryType

Kind = UsagePosting.Kind
_ENTRY_TYPES = {
    Kind.USAGE: EntryType.USAGE,
    Kind.CHARACTER: EntryType.CHARACTER,
    Kind.MINIMUM: EntryType.USAGE,
}
_COLUMNS = (
    "id",
    "organization_id",
    "kind",
    "traffic_source",
    "amount_micros",
    "item_count",
    "tokens",
    "transfer_id",
    "created_by",
    "created_at",
)


@dataclass(slots=True)
class Pending:
    """A posting that is still collecting items."""

    organization: Organization
    kind: Kind
    traffic_source: str
    about: str
    month: date
    id: UUID = field(default_factory=uuid.uuid4)
    amount_micros: int = 0
    item_count: int = 0
    tokens: int = 0
    spent: dict[tuple[date, Dimensions], int] = field(default_factory=dict)

    def add(self, amount_micros: int, day: date, work: Dimensions, tokens: int = 0) -> UUID:
        """Add one item, which budgets count on a day, and return the posting's id."""
        if amount_micros:
            self.spent[day, work] = self.spent.get((day, work), 0) + amount_micros
        self.amount_micros += amount_micros
        self.item_count += 1
        self.tokens += tokens
        return self.id

    def counted(self) -> str:
        """Return the number of items as text; for events with their noun, other kinds are named by their label."""
        if self.kind != Kind.USAGE:
            return str(self.item_count)
        return "1 event" if self.item_count == 1 else f"{self.item_count:,} events"

    def as_charge(self, created_by: str, now: datetime) -> wallets.Charge:
        """Return the wallet charge; for a past month it takes effect at the month's last moment."""
        return wallets.Charge(
            organization=self.organization,
            amount=Micros(self.amount_micros),
            kind=_ENTRY_TYPES[self.kind],
            key=f"usage:{self.id}",
            cause=POSTING.of(self.id),
            created_by=created_by,
            description=f"{self.kind.label}: {self.about or self.counted()}",
            tokens=self.tokens,
            traffic_source=self.traffic_source,
            effective_at=month_of(midnight(self.month)).nearest_to(now),
            spending=[Spending(day, work, amount) for (day, work), amount in self.spent.items()],
        )


class Postings:
    """The postings of one batch."""

    def __init__(self) -> None:
        self._pending: dict[tuple[UUID, Kind, str, str, date], Pending] = {}

    def of(
        self, organization: Organization, kind: Kind, month: date, traffic_source: str = "", about: str = ""
    ) -> Pending:
        """Return the posting for an organization's usage of one kind and traffic source.

        `month` is the first day of the month whose totals include it; `about` separates postings further.
        """
        key = (organization.pk, kind, traffic_source, about, month)
        if key not in self._pending:
            self._pending[key] = Pending(organization, kind, traffic_source, about, month)
        return self._pending[key]

    def charges(self) -> dict[UUID, int]:
        """Return the charge per organization, in micros."""
        charged: dict[UUID, int] = {}
        for each in self._pending.values():
            charged[each.organization.pk] = charged.get(each.organization.pk, 0) + each.amount_micros
        return charged

    def post(self, writing: Writing, *, created_by: str, now: datetime) -> None:
        """Charge the wallets and run all collected writes with the postings, in one statement.

        This comes last in a batch, since wallets are locked after usage.
        """
        charges = [each.as_charge(created_by, now) for each in self._pending.values()]

        def rows_beside(numbers: Mapping[wallets.Place, int]) -> Writing:
            self._insert(writing, charges, numbers, created_by, now)
            return writing

        wallets.charge_many(charges=charges, now=now, beside=rows_beside)

    def _insert(
        self,
        writing: Writing,
        charges: Sequence[wallets.Charge],
        numbers: Mapping[wallets.Place, int],
        created_by: str,
        now: datetime,
    ) -> None:
        rows = [
            (
                each.id,
                each.organization.pk,
                each.kind,
                each.traffic_source,
                each.amount_micros,
                each.item_count,
                each.tokens,
                numbers.get(charge.place),
                created_by,
                now,
            )
            for each, charge in zip(self._pending.values(), charges, strict=True)
        ]
        transfer = wallets.POSTED.format(book="given.organization_id", number="given.transfer_id") if numbers else None
        writing.insert(UsagePosting, _COLUMNS, rows, {"transfer_id": transfer} if transfer else {})
