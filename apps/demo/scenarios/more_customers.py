"""Nine more customers: contracts that are new, grew, shrank, were canceled, came back, or are paid late; some only top
up."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from apps.billing_profiles.value_dates import today_of
from apps.common.money import Micros
from apps.common.periods import add_months, midnight
from apps.contracts import services
from apps.contracts.agreed_prices import AgreedPrice
from apps.contracts.models import Contract
from apps.contracts.selectors import current_schedule, shown_contract
from apps.contracts.services import ContractDraft
from apps.contracts.terms import MONTHS_PER_PERIOD, CommercialTerms, Frequency
from apps.demo.scenarios.wallets import top_up
from apps.demo.timeline import CREATED_BY, Demo, Step
from apps.mail.services import ContactValues, replace_contacts
from apps.tenants.models import Organization
from apps.tenants.services import provision_organization
from apps.usage.services import ingest
from apps.wallets.accounts import Role
from apps.wallets.services import open_wallet

UNIT = 1_000_000
PRICED = ("USD", "EUR")  # whose list prices an hour of a GPU
USD_PER = {"USD": 1_000_000, "EUR": 1_080_000, "GBP": 1_270_000, "CHF": 1_120_000}


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoContract:
    """A contract for a year: its amount per period, how many days ago it began, and what happened to it later."""

    since_days: int
    credit: int
    service: int
    frequency: Frequency = Frequency.MONTHLY
    months: int = 12
    amended_days: int = 0  # days ago from which other amounts apply
    amended_credit: int = 0
    canceled_days: int = 0
    unpaid_days: int = 0  # days ago from which nothing is paid any more
    hour_micros: int = 0  # the customer's own price of an hour of a GPU


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """A customer with its contracts and top-ups (days ago, whole units)."""

    slug: str
    name: str
    currency: str
    since_days: int
    deals: tuple[DemoContract, ...] = ()
    top_ups: tuple[tuple[int, int], ...] = ()


CUSTOMERS = (
    Customer(
        slug="hooli",
        name="Hooli Research",
        currency="USD",
        since_days=310,
        deals=(DemoContract(since_days=300, credit=900, service=300),),
    ),
    Customer(
        slug="vandelay",
        name="Vandelay Imports",
        currency="USD",
        since_days=250,
        deals=(DemoContract(since_days=240, credit=400, service=0, amended_days=80, amended_credit=650),),
    ),
    Customer(
        slug="wonka",
        name="Wonka Foods",
        currency="GBP",
        since_days=290,
        deals=(DemoContract(since_days=280, credit=1_500, service=300, frequency=Frequency.QUARTERLY, unpaid_days=20),),
    ),
    Customer(
        slug="tyrell",
        name="Tyrell Systems",
        currency="EUR",
        since_days=210,
        deals=(DemoContract(since_days=200, credit=500, service=100, canceled_days=50),),
    ),
    Customer(
        slug="cyberdyne",
        name="Cyberdyne Labs",
        currency="USD",
        since_days=40,
        deals=(DemoContract(since_days=26, credit=2_000, service=500, hour_micros=700_000),),
    ),
    Customer(
        slug="soylent",
        name="Soylent Nutrition",
        currency="EUR",
        since_days=190,
        deals=(DemoContract(since_days=185, credit=900, service=100, amended_days=60, amended_credit=450),),
    ),
    Customer(
        slug="stark",
        name="Stark Mobility",
        currency="CHF",
        since_days=330,
        deals=(
            DemoContract(since_days=320, credit=300, service=0, months=3),
            DemoContract(since_days=45, credit=350, service=50),
        ),
    ),
    Customer(
        slug="dunder", name="Dunder Paper", currency="USD", since_days=160, top_ups=((155, 100), (90, 250), (12, 150))
    ),
    Customer(slug="pied-piper", name="Pied Piper", currency="EUR", since_days=70, top_ups=((68, 50), (30, 80))),
)


def steps(demo: Demo) -> Iterator[Step]:
    for customer in CUSTOMERS:
        yield Step(demo.ago(days=customer.since_days), partial(_provision, customer))
        for days, units in customer.top_ups:
            yield Step(demo.ago(days=days), partial(_top_up, customer, units))
        for deal in customer.deals:
            yield from _deal(demo, customer, deal)


def _use(customer: Customer, hours: int, at: datetime) -> None:
    event = {
        "specversion": "1.0",
        "id": f"{at:%Y%m%d}",
        "source": f"/{customer.slug}/trainer",
        "subject": str(_organization(customer).pk),
        "type": "gpu-hours",
        "time": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "data": {"quantity": hours},
    }
    ingest(events=[event], organization=None, created_by=CREATED_BY, now=at)


def _deal(demo: Demo, customer: Customer, deal: DemoContract) -> Iterator[Step]:
    start = demo.ago(days=deal.since_days)
    yield Step(start, partial(_offer, customer, deal))
    last = demo.ago(days=deal.unpaid_days or deal.canceled_days)
    for months in range(deal.months):
        due = midnight(add_months(start.date(), months)) + timedelta(hours=15)
        if start < due <= last:
            yield Step(due, partial(_pay_what_is_due, customer))
    yield Step(start + timedelta(minutes=30), partial(_pay_what_is_due, customer))
    if customer.currency in PRICED:
        for days in range(deal.since_days - 5, deal.canceled_days, -14):
            hours = deal.credit * (35 + days % 20) // 100 // MONTHS_PER_PERIOD[deal.frequency]
            yield Step(demo.ago(days=days, hours=3), partial(_use, customer, hours))
    for first in _firsts(start.date(), demo.now.date()):
        yield Step(midnight(first) + timedelta(minutes=10), partial(_let_the_clock_run, customer))
    if deal.amended_days:
        yield Step(demo.ago(days=deal.amended_days), partial(_amend, customer, deal))
    if deal.canceled_days:
        yield Step(demo.ago(days=deal.canceled_days), partial(_cancel, customer))
    if deal.unpaid_days:
        yield Step(demo.ago(days=2), partial(_let_the_clock_run, customer))


def _firsts(start: date, end: date) -> Iterator[date]:
    first = add_months(start.replace(day=1), 1)
    while first < end:
        yield first
        first = add_months(first, 1)


def _organization(customer: Customer) -> Organization:
    return Organization.objects.get(slug=customer.slug)


def _contract(customer: Customer) -> Contract:
    contract = shown_contract(_organization(customer))
    assert contract is not None, "offered before"
    return contract


def _provision(customer: Customer, at: datetime) -> None:
    organization = provision_organization(
        name=customer.name,
        slug=customer.slug,
        now=at,
        currency=customer.currency,
        usd_rate_micros=USD_PER[customer.currency],
        usd_rate_date=at.date(),
    )
    open_wallet(organization=organization, now=at)
    contact = ContactValues("Accounts payable", f"billing@{customer.slug}.example", ("billing", "alerts"))
    replace_contacts(organization_id=organization.pk, contacts=[contact], now=at)


def _top_up(customer: Customer, units: int, at: datetime) -> None:
    top_up(_organization(customer), units * UNIT, at)


def _terms(deal: DemoContract, credit: int, months: int) -> CommercialTerms:
    periods = months // MONTHS_PER_PERIOD[deal.frequency]
    own = AgreedPrice(meter="gpu-hours", micros_per_million=deal.hour_micros * UNIT)
    return CommercialTerms(
        term_months=months,
        payment_frequency=deal.frequency,
        credit_portion_micros=credit * UNIT * periods,
        service_portion_micros=deal.service * UNIT * periods,
        prices=(own,) if deal.hour_micros else (),
    )


def _offer(customer: Customer, deal: DemoContract, at: datetime) -> None:
    draft = ContractDraft(start_date=at.date(), agreed=_terms(deal, deal.credit, deal.months))
    made = services.draft_contract(organization=_organization(customer), draft=draft, created_by=CREATED_BY, now=at)
    services.offer_contract(contract_id=made.pk, seen_revision=made.revision, now=at)
    if deal.hour_micros:
        services.publish_agreed_prices(contract_id=made.pk, published_by=CREATED_BY, approval="", now=at)


def _pay_what_is_due(customer: Customer, at: datetime) -> None:
    """Pay the open installments that are due by bank transfer."""
    for row in current_schedule(_contract(customer)):
        if row.is_open and row.due_date <= at.date():
            reference = f"{customer.name} {row.due_date:%m/%Y}"
            services.settle_installment(
                services.Receipt(
                    installment_id=row.pk,
                    amount=Micros(row.remaining_micros),
                    key=f"demo:{customer.slug}:{row.pk}",
                    received_in=Role.MANUAL_RECEIPTS,
                    reference=reference,
                    created_by=CREATED_BY,
                    value_date=today_of(row.organization_id, at),
                ),
                now=at,
            )


def _amend(customer: Customer, deal: DemoContract, at: datetime) -> None:
    contract = _contract(customer)
    open_rows = [row for row in current_schedule(contract) if row.is_open and row.due_date > at.date()]
    first = open_rows[0].period_start
    services.amend_contract(
        contract_id=contract.pk,
        seen_revision=contract.revision,
        amendment=services.Amendment(
            effective_date=first,
            agreed=_terms(deal, deal.amended_credit, len(open_rows) * MONTHS_PER_PERIOD[deal.frequency]),
            reason="Agreed by email",
        ),
        created_by=CREATED_BY,
        now=at,
    )


def _cancel(customer: Customer, at: datetime) -> None:
    services.cancel_contract(contract_id=_contract(customer).pk, reason="They moved to their own servers", now=at)


def _let_the_clock_run(customer: Customer, at: datetime) -> None:
    """Run the jobs that the schedule would have run meanwhile."""
    for contract in Contract.objects.filter(organization__slug=customer.slug).order_by("pk"):
        services.end_term(contract_id=contract.pk, now=at)
        services.mark_overdue(contract_id=contract.pk, now=at)
        services.recognize_service_revenue(contract_id=contract.pk, now=at)
