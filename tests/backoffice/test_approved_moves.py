"""A second person's approval executes any requested action, after a preview of its effect."""

import re

import pytest
from django.contrib.auth.models import User
from django.urls import reverse
from django.utils import timezone

from apps.approvals.models import Approval
from apps.approvals.submission import submit
from apps.common.money import Micros
from apps.contracts.actions import RevokeGrant
from apps.pricing.models import PriceVersion
from apps.usage.actions import PublishPrice
from apps.wallets import services as wallets
from apps.wallets.actions import DeductCredit
from apps.wallets.models import Grant
from tests.backoffice.formats import GERMAN, foreign
from tests.backoffice.people import client_of, create_staff
from tests.backoffice.world import create_customer
from tests.factories import cause_of, create_organization
from tests.pricing.factories import make_meter, price
from tests.usage.factories import event, send
from tests.usage.test_preview import MICRO, draft

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("content_alone")]


@pytest.fixture
def asked(now, settings) -> Approval:
    """A price that raises acme's price from 20 to 50 micros, above the limit."""
    settings.APPROVAL_LIMIT_MICROS = 29
    meter, acme = make_meter(), create_organization(now)
    price(meter, micros_per_million=2 * MICRO)
    send(acme, now, event("a", quantity=4), event("b", quantity=6))
    by: User = create_staff("maker", "Billing")
    action = PublishPrice.of(draft(meter, now), reason="new list", key="staff:1", now=now)
    waiting = submit(action, by=by, now=now)
    assert waiting is not None
    return waiting


def decide(approval, verb, person):
    page = reverse(f"admin:approvals_approval_{verb}", args=[approval.pk])
    client = client_of(person)
    text = client.get(page).content.decode()
    token = re.search(r'name="token" value="([^"]+)"', text).group(1)
    client.post(page, {"_step": "confirm", "token": token, "reason": "Agreed"})
    approval.refresh_from_db()
    return text


def test_a_price_is_published_by_the_click_of_who_agrees(asked, now, time_machine):
    time_machine.move_to(now, tick=False)
    text = decide(asked, "approve", create_staff("checker", "Approver"))
    assert asked.status == "used"
    assert "0.00002 USD" in text
    assert "0.00005 USD" in text
    version = PriceVersion.objects.get(pk=asked.subject_id)
    assert (version.status, version.approval) == ("published", str(asked.pk))
    assert version.links.get(what="published").body["approval"] == str(asked.pk)
    page = reverse("admin:pricing_priceversion_change", args=[version.pk])
    history = client_of(create_staff("owner", "Administrator")).get(page).content.decode()
    assert f'<a href="{reverse("admin:approvals_approval_change", args=[asked.pk])}">Request {asked.pk}</a>' in history


def test_a_price_that_one_person_published_alone_names_no_request(now):
    meter = make_meter()
    acme = create_organization(now)
    price(meter, micros_per_million=2 * MICRO)
    send(acme, now, event("a", quantity=4))
    action = PublishPrice.of(draft(meter, now), reason="new list", key="staff:1", now=now)
    assert submit(action, by=create_staff("maker", "Billing"), now=now) is None
    version = PriceVersion.objects.get(pk=action.version_id)
    assert (version.status, version.approval) == ("published", "")
    assert version.links.get(what="published").body["approval"] == ""


def test_what_cannot_be_any_more_is_said_before_and_stays_open(now, settings):
    settings.APPROVAL_LIMIT_MICROS = 10
    customer, maker = create_customer(), create_staff("maker", "Billing")
    action = DeductCredit(
        organization_id=customer.pk, amount_micros=80_000_000, currency="USD", reason="x", key="staff:1"
    )
    waiting = submit(action, by=maker, now=timezone.now())
    wallets.charge(
        charge=wallets.Charge(
            organization=customer,
            cause=cause_of(customer),
            amount=Micros(50_000_000),
            kind="usage",
            key="meanwhile",
            created_by="staff:t",
        ),
        now=timezone.now(),
    )
    text = decide(waiting, "approve", create_staff("checker", "Approver"))
    assert "it would be refused" in text
    assert "Balance, when requested" in text
    assert waiting.status == "pending"


def test_no_figure_counts_as_changed_because_the_approver_writes_amounts_differently(settings):
    settings.APPROVAL_LIMIT_MICROS = 10
    customer, maker = create_customer(), create_staff("maker", "Billing")
    action = DeductCredit(
        organization_id=customer.pk, amount_micros=80_000_000, currency="USD", reason="x", key="staff:1"
    )
    waiting = submit(action, by=maker, now=timezone.now())
    client = client_of(create_staff("checker", "Approver"))
    client.post("/admin/preferences/", GERMAN)
    text = client.get(reverse("admin:approvals_approval_approve", args=[waiting.pk])).content.decode()
    assert "80,00 USD" in text
    assert "when requested" not in text
    seen = client.get(reverse("admin:approvals_approval_change", args=[waiting.pk]))
    assert foreign(seen) == []


def test_a_request_shows_on_the_page_of_what_it_is_about_and_of_its_customer(settings):
    settings.APPROVAL_LIMIT_MICROS = 10
    customer, maker = create_customer(), create_staff("maker", "Billing")
    grant = customer_grant(customer)
    action = RevokeGrant(
        organization_id=customer.pk,
        amount_micros=grant.remaining_micros,
        currency="USD",
        reason="x",
        key="staff:1",
        grant_id=grant.pk,
    )
    waiting = submit(action, by=maker, now=timezone.now())
    client = client_of(maker)
    pages = [
        reverse("admin:wallets_grant_change", args=[grant.pk]),
        reverse("admin:wallets_grant_take_back", args=[grant.pk]),
        reverse("admin:tenants_organization_change", args=[customer.pk]),
    ]
    for page in pages:
        assert f"Request {waiting.pk} waits for a second person" in client.get(page).text
    assert "waits for a second person" not in client.get(reverse("admin:wallets_grant_changelist")).text


def customer_grant(customer) -> Grant:
    return Grant.objects.get(organization=customer)
