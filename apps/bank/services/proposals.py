"""Propose what open bank lines are for: the data is read for many lines at once, pure rules decide."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q

from apps.bank import debits, matches
from apps.bank.debits import Debit, DebitProposal
from apps.bank.matches import Claim, Grade, InvoiceIndex, Payer, Proposal, Receipt
from apps.bank.models import BankIdentity, BankLine
from apps.bank.models.statements import UNMATCHED
from apps.billing_profiles.models import BillingProfile, ExternalId, SellerBankAccount
from apps.invoices.models import Document, Money
from apps.invoices.models.documents import OUTSTANDING
from apps.wallets.accounts import Role

RECORDED_WITHIN = timedelta(days=5)
# Apps that know of our own transfers, such as Stripe's payouts, register a function. It names what an amount (micros,
# currency) on a day is, or returns an empty text.
OWN_TRANSFERS: list[Callable[[int, str, date], str]] = []


@dataclass(frozen=True, slots=True)
class Proposals:
    """The proposals for a line: invoices that it pays, money recorded by hand before, or what a debit belongs to."""

    payments: Sequence[Proposal] = ()
    recorded: Sequence[Money] = ()
    debits: Sequence[DebitProposal] = ()

    @property
    def grade(self) -> Grade:
        """How certain the best one is: never sure for a debit, or if the money may have been recorded before."""
        grade = matches.grade_of(self.payments)
        if self.recorded or self.debits:
            return Grade.LIKELY
        return grade

    @property
    def score(self) -> int:
        """The points of the best one."""
        scored: list[Proposal | DebitProposal] = [*self.payments[:1], *self.debits[:1]]
        return max((each.score for each in scored), default=0)


class Matcher:
    """Makes proposals for lines of one account; its seller's open invoices are read once for all of them."""

    def __init__(self, account: SellerBankAccount, lines: Sequence[BankLine]) -> None:
        self.account = account
        self.ibans = _ibans()
        self.book = (
            book_of(account, self.ibans) if any(each.amount_micros > 0 for each in lines) else InvoiceIndex([], {})
        )
        self.recorded = _recorded(account, lines)

    def proposals(self, line: BankLine) -> Proposals:
        """Return the proposals for a line."""
        if line.amount_micros < 0:
            return Proposals(debits=_debits_of(line, self.ibans))
        receipt = Receipt(
            amount_micros=line.amount_micros,
            value_date=line.value_date,
            text=f"{line.text} {line.end_to_end_id}",
            party_name=line.party_name,
            party_iban=line.party_iban,
        )
        payments = matches.propose(receipt, self.book)
        likely = {each.organization_id for each in payments if each.score >= matches.LIKELY}
        recorded = [
            each
            for each in self.recorded.get(line.amount_micros, ())
            if abs(each.value_date - line.value_date) <= RECORDED_WITHIN
            and (not likely or each.organization_id in likely)
        ]
        return Proposals(payments, recorded)


def book_of(account: SellerBankAccount, ibans: Mapping[UUID, set[str]]) -> InvoiceIndex:
    """Return a seller's open and uncollectible invoices in an account's currency, and its customers, for matching."""
    rows = Document.objects.filter(
        Q(state__in=OUTSTANDING) | Q(state=Document.State.UNCOLLECTIBLE),
        seller=account.seller_id,
        currency=account.currency,
    )
    claims = [_claim(each) for each in rows if each.left_micros + each.written_off_micros]
    profiles = BillingProfile.objects.filter(
        seller=account.seller_id, organization__currency=account.currency
    ).select_related("organization")
    external: Mapping[UUID, list[str]] = defaultdict(list)
    for owner, value in ExternalId.objects.values_list("profile_id", "value"):
        external[owner].append(value)
    payers = {
        each.pk: Payer(
            organization_id=each.pk,
            names=tuple(filter(None, (each.legal_name, each.organization.name))),
            ibans=frozenset(ibans.get(each.pk, ())),
            references=tuple(external.get(each.pk, ())),
        )
        for each in profiles
    }
    return InvoiceIndex(claims, payers)


def proposals_of(line: BankLine) -> Proposals:
    """Return the current proposals for a line."""
    return Matcher(line.account, [line]).proposals(line)


def sure_lines(account: SellerBankAccount) -> list[tuple[BankLine, Proposal]]:
    """Return the open lines of an account whose best proposal is sure now, each with that proposal."""
    rows = BankLine.objects.filter(account=account, state__in=UNMATCHED, amount_micros__gt=0)
    lines = list(rows.select_related("account__seller").order_by("value_date", "pk"))
    matcher = Matcher(account, lines)
    judged = [(line, matcher.proposals(line)) for line in lines]
    return [(line, each.payments[0]) for line, each in judged if each.grade == Grade.SURE]


@transaction.atomic
def match_lines(*, now: datetime) -> int:
    """Update the proposals of open lines; return how many have changed."""
    rows = BankLine.objects.filter(state__in=UNMATCHED).select_related("account__seller").order_by("account", "pk")
    waiting = rows.select_for_update(of=("self",), skip_locked=True, no_key=True)
    changed = []
    for _, group in groupby(waiting, key=lambda each: each.account_id):
        lines = list(group)
        matcher = Matcher(lines[0].account, lines)
        changed += [line for line in lines if _judge(line, matcher.proposals(line))]
    BankLine.objects.bulk_update(changed, ["state", "grade", "score"], batch_size=500)
    return len(changed)


def _judge(line: BankLine, found: Proposals) -> bool:
    """Set a line's grade and score; return whether they have changed."""
    state = BankLine.State.NEW if found.grade == Grade.NONE else BankLine.State.PROPOSED
    before = (line.state, line.grade, line.score)
    line.state, line.grade, line.score = state, BankLine.Grade(found.grade.value), found.score
    return before != (line.state, line.grade, line.score)


def _claim(row: Document) -> Claim:
    assert row.issue_date is not None
    assert row.due_date is not None
    return Claim(
        id=row.pk,
        organization_id=row.organization_id,
        number=row.number,
        left_micros=row.left_micros + row.written_off_micros,
        issue_date=row.issue_date,
        due_date=row.due_date,
        references=tuple(filter(None, (row.purchase_order, row.buyer_reference))),
    )


def _ibans() -> dict[UUID, set[str]]:
    found: dict[UUID, set[str]] = defaultdict(set)
    for owner, iban in BankIdentity.objects.values_list("organization_id", "iban"):
        found[owner].add(iban)
    return found


def _recorded(account: SellerBankAccount, lines: Sequence[BankLine]) -> dict[int, list[Money]]:
    """Return, by amount, the money that staff recorded by hand and that is linked to no line yet."""
    rows = Money.objects.filter(
        source=Money.Source.BANK,
        amount_micros__in={each.amount_micros for each in lines},
        returned_at=None,
        bank_lines=None,
        organization__billing_profile__seller=account.seller_id,
        organization__currency=account.currency,
    )
    found: dict[int, list[Money]] = defaultdict(list)
    for each in rows.select_related("organization").order_by("value_date", "pk"):
        found[each.amount_micros].append(each)
    return found


def _debits_of(line: BankLine, ibans: Mapping[UUID, set[str]]) -> list[DebitProposal]:
    """Return the proposals for a debit: by a customer's IBAN, or by the end-to-end id of an earlier credit."""
    owners = {owner for owner, known in ibans.items() if line.party_iban and line.party_iban in known}
    same_id = BankLine.objects.filter(account=line.account, amount_micros__gt=0, money__isnull=False)
    wanted = Q(organization__in=owners)
    if line.end_to_end_id:
        wanted |= Q(pk__in=same_id.filter(end_to_end_id=line.end_to_end_id).values("money"))
    debit = Debit(
        amount_micros=-line.amount_micros,
        value_date=line.value_date,
        text=line.text,
        party_iban=line.party_iban,
        end_to_end_id=line.end_to_end_id,
        is_return=line.is_reversal or bool(line.return_code),
    )
    in_currency = {"organization__currency": line.account.currency}
    rows = Money.objects.filter(wanted, returned_at=None, **in_currency).prefetch_related("bank_lines")
    received = [_received(each, ibans) for each in rows.order_by("value_date", "pk")]
    notes = Document.objects.filter(
        type=Document.Type.CREDIT_NOTE,
        seller=line.account.seller_id,
        returned_to=Role.MANUAL_RECEIPTS,
        currency=line.account.currency,
    ).annotate(returned=F("returned_net_micros") + F("returned_tax_micros"))
    seen = BankLine.objects.filter(document__isnull=False).values("document")
    refunded = [_refunded(each, ibans) for each in notes.filter(returned=-line.amount_micros).exclude(pk__in=seen)]
    return debits.propose_debits(debit, received, refunded)


def _received(money: Money, ibans: Mapping[UUID, set[str]]) -> debits.ReceivedMoney:
    lines: Iterable[BankLine] = money.bank_lines.all()
    seen = -sum(each.amount_micros for each in lines if each.amount_micros < 0)
    return debits.ReceivedMoney(
        id=money.pk,
        organization_id=money.organization_id,
        amount_micros=money.amount_micros,
        unapplied_micros=money.unapplied_micros,
        unseen_micros=money.paid_back_micros - seen,
        ibans=frozenset(ibans.get(money.organization_id, ())),
        end_to_end_ids=frozenset(each.end_to_end_id for each in lines if each.amount_micros > 0),
    )


def _refunded(note: Document, ibans: Mapping[UUID, set[str]]) -> debits.RefundedDocument:
    return debits.RefundedDocument(
        id=note.pk,
        organization_id=note.organization_id,
        number=note.number,
        amount_micros=note.returned_net_micros + note.returned_tax_micros,
        ibans=frozenset(ibans.get(note.organization_id, ())),
    )


def reason_to_ignore(line: BankLine) -> str:
    """Return the reason to ignore a line that is a transfer of our own; empty for any other."""
    known = (describe(line.amount_micros, line.account.currency, line.value_date) for describe in OWN_TRANSFERS)
    return next((each for each in known if each), "")
