"""Staff see what budgets leave on the customer's page, and set and end them with a reason."""

import pytest
from django.urls import reverse

from apps.backoffice.customer_page.summary import tab_of
from apps.wallets.errors import WorkPaused
from apps.wallets.models import Budget
from tests.backoffice.people import client_of, create_staff
from tests.backoffice.world import create_customer
from tests.factories import reserve
from tests.usage.budgets import put_budget

pytestmark = pytest.mark.django_db
TOKEN = "00000000-0000-4000-8000-000000000001"


@pytest.fixture
def customer():
    return create_customer()


def set_budget(client, customer, **changed):
    data = {"token": TOKEN, "budget": "team", "name": "Team", "scope": "project=web, user=*", "period": "month"}
    data |= {"limit": "25", "mode": "hard", "reason": "Asked for by the customer", "_step": "perform", **changed}
    return client.post(reverse("admin:tenants_organization_set_budget", args=[customer.pk]), data)


def test_the_tab_shows_each_budget_with_its_figures(customer, now):
    put_budget(customer, "day", "40", now, name="All work")
    text = client_of(create_staff("ada", "Support")).get(tab_of(customer, "budgets")).content.decode()
    assert "day" in text
    assert "40.00 USD" in text
    assert "<meter" in text


def test_staff_set_a_budget_that_the_customer_cannot_change(customer):
    client = client_of(create_staff("ada", "Billing"))
    answer = set_budget(client, customer)
    made = Budget.objects.get(slug="team")
    assert answer.status_code == 302
    assert (made.limit_micros, made.set_by, made.scope) == (25_000_000, "staff", [["project", "web"], ["user", "*"]])
    data = {"token": TOKEN, "budget": "team", "reason": "Not needed", "_step": "perform"}
    client.post(reverse("admin:tenants_organization_end_budget", args=[customer.pk]), data)
    assert Budget.objects.filter(slug="team", ended_at=None).count() == 0


def test_staff_pause_new_work_and_let_it_begin_again(customer, now):
    client, url = (
        client_of(create_staff("ada", "Billing")),
        reverse("admin:tenants_organization_pause_work", args=[customer.pk]),
    )
    data = {"token": TOKEN, "shown": "Fraud review", "reason": "Card tests", "_step": "perform"}
    assert client.post(url, data).status_code == 302
    with pytest.raises(WorkPaused) as refused:
        reserve(customer, "1", now)
    assert refused.value.context["reason"] == "Fraud review"
    assert "new work paused since" in client.get(tab_of(customer)).content.decode()
    client.post(url, data | {"shown": "", "token": TOKEN.replace("1", "2")})
    assert reserve(customer, "0", now).status == "pending"


@pytest.mark.parametrize("scope", ["team=x", "user", "user=*, project=*"])
def test_a_scope_that_breaks_a_rule_is_named(customer, scope):
    answer = set_budget(client_of(create_staff("ada", "Billing")), customer, scope=scope)
    assert answer.status_code == 422
    assert not Budget.objects.filter(slug="team").exists()
