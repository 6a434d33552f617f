"""The customer's page shows the room of budgets; staff set and end them with a reason."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from apps.backoffice.components import bar
from apps.backoffice.customer_page.summary import tab_of
from apps.usage.services import set_unit_alerts
from apps.wallets.budgets.scopes import Dimensions
from apps.wallets.errors import BudgetLimitReached, WorkPaused
from apps.wallets.models import BucketPeriod, Budget, BudgetAddition, Refusal
from apps.wallets.services import write_refusals
from tests.backoffice.people import client_of, create_staff
from tests.backoffice.world import create_customer
from tests.factories import reserve
from tests.pricing.factories import make_meter, price
from tests.usage.budgets import put_budget

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("content_alone")]
TOKEN = "00000000-0000-4000-8000-000000000001"


@pytest.fixture
def customer():
    return create_customer()


def set_budget(client, customer, **changed):
    data = {"token": TOKEN, "budget": "team", "name": "Team", "scope": "project=web, user=*", "period": "month"}
    data |= {
        "limit": "25",
        "mode": "hard",
        "thresholds": "50, 90",
        "when_missing": "refuse",
        "reason": "Asked for by the customer",
        "_step": "perform",
        **changed,
    }
    return client.post(reverse("admin:tenants_organization_set_budget", args=[customer.pk]), data)


def test_the_tab_shows_each_budget_with_its_figures(customer, now):
    put_budget(customer, "day", "40", now, name="All work")
    text = client_of(create_staff("ada", "Support")).get(tab_of(customer, "budgets")).content.decode()
    assert "day" in text
    assert "40.00 USD" in text
    assert "<meter" in text


def test_the_tab_shows_the_units_of_the_plan_at_which_the_customer_is_told(customer, now):
    set_unit_alerts(organization=customer, thresholds={"credits": [5_000_000_000]}, now=now)
    alerts = client_of(create_staff("ada", "Support")).get(tab_of(customer, "budgets")).context["blocks"][2]
    assert [cell.text for cell in alerts.rows[-1]] == ["Credits of the plan", "5,000", "Above"]


@pytest.mark.parametrize(
    ("variant", "limits"),
    [("success", 'low="100"'), ("warning", 'low="0.01" value'), ("danger", 'low="0.01" high="0.01"')],
)
def test_the_bar_has_the_color_of_the_state(variant, limits):
    assert limits in render_to_string("admin/blocks/cell.html", {"cell": bar(Decimal(70), variant)})


def test_staff_see_what_was_refused_and_which_holds_live(customer, now):
    put_budget(customer, "bob", "0", now, scope={"user": "bob"})
    with pytest.raises(BudgetLimitReached):
        reserve(customer, "1", now, work=Dimensions(user="bob"))
    later = timezone.now() + timedelta(minutes=5)
    reserve(customer, "0", now, key="live", expires_at=later, work=Dimensions(agent="writer"))
    reserve(customer, "0", now, key="ended", expires_at=now, work=Dimensions(agent="reader"))
    reserve(customer, "0", now, key="told", expires_at=later, description="Nightly batch")
    write_refusals()
    assert str(Refusal.objects.get()).startswith("Budget 20")
    client = client_of(create_staff("ada", "Support"))
    tab = client.get(tab_of(customer, "budgets")).content.decode()
    page = client.get(reverse("admin:wallets_refusal_changelist")).content.decode()
    assert all("user bob" in each and "1.00 USD" in each for each in (tab, page))
    holds = client.get(reverse("admin:ledger_hold_changelist"), {"live": "yes"}).content.decode()
    assert "agent writer" in holds
    assert "Nightly batch" in holds
    assert f'{tab_of(customer)}">{customer.name}</a>' in holds
    assert "agent reader" not in holds


def test_staff_set_a_budget_that_the_customer_cannot_change(customer):
    client = client_of(create_staff("ada", "Billing"))
    answer = set_budget(client, customer)
    made = Budget.objects.get(slug="team")
    assert answer.status_code == 302
    assert (made.limit_micros, made.set_by, made.scope) == (25_000_000, "staff", [["project", "web"], ["user", "*"]])
    assert (made.thresholds, made.when_missing) == ([50, 90], "refuse")
    form = client.get(reverse("admin:tenants_organization_set_budget", args=[customer.pk]), {"budget": "team"})
    shown = form.context["form"].initial
    assert (shown["scope"], shown["limit"], shown["thresholds"]) == ("project=web, user=*", "25", "50, 90")
    data = {"token": TOKEN, "budget": "team", "reason": "Not needed", "_step": "perform"}
    client.post(reverse("admin:tenants_organization_end_budget", args=[customer.pk]), data)
    assert Budget.objects.filter(slug="team", ended_at=None).count() == 0


def test_staff_set_a_budget_for_days_and_add_to_its_period(customer, now):
    client = client_of(create_staff("ada", "Billing"))
    days = {"scope": "", "period": "once", "starts_on": f"{now:%Y-%m-%d}", "ends_on": "2099-12-31"}
    set_budget(client, customer, **days)
    assert (Budget.objects.get(slug="team").starts_on, str(Budget.objects.get(slug="team").ends_on)) == (
        now.date(),
        "2099-12-31",
    )
    data = {"token": TOKEN, "budget": "team", "amount": "7.5", "reason": "A launch", "_step": "perform"}
    url = reverse("admin:tenants_organization_add_to_budget", args=[customer.pk])
    assert client.post(url, data).status_code == 302
    assert BucketPeriod.objects.get().added_micros == 7_500_000
    assert client.post(url, data | {"bucket": "bob"}).status_code == 422
    addition = BudgetAddition.objects.get()
    assert (addition.reason, addition.created_by) == ("A launch", "staff:ada")


@pytest.mark.parametrize(
    "wrong",
    [
        {"thresholds": "50, x"},
        {"thresholds": "0"},
        {"thresholds": "1, 2, 3, 4, 5, 6, 7, 8, 9"},
        {"starts_on": "2026-11-18"},
        {"period": "once", "starts_on": "2026-11-18", "ends_on": "2026-11-17"},
    ],
)
def test_a_form_that_breaks_a_rule_makes_no_budget(customer, wrong):
    assert set_budget(client_of(create_staff("ada", "Billing")), customer, **wrong).status_code == 422
    assert not Budget.objects.filter(slug="team").exists()


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


def test_staff_ask_what_a_call_would_cost_and_whether_it_would_be_admitted(customer, now):
    price(make_meter("gpt"), input_micros_per_million=1_250_000, output_micros_per_million=10_000_000)
    put_budget(customer, "bob", "0.05", timezone.now(), scope={"user": "bob"})
    client, url = client_of(create_staff("ada", "Support")), reverse("admin:cost", args=[customer.pk])
    assert 'name="meter"' in client.get(url).content.decode()
    call = {"meter": "gpt", "input_tokens": "12000", "output_tokens": "4000", "user": "bob"}
    facts, limits = client.get(url, call).context["blocks"]
    assert facts.rows[0][1].text == "0.055 USD"
    assert facts.rows[3][1].text == "No: A budget does not cover this amount (bob)"
    assert [cell.text for cell in limits.rows[-1]][:4] == ["Budget", "bob", "0.05 USD", "0.005 USD"]
    for wrong in ({"meter": "gpt"}, {**call, "quantity": "1"}, {**call, "meter": "x"}, {**call, "input_tokens": "-1"}):
        answer = client.get(url, wrong)
        assert (answer.status_code, answer.context["blocks"]) == (200, [])
        assert answer.context["form"].errors


def test_a_call_without_a_price_is_explained_in_words(customer):
    make_meter("gpt")
    client, url = client_of(create_staff("ada", "Support")), reverse("admin:cost", args=[customer.pk])
    form = client.get(url, {"meter": "gpt", "input_tokens": "1"}).context["form"]
    assert form.non_field_errors() == ["This usage has no price: No price at its time"]
