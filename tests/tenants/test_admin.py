"""Keys, identities and projects on screen: adding a credential needs a second person."""

import re
from datetime import timedelta

import pytest
from auditlog.models import LogEntry
from django.contrib.auth.models import Permission, User
from django.urls import reverse
from django.utils import timezone

from apps.approvals.models import Approval
from apps.approvals.services import approve
from apps.approvals.submission import execute
from apps.tenants import selectors, services
from apps.tenants.errors import InvalidCredential
from apps.tenants.models import ApiKey, IdentityLink, Organization, Project
from tests.factories import create_organization

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
    return client.post(url, {"_step": "confirm", "token": token, "reason": "They asked"} | typed)


@pytest.mark.usefixtures("staff")
class TestIssuing:
    def _issue(self, client, **typed):
        typed = {
            "organization": Organization.objects.values_list("pk", flat=True).first() or "",
            "name": "ci",
            "scopes": ["billing:read"],
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
            ({"scopes": ["platform:usage"]}, "have only these scopes"),
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
        assert "Choose an organization" in self._issue(client, **platform).text
        assert not ApiKey.objects.exists()
        staff.user_permissions.add(Permission.objects.get(codename="change_organization"))
        refused = self._issue(client, organization="", scopes=["billing:read"])
        assert (refused.status_code, "have only these scopes" in refused.text) == (422, True)
        self._issue(client, **platform)
        agree(Approval.objects.get())
        assert ApiKey.objects.get().organization is None

    def test_is_not_offered_without_permission(self, client, staff, organization):
        staff.user_permissions.remove(Permission.objects.get(codename="add_apikey"))

        assert self._page_status(client, reverse(ISSUE)) in (302, 403)
        assert not ApiKey.objects.exists()

    def _page_status(self, client, url):
        return client.get(url).status_code

    WRITES = ("billing:read", "usage:write")

    def test_of_one_that_may_send_usage_works_once_a_second_person_agrees(self, client, organization):
        answer = self._issue(client, scopes=self.WRITES, days="30").content.decode()
        text = re.search(r"bk_test_\w+", answer).group(0)
        waiting = Approval.objects.get()
        assert f"It is not valid yet: Request {waiting.pk}" in answer
        assert not ApiKey.objects.exists()
        later = timezone.now() + timedelta(days=1)
        agree(waiting, later)
        key = selectors.authenticate_api_key(text, later)
        assert (key.created_by, sorted(key.scopes)) == ("staff:ann", list(self.WRITES))
        assert key.expires_at == later + timedelta(days=30)

    def test_of_one_that_waits_shows_its_hash_nowhere(self, client, staff, organization):
        self._issue(client, scopes=self.WRITES)
        waiting = Approval.objects.get()
        staff.user_permissions.add(*Permission.objects.filter(codename__in=["view_approval", "view_logentry"]))
        page = client.get(reverse("admin:approvals_approval_change", args=[waiting.pk])).content.decode()
        agree(waiting)
        customer = client.get(reverse("admin:tenants_organization_change", args=[organization.pk])).content.decode()
        sha256 = ApiKey.objects.get().secret_sha256
        assert waiting.arguments["prefix"] in page
        assert sha256 not in page + customer
        assert not LogEntry.objects.filter(additional_data__icontains=sha256).exists()

    def test_cannot_be_asked_for_twice_and_shows_no_key_that_is_not_kept(self, client, organization):
        first = self._issue(client, scopes=self.WRITES, token="5f0c8c0e-3d0b-4a40-9f5b-0a8f6d8b1c11")
        again = self._issue(client, scopes=self.WRITES, token="5f0c8c0e-3d0b-4a40-9f5b-0a8f6d8b1c11")
        other = self._issue(client, scopes=self.WRITES)
        assert (first.status_code, again.status_code, other.status_code) == (200, 422, 422)
        assert "its key was shown then" in again.content.decode()
        assert "for exactly this waits" in other.content.decode()
        assert "bk_test_" not in again.content.decode() + other.content.decode()
        assert Approval.objects.count() == 1

    def test_that_was_sent_twice_makes_one_key(self, client, organization):
        for status in (200, 422):
            assert self._issue(client, token="5f0c8c0e-3d0b-4a40-9f5b-0a8f6d8b1c11").status_code == status
        assert ApiKey.objects.count() == 1

    def test_is_one_persons_where_the_setting_says_so(self, client, organization, settings):
        settings.APPROVAL_FOR_CREDENTIALS = False
        text = re.search(r"bk_test_\w+", self._issue(client, scopes=self.WRITES).content.decode()).group(0)
        assert selectors.authenticate_api_key(text, timezone.now()).created_by == "staff:ann"

    @pytest.mark.parametrize("scopes", [["billing:read"], WRITES])
    def test_stands_on_the_customers_timeline(self, client, staff, organization, scopes):
        self._issue(client, scopes=scopes)
        for waiting in Approval.objects.all():
            agree(waiting)
        told = timeline(client, staff, organization)
        assert "Issue an API key" in told
        assert ApiKey.objects.get().prefix in told
        assert "They asked" in told
        assert "ann" in told


def agree(approval, now=None):
    bob = User.objects.create_superuser("bob", is_staff=True)
    approve(approval_id=approval.pk, by=bob, now=now or timezone.now())
    execute(approval.pk, now=now or timezone.now())


def timeline(client, staff, organization):
    staff.is_superuser = True
    staff.save()
    page = reverse("admin:tenants_organization_change", args=[organization.pk])
    return client.get(page, {"tab": "timeline"}).content.decode()


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

        assert "Active" in page
        assert issued.key.secret_sha256 not in page


@pytest.mark.usefixtures("staff")
class TestIdentitiesAndProjects:
    def link(self, client, organization):
        typed = {"organization": organization.pk, "issuer": "https://i", "external_organization_id": "org_1"}
        return confirmed(client, reverse("admin:tenants_identitylink_add"), **typed)

    def test_links_an_identity_once_a_second_person_agrees(self, client, organization):
        assert self.link(client, organization).status_code == 302
        assert not IdentityLink.objects.exists()
        again = self.link(client, organization)
        assert (again.status_code, "for exactly this waits" in again.content.decode()) == (422, True)
        agree(Approval.objects.get())
        assert selectors.organization_for_identity("https://i", "org_1") == organization

    def test_links_no_identity_of_another(self, client, organization, now, settings):
        settings.APPROVAL_FOR_CREDENTIALS = False
        other = create_organization(now, "other")
        services.link_identity(organization=other, issuer="https://i", external_organization_id="org_1", now=now)
        answer = self.link(client, organization)
        assert (answer.status_code, "belongs to another organization" in answer.content.decode()) == (422, True)

    def test_says_on_the_timeline_who_linked_and_who_removed_it(self, client, staff, organization, settings):
        settings.APPROVAL_FOR_CREDENTIALS = False
        self.link(client, organization)
        staff.is_superuser = True
        staff.save()
        url = reverse("admin:tenants_identitylink_delete", args=[IdentityLink.objects.get().pk])
        assert client.post(url, {"post": "yes"}).status_code == 302
        told = timeline(client, staff, organization)
        assert "Link an identity" in told
        assert "Identity link removed" in told
        assert told.count("org_1") >= 2

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
