"""Buy credit in a checkout session at Stripe."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction

from apps.billing_profiles.tax_choice import TaxOnTop
from apps.common.money import Micros, from_minor_units, micros_per_minor_unit, payable_step
from apps.common.strict_json import Json
from apps.payments import issues
from apps.payments.errors import AmountNotPayable, AmountOutOfRange, RequestKeyReused, WrongCurrency
from apps.payments.models import CheckoutSession
from apps.payments.services.customers import ensure_customer
from apps.payments.services.sessions import credit_lines, open_session, write_request
from apps.payments.services.tax_calculations import credit_reference, tax_of_credit
from apps.payments.services.top_up_settings import CONSENT
from apps.tenants.models import Organization
from apps.top_ups.models import TopUp
from apps.wallets.selectors import require_wallet

Purpose = CheckoutSession.Purpose
State = CheckoutSession.State


@dataclass(frozen=True, slots=True)
class CreditPurchase:
    """Credit that is about to be bought, in micros, and the tax on top of it."""

    micros: Micros
    tax: TaxOnTop


@issues.opens_refused_key_issue("payments.start_top_up")
def start_top_up(
    *,
    organization: Organization,
    amount: int,
    currency: str | None,
    request_key: str,
    created_by: str,
    now: datetime,
) -> str:
    """Return the URL at which `amount` of credit, in the currency's smallest unit, can be bought.

    The same `request_key` returns the same session. Credit is granted only once the money is received.

    Raises:
        AmountOutOfRange, AmountNotPayable, WrongCurrency: they name the field.
        RequestKeyReused: the key was used for another amount. WalletNotFound: the organization has no wallet.
        NoTaxRule, VatNumberMissing, TaxRefused: the tax on the credit is not known.
        CustomerDeleted, StripeRefused: it cannot be bought now. StripeUnavailable: retry.
    """
    _refuse_amount(amount, organization.currency)
    if currency is not None and currency.upper() != organization.currency:
        raise WrongCurrency(f"The organization is billed in {organization.currency}.", field="body.currency")
    require_wallet(organization)
    customer_id = ensure_customer(organization=organization, now=now)
    micros = from_minor_units(amount, organization.currency)
    tax = tax_of_credit(organization, micros, reference=credit_reference(request_key), now=now)
    row = _write_down(organization, CreditPurchase(micros, tax), customer_id, request_key, created_by, now)
    if row.state != State.REQUESTED and row.url:
        return row.url
    return open_session(row, now=now).url


def _refuse_amount(amount: int, currency: str) -> None:
    if not settings.TOP_UP_LEAST <= amount <= settings.TOP_UP_MOST:
        raise AmountOutOfRange(
            f"Must be {settings.TOP_UP_LEAST} to {settings.TOP_UP_MOST}, in the smallest unit of {currency}.",
            field="body.amount",
        )
    step = payable_step(currency) // micros_per_minor_unit(currency)
    if amount % step:
        raise AmountNotPayable(f"An amount in {currency} must be a multiple of {step}.", field="body.amount")


@transaction.atomic
def _write_down(
    organization: Organization,
    bought: CreditPurchase,
    customer_id: str,
    request_key: str,
    created_by: str,
    now: datetime,
) -> CheckoutSession:
    row, created = CheckoutSession.objects.get_or_create(
        organization=organization,
        request_key=request_key,
        defaults={
            "purpose": Purpose.TOP_UP,
            "amount_micros": bought.micros,
            **bought.tax.columns,
            "currency": organization.currency,
            "customer_id": customer_id,
            "created_by": created_by,
            "created_at": now,
            "updated_at": now,
        },
    )
    if (row.purpose, row.amount_micros) != (Purpose.TOP_UP, bought.micros):
        raise RequestKeyReused
    if created:
        write_request(row, _params(row), now)
    return row


def _params(row: CheckoutSession) -> Json:
    """Return the session parameters of a top-up; the card is saved if automatic top-up has no working one."""
    top_up = TopUp.objects.filter(pk=row.organization_id).first()
    saves = top_up is None or not top_up.has_good_card
    about = {"reference": row.reference, "organization": str(row.organization_id)}
    return {
        "mode": "payment",
        "line_items": credit_lines(row),
        "payment_intent_data": {"metadata": about, **({"setup_future_usage": "off_session"} if saves else {})},
        **(CONSENT if saves else {}),
    }
