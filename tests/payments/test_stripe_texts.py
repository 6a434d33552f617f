"""What customers read on Stripe's pages and invoices is in the language of their papers."""

from datetime import datetime
from typing import Any

import pytest

from apps.billing_profiles.models import BillingProfile, Seller
from apps.payments import services
from apps.payments.models import StripeRequest
from apps.payments.services.installment_invoices import invoice_installment
from apps.payments.services.links import create_payment_link
from apps.tenants.models import Organization
from tests.contracts.factories import offer, rows
from tests.factories import create_organization
from tests.invoices import factories
from tests.payments.desk import Desk
from tests.payments.test_contracts import subscribe
from tests.payments.test_top_ups import buy

pytestmark = pytest.mark.django_db
DASH = "\N{EN DASH}"
WORDS = {
    "en": (["Credit", "Tax"], "Contract installment: ", "18 Nov 2026", f"18 Nov 2026 {DASH} 17 Dec 2026", "Invoice"),
    "de": (["Guthaben", "USt"], "Vertragsrate: ", "18.11.2026", f"18.11.2026 {DASH} 17.12.2026", "Rechnung"),
    "fr": (["Crédit", "TVA"], "Échéance du contrat : ", "18/11/2026", f"18/11/2026 {DASH} 17/12/2026", "Facture"),
}


@pytest.fixture(params=list(WORDS))
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def acme(now: datetime, language: str) -> Organization:
    return factories.create_customer(now, factories.create_seller_with_one_rate(now), language=language)


def sent(operation: str) -> dict[str, Any]:
    """Return the parameters of the newest call to Stripe of an operation."""
    found: dict[str, Any] = StripeRequest.objects.filter(operation=operation).latest("pk").params
    return found


def names(operation: str) -> list[str]:
    return [item["price_data"]["product_data"]["name"] for item in sent(operation)["line_items"]]


def test_bought_credit_and_its_tax(desk: Desk, acme: Organization, language: str, now: datetime) -> None:
    buy(acme, now, currency="EUR")
    assert names("checkout.create") == WORDS[language][0]
    assert sent("checkout.create")["locale"] == language


def test_installments_at_checkout_by_link_and_by_invoice(
    desk: Desk, acme: Organization, language: str, now: datetime
) -> None:
    """As long as the seller's address is missing, installments are paid at Stripe without an invoice of ours."""
    Seller.objects.update(street="")
    _, name, due, period, _ = WORDS[language]
    contract = offer(acme, now, months=2, credit="200")
    subscribe(contract, now)
    assert names("checkout.create") == [name + due]
    first = rows(contract)[0]
    create_payment_link(installment=first, created_by="staff:ann", now=now)
    assert names("payment_link.create") == [name + period]
    invoice_installment(installment_id=first.pk, charged_to="", now=now)
    assert sent("invoice.create")["description"] == sent("invoice_item.create")["description"] == name + period


def test_our_invoices(desk: Desk, acme: Organization, language: str, now: datetime) -> None:
    made = factories.invoice(acme, now, "100")
    desk.settle_all()
    word = WORDS[language][4]
    assert sent("invoice.create")["description"] == f"{word} {made.number}"
    assert sent("invoice.create")["custom_fields"] == [{"name": word, "value": made.number}]


def test_the_portal(desk: Desk, acme: Organization, language: str, now: datetime) -> None:
    services.open_portal(organization=acme, request_key="k", now=now)
    assert sent("portal.create")["locale"] == language


def test_what_stripe_itself_writes(desk: Desk, acme: Organization, language: str, now: datetime) -> None:
    """The customer at Stripe has the language, and another one once its papers have another."""
    buy(acme, now, currency="EUR")
    assert desk.take("customer")["preferred_locales"] == [language]
    calls = StripeRequest.objects.filter(operation="customer.update")
    for wanted in (language, "de", "fr", "fr", language):
        BillingProfile.objects.update(language=wanted)
        services.open_portal(organization=acme, request_key=f"k{calls.count()}", now=now)
        assert desk.take("customer")["preferred_locales"] == [wanted]
    assert calls.count() == {"en": 3, "de": 2, "fr": 2}[language], "only what changed is sent"


def test_a_customer_without_a_billing_profile_gets_the_language_of_a_later_one(desk: Desk, now: datetime) -> None:
    plain = create_organization(now, "plain")
    buy(plain, now)
    assert desk.take("customer")["preferred_locales"] == []
    profile = factories.bill(plain, now)
    BillingProfile.objects.filter(pk=profile.pk).update(language="fr")
    services.open_portal(organization=plain, request_key="k", now=now)
    assert desk.take("customer")["preferred_locales"] == ["fr"]


def test_without_a_billing_profile_the_browser_decides(desk: Desk, now: datetime) -> None:
    plain = create_organization(now, "plain")
    buy(plain, now)
    assert (names("checkout.create"), sent("checkout.create").get("locale")) == (["Credit"], None)
