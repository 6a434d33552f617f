"""Contracts in each state: with paid and overdue installments, waiting for payment, draft; and service agreements."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial

from apps.common.money import Micros
from apps.common.periods import add_months, midnight
from apps.contracts import services
from apps.contracts.models import Contract, ServiceAgreement
from apps.contracts.selectors import current_schedule, shown_contract
from apps.contracts.services import AgreementDraft, ContractDraft
from apps.contracts.terms import CommercialTerms, Frequency
from apps.demo.scenarios.main_customers import ACME, GLOBEX, INITECH
from apps.demo.timeline import CREATED_BY, Demo, Step
from apps.tenants.models import Organization
from apps.wallets.accounts import Role

MONTHLY, ONE_TIME = ServiceAgreement.ChargeType.MONTHLY, ServiceAgreement.ChargeType.ONE_TIME
UNIT = 1_000_000
DAYS_SINCE_START, SUPPORT_SINCE, ONBOARDING_SINCE = 44, 40, 4


def steps(demo: Demo) -> Iterator[Step]:
    acme, globex, initech = (demo.organizations[slug] for slug in (ACME, GLOBEX, INITECH))
    yield Step(demo.ago(days=DAYS_SINCE_START), partial(_offer, acme, _year_paid_monthly(demo)))
    yield Step(demo.ago(days=43), partial(_pay_by_bank, acme, ["SEPA 2041-77", "SEPA 2041-78"]))
    yield Step(
        demo.ago(days=SUPPORT_SINCE),
        partial(_agree, acme, "Support desk", ServiceAgreement.ChargeType.MONTHLY, 45 * UNIT),
    )
    yield Step(demo.ago(days=6), partial(_offer, globex, _year_paid_quarterly(demo)))
    yield Step(demo.ago(days=5), partial(_draft, initech, _paid_at_once(demo)))
    yield Step(
        demo.ago(days=ONBOARDING_SINCE),
        partial(_agree, globex, "Onboarding", ServiceAgreement.ChargeType.ONE_TIME, 60 * UNIT),
    )
    for at in _when_something_is_due(demo):
        yield Step(at, _let_the_clock_run)


def _when_something_is_due(demo: Demo) -> Iterator[datetime]:
    """Return the times at which scheduled jobs had work, so that each amount is booked on its own day.

    These are: after an agreement was written, its day of each month, the start of each month, and now.
    """
    start = demo.ago(days=DAYS_SINCE_START).date()
    support = demo.ago(days=SUPPORT_SINCE).date()
    days = [start + timedelta(days=number) for number in range(1, DAYS_SINCE_START + 1)]
    due = [day for day in days if day.day == 1 or day in (add_months(support, 1), add_months(support, 2))]
    moments = [midnight(day) + timedelta(minutes=10) for day in due]
    moments += [demo.ago(days=SUPPORT_SINCE, hours=-1), demo.ago(days=ONBOARDING_SINCE, hours=-1), demo.ago(hours=1)]
    return (at for at in moments if at < demo.now)


def _year_paid_monthly(demo: Demo) -> ContractDraft:
    agreed = CommercialTerms(
        term_months=12,
        payment_frequency=Frequency.MONTHLY,
        credit_portion_micros=6_000 * UNIT,
        service_portion_micros=2_150 * UNIT,
        onetime_service_micros=350 * UNIT,
        service_period_limit=6,
    )
    return ContractDraft(
        start_date=demo.ago(days=DAYS_SINCE_START).date(),
        agreed=agreed,
        auto_renew=True,
        bonus_credits_micros=100 * UNIT,
        notes="Setup is invoiced with the first month.",
    )


def _year_paid_quarterly(demo: Demo) -> ContractDraft:
    agreed = CommercialTerms(
        term_months=12,
        payment_frequency=Frequency.QUARTERLY,
        credit_portion_micros=10_000 * UNIT,
        service_portion_micros=1_000 * UNIT,
    )
    return ContractDraft(start_date=(demo.now + timedelta(days=10)).date(), agreed=agreed)


def _paid_at_once(demo: Demo) -> ContractDraft:
    agreed = CommercialTerms(
        term_months=24,
        payment_frequency=Frequency.ONE_TIME,
        credit_portion_micros=1_500_000 * UNIT,
        service_portion_micros=0,
    )
    return ContractDraft(start_date=(demo.now + timedelta(days=20)).date(), agreed=agreed)


def _draft(organization: Organization, draft: ContractDraft, at: datetime) -> Contract:
    return services.draft_contract(organization=organization, draft=draft, created_by=CREATED_BY, now=at)


def _offer(organization: Organization, draft: ContractDraft, at: datetime) -> None:
    contract = _draft(organization, draft, at)
    services.offer_contract(contract_id=contract.pk, seen_revision=contract.revision, now=at)


def _pay_by_bank(organization: Organization, references: list[str], at: datetime) -> None:
    """Pay the first installments by bank transfer, one transfer each."""
    contract = shown_contract(organization)
    assert contract is not None, "offered before"
    for row, reference in zip(current_schedule(contract), references, strict=False):
        services.settle_installment(
            services.Receipt(
                installment_id=row.pk,
                amount=Micros(row.remaining_micros),
                key=f"demo:{organization.slug}:{reference}",
                received_in=Role.MANUAL_RECEIPTS,
                reference=reference,
                created_by=CREATED_BY,
            ),
            now=at,
        )


def _agree(
    organization: Organization, description: str, charge_type: ServiceAgreement.ChargeType, amount: int, at: datetime
) -> None:
    services.write_agreement(
        organization=organization,
        draft=AgreementDraft(
            description=description,
            charge_type=charge_type,
            amount_micros=amount,
            start_date=at.date(),
            project=organization.projects.order_by("pk").first(),
        ),
        created_by=CREATED_BY,
        now=at,
    )


def _let_the_clock_run(at: datetime) -> None:
    """Run the jobs that the schedule would have run meanwhile."""
    for contract in Contract.objects.order_by("pk"):
        services.mark_overdue(contract_id=contract.pk, now=at)
        services.recognize_service_revenue(contract_id=contract.pk, now=at)
    for agreement in ServiceAgreement.objects.order_by("pk"):
        services.bill_agreement(agreement_id=agreement.pk, now=at)
