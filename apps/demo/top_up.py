"""Switch automatic top-up on for the demo's prepaid customer; its card is saved at the local Stripe by its page."""

import http.client
from datetime import datetime
from urllib.parse import urlencode, urlsplit

from apps.demo.scenarios.organizations import ACME
from apps.payments import services
from apps.payments.models import CheckoutSession
from apps.tenants.selectors import organization_with_slug
from apps.top_ups.models import TopUp
from apps.top_ups.terms import TopUpTerms

UNIT = 1_000_000
CONSENTS = "user:user_demo"
KEY = "demo:card"
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
    _pay(url)
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


def _pay(url: str) -> None:
    address = urlsplit(url)
    connection = http.client.HTTPConnection(address.netloc, timeout=SECONDS)
    try:
        connection.request("POST", address.path, urlencode({"action": "pay"}))
        connection.getresponse().read()
    finally:
        connection.close()
