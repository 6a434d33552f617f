"""Subscribing to a contract: one address to pay at, whichever way the contract is collected."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from apps.common.periods import midnight
from apps.common.strict_json import Json
from apps.contracts import selectors as contract_selectors
from apps.contracts.models import Contract, Installment
from apps.payments.arrangement import Plan, Way
from apps.payments.errors import BeingPaid
from apps.payments.models import CheckoutPart, CheckoutSession
from apps.payments.services.arranging import arrange_contract, ensure_price
from apps.payments.services.customers import ensure_customer
from apps.payments.services.ending import running_subscription
from apps.payments.services.invoicing import invoice_instalment
from apps.payments.services.schedules import plan_for
from apps.payments.services.sessions import expire_session, line, open_session, write_request
from apps.payments.services.withdrawing import fits
from apps.tenants.models import Organization

Purpose = CheckoutSession.Purpose
State = CheckoutSession.State
OPEN = (State.REQUESTED, State.OPEN)
STILL_GOOD_FOR = timedelta(minutes=5)


def subscribe(*, organization: Organization, contract_id: UUID, created_by: str, now: datetime) -> str:
    """Return the address at which an offered contract is paid; while it is open, the same one again.

    Raises:
        contracts.ContractNotFound: unknown, a draft, ended, or another organization's, alike.
        contracts.AlreadyRunning, contracts.NothingToPay, BeingPaid: there is nothing to pay now.
        CustomerDeleted, StripeRefused: it cannot be paid now. StripeUnavailable: try again.
    """
    contract, _ = contract_selectors.contract_for_subscribe(organization=organization, contract_id=contract_id)
    contract.organization = organization
    if running_subscription(contract) is not None:
        raise BeingPaid("The contract is arranged already; its first payment is taken when it is due")
    arrange_contract(contract_id=contract.pk, now=now)
    plan = plan_for(contract, now)
    if plan.way == Way.INVOICES:
        first = Installment.objects.get(pk=plan.now[0].installment_id)
        first.contract = contract
        return invoice_instalment(installment=first, now=now).hosted_url
    return _session_url(contract, plan, created_by, now)


def _session_url(contract: Contract, plan: Plan, created_by: str, now: datetime) -> str:
    customer_id = ensure_customer(organization=contract.organization, now=now)
    price_id = ensure_price(contract, plan.unit_micros, now=now) if plan.way == Way.SUBSCRIPTION else ""
    offer = _Offer(contract, plan, customer_id, price_id, created_by)
    row = open_session(_write_down(offer, now), now=now)
    if fits(row, plan):
        return row.url
    if not expire_session(row, now=now):
        raise BeingPaid
    return open_session(_write_down(offer, now), now=now).url


@dataclass(frozen=True, slots=True)
class _Offer:
    """What a session is to be made from."""

    contract: Contract
    plan: Plan
    customer_id: str
    price_id: str
    created_by: str

    @property
    def purpose(self) -> CheckoutSession.Purpose:
        return Purpose.SUBSCRIPTION if self.plan.way == Way.SUBSCRIPTION else Purpose.INSTALMENT


@transaction.atomic
def _write_down(offer: _Offer, now: datetime) -> CheckoutSession:
    """Return the contract's one open session, made where there is none; one that has run out is closed first."""
    contract, plan = offer.contract, offer.plan
    mine = CheckoutSession.objects.filter(contract=contract)
    mine.filter(state=State.OPEN, expires_at__lte=now + STILL_GOOD_FOR).update(state=State.EXPIRED, updated_at=now)
    row, created = CheckoutSession.objects.get_or_create(
        contract=contract,
        state__in=OPEN,
        defaults={
            "organization_id": contract.organization_id,
            "purpose": offer.purpose,
            "amount_micros": plan.now_micros,
            "unit_micros": plan.unit_micros,
            "currency": contract.organization.currency,
            "state": State.REQUESTED,
            "customer_id": offer.customer_id,
            "created_by": offer.created_by,
            "created_at": now,
            "updated_at": now,
        },
    )
    if created:
        CheckoutPart.objects.bulk_create(
            CheckoutPart(
                session=row, installment_id=owed.installment_id, position=position, amount_micros=owed.left_micros
            )
            for position, owed in enumerate(plan.now)
        )
        write_request(row, _params(row, offer), now)
    return row


def _params(row: CheckoutSession, offer: _Offer) -> Json:
    plan = offer.plan
    about = {"reference": row.reference, "organization": str(row.organization_id), "contract": str(row.contract_id)}
    once = [line(f"Contract instalment {owed.due_date}", owed.left_micros, row.currency) for owed in plan.now]
    if row.purpose == Purpose.INSTALMENT:
        return {"mode": "payment", "line_items": once, "payment_intent_data": {"metadata": about}}
    start = int(midnight(plan.later[0].due_date).timestamp())
    begin: Json = {"trial_end": start}
    if plan.now:
        begin = {"billing_cycle_anchor": start, "proration_behavior": "none"}
    return {
        "mode": "subscription",
        "line_items": [{"price": offer.price_id, "quantity": 1}, *once],
        "subscription_data": {"metadata": about, **begin},
    }
