"""What the demo's customers do on the local Stripe's pages: save a card, buy credit, and take money back."""

import http.client
import re
from datetime import datetime
from urllib.parse import urlencode, urljoin, urlsplit

from apps.demo.scenarios.main_customers import ACME
from apps.payments import services
from apps.payments.models import CheckoutSession
from apps.payments.stripe_operations import fetch_session
from apps.tenants.models import Organization
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
    services.save_checkout_card(session_id=session.pk, paid_at=now, now=now)
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


def return_payments(*, organization: Organization, now: datetime) -> None:
    """Buy credit four times: half of one purchase is refunded, and the others are disputed (won, lost, still open).

    Not for use inside a transaction.

    Raises:
        BillingError, OSError: the local Stripe did not answer.
    """
    for end in ("refund_half", "won", "lost", "dispute"):
        key = f"demo:{end}"
        bought = CheckoutSession.objects.filter(organization=organization, request_key=key)
        if bought.exists():
            continue
        url = services.start_top_up(
            organization=organization, amount=CENTS, currency=None, request_key=key, created_by=CONSENTS, now=now
        )
        _press(url, "pay")
        intent = fetch_session(str(bought.get().stripe_id)).payment_intent
        before = _buttons(url, end)
        _press(urljoin(url, f"/do/{intent}"), end if end == "refund_half" else "dispute")
        for opened in _buttons(url, end) - before if end in ("won", "lost") else ():
            _press(urljoin(url, opened), end)


def _buttons(url: str, action: str) -> set[str]:
    """Return the addresses of an action's buttons on the dashboard of the local Stripe."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=SECONDS)
    try:
        connection.request("GET", "/")
        page = connection.getresponse().read().decode()
    finally:
        connection.close()
    return set(re.findall(rf"action='(/do/[^']+)'><button name=action value='{action}'", page))


def _press(url: str, action: str) -> None:
    """Press a button of a page of the local Stripe."""
    address = urlsplit(url)
    connection = http.client.HTTPConnection(address.netloc, timeout=SECONDS)
    try:
        connection.request("POST", address.path, urlencode({"action": action}))
        connection.getresponse().read()
    finally:
        connection.close()
