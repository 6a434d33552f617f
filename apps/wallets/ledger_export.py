"""Export the journal for hledger or as CSV, one transfer at a time, in constant memory.

Our books count an increase of a customer's credit as positive, hledger counts debits as positive, so every sign is
inverted. Accounts are named `<type>:<purpose>:<customer's slug>` with hledger's five types, so that `balancesheet` and
`incomestatement` work without options. By its balance at the time of the export, an overspent wallet is an asset and
an overpaid receivable a liability, as on the home page.
"""

from collections.abc import Collection, Iterator, Mapping
from uuid import UUID

from django.db.models import Case, F, IntegerField, Max, Q, QuerySet, Value, When
from django.db.models.functions import Mod
from django.db.models.lookups import Exact

from apps.common.csv_text import MARK, csv_line
from apps.common.money import decimal_text, usual_decimals
from apps.common.values import value_class
from apps.ledger.models import Account, Transfer
from apps.tenants.models import Organization
from apps.wallets.accounts import Role

CHUNK = 2_000
CSV_COLUMNS = ("recorded_at", "effective_at", "key", "kind", "source", "destination", "unit", "amount", "description")

ASSETS, LIABILITIES, EQUITY, REVENUES, EXPENSES = "assets", "liabilities", "equity", "revenues", "expenses"
TYPES = {ASSETS: "A", LIABILITIES: "L", EQUITY: "E", REVENUES: "R", EXPENSES: "X"}


@value_class(frozen=True, slots=True)
class ExportAccount:
    """An account's name in hledger: one of the five types, and the name within it."""

    type: str
    name: str

    def __str__(self) -> str:
        return f"{self.type}:{self.name}"

    @property
    def flips_if_positive(self) -> bool:
        """Whether a positive balance moves the account to the other side.

        True for assets, which are negative in our books.
        """
        return self.type == ASSETS


EXPORT_ACCOUNTS: Mapping[Role, ExportAccount] = {
    Role.WALLET: ExportAccount(LIABILITIES, "credit"),
    Role.CASH: ExportAccount(ASSETS, "stripe"),
    Role.MANUAL_RECEIPTS: ExportAccount(ASSETS, "bank"),
    Role.INSTALLMENTS: ExportAccount(LIABILITIES, "received for installments"),
    Role.PROMOTIONS: ExportAccount(EXPENSES, "promotions"),
    Role.REVENUE: ExportAccount(REVENUES, "earned"),
    Role.DEFERRED: ExportAccount(LIABILITIES, "deferred revenue"),
    Role.RECEIVABLE: ExportAccount(ASSETS, "receivable"),
    Role.BREAKAGE: ExportAccount(REVENUES, "breakage"),
    Role.LATE_FEES: ExportAccount(REVENUES, "late fees"),
    Role.DISPUTES: ExportAccount(ASSETS, "disputes"),
    Role.WRITE_OFFS: ExportAccount(EXPENSES, "write-offs"),
    Role.TAX: ExportAccount(LIABILITIES, "tax"),
    Role.UNAPPLIED: ExportAccount(LIABILITIES, "unapplied"),
    Role.INVOICED: ExportAccount(ASSETS, "invoiced"),
    Role.BILLED: ExportAccount(LIABILITIES, "billed"),
    Role.TAX_PENDING: ExportAccount(LIABILITIES, "tax pending"),
    Role.FEES: ExportAccount(EXPENSES, "stripe fees"),
    Role.UNIDENTIFIED: ExportAccount(LIABILITIES, "unidentified"),
}
# The names of accounts whose balance has the opposite sign.
OPPOSITE_ACCOUNTS: Mapping[Role, ExportAccount] = {
    Role.WALLET: ExportAccount(ASSETS, "overspent"),
    Role.RECEIVABLE: ExportAccount(LIABILITIES, "overpaid"),
}


@value_class(frozen=True, slots=True)
class ExportName:
    """An account's name and code, as the export declares them."""

    name: ExportAccount
    code: str


def hledger_lines() -> Iterator[str]:
    """Yield an hledger journal: commodities, accounts with their types, then the transfers by date.

    The journal passes `hledger check --strict ordereddates`.
    """
    # Transfers posted during the export are left out, since their accounts may not be declared.
    newest = Transfer.objects.aggregate(newest=Max("pk"))["newest"] or 0
    for unit, decimals in _decimals(newest).items():
        yield f'commodity 1000.{"0" * decimals} "{unit}"\n'
    yield "".join(f"account {name}  ; type: {letter}\n" for name, letter in TYPES.items())
    names = _account_names()
    for pk, account in names.items():
        yield f"account {account.name}  ; type: {TYPES[account.name.type]}, code: {account.code}, id: {pk}\n"
    yield "\n"
    for transfer in _transfers().filter(pk__lte=newest).order_by("effective_at", "pk").iterator(chunk_size=CHUNK):
        amount, unit = decimal_text(transfer.amount_micros), transfer.source.unit
        yield f"{transfer.effective_at:%Y-%m-%d} ({_one_line(transfer.key)}) {_one_line(transfer.kind)}\n"
        yield f'    {names[transfer.source_id].name}  {amount} "{unit}"\n'
        yield f'    {names[transfer.destination_id].name}  -{amount} "{unit}"\n\n'


def csv_lines() -> Iterator[str]:
    """Yield the header and a line per transfer; text that a spreadsheet would run as a formula is escaped."""
    yield MARK + csv_line(CSV_COLUMNS)
    for transfer in _transfers().order_by("recorded_at", "pk").iterator(chunk_size=CHUNK):
        row = (
            transfer.recorded_at.isoformat(),
            transfer.effective_at.isoformat(),
            transfer.key,
            transfer.kind,
            transfer.source.code,
            transfer.destination.code,
            transfer.source.unit,
            decimal_text(transfer.amount_micros),
            transfer.description,
        )
        yield csv_line(row)


def _transfers() -> QuerySet[Transfer]:
    return Transfer.objects.select_related("source", "destination")


def _account_names() -> dict[int, ExportName]:
    """Return all accounts by id."""
    customers = {
        pk: (slug, currency) for pk, slug, currency in Organization.objects.values_list("pk", "slug", "currency")
    }
    # Only the book of a seller has this account.
    own_books = set(Account.objects.filter(role=Role.UNIDENTIFIED).values_list("book_id", flat=True))
    accounts = Account.objects.order_by("code").iterator(chunk_size=CHUNK)
    return {each.pk: ExportName(_export_account(each, customers, own_books), _one_line(each.code)) for each in accounts}


def _export_account(
    account: Account, customers: Mapping[UUID, tuple[str, str]], own_books: Collection[UUID] = ()
) -> ExportAccount:
    if account.book_id in own_books:
        base = EXPORT_ACCOUNTS[Role(account.role)]
        return ExportAccount(base.type, f"{base.name}:our own {account.unit} {str(account.book_id)[:8]}")
    if account.book_id not in customers or account.role not in set(Role):
        return ExportAccount(EQUITY, _one_line(account.code))
    (slug, currency), role = customers[account.book_id], Role(account.role)
    base = EXPORT_ACCOUNTS[role]
    balance = account.balance_micros
    if role in OPPOSITE_ACCOUNTS and (balance > 0 if base.flips_if_positive else balance < 0):
        base = OPPOSITE_ACCOUNTS[role]
    foreign = "" if account.unit == currency else f":{account.unit}"
    return ExportAccount(base.type, f"{base.name}:{slug}{foreign}")


def _decimals(newest: int) -> dict[str, int]:
    """Return the decimals of each unit: those of its currency, or more if an amount has more."""
    coarser = [
        When(Q(Exact(Mod(F("amount_micros"), Value(10 ** (6 - digits))), 0)), then=Value(digits)) for digits in range(6)
    ]
    decimals = Case(*coarser, default=Value(6), output_field=IntegerField())
    rows = Transfer.objects.filter(pk__lte=newest).order_by().values_list("source__unit")
    finest = dict(rows.annotate(finest=Max(decimals)))
    return {unit: max(digits, _usual(unit)) for unit, digits in sorted(finest.items())}


def _usual(unit: str) -> int:
    return usual_decimals(unit) if len(unit) == 3 and unit.isupper() else 0


def _one_line(text: str) -> str:
    """Remove line breaks and the characters that hledger reads as syntax: `;`, `(`, `)` and `|`."""
    return " ".join(text.translate(str.maketrans("();|", "    ")).split())
