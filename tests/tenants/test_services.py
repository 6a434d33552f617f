"""Organizations and their identities."""

import pytest

from apps.tenants import selectors, services
from apps.tenants.errors import IdentityTaken, IllegalStatusChange, InvalidOrganization, OrganizationNotFound, SlugTaken
from apps.tenants.models import Organization
from tests.tenants.tokens import NOW

Status = Organization.Status


class TestProvisionOrganization:
    def test_takes_every_field_of_the_model(self, db):
        made = services.provision_organization(
            name="Globex", slug="globex", now=NOW, currency="EUR", billing_mode="postpaid", postpaid_limit_micros=5
        )

        assert (made.currency, made.postpaid_limit_micros, made.created_at) == ("EUR", 5, NOW)

    @pytest.mark.parametrize(
        ("changed", "field"),
        [
            ({"currency": "usd"}, "currency"),
            ({"currency": "US"}, "currency"),
            ({"currency": "DOLLAR"}, "currency"),
            ({"anchor_day": 0}, "anchor_day"),
            ({"anchor_day": 32}, "anchor_day"),
            ({"billing_mode": "free"}, "billing_mode"),
            ({"slug": "not a slug"}, "slug"),
            ({"slug": ""}, "slug"),
            ({"name": ""}, "name"),
            ({"postpaid_limit_micros": -1}, "postpaid_limit_micros"),
            ({"usd_rate_micros": 0}, "usd_rate_micros"),
            ({"monthly_resource_spend_limit_usd_micros": -1}, "monthly_resource_spend_limit_usd_micros"),
        ],
    )
    def test_names_the_field_that_breaks_a_rule(self, db, changed, field):
        with pytest.raises(InvalidOrganization) as refused:
            services.provision_organization(**{"name": "Globex", "slug": "globex", "now": NOW, **changed})

        assert refused.value.field == field

    def test_refuses_a_slug_twice(self, organization):
        with pytest.raises(SlugTaken):
            services.provision_organization(name="Another", slug="acme", now=NOW)


class TestSetStatus:
    @pytest.mark.parametrize(
        ("start", "end"),
        [(start, end) for start in Status for end in sorted(Organization.TRANSITIONS[start])],
    )
    def test_makes_every_legal_change(self, organization, start, end):
        Organization.objects.update(status=start)

        services.set_status(organization_id=organization.pk, status=end, now=NOW)

        assert Organization.objects.get().status == end

    @pytest.mark.parametrize(
        ("start", "end"),
        [(start, end) for start in Status for end in Status if end not in Organization.TRANSITIONS[start]],
    )
    def test_refuses_every_other(self, organization, start, end):
        Organization.objects.update(status=start)

        with pytest.raises(IllegalStatusChange):
            services.set_status(organization_id=organization.pk, status=end, now=NOW)

    def test_refuses_an_unknown_organization(self, db, organization):
        organization.pk = Organization().pk

        with pytest.raises(OrganizationNotFound):
            services.set_status(organization_id=organization.pk, status=Status.SUSPENDED, now=NOW)


class TestLinkIdentity:
    def _link(self, organization, external_id="org_1"):
        return services.link_identity(
            organization=organization, issuer="https://i", external_organization_id=external_id, now=NOW
        )

    def test_leads_to_the_organization_in_one_query(self, organization, django_assert_num_queries):
        self._link(organization)

        with django_assert_num_queries(1):
            assert selectors.organization_for_identity("https://i", "org_1") == organization

    def test_says_the_same_twice(self, organization):
        assert self._link(organization) == self._link(organization)

    def test_refuses_to_give_an_identity_to_another(self, organization):
        self._link(organization)
        other = services.provision_organization(name="Other", slug="other", now=NOW)

        with pytest.raises(IdentityTaken):
            self._link(other)

    @pytest.mark.parametrize(("issuer", "external_id"), [("https://other", "org_1"), ("https://i", "ORG_1")])
    def test_means_nobody_else(self, organization, issuer, external_id):
        self._link(organization)

        assert selectors.organization_for_identity(issuer, external_id) is None
