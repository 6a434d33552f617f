"""Make papers. The same content gives the same paper; a number is taken only for new content."""

import hashlib
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_noop as _

from apps.billing_profiles.models import Seller
from apps.billing_profiles.selectors import complete_profile
from apps.billing_profiles.services import take_numbers
from apps.common.languages import say
from apps.common.papers.content import Letter
from apps.common.papers.formats import day_in
from apps.common.periods import Period
from apps.common.strict_json import write_json
from apps.common.transactions import serialized
from apps.contracts.models import Contract
from apps.contracts.selectors import current_schedule
from apps.invoices.models import Money
from apps.mail.attachments import Attachment
from apps.papers.account import account_month
from apps.papers.models import Paper
from apps.papers.order_forms import order_form_letter
from apps.papers.receipts import credit_receipt_letter, receipt_letter
from apps.papers.statements import statement_letter
from apps.payments.models import StripePayment
from apps.tenants.models import Organization

Kind = Paper.Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What a paper is about: a contract, money, a payment, or the customer; its days, its sum, and who makes it."""

    organization: Organization
    kind: Kind
    first_day: date
    last_day: date
    amount_micros: int
    created_by: str
    contract: Contract | None = None
    money: Money | None = None
    payment: StripePayment | None = None

    @property
    def about(self) -> dict[str, Any]:
        """The row that it is about, by the paper's fields."""
        return {"contract": self.contract, "money": self.money, "payment": self.payment}


def order_form_of(contract: Contract, *, created_by: str, now: datetime) -> Paper:
    """Return the order form of a contract as it is now, with its PDF.

    Raises:
        ProfileIncomplete: the customer or its seller lacks what papers need; the detail names each field.
    """
    subject = Subject(
        organization=contract.organization,
        kind=Kind.ORDER_FORM,
        contract=contract,
        first_day=contract.start_date,
        last_day=contract.end_date - timedelta(days=1),
        amount_micros=sum(row.payable_micros for row in current_schedule(contract)),
        created_by=created_by,
    )
    return _drawn(_issued(subject, order_form_letter(contract), now=now))


def receipt_of(money: Money, *, created_by: str, now: datetime) -> Paper:
    """Return the receipt for money as it is applied now, with its PDF.

    Raises:
        NoReceipt: it came from a credit note, or the bank took it back.
        ProfileIncomplete: the customer or its seller lacks what papers need.
    """
    subject = Subject(
        organization=money.organization,
        kind=Kind.RECEIPT,
        money=money,
        first_day=money.value_date,
        last_day=money.value_date,
        amount_micros=money.amount_micros,
        created_by=created_by,
    )
    return _drawn(_issued(subject, receipt_letter(money), now=now))


def credit_receipt_of(payment: StripePayment, *, created_by: str, now: datetime) -> Paper:
    """Return the receipt for credit that was bought without tax, with its PDF.

    Raises:
        NoReceipt: the payment is for something else. ProfileIncomplete: what papers need is missing.
    """
    letter = credit_receipt_letter(payment)
    day = complete_profile(payment.organization_id).seller.day_of(payment.settled_at or now)
    subject = Subject(
        organization=payment.organization,
        kind=Kind.RECEIPT,
        payment=payment,
        first_day=day,
        last_day=day,
        amount_micros=payment.amount_micros,
        created_by=created_by,
    )
    return _drawn(_issued(subject, letter, now=now))


def statement_of(organization: Organization, month: Period, *, created_by: str, now: datetime) -> Paper:
    """Return the statement of a month as the books are now, with its PDF.

    Raises:
        ProfileIncomplete: the customer or its seller lacks what papers need. BooksDisagree: the month does not add up.
    """
    account = account_month(organization, month)
    subject = Subject(
        organization=organization,
        kind=Kind.STATEMENT,
        first_day=month.start.date(),
        last_day=month.end.date() - timedelta(days=1),
        amount_micros=account.closing_micros,
        created_by=created_by,
    )
    return _drawn(_issued(subject, statement_letter(organization, month, account), now=now))


def paper_attachment(paper_id: UUID) -> Attachment | None:
    """Return the PDF of a paper as an attachment, or None if there is no such paper."""
    paper = Paper.objects.filter(pk=paper_id, pdf__isnull=False).first()
    return Attachment(paper.pk, paper.file_name, bytes(paper.pdf or b""), paper.sha256) if paper else None


@serialized
def _issued(subject: Subject, letter: Letter, *, now: datetime) -> Paper:
    """Return the existing paper with this content, or write a new one with its number and issue date."""
    Organization.objects.select_for_update(no_key=True).get(pk=subject.organization.pk)
    digest = hashlib.sha256(write_json(letter.as_json())).hexdigest()
    same = Paper.objects.filter(
        organization=subject.organization,
        kind=subject.kind,
        **subject.about,
        content_sha256=digest,
    )
    known = same.first()
    if known is not None:
        return known
    return _numbered(subject, letter, digest, complete_profile(subject.organization.pk).seller, now)


def _numbered(subject: Subject, letter: Letter, digest: str, seller: Seller, now: datetime) -> Paper:
    """Write a paper; its number, which statements of account lack, is taken right before it is saved."""
    paper = Paper(
        organization=subject.organization,
        kind=subject.kind,
        seller=seller,
        **subject.about,
        issue_date=seller.day_of(now),
        first_day=subject.first_day,
        last_day=subject.last_day,
        amount_micros=subject.amount_micros,
        language=letter.language,
        title=letter.title,
        content_sha256=digest,
        created_by=subject.created_by,
        created_at=now,
    )
    if subject.kind != Kind.STATEMENT:
        taken = take_numbers(seller=seller, kind=subject.kind, today=paper.issue_date)
        paper.number, paper.sequence = taken.texts()[0], taken.first
        paper.number_range_id, paper.issue_date = taken.range_id, taken.issue_date
    facts = ((_("Number"), paper.number), (_("Issue date"), day_in(letter.language, paper.issue_date)))
    said = tuple((say(letter.language, name), value) for name, value in facts if value)
    paper.content = replace(letter, number=paper.number, facts=(*said, *letter.facts)).as_json()
    paper.save(force_insert=True)
    return paper


@serialized
def _drawn(paper: Paper) -> Paper:
    """Draw a paper from its stored content, unless it is drawn; no number range is locked meanwhile."""
    if paper.sha256:
        return paper
    from apps.common.papers.layout import render  # its fonts take memory that most processes never need

    pdf = render(Letter.from_json(paper.content), bytes(paper.seller.logo))
    Paper.objects.filter(pk=paper.pk, sha256="").update(pdf=pdf, sha256=hashlib.sha256(pdf).hexdigest())
    paper.refresh_from_db()
    return paper
