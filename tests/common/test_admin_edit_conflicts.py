import pytest
from django.urls import reverse

from apps.tenants.models import Organization
from apps.wallets.services import open_wallet
from tests.backoffice.people import client_of, create_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def organization(organization, now):
    open_wallet(organization=organization, now=now)
    return organization


class TestTwoTabs:
    @pytest.fixture
    def client(self):
        return client_of(create_staff("ada", "Billing"))

    def save(self, client, organization, seen, **fields):
        page = reverse("admin:tenants_organization_change", args=[organization.pk]) + "?tab=settings"
        form = {"name": organization.name, "slug": organization.slug, "anchor_day": "1", "usd_rate_micros": "1"}
        return client.post(page, {**form, **fields, "_seen": seen})

    def seen(self, client, organization):
        page = reverse("admin:tenants_organization_change", args=[organization.pk]) + "?tab=settings"
        return client.get(page).context["adminform"].form.seen

    def test_the_first_save_counts(self, client, organization):
        assert self.save(client, organization, self.seen(client, organization), name="First").status_code == 302
        assert Organization.objects.get().name == "First"

    def test_the_second_does_not_overwrite_it(self, client, organization):
        seen = self.seen(client, organization)
        self.save(client, organization, seen, name="First")
        answer = self.save(client, organization, seen, name="Second")
        assert "Someone changed this since you opened the page" in answer.content.decode()
        assert Organization.objects.get().name == "First"

    def test_a_save_of_nothing_seen_is_refused(self, client, organization):
        self.save(client, organization, "", name="Blind")
        assert Organization.objects.get().name == "Acme"

    def test_read_only_money_posted_by_hand_is_ignored(self, client, organization):
        seen = self.seen(client, organization)
        self.save(client, organization, seen, postpaid_limit_micros="1000000", currency="EUR")
        stored = Organization.objects.get()
        assert (stored.postpaid_limit_micros, stored.currency) == (0, "USD")
