"""Invoices for installments: made before the due date, and kept equal to what is payable on their installments.

The installment decides what is payable; its invoices charge that and the tax. If it is discounted, voided, replaced or
written off after an invoice was finalized, a credit note or a write-off of the invoice follows.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from apps.billing_profiles.models import BillingProfile
from apps.billing_profiles.selectors import complete_profile
from apps.common.languages import say
from apps.common.money import Micros, split
from apps.common.transactions import serialized
from apps.contracts.models import Installment, InstallmentPayment
from apps.contracts.services.receipts import UNASKED, funding_of
from apps.invoices.models import Document, DocumentLine
from apps.invoices.models.documents import OUTSTANDING
from apps.invoices.paper_words import AMOUNT_REDUCED, CREDIT_BY_CONTRACT, DISCOUNT, SERVICE_BY_CONTRACT
from apps.invoices.printed_lines import print_lines
from apps.invoices.services.credit_note_content import CreditTerms, left_of_products
from apps.invoices.services.credit_notes import credit_locked
from apps.invoices.services.draft_tax import is_taxed
from apps.invoices.services.drafts import delete_draft, write_draft
from apps.invoices.services.finalization import finalize_invoice
from apps.invoices.services.installment_rows import follow_due_date
from apps.invoices.services.locks import lock_customer, lock_document
from apps.invoices.services.write_offs import write_off_invoice
from apps.wallets.accounts import Role

State = Document.State
STANDING = (*OUTSTANDING, State.UNCOLLECTIBLE)
INVOICER = "system:invoice_installments"


@serialized
def invoice_installment(*, installment_id: int, now: datetime) -> Document | None:
    """Finalize an invoice for the payable amount of an open installment that is on no invoice yet; None if it is zero.

    It stays a draft while Stripe calculates its tax. Calling this again finalizes it, or updates its amount.

    Raises:
        ProfileIncomplete, NoTaxRule, VatNumberMissing: what an invoice needs is missing.
    """
    row = Installment.objects.select_related("contract__organization").get(pk=installment_id)
    profile = complete_profile(row.organization_id)
    lock_customer(row.contract.organization, now=now)
    row.refresh_from_db()
    documents = _documents_for(row)
    draft = next((each for each in documents if each.state == State.DRAFT), None)
    missing = _to_ask(row, documents) if row.is_open else 0
    if missing <= 0:
        if draft is not None:
            delete_draft(draft, now=now)
        return None
    document = draft or _new(row, profile, now)
    write_draft(document, _lines(document, row, missing, profile), profile, now)
    if not is_taxed(document, now):
        return document
    Installment.objects.filter(pk=row.pk).update(is_invoiced=True)
    made = finalize_invoice(document_id=document.pk, total=None, created_by=INVOICER, now=now)
    follow_due_date(row, now)
    return made


def _new(row: Installment, profile: BillingProfile, now: datetime) -> Document:
    return Document(
        organization=row.contract.organization,
        kind=Document.Kind.INSTALLMENT,
        installment=row,
        seller=profile.seller,
        currency=row.contract.organization.currency,
        period_start=row.period_start,
        period_end=row.period_end,
        created_by=INVOICER,
        created_at=now,
        updated_at=now,
    )


@serialized
def follow_installments(*, contract_id: UUID, now: datetime) -> None:
    """Credit or write off what a contract's invoices charge beyond what is payable on its installments.

    Drafts that wait for their tax are changed or deleted.
    """
    standing = Document.objects.filter(
        type=Document.Type.INVOICE,
        installment__contract=contract_id,
        state__in=(*STANDING, State.DRAFT),
        written_off_micros=0,
    )
    found = standing.order_by("-finalized_at", "pk").values_list("pk", "state", "installment")
    for document_id, state, installment_id in list(found):
        if state == State.DRAFT:
            invoice_installment(installment_id=installment_id, now=now)
        else:
            _follow(lock_document(document_id, now=now), now)


def _follow(document: Document, now: datetime) -> None:
    row = document.installment
    assert row is not None, "only invoices for installments follow one"
    if document.state not in STANDING or not document.left_micros:
        return
    if row.state == Installment.State.WRITTEN_OFF:
        write_off_invoice(
            document_id=document.pk,
            left=Micros(document.left_micros),
            reason="The installment was written off",
            created_by=INVOICER,
            now=now,
        )
        return
    too_much = document.left_micros if row.state in UNASKED else -_to_ask(row, _documents_for(row))
    if too_much > 0:
        _credit(document, too_much, now)


def _credit(document: Document, too_much: int, now: datetime) -> None:
    """Credit an excess without tax; if it is at least what is left, credit everything left."""
    left = document.balance.left_shares
    if not left.net:
        return
    reason = say(document.language, AMOUNT_REDUCED)
    if too_much < left.net:
        lines = _lines_to_credit(document, too_much)
        terms = CreditTerms(reason=reason, lines=lines, amount=None if lines else Micros(too_much))
    elif document.paid_micros or document.balance.credited.total:
        terms = CreditTerms(reason=reason, exact=left)
    else:
        terms = CreditTerms(reason=reason)
    credit_locked(document, terms, INVOICER, now)


def _lines_to_credit(document: Document, too_much: int) -> dict[int, int]:
    """Return how much to credit on the lines of credit and service, by line id.

    Empty if the invoice is not the only one of its installment, or the amounts do not add up to `too_much`.
    """
    assert document.installment is not None, "only invoices for installments follow one"
    money = funding_of(document.installment).money
    wanted = {"credit": money.credit_micros, "service": money.service_micros}
    beyond = {line: left - wanted[product] for product, (line, left) in left_of_products(document).items()}
    if min(beyond.values()) < 0 or sum(beyond.values()) != too_much:
        return {}
    return {line: micros for line, micros in beyond.items() if micros}


def _documents_for(row: Installment) -> list[Document]:
    """Return the invoices for an installment, and the draft that waits for its tax."""
    return list(Document.objects.select_related("organization").filter(installment=row, type=Document.Type.INVOICE))


def _to_ask(row: Installment, documents: Sequence[Document]) -> int:
    """Return what is payable on an installment, less what is due on its invoices and what was paid without them.

    Negative if the invoices charge too much.
    """
    asked = sum(each.balance.due.net for each in documents if each.number)
    paid = InstallmentPayment.objects.filter(installment=row).exclude(received_in=Role.BILLED)
    beside = 0 if row.is_settled else min(row.paid_micros, sum(paid.values_list("amount_micros", flat=True)))
    return row.payable_micros - beside - asked


def _lines(document: Document, row: Installment, amount: int, profile: BillingProfile) -> list[DocumentLine]:
    """Return a line for each portion, less its discount; for a partial amount, each portion's share of it."""
    language = profile.language or profile.seller.language
    words = {"credit": say(language, CREDIT_BY_CONTRACT), "service": say(language, SERVICE_BY_CONTRACT)}
    portions = [("credit", row.credit_micros), ("service", row.service_micros)]
    promotion = funding_of(row).promotion
    reductions = [("credit", promotion.credit_micros), ("service", promotion.service_micros)]
    if amount != row.payable_micros:
        shares = split(amount // document.step, [micros for _, micros in portions])
        portions = [(name, share * document.step) for (name, _), share in zip(portions, shares, strict=True)]
        reductions = []
    printed = print_lines([each for _, each in portions], [each for _, each in reductions], step=document.step)
    rows = [
        *((name, words[name], micros, False) for (name, _), micros in zip(portions, printed.lines, strict=True)),
        *(
            (name, say(language, DISCOUNT), micros, True)
            for (name, _), micros in zip(reductions, printed.reductions, strict=True)
        ),
    ]
    return [_line(document, place, each) for place, each in enumerate(each for each in rows if each[2])]


def _line(document: Document, place: int, of: tuple[str, str, int, bool]) -> DocumentLine:
    product, text, micros, is_reduction = of
    return DocumentLine(
        organization_id=document.organization_id,
        document=document,
        position=place,
        product=product,
        text=text,
        amount_micros=micros,
        is_reduction=is_reduction,
        is_given=False,
        period_start=document.period_start,
        period_end=document.period_end,
    )
