"""Contracts created by the services, in whole units, with fixed values."""

from datetime import date, datetime
from typing import Any

from apps.common.money import Micros, to_micros
from apps.contracts import services
from apps.contracts.models import Contract, Installment, InstallmentPayment, ServiceAgreement
from apps.contracts.terms import CommercialTerms, Frequency
from apps.tenants.models import Organization
from apps.wallets.accounts import Role


def agreed(
    *,
    months: int = 12,
    frequency: str = "monthly",
    credit: str = "1200",
    service: str = "0",
    onetime_credit: str = "0",
    onetime_service: str = "0",
    credit_limit: int | None = None,
    service_limit: int | None = None,
) -> CommercialTerms:
    """A year paid monthly, by default 1,200 of credit; amounts in whole units."""
    return CommercialTerms(
        term_months=months,
        payment_frequency=Frequency(frequency),
        credit_portion_micros=to_micros(credit),
        service_portion_micros=to_micros(service),
        onetime_credit_micros=to_micros(onetime_credit),
        onetime_service_micros=to_micros(onetime_service),
        credit_period_limit=credit_limit,
        service_period_limit=service_limit,
    )


def draft_fields(
    start: str = "2026-11-18", *, bonus: str = "0", auto_renew: bool = False, **fields: Any
) -> services.ContractDraft:
    return services.ContractDraft(
        start_date=date.fromisoformat(start),
        agreed=agreed(**fields),
        bonus_credits_micros=to_micros(bonus),
        auto_renew=auto_renew,
    )


def draft(organization: Organization, now: datetime, start: str = "2026-11-18", **fields: Any) -> Contract:
    return services.draft_contract(
        organization=organization, draft=draft_fields(start, **fields), created_by="staff:ann", now=now
    )


def offer(organization: Organization, now: datetime, start: str = "2026-11-18", **fields: Any) -> Contract:
    """An offered contract, waiting for its first payment."""
    contract = draft(organization, now, start, **fields)
    return services.offer_contract(contract_id=contract.pk, seen_revision=contract.revision, now=now)


def rows(contract: Contract) -> list[Installment]:
    """All installments in the order they were written."""
    return list(contract.installments.order_by("pk"))


def pay(
    installment: Installment, now: datetime, amount: str | None = None, key: str | None = None, **fields: Any
) -> InstallmentPayment:
    """Pay what is left of an installment, or a part of it, by default at Stripe."""
    installment.refresh_from_db()
    micros = installment.remaining_micros if amount is None else to_micros(amount)
    given: dict[str, Any] = {"received_in": Role.CASH, "reference": "pi_1", "created_by": "system:stripe"} | fields
    return services.settle_installment(
        services.Receipt(
            installment_id=installment.pk, amount=Micros(micros), key=key or f"pay:{installment.pk}", **given
        ),
        now=now,
    )


def active(organization: Organization, now: datetime, start: str = "2026-11-18", **fields: Any) -> Contract:
    """A contract whose first installment is paid."""
    contract = offer(organization, now, start, **fields)
    pay(rows(contract)[0], now)
    contract.refresh_from_db()
    return contract


def discount(organization: Organization, amount: str, now: datetime, key: str = "redemption:1") -> Any:
    return services.apply_discount(
        organization=organization, amount=to_micros(amount), key=key, created_by="user:u1", now=now
    )


def refund(installment: Installment, amount: str, now: datetime, key: str = "re_1", **fields: Any) -> Any:
    given: dict[str, Any] = {"reason": "Asked for", "created_by": "system:stripe"} | fields
    order = services.RefundOrder(amount=to_micros(amount), key=key, **given)
    return services.refund_installment(installment_id=installment.pk, order=order, now=now)


def agreement(organization: Organization, now: datetime, **fields: Any) -> ServiceAgreement:
    given: dict[str, Any] = {
        "description": "Support",
        "charge_type": ServiceAgreement.ChargeType.MONTHLY,
        "amount_micros": to_micros("50"),
        "start_date": date(2026, 11, 18),
    } | fields
    return services.write_agreement(
        organization=organization, draft=services.AgreementDraft(**given), created_by="staff:ann", now=now
    )
