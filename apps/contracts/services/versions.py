"""Create contract versions with their installments, and replace unpaid installments by new ones."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import date, datetime
from typing import Any

from apps.common.money import payable_step
from apps.contracts.agreed_prices import price_rows
from apps.contracts.models import Contract, ContractVersion, Installment, InstallmentDiscount
from apps.contracts.schedule import Row, build_schedule
from apps.contracts.services.transitions import move_installment
from apps.contracts.terms import CommercialTerms, ScheduledTerms

State = Installment.State


def agreed_values(agreed: CommercialTerms) -> dict[str, Any]:
    """Return the commercial terms by name; a version has columns of the same names."""
    return {field.name: getattr(agreed, field.name) for field in fields(CommercialTerms)}


def terms_from(
    agreed: CommercialTerms, *, currency: str, anchor_date: date, first_month: int, effective_date: date
) -> ScheduledTerms:
    """Place commercial terms on the calendar."""
    return ScheduledTerms(
        **agreed_values(agreed),
        currency=currency,
        anchor_date=anchor_date,
        first_month=first_month,
        one_time_date=effective_date,
    )


def add_version(
    contract: Contract,
    terms: ScheduledTerms,
    kind: ContractVersion.Kind,
    *,
    created_by: str,
    now: datetime,
    reason: str = "",
) -> list[Installment]:
    """Add a version to a locked contract and return its new installments.

    Raises:
        ImpossibleTerms: the terms do not form a schedule; nothing is written.
    """
    rows = build_schedule(terms)
    last = contract.versions.order_by("-number").first()
    version = ContractVersion.objects.create(
        organization_id=contract.organization_id,
        contract=contract,
        number=last.number + 1 if last else 1,
        kind=kind,
        term=contract.term,
        effective_date=terms.one_time_due_date,
        anchor_date=terms.anchor_date,
        first_month=terms.first_month,
        reason=reason,
        created_by=created_by,
        created_at=now,
        **agreed_values(terms)
        | {
            "custom_lines": [
                [line.due_date.isoformat(), line.credit_micros, line.service_micros, line.text]
                for line in terms.custom_lines
            ],
            "prices": price_rows(terms.prices),
        },
    )
    return Installment.objects.bulk_create(
        _installment(contract, version, position, row) for position, row in enumerate(rows)
    )


def _installment(contract: Contract, version: ContractVersion, position: int, row: Row) -> Installment:
    return Installment(
        organization_id=contract.organization_id,
        contract=contract,
        version=version,
        position=position,
        due_date=row.due_date,
        pay_by=row.due_date,
        period_start=row.period_start,
        period_end=row.period_end,
        is_one_time=row.is_one_time,
        amount_micros=row.amount_micros,
        credit_micros=row.credit_micros,
        service_micros=row.service_micros,
        discount_micros=row.discount_micros,
        agreed_discount_micros=row.discount_micros,
        state=State.DUE if row.amount_micros else State.NOTHING_DUE,
    )


def supersede(old: Sequence[Installment], new: Sequence[Installment], *, now: datetime) -> None:
    """Replace unpaid installments by new ones and carry their discounts over.

    Raises:
        NotPayable: one of the old installments has a payment.
    """
    for row in old:
        row.discount_micros = 0
        move_installment(row, State.SUPERSEDED, "discount_micros")
    carried = InstallmentDiscount.objects.filter(installment__in=old, withdrawn_at=None, amount_micros__gt=0)
    for discount in carried.order_by("pk"):
        _carry(discount, new)


def _carry(discount: InstallmentDiscount, rows: Sequence[Installment]) -> None:
    """Move a discount to the first installment that can take some of it; the rest lapses, as at redemption.

    Every installment keeps the smallest payable amount, so that an amendment does not settle it.
    """
    for row in rows:
        least = payable_step(row.contract.organization.currency)
        fits = min(discount.asked_micros, row.amount_micros - row.discount_micros - least)
        if fits > 0:
            row.discount_micros += fits
            row.save(update_fields=["discount_micros"])
            discount.installment, discount.amount_micros = row, fits
            discount.save(update_fields=["installment", "amount_micros"])
            return
    discount.amount_micros = 0
    discount.save(update_fields=["amount_micros"])
