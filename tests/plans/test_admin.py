"""Plans and subscriptions on screen."""

import re
from datetime import datetime
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.approvals.services import approve
from apps.approvals.submission import execute, submit
from apps.plans.actions import ChangePlan, PlanChanged
from apps.plans.models import Plan, Subscription
from apps.plans.selectors import current_subscription
from apps.plans.services import change_plan, start_subscription
from apps.tenants.models import Organization
from tests.plans.conftest import UNIT, create_plan

pytestmark = pytest.mark.django_db
LIST = "admin:plans_subscription_changelist"


@pytest.fixture(autouse=True)
def staff(client: Client) -> User:
    person = User.objects.create_user("ann", is_staff=True)
    codes = ["view_plan", "add_plan", "change_plan", "view_subscription", "change_subscription", "view_includedquota"]
    person.user_permissions.set(Permission.objects.filter(codename__in=codes))
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return person


@pytest.fixture
def subscription(customer: Organization, pro: Plan, now: datetime) -> Subscription:
    return start_subscription(organization=customer, plan=pro, created_by="staff:bob", now=now)


def confirmed(client: Client, name: str, *args: Any, **typed: Any) -> Any:
    """Fill in the form, look at it again, and confirm."""
    url = reverse(f"admin:plans_subscription_{name}", args=args)
    page = client.get(url).content.decode()
    token = re.search(r'name="token" value="([^"]+)"', page)
    assert token is not None
    return client.post(url, {"_step": "confirm", "token": token[1], "reason": "They asked", **typed})


class TestSubscriptions:
    def test_start_from_the_list(self, client: Client, customer: Organization, pro: Plan) -> None:
        answer = confirmed(client, "start", organization=customer.pk, plan=pro.pk, source="manual", trial="on")
        assert answer.status_code == 302
        figures = current_subscription(customer, timezone.now())
        assert (figures.tier, figures.status, figures.granted_quota_micros) == ("Pro", "trialing", 100 * UNIT)
        assert Subscription.objects.get().created_by == "staff:ann"

    def test_refusals_are_shown_beside_what_was_typed(
        self, client: Client, customer: Organization, pro: Plan, subscription: Subscription
    ) -> None:
        answer = confirmed(client, "start", organization=customer.pk, plan=pro.pk, source="manual")
        assert (answer.status_code, b"already has a current subscription" in answer.content) == (422, True)
        answer = confirmed(client, "start", organization="nobody", plan=pro.pk, source="manual")
        assert (answer.status_code, Subscription.objects.count()) == (422, 1)

    @pytest.mark.parametrize(
        ("name", "status"), [("mark_past_due", "past_due"), ("cancel", "cancelled"), ("activate", "active")]
    )
    def test_move_by_their_services(self, client: Client, subscription: Subscription, name: str, status: str) -> None:
        assert confirmed(client, name, subscription.pk).status_code == 302
        subscription.refresh_from_db()
        assert subscription.status == status

    def test_change_plan(self, client: Client, subscription: Subscription, now: datetime) -> None:
        confirmed(client, "change_plan", subscription.pk, plan=create_plan(now, "max", quota=250).pk)
        assert current_subscription(subscription.organization, timezone.now()).tier == "Max"

    def test_a_change_that_waits_is_not_made_from_another_plan(
        self, subscription: Subscription, staff: User, now: datetime
    ) -> None:
        organization, bob = subscription.organization, User.objects.create_superuser("bob", is_staff=True)
        wanted = ChangePlan.of(subscription, create_plan(now, "max", quota=1_200), reason="x", key="1")
        waiting = submit(wanted, by=bob, now=now)
        assert waiting is not None
        change_plan(organization=organization, plan=create_plan(now, "free", quota=0), created_by="staff:bob", now=now)
        approve(approval_id=waiting.pk, by=User.objects.create_superuser("eve", is_staff=True), now=now)
        with pytest.raises(PlanChanged):
            execute(waiting.pk, now=now)

    def test_ended_ones_move_no_more(self, client: Client, subscription: Subscription) -> None:
        confirmed(client, "cancel", subscription.pk)
        url = reverse("admin:plans_subscription_cancel", args=[subscription.pk])
        assert client.get(url).status_code == 404

    def test_need_the_permission_to_move(self, client: Client, subscription: Subscription, staff: User) -> None:
        staff.user_permissions.set(Permission.objects.filter(codename="view_subscription"))
        url = reverse("admin:plans_subscription_cancel", args=[subscription.pk])
        assert client.get(url).status_code == 403
        assert client.get(reverse(LIST)).status_code == 200

    def test_show_their_quota(self, client: Client, subscription: Subscription) -> None:
        page = client.get(reverse("admin:plans_subscription_change", args=[subscription.pk])).content.decode()
        assert "100.00" in page

    def test_are_listed_in_a_bounded_number_of_statements(
        self, client: Client, subscription: Subscription, django_assert_max_num_queries: Any
    ) -> None:
        client.get(reverse(LIST))  # what needs a person is counted for the sidebar once a minute
        with django_assert_max_num_queries(12):
            client.get(reverse(LIST))


class TestPlans:
    def form(self, **changed: Any) -> dict[str, Any]:
        terms = {"list_quota_micros": "25.50", "cadence": "monthly", "unit_system": "explorer_developer"}
        units = {"explorer_units_micros": "12.5", "developer_units_micros": "0", "credits_micros": "0"}
        return {"name": "Starter", "slug": "starter", "currency": "USD", **terms, **units, **changed}

    def test_are_typed_in_whole_units(self, client: Client) -> None:
        client.post(reverse("admin:plans_plan_add"), self.form())
        plan = Plan.objects.get()
        assert (plan.list_quota_micros, plan.explorer_units_micros) == (25_500_000, 12_500_000)

    def test_that_contradict_themselves_are_refused_by_name(self, client: Client) -> None:
        answer = client.post(reverse("admin:plans_plan_add"), self.form(cadence="none"))
        assert b"A plan without a cadence cannot allocate units." in answer.content
        assert not Plan.objects.exists()

    def test_keep_their_meaning_once_used(self, client: Client, subscription: Subscription) -> None:
        url = reverse("admin:plans_plan_change", args=[subscription.plan_id])
        seen = re.search(r'name="_seen" value="([^"]+)"', client.get(url).content.decode())
        assert seen is not None
        client.post(url, self.form(currency="EUR", name="Professional", cadence="annual", _seen=seen[1]))
        plan = Plan.objects.get()
        assert (plan.name, plan.currency, plan.cadence) == ("Professional", "USD", "monthly")
