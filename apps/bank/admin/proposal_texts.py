"""Texts of bank lines and of their proposals, for pages."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from apps.approvals.pages import Cleaned, reason_and_key
from apps.bank.actions import ConfirmLines, SureLine
from apps.bank.debits import DebitKind
from apps.bank.matches import Proposal
from apps.bank.models import BankLine
from apps.bank.services.proposals import proposals_of
from apps.billing_profiles.models import SellerBankAccount
from apps.common.admin import day_text, money_text
from apps.common.admin.markup import table
from apps.tenants.models import Organization

MOST = 10
DEBIT_TEXTS = {
    DebitKind.RETURNED: "Returned by the bank: its invoices are open again",
    DebitKind.PAID_BACK: "Unapplied money that we paid back",
    DebitKind.KNOWN: "Paid back, and recorded before",
}
_STEPS = {"confirm_line": "Confirm", "link": "Link", "settle": "Book it"}
Sure = Sequence[tuple[BankLine, Proposal]]


def line_text(line: BankLine) -> str:
    """Describe a line by the bank's data."""
    amount = money_text(line.amount_micros, line.account.currency)
    return f"{amount} of {day_text(line.value_date)}, {line.party_name or 'without a name'}: “{line.text[:140]}”."


def proposal_table(line: BankLine) -> SafeString | str:
    """Return a table of a line's proposals, the best first, with reasons and links to the pages that book them."""
    found, unit = proposals_of(line), line.account.currency
    payments, debits = found.payments[:MOST], found.debits[:MOST]
    owners = {each.organization_id for each in payments} | {each.organization_id for each in debits}
    customers = Organization.objects.in_bulk(owners)
    rows: list[tuple[object, ...]] = []
    for payment in payments:
        left = ", ".join(f"{claim.number}: {money_text(claim.left_micros, unit)} left" for claim in payment.claims)
        link = _link(line, "confirm_line", {"documents": ",".join(str(claim.id) for claim in payment.claims)})
        rows.append((customers[payment.organization_id], left, payment.score, ", ".join(payment.signals), link))
    for money in found.recorded:
        link = _link(line, "link", {"money": str(money.pk)})
        recorded = f"Recorded by hand: {money}, {day_text(money.value_date)}"
        rows.append((money.organization, recorded, "", "amount, date", link))
    for debit in debits:
        of = {"money": str(debit.money_id)} if debit.money_id else {"document": str(debit.document_id)}
        link = _link(line, "settle", {"what": debit.kind.value, **of})
        rows.append(
            (customers[debit.organization_id], DEBIT_TEXTS[debit.kind], debit.score, ", ".join(debit.signals), link)
        )
    return table(("Customer", "What it is for", "Points", "Why", ""), rows) if rows else "Nothing fits."


def choices_of(account: SellerBankAccount, found: Sure) -> list[tuple[str, str]]:
    """Return a choice for each certain match: payer and amount, and the customer's invoices with their unpaid
    amounts.
    """
    customers = Organization.objects.in_bulk({proposal.organization_id for _, proposal in found})
    unit = account.currency
    choices = []
    for line, proposal in found:
        left = ", ".join(f"{claim.number} ({money_text(claim.left_micros, unit)} left)" for claim in proposal.claims)
        payer = f"{day_text(line.value_date)} {line.party_name or 'without a name'}"
        paid = f"{payer} {money_text(line.amount_micros, unit)}"
        choices.append((_value(line, proposal), f"{paid} → {customers[proposal.organization_id]}: {left}"))
    return choices


def confirmations(account: SellerBankAccount, found: Sure, cleaned: Cleaned) -> ConfirmLines:
    """Return the action that confirms the ticked lines as they were shown."""
    ticked = set(cleaned["lines"])
    lines = tuple(
        SureLine(line.pk, proposal.organization_id, tuple(claim.id for claim in proposal.claims), line.amount_micros)
        for line, proposal in found
        if _value(line, proposal) in ticked
    )
    return ConfirmLines(
        organization_id=None,
        amount_micros=sum(each.amount_micros for each in lines),
        currency=account.currency,
        lines=lines,
        **reason_and_key(cleaned),
    )


def _value(line: BankLine, proposal: Proposal) -> str:
    return f"{line.pk}:{','.join(str(claim.id) for claim in proposal.claims)}"


def _link(line: BankLine, name: str, query: Mapping[str, str]) -> SafeString:
    address = f"{reverse(f'admin:bank_bankline_{name}', args=[line.pk])}?{urlencode(query)}"
    return format_html('<a class="underline" href="{}">{}</a>', address, _STEPS[name])
