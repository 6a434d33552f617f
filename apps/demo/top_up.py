"""What the demo's prepaid customer does on the local Stripe's pages: save a card, and buy credit that is paid out."""

import http.client
from datetime import datetime
from urllib.parse import urlencode, urljoin, urlsplit

from apps.demo.scenarios.organizations import ACME
from apps.payments import services
from apps.payments.models import CheckoutSession
from apps.tenants.selectors import organization_with_slug
from apps.top_ups.models import TopUp
from apps.top_ups.terms import TopUpTerms

UNIT = 1_000_000
CONSENTS = "user:user_demo"
KEY = "demo:card"
CREDIT_KEY, CENTS = "demo:credit", 10_000
SECONDS = 5


def switch_on_top_up(*, now: datetime) -> None:
    """Save a card on the local Stripe's page and switch automatic top-up on, once. Not for use inside a transaction.

    Raises:
        BillingError, OSError: the local Stripe did not answer.
    """
    organization = organization_with_slug(ACME)
    if TopUp.objects.filter(organization=organization).exists():
        return
    url = services.save_card(organization=organization, request_key=KEY, created_by=CONSENTS, now=now)
    _press(url, "pay")
    session = CheckoutSession.objects.get(organization=organization, request_key=KEY)
    services.look_at_card(session_id=session.pk, paid_at=now, now=now)
    terms = TopUpTerms(
        threshold_micros=20 * UNIT,
        amount_micros=50 * UNIT,
        up_to_micros=None,
        most_per_charge_micros=100 * UNIT,
        most_per_day_micros=150 * UNIT,
        most_per_month_micros=600 * UNIT,
    )
    services.switch_on_top_up(organization=organization, terms=terms, by=CONSENTS, now=now)


def buy_credit(*, now: datetime) -> None:
    """Buy credit with a card, once, and let Stripe pay it out, less its fee. Not for use inside a transaction.

    Raises:
        BillingError, OSError: the local Stripe did not answer.
    """
    organization = organization_with_slug(ACME)
    bought = CheckoutSession.objects.filter(organization=organization, request_key=CREDIT_KEY)
    if bought.exists():
        return
    url = services.start_top_up(
        organization=organization, amount=CENTS, currency=None, request_key=CREDIT_KEY, created_by=CONSENTS, now=now
    )
    _press(url, "pay")
    _press(urljoin(url, f"/do/{bought.get().stripe_id}"), "pay_out")


def _press(url: str, action: str) -> None:
    """Press a button of a page of the local Stripe."""
    address = urlsplit(url)
    connection = http.client.HTTPConnection(address.netloc, timeout=SECONDS)
    try:
        connection.request("POST", address.path, urlencode({"action": action}))
        connection.getresponse().read()
    finally:
        connection.close()
