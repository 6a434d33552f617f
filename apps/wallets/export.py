"""The journal as text, transfer by transfer, in constant memory: for hledger, or as CSV for spreadsheets.

The books count what raises a customer's credit as positive; hledger counts debits so, and every sign turns. Accounts
are `<type>:<what it is for>:<customer's slug>`, of hledger's five types, so that `balancesheet` and `incomestatement`
work as they are. A wallet that is overspent is an asset, and money paid beyond what is owed a liability, by the
balance of the moment of the export, as home counts them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.db.models import Case, F, IntegerField, Max, Q, QuerySet, Value, When
from django.db.models.functions import Mod
from django.db.models.lookups import Exact

from apps.common.csv_text import MARK, csv_line
from apps.common.money import decimal_text, usual_decimals
from apps.ledger.models import Account, Transfer
from apps.tenants.models import Organization
from apps.wallets.accounts import Role

CHUNK = 2_000
CSV_COLUMNS = ("recorded_at", "effective_at", "key", "kind", "source", "destination", "unit", "amount", "description")

ASSETS, LIABILITIES, EQUITY, REVENUES, EXPENSES = "assets", "liabilities", "equity", "revenues", "expenses"
TYPES = {ASSETS: "A", LIABILITIES: "L", EQUITY: "E", REVENUES: "R", EXPENSES: "X"}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a role's accounts stand: by a balance as it usually is, and by one on the other side."""

    usual: str
    turned: str = ""


PLACES: Mapping[Role, Place] = {
    Role.WALLET: Place(f"{LIABILITIES}:credit", turned=f"{ASSETS}:overspent"),
    Role.CASH: Place(f"{ASSETS}:stripe"),
    Role.MANUAL_RECEIPTS: Place(f"{ASSETS}:bank"),
    Role.INSTALLMENTS: Place(f"{LIABILITIES}:received for installments"),
    Role.PROMOTIONS: Place(f"{EXPENSES}:promotions"),
    Role.REVENUE: Place(f"{REVENUES}:earned"),
    Role.DEFERRED: Place(f"{LIABILITIES}:deferred revenue"),
    Role.RECEIVABLE: Place(f"{ASSETS}:receivable", turned=f"{LIABILITIES}:overpaid"),
    Role.BREAKAGE: Place(f"{REVENUES}:breakage"),
    Role.DISPUTES: Place(f"{ASSETS}:disputes"),
    Role.WRITE_OFFS: Place(f"{EXPENSES}:write-offs"),
    Role.TAX: Place(f"{LIABILITIES}:tax"),
    Role.UNAPPLIED: Place(f"{LIABILITIES}:unapplied"),
}


def hledger_lines() -> Iterator[str]:
    """Yield an hledger journal by date: its commodities, its accounts with their types, then the transfers.

    `hledger check --strict ordereddates` passes on it.
    """
    # What is posted while the journal is written is left out: its account may not be declared.
    newest = Transfer.objects.aggregate(newest=Max("pk"))["newest"] or 0
    for unit, decimals in _decimals(newest).items():
        yield f'commodity 1000.{"0" * decimals} "{unit}"\n'
    yield "".join(f"account {name}  ; type: {letter}\n" for name, letter in TYPES.items())
    names = _account_names()
    for pk, (name, code) in names.items():
        yield f"account {name}  ; type: {TYPES[name.partition(':')[0]]}, code: {_one_line(code)}, id: {pk}\n"
    yield "\n"
    for transfer in _transfers().filter(pk__lte=newest).order_by("effective_at", "pk").iterator(chunk_size=CHUNK):
        amount, unit = decimal_text(transfer.amount_micros), transfer.source.unit
        yield f"{transfer.effective_at:%Y-%m-%d} ({_one_line(transfer.key)}) {_one_line(transfer.kind)}\n"
        yield f'    {names[transfer.source_id][0]}  {amount} "{unit}"\n'
        yield f'    {names[transfer.destination_id][0]}  -{amount} "{unit}"\n\n'


def csv_lines() -> Iterator[str]:
    """Yield the header and a line per transfer; a text that a spreadsheet would run as a formula is made harmless."""
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


def _account_names() -> dict[int, tuple[str, str]]:
    """Return the name and the code of every account, by its key."""
    slugs = {str(pk): slug for pk, slug in Organization.objects.values_list("pk", "slug")}
    rows = Account.objects.order_by("code").values_list("pk", "code", "balance_micros")
    return {pk: (_name(code, balance, slugs), code) for pk, code, balance in rows.iterator(chunk_size=CHUNK)}


def _name(code: str, balance_micros: int, slugs: Mapping[str, str]) -> str:
    _, owner, role, foreign = (*code.split(":"), "", "", "")[:4]
    if code.count(":") not in (2, 3) or owner not in slugs or role not in set(Role):
        return f"{EQUITY}:{_one_line(code)}"
    place = PLACES[Role(role)]
    usual_is_negative = place.usual.startswith(ASSETS)
    is_turned = balance_micros > 0 if usual_is_negative else balance_micros < 0
    name = f"{place.turned if place.turned and is_turned else place.usual}:{slugs[owner]}"
    return f"{name}:{foreign}" if foreign else name


def _decimals(newest: int) -> dict[str, int]:
    """Return with how many decimals each unit is shown: those of its currency, or as many as its finest amount has."""
    coarser = [When(_multiple_of(10 ** (6 - digits)), then=Value(digits)) for digits in range(6)]
    decimals = Case(*coarser, default=Value(6), output_field=IntegerField())
    rows = Transfer.objects.filter(pk__lte=newest).order_by().values_list("source__unit")
    finest = dict(rows.annotate(finest=Max(decimals)))
    return {unit: max(digits, _usual(unit)) for unit, digits in sorted(finest.items())}


def _multiple_of(step_micros: int) -> Q:
    return Q(Exact(Mod(F("amount_micros"), Value(step_micros)), 0))


def _usual(unit: str) -> int:
    return usual_decimals(unit) if len(unit) == 3 and unit.isupper() else 0


def _one_line(text: str) -> str:
    """Keep a text on its line and inside its brackets: hledger reads `;`, `(`, `)` and `|` as syntax."""
    return " ".join(text.translate(str.maketrans("();|", "    ")).split())
