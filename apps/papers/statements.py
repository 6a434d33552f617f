"""The statement of a month: the account of invoices by value dates, prepaid credit, and what was used."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from django.utils.translation import gettext_noop as _

from apps.common.money import divide_half_even
from apps.common.papers.content import Letter, Section, Sum
from apps.common.periods import Period
from apps.invoices.printed_lines import print_lines
from apps.invoices.usage_lines import UsageLine
from apps.papers.account import AccountMonth, AccountMove, MoveNames
from apps.papers.errors import BooksDisagree
from apps.papers.letter_writer import LetterWriter
from apps.tenants.models import Organization
from apps.usage.services import metered_lines
from apps.wallets.accounts import Role
from apps.wallets.kinds import Kind
from apps.wallets.selectors import balances_before, moved_by_kind, owed_for_wallet

TITLE = _("Statement of account")
MOVES = {
    MoveNames.INVOICE: _("Invoice"),
    MoveNames.CREDIT_NOTE: _("Credit note"),
    MoveNames.PAYMENT: _("Payment received"),
    MoveNames.RETURNED: _("Payment returned"),
    MoveNames.PAID_BACK: _("Paid back"),
    MoveNames.WRITTEN_OFF: _("Written off"),
    MoveNames.TAKEN_UP: _("Write-off undone"),
    MoveNames.OTHER: _("Other changes"),
}
CREDIT = {
    Kind.GRANT: _("Credit added"),
    Kind.USAGE: _("Usage"),
    Kind.CHARACTER: _("Active characters"),
    Kind.SERVICE: _("Services"),
    Kind.EXPIRY: _("Credit expired"),
    Kind.REFUND: _("Credit refunded"),
    Kind.DISPUTE: _("Credit of a disputed payment"),
    Kind.ADJUSTMENT: _("Credit corrected"),
    Kind.REVERSAL: _("Corrections"),
}
ON_ACCOUNT = _("Usage to pay by invoice")
ACCOUNT_COLUMNS = (
    (_("Date"), 13, False),
    (_("Description"), 24, False),
    (_("Number"), 25, False),
    (_("Amount"), 19, True),
    (_("New balance"), 19, True),
)
OPEN_COLUMNS = (
    (_("Invoice"), 30, False),
    (_("Issue date"), 16, False),
    (_("Due date"), 16, False),
    (_("Total"), 19, True),
    (_("Left to pay"), 19, True),
)
USED_COLUMNS = ((_("Description"), 50, False), (_("Quantity"), 28, True), (_("Amount"), 22, True))
CREDIT_COLUMNS = ((_("Description"), 78, False), (_("Amount"), 22, True))


def statement_letter(organization: Organization, month: Period, account: AccountMonth) -> Letter:
    """Return the content of the statement of a month of whole days, from the customer's account in it.

    Raises:
        ProfileIncomplete: the customer or its seller lacks what papers need.
        BooksDisagree: the month's credit does not add up.
    """
    writer = LetterWriter.of(organization)
    used = _used(writer, month)
    credit = _credit(writer, month)
    return writer.letter(
        TITLE,
        (
            (_("Period"), writer.period(month.start.date(), month.end.date())),
            (_("Currency"), organization.currency),
            (_("Balance at the end"), writer.money(account.closing_micros)),
            (_("Your reference"), writer.profile.buyer_reference),
        ),
        (_account(writer, account), *_explained_sign(writer, account), _open(writer, account, month), *credit, *used),
    )


def _account(writer: LetterWriter, account: AccountMonth) -> Section:
    rows, balance = [], account.opening_micros
    for move in account.moves:
        balance += move.amount_micros
        rows.append(_move_cells(writer, move, balance))
    opening = ("", writer.say(_("Opening balance")), "", "", writer.money(account.opening_micros))
    return Section(
        heading=writer.say(_("Invoices and payments")),
        columns=writer.columns(*ACCOUNT_COLUMNS),
        rows=(opening, *rows),
        sums=(Sum(writer.say(_("Closing balance")), writer.money(account.closing_micros), is_bold=True),),
    )


def _explained_sign(writer: LetterWriter, account: AccountMonth) -> Iterator[Section]:
    if account.closing_micros < 0:
        yield Section(text=writer.say(_("A negative balance is in your favor.")))


def _move_cells(writer: LetterWriter, move: AccountMove, balance_micros: int) -> tuple[str, ...]:
    name = writer.say(MOVES[move.name])
    return writer.day(move.day), name, move.number, writer.money(move.amount_micros), writer.money(balance_micros)


def _open(writer: LetterWriter, account: AccountMonth, month: Period) -> Section:
    if not account.open_invoices and not account.unapplied_micros:
        return Section(text=writer.say(_("All invoices are paid.")))
    sums = [Sum(writer.say(_("Open invoices")), writer.money(account.closing_micros + account.unapplied_micros))]
    if account.unapplied_micros:
        sums.append(Sum(writer.say(_("Received and not used for an invoice")), writer.money(-account.unapplied_micros)))
    sums.append(Sum(writer.say(_("Closing balance")), writer.money(account.closing_micros), is_bold=True))
    day = writer.day(month.end.date() - timedelta(days=1))
    return Section(
        heading=writer.say(_("Open invoices on %(day)s"), day=day),
        columns=writer.columns(*OPEN_COLUMNS) if account.open_invoices else (),
        rows=tuple(
            (
                *(each.number, writer.day(each.issue_date), writer.day(each.due_date)),
                *(writer.money(each.total_micros), writer.money(each.left_micros)),
            )
            for each in account.open_invoices
        ),
        empty=writer.say(_("All invoices are paid.")),
        sums=tuple(sums),
    )


def _credit(writer: LetterWriter, month: Period) -> Iterator[Section]:
    """Yield how prepaid credit changed, in payable amounts: each line is the difference of two rounded balances."""
    organization = writer.organization
    exact, rows = _balance_before(organization, month.start), []
    opening = printed = _rounded(exact, writer.step)
    for text, micros in _changes(organization, month):
        exact += micros
        before, printed = printed, _rounded(exact, writer.step)
        rows.append((writer.say(text), writer.money(printed - before)))
    closing = _balance_before(organization, month.end)
    if exact != closing:
        raise BooksDisagree(f"They add up to {writer.money(exact)}, not to {writer.money(closing)}.")
    if not rows and not printed:
        return
    yield Section(
        heading=writer.say(_("Prepaid credit")),
        columns=writer.columns(*CREDIT_COLUMNS),
        rows=((writer.say(_("Opening balance")), writer.money(opening)), *rows),
        sums=(Sum(writer.say(_("Closing balance")), writer.money(printed), is_bold=True),),
    )


def _changes(organization: Organization, month: Period) -> Iterator[tuple[str, int]]:
    """Yield what changed prepaid credit, and by how many micros; usage that is owed instead has a text of its own."""
    moved, owed = moved_by_kind([organization.pk], month)[organization.pk], owed_for_wallet(organization, month)
    for kind, text in CREDIT.items():
        micros = moved[kind].amount_micros if kind in moved else 0
        parts = ((ON_ACCOUNT, owed), (text, micros - owed)) if kind == Kind.ADJUSTMENT else ((text, micros),)
        yield from (part for part in parts if part[1])


def _used(writer: LetterWriter, month: Period) -> Iterator[Section]:
    lines = metered_lines(writer.organization, [month.start.date()], writer.language)
    found = [each for each in lines if each.exact_micros]
    if not found:
        return
    amounts = [each.exact_micros for each in found]
    total = sum(amounts)
    to_total = _rounded(total, writer.step) - total  # the total is then the rounded one of prepaid credit above
    printed = print_lines(amounts, carried_in=to_total, step=writer.step)
    yield Section(
        heading=writer.say(_("What was used")),
        columns=writer.columns(*USED_COLUMNS),
        rows=tuple(
            (_named(writer, line), line.quantity, writer.money(micros))
            for line, micros in zip(found, printed.lines, strict=True)
        ),
        sums=(Sum(writer.say(_("Total")), writer.money(printed.net), is_bold=True),),
    )


def _named(writer: LetterWriter, line: UsageLine) -> str:
    """Return a line's text, followed by the month of its service if it came late."""
    return line.text if line.period[0] == line.month else f"{line.text}\n{writer.period(*line.period)}"


def _balance_before(organization: Organization, end: datetime) -> int:
    rows: Sequence[tuple[object, str, int]] = list(
        balances_before(Organization.objects.filter(pk=organization.pk), Role.WALLET, end)
    )
    return sum(micros for _, unit, micros in rows if unit == organization.currency)


def _rounded(micros: int, step: int) -> int:
    return divide_half_even(micros, step) * step
