"""Staff see a customer's automatic top-up, resume it and switch it off with a reason, but cannot switch it on."""

import pytest
from django.urls import reverse

from apps.approvals.models import Approval
from apps.backoffice.customer_page.summary import tab_of
from apps.top_ups.models import TopUp
from tests.backoffice.people import PASSWORD, client_of, create_staff
from tests.backoffice.world import create_customer
from tests.top_ups.factories import create_top_up

pytestmark = pytest.mark.django_db
TOKEN = "00000000-0000-4000-8000-000000000001"


@pytest.fixture
def customer(now):
    made = create_customer()
    create_top_up(made, now, stopped_at=now, stopped_reason="lost_card")
    return made


def press(customer, button, role="Billing", **typed):
    data = {"token": TOKEN, "password": PASSWORD, "reason": "Asked for by the customer", "_step": "perform", **typed}
    address = reverse(f"admin:tenants_organization_{button}", args=[customer.pk])
    person = create_staff(role.lower(), role, password=PASSWORD)
    return client_of(person).post(address, data)


def test_the_tab_shows_the_card_the_terms_and_why_it_is_stopped(customer):
    text = client_of(create_staff("ada", "Support")).get(tab_of(customer, "top-up")).content.decode()
    for shown in ("Stopped", "Lost card", "Visa ending in 4242, expires 12/2030", "150.00 USD", "Charge my card."):
        assert shown in text


def test_is_resumed(customer):
    assert press(customer, "resume_top_up").status_code == 302
    top_up = TopUp.objects.get()
    assert (top_up.stopped_reason, top_up.updated_by) == ("", "staff:billing")


def test_is_resumed_above_the_limit_with_a_second_person(customer, settings):
    settings.APPROVAL_LIMIT_MICROS = 59_000_000
    press(customer, "resume_top_up")
    assert (TopUp.objects.get().stopped_reason, Approval.objects.get().amount_micros) == ("lost_card", 60_000_000)


def test_is_switched_off_and_then_there_is_nothing_to_resume(customer):
    assert press(customer, "switch_off_top_up").status_code == 302
    assert not TopUp.objects.get().is_enabled
    assert press(customer, "resume_top_up", role="Administrator").status_code == 422


AMOUNTS = {"threshold": "10", "amount": "30", "mostPerCharge": "40", "mostPerDay": "80", "mostPerMonth": "1000"}


def test_is_lowered_and_the_words_that_the_customer_agreed_to_stay(customer):
    assert press(customer, "lower_top_up", **AMOUNTS).status_code == 302
    top_up = TopUp.objects.get()
    assert [micros // 1_000_000 for _, micros in top_up.terms.amounts()] == [10, 30, 40, 80, 1000]
    assert (top_up.consented_by, top_up.consent_text, top_up.updated_by) == (
        "user:u1",
        "Charge my card.",
        "staff:billing",
    )


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ({"mostPerDay": "150.01"}, "The amount must be at most 150.00 USD."),
        ({"amount": "41"}, "Must be at most the maximum per charge, 40.00 USD."),
    ],
)
def test_is_not_raised_and_its_amounts_fit_each_other(customer, typed, error):
    refused = press(customer, "lower_top_up", **(AMOUNTS | typed))
    assert (refused.status_code, error in refused.text) == (422, True)
    assert TopUp.objects.get().threshold_micros == 20_000_000


def test_is_not_for_people_who_may_move_no_money(customer):
    assert press(customer, "switch_off_top_up", role="Support").status_code == 403
    assert TopUp.objects.get().is_enabled
