"""A batch's charges: collected while rating, posted at the end, grouped by organization and kind."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from apps.common.money import Micros
from apps.common.periods import midnight, month_of
from apps.common.rows import RowWriter
from apps.tenants.models import Organization
from apps.usage.causes import POSTING
from apps.usage.models import UsagePosting
from apps.wallets import services as wallets
from apps.wallets.budgets.counters import Spending
from apps.wallets.budgets.scopes import Dimensions
from apps.wallets.keys import capture_key
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
    "hold_id",
    "resources",
    "created_by",
    "created_at",
)


@dataclass(slots=True)
class PendingPosting:
    """A posting that is still collecting items; with a hold, it has the event that captures the reservation."""

    organization: Organization
    kind: Kind
    traffic_source: str
    about: str
    month: date
    hold_id: UUID | None = None
    id: UUID = field(default_factory=uuid.uuid4)
    amount_micros: int = 0
    item_count: int = 0
    tokens: int = 0
    spent: dict[tuple[date, Dimensions], int] = field(default_factory=dict)

    def add(self, amount_micros: int, day: date, work: Dimensions, tokens: int = 0, *, items: int = 1) -> UUID:
        """Add items of the same work, which budgets count on the given day, and return the posting's id."""
        if amount_micros:
            self.spent[day, work] = self.spent.get((day, work), 0) + amount_micros
        self.amount_micros += amount_micros
        self.item_count += items
        self.tokens += tokens
        return self.id

    @property
    def transfer_key(self) -> wallets.TransferKey:
        """The book and the key of its transfer."""
        key = f"usage:{self.id}" if self.hold_id is None else capture_key(self.hold_id)
        return self.organization.pk, key

    @property
    def spending(self) -> list[Spending]:
        """The spending that budgets count."""
        return [Spending(day, work, amount) for (day, work), amount in self.spent.items()]

    @property
    def resources(self) -> list[str]:
        """Its meters that count as persistent resources now; this may change later."""
        return sorted({work.resource for _, work in self.spent if work.resource})

    def effective_at(self, now: datetime) -> datetime:
        """Return when it takes effect: now, or for a past month that month's last moment."""
        return month_of(midnight(self.month)).nearest_to(now)

    def counted(self) -> str:
        """Return the number of items as text, such as "3 events"; without a noun for kinds whose label has one."""
        if self.kind != Kind.USAGE:
            return str(self.item_count)
        return "1 event" if self.item_count == 1 else f"{self.item_count:,} events"

    def as_charge(self, created_by: str, now: datetime) -> wallets.Charge:
        """Return the wallet charge."""
        return wallets.Charge(
            organization=self.organization,
            amount=Micros(self.amount_micros),
            kind=_ENTRY_TYPES[self.kind],
            key=self.transfer_key[1],
            cause=POSTING.of(self.id),
            created_by=created_by,
            description=f"{self.kind.label}: {self.about or self.counted()}",
            tokens=self.tokens,
            traffic_source=self.traffic_source,
            effective_at=self.effective_at(now),
            spending=self.spending,
        )


class Postings:
    """The postings of one batch."""

    def __init__(self) -> None:
        self._pending: dict[tuple[UUID, Kind, str, str, date, UUID | None], PendingPosting] = {}

    def of(
        self,
        organization: Organization,
        kind: Kind,
        month: date,
        traffic_source: str = "",
        about: str = "",
        hold_id: UUID | None = None,
    ) -> PendingPosting:
        """Return the posting for an organization's usage of one kind and traffic source.

        `month` is the first day of the month whose totals include it; `about` and the captured hold separate postings
        further.
        """
        key = (organization.pk, kind, traffic_source, about, month, hold_id)
        if key not in self._pending:
            self._pending[key] = PendingPosting(organization, kind, traffic_source, about, month, hold_id)
        return self._pending[key]

    def of_hold(self, hold_id: UUID) -> PendingPosting:
        """Return the posting of the event that captures a hold."""
        return next(each for each in self._pending.values() if each.hold_id == hold_id)

    def drop_hold(self, hold_id: UUID) -> None:
        """Drop the posting of an event that may not capture its hold."""
        self._pending = {key: each for key, each in self._pending.items() if each.hold_id != hold_id}

    def as_charges(self, created_by: str, now: datetime) -> list[wallets.Charge]:
        """Return the wallet charges of the postings that no capture has charged."""
        charged = [each for each in self._pending.values() if each.hold_id is None or each.amount_micros < 0]
        return [each.as_charge(created_by, now) for each in charged]

    def charges(self) -> dict[UUID, int]:
        """Return the charge per organization, in micros."""
        charged: dict[UUID, int] = {}
        for each in self._pending.values():
            charged[each.organization.pk] = charged.get(each.organization.pk, 0) + each.amount_micros
        return charged

    def post(self, writer: RowWriter, *, created_by: str, now: datetime) -> None:
        """Charge the wallets and run all collected writes with the postings, in one statement.

        This comes last in a batch, since wallets are locked after usage.
        """

        def rows_beside(numbers: Mapping[wallets.TransferKey, int]) -> RowWriter:
            self.insert(writer, numbers, created_by, now)
            return writer

        wallets.charge_many(charges=self.as_charges(created_by, now), now=now, beside=rows_beside)

    def insert(
        self, writer: RowWriter, numbers: Mapping[wallets.TransferKey, int], created_by: str, now: datetime
    ) -> None:
        """Write the postings, each with the id of its transfer, given the numbers of the new transfers."""
        rows = [
            (
                each.id,
                each.organization.pk,
                each.kind,
                each.traffic_source,
                each.amount_micros,
                each.item_count,
                each.tokens,
                numbers.get(each.transfer_key),
                each.hold_id,
                each.resources,
                created_by,
                now,
            )
            for each in self._pending.values()
        ]
        transfer = wallets.POSTED.format(book="given.organization_id", number="given.transfer_id") if numbers else None
        writer.insert(UsagePosting, _COLUMNS, rows, {"transfer_id": transfer} if transfer else {})
