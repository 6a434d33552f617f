"""Keys, identities and projects on staff's screens."""

import re

import pytest
from django.contrib.auth.models import Permission, User
from django.urls import reverse
from django.utils import timezone

from apps.tenants import selectors, services
from apps.tenants.errors import InvalidCredential
from apps.tenants.models import ApiKey, IdentityLink, Organization, Project

pytestmark = pytest.mark.django_db
ISSUE = "admin:tenants_apikey_issue"


@pytest.fixture
def staff(client):
    person = User.objects.create_user("ann", is_staff=True)
    permissions = ["view_apikey", "add_apikey", "change_apikey", "view_organization"]
    permissions += [f"{verb}_{what}" for what in ("identitylink", "project") for verb in ("view", "add", "change")]
    person.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return person


@pytest.fixture
def issued(organization, now):
    return services.issue_api_key(
        organization=organization, name="ci", scopes=["billing:read"], created_by="staff:bob", now=now
    )


def confirmed(client, url, **typed):
    """Fill in the form, look at it again, and confirm."""
    token = re.search(r'name="token" value="([^"]+)"', client.get(url).content.decode()).group(1)
    return client.post(url, {"_step": "confirm", "token": token, "reason": "They asked", **typed})


@pytest.mark.usefixtures("staff")
class TestIssuing:
    def _issue(self, client, **typed):
        typed = {
            "organization": Organization.objects.values_list("pk", flat=True).first() or "",
            "name": "ci",
            "scopes": ["billing:read", "usage:write"],
            **typed,
        }
        return confirmed(client, reverse(ISSUE), **typed)

    def test_shows_the_key_once_and_never_caches_it(self, client, organization):
        answer = self._issue(client)
        text = re.search(r"bk_test_\w+", answer.content.decode()).group(0)

        assert selectors.authenticate_api_key(text, timezone.now()).created_by == "staff:ann"
        assert "no-store" in answer["Cache-Control"]
        key = ApiKey.objects.get()
        page = client.get(reverse("admin:tenants_apikey_change", args=[key.pk])).content.decode()
        assert key.prefix in page
        assert text not in page
        assert key.secret_sha256 not in page

    def test_gives_it_an_end(self, client, organization):
        self._issue(client, days="30")
        key = ApiKey.objects.get()

        assert (key.expires_at - key.created_at).days == 30

    @pytest.mark.parametrize(
        ("typed", "field"),
        [
            ({"organization": "nobody"}, "is not a valid UUID"),
            ({"scopes": ["platform:usage"]}, "scopes of such a key"),
            ({"scopes": []}, "required"),
            ({"days": "0"}, "greater than or equal"),
            ({"name": ""}, "required"),
        ],
    )
    def test_says_beside_the_input_what_is_wrong(self, client, organization, typed, field):
        answer = self._issue(client, **typed)

        assert answer.status_code == 422
        assert field in answer.content.decode()
        assert not ApiKey.objects.exists()

    def test_a_key_for_all_organizations_is_for_who_may_change_them(self, client, staff):
        platform = {"organization": "", "scopes": ["platform:usage"]}
        assert "Name the organization" in self._issue(client, **platform).text
        assert not ApiKey.objects.exists()
        staff.user_permissions.add(Permission.objects.get(codename="change_organization"))
        refused = self._issue(client, organization="", scopes=["billing:read"])
        assert (refused.status_code, "scopes of such a key" in refused.text) == (422, True)
        self._issue(client, **platform)
        assert ApiKey.objects.get().organization is None

    def test_is_not_offered_without_permission(self, client, staff, organization):
        staff.user_permissions.remove(Permission.objects.get(codename="add_apikey"))

        assert self._page_status(client, reverse(ISSUE)) in (302, 403)
        assert not ApiKey.objects.exists()

    def _page_status(self, client, url):
        return client.get(url).status_code


@pytest.mark.usefixtures("staff")
class TestRevoking:
    def test_stops_the_key_and_keeps_who_and_why(self, client, issued):
        url = reverse("admin:tenants_apikey_revoke", args=[issued.key.pk])
        assert confirmed(client, url).status_code == 302

        with pytest.raises(InvalidCredential):
            selectors.authenticate_api_key(issued.text, timezone.now())
        assert ApiKey.objects.get().revoked_by == "staff:ann"
        history = client.get(reverse("admin:tenants_apikey_history", args=[issued.key.pk])).content.decode()
        assert "They asked" in history

    def test_lists_keys_with_their_state_and_without_hashes(self, client, issued):
        page = client.get(reverse("admin:tenants_apikey_changelist")).content.decode()

        assert "Works" in page
        assert issued.key.secret_sha256 not in page


@pytest.mark.usefixtures("staff")
class TestIdentitiesAndProjects:
    def test_links_an_identity_once(self, client, organization):
        url = reverse("admin:tenants_identitylink_add")
        typed = {"organization": organization.pk, "issuer": "https://i", "external_organization_id": "org_1"}

        assert client.post(url, typed).status_code == 302
        assert client.post(url, typed).status_code == 200
        assert IdentityLink.objects.count() == 1

    def test_makes_and_renames_a_project_and_leaves_it_where_it_is(self, client, organization, now):
        client.post(
            reverse("admin:tenants_project_add"), {"organization": organization.pk, "name": "Docs", "slug": "docs"}
        )
        project = Project.objects.get()
        url = reverse("admin:tenants_project_change", args=[project.pk])
        seen = re.search(r'name="_seen" value="([^"]+)"', client.get(url).content.decode()).group(1)
        client.post(url, {"name": "Papers", "slug": "docs", "organization": "", "_seen": seen})

        project.refresh_from_db()
        assert (project.name, project.organization) == ("Papers", organization)
        assert project.created_at <= project.updated_at
