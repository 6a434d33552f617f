"""Explains an entry of a wallet: the grants that it consumed or created, and its shortfall."""

from dataclasses import dataclass

from django.db.models import QuerySet, Sum

from apps.ledger.causes import HOLD
from apps.ledger.keys import beside
from apps.ledger.models import Entry, Transfer
from apps.tenants.models import Organization
from apps.wallets.accounts import Role, code_of
from apps.wallets.errors import EntryNotFound
from apps.wallets.keys import OWED
from apps.wallets.models import CHARGES, Consumption, Grant, Shortfall


@dataclass(frozen=True, slots=True)
class ExplainedEntry:
    """An entry of a wallet with its transfer, and its parts in micros.

    `grants` are (id, source, micros): for a charge, what it took from each grant when posted; for a credit, what it
    added to each. `shortfall_micros` is the rest: the part of a charge that no grant covered, or the part of a credit
    that paid or lowered an earlier debt. `later` are the grants that covered the shortfall later; they do not count
    toward the sum.
    """

    entry: Entry
    grants: tuple[tuple[int, str, int], ...]
    later: tuple[tuple[int, str, int], ...]
    shortfall_micros: int
    reverses_entry_id: int | None
    reversed_by_entry_id: int | None

    @property
    def stated_by_id(self) -> int:
        """The id of the transfer whose rows break it down: its own, or that of the transfer it reverses."""
        return self.transfer.reverses_id or self.transfer.pk

    @property
    def reservation_id(self) -> str:
        """The id of the reservation that it captured, or an empty string."""
        return self.transfer.cause_id if self.transfer.cause_type == HOLD.name else ""

    @property
    def transfer(self) -> Transfer:
        """Its transfer."""
        return self.entry.transfer


def explained_entry(organization: Organization, entry_id: int) -> ExplainedEntry:
    """Return an entry of an organization's wallet with its explanation.

    Raises:
        EntryNotFound: its wallet has no such entry.
    """
    entry = wallet_entries_of(organization).select_related("transfer__reverses").filter(pk=entry_id).first()
    if entry is None:
        raise EntryNotFound
    transfer = entry.transfer
    given = transfer.destination_id == entry.account_id
    grants = _given(organization, transfer) if given else _first_consumed(organization, transfer)
    is_charge = not given and transfer.kind in {str(kind) for kind in CHARGES}
    short = _short(organization, transfer) if is_charge else abs(entry.amount_micros) - sum(each[2] for each in grants)
    reversal = Transfer.objects.filter(book=organization.pk, reverses=transfer).first()
    return ExplainedEntry(
        entry,
        grants,
        _consumed(Consumption.objects.exclude(number=transfer.number), organization, transfer),
        short,
        wallet_entry_of(organization, transfer.reverses_id),
        wallet_entry_of(organization, reversal.pk if reversal else None),
    )


def wallet_entries_of(organization: Organization) -> QuerySet[Entry]:
    """Return the entries of an organization's wallet."""
    code = code_of(organization.pk, Role.WALLET)
    return Entry.objects.filter(book=organization.pk, account__code=code, account__book=organization.pk)


def wallet_entry_of(organization: Organization, transfer_id: int | None) -> int | None:
    """Return the id of the entry that a transfer has in an organization's wallet, if there is one."""
    if transfer_id is None:
        return None
    return wallet_entries_of(organization).filter(transfer=transfer_id).values_list("pk", flat=True).first()


def _given(organization: Organization, transfer: Transfer) -> tuple[tuple[int, str, int], ...]:
    made = Grant.objects.filter(organization=organization, transfer=transfer).values_list(
        "pk", "source", "amount_micros"
    )
    back = tuple((pk, source, -micros) for pk, source, micros in _first_consumed(organization, transfer))
    return (*made, *back)


def _first_consumed(organization: Organization, transfer: Transfer) -> tuple[tuple[int, str, int], ...]:
    return _consumed(Consumption.objects.filter(number=transfer.number), organization, transfer)


def _consumed(
    consumed: QuerySet[Consumption], organization: Organization, transfer: Transfer
) -> tuple[tuple[int, str, int], ...]:
    rows = (
        consumed.filter(organization=organization, transfer=transfer)
        .order_by()
        .values_list("grant_id", "grant__source")
        .annotate(total=Sum("amount_micros"))
        .order_by("grant_id")
    )
    return tuple((pk, source, int(total)) for pk, source, total in rows)


def _short(organization: Organization, transfer: Transfer) -> int:
    """Return the part of a charge that no grant covered: a shortfall if prepaid, a debt if postpaid."""
    short = Shortfall.objects.filter(organization=organization, transfer=transfer)
    owed = Transfer.objects.filter(book=organization.pk, key=beside(transfer.key, OWED))
    return sum((*short.values_list("amount_micros", flat=True), *owed.values_list("amount_micros", flat=True)))
