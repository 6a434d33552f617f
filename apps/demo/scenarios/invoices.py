"""Invoices by hand: one paid by bank and overpaid, one overdue and partly paid with a credit note, and a draft."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from apps.billing_profiles.selectors import seller_of
from apps.common.money import Micros, to_micros
from apps.demo.scenarios.main_customers import ACME, GLOBEX
from apps.demo.timeline import CREATED_BY, Demo, Step
from apps.invoices import services
from apps.invoices.models import Document

SETUP, TRAINING = ("Setup of the private gateway", "1 project", "4500"), ("Training on site", "2 days", "2400.50")


def steps(demo: Demo) -> list[Step]:
    """Return the steps of two customers' invoices."""

    def at(days: int) -> datetime:
        return demo.now - timedelta(days=days)

    return [
        Step(at(60), partial(_invoice, demo, ACME, [SETUP, TRAINING])),
        Step(at(41), partial(_pay, demo, ACME, "7000", "Acme invoice, thanks")),
        Step(at(40), partial(_invoice, demo, GLOBEX, [TRAINING])),
        Step(at(20), partial(_pay, demo, GLOBEX, "1000", "Globex part 1")),
        Step(at(15), partial(_credit, demo, GLOBEX, "400", "Second day was cut short")),
        Step(at(1), partial(_draft, demo, ACME, [TRAINING])),
    ]


def _draft(demo: Demo, slug: str, lines: Sequence[tuple[str, str, str]], at: datetime) -> Document:
    terms = services.DraftTerms(
        lines=[
            services.LineTerms(text=text, quantity=quantity, amount=to_micros(amount), reason="Agreed by email")
            for text, quantity, amount in lines
        ]
    )
    return services.draft_invoice(organization=demo.organizations[slug], terms=terms, created_by=CREATED_BY, now=at)


def _invoice(demo: Demo, slug: str, lines: Sequence[tuple[str, str, str]], at: datetime) -> None:
    draft = _draft(demo, slug, lines, at)
    services.finalize_invoice(document_id=draft.pk, total=Micros(draft.total_micros), created_by=CREATED_BY, now=at)


def _pay(demo: Demo, slug: str, amount: str, reference: str, at: datetime) -> None:
    organization = demo.organizations[slug]
    transfer = services.BankTransfer(
        organization=organization,
        amount=to_micros(amount),
        value_date=seller_of(organization.pk).day_of(at),
        reference=reference,
        key=f"demo:{slug}:{reference}",
    )
    services.record_bank_transfer(transfer, created_by=CREATED_BY, now=at)


def _credit(demo: Demo, slug: str, amount: str, reason: str, at: datetime) -> None:
    terms = services.CreditTerms(reason=reason, amount=to_micros(amount))
    services.credit_invoice(document_id=only_invoice(demo, slug).pk, terms=terms, created_by=CREATED_BY, now=at)


def only_invoice(demo: Demo, slug: str) -> Document:
    """Return the one invoice that a customer got by hand."""
    return Document.objects.get(
        organization=demo.organizations[slug], type=Document.Type.INVOICE, kind=Document.Kind.MANUAL
    )
