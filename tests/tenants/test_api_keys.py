"""API keys: created, found, refused, revoked, and their use recorded."""

import hashlib
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from apps.tenants import key_text, selectors, services
from apps.tenants.errors import ApiKeyNotFound, InvalidCredential, InvalidExpiry, InvalidScopes, OrganizationInactive
from apps.tenants.models import ApiKey, Organization
from tests.tenants.tokens import NOW


@pytest.fixture
def issued(organization):
    return services.issue_api_key(
        organization=organization, name="ci", scopes=["billing:read"], created_by="staff:ann", now=NOW
    )


class TestNewKey:
    def test_tells_test_from_live_in_what_may_be_shown(self):
        assert key_text.new_key(live=False).prefix.startswith("bk_test_")
        assert key_text.new_key(live=True).prefix.startswith("bk_live_")

    def test_has_its_prefix_in_front_and_fits_its_own_form(self):
        made = key_text.new_key(live=False)

        assert made.text.startswith(made.prefix + "_")
        assert key_text.prefix_of(made.text) == made.prefix

    def test_has_more_than_128_random_bits(self):
        assert len(key_text.ALPHABET) ** key_text.SECRET_LENGTH > 2**128

    def test_is_never_the_same(self):
        assert len({key_text.new_key(live=False).text for _ in range(500)}) == 500


class TestIssueApiKey:
    def test_keeps_the_hash_of_the_whole_and_nothing_else(self, issued):
        stored = ApiKey.objects.values().get()

        assert stored["secret_sha256"] == hashlib.sha256(issued.text.encode()).hexdigest()
        assert issued.text.rpartition("_")[2] not in str(stored)

    def test_shows_live_where_real_money_moves(self, organization, settings):
        settings.STRIPE_LIVEMODE = True
        issued = services.issue_api_key(
            organization=organization, name="ci", scopes=["usage:write"], created_by="staff:ann", now=NOW
        )

        assert issued.text.startswith("bk_live_")

    @pytest.mark.parametrize("scopes", [[], ["billing:write"], ["platform:usage"], ["billing:read", "platform:usage"]])
    def test_refuses_scopes_that_are_not_an_organizations(self, organization, scopes):
        with pytest.raises(InvalidScopes):
            services.issue_api_key(organization=organization, name="x", scopes=scopes, created_by="x", now=NOW)

    @pytest.mark.django_db
    @pytest.mark.parametrize("scopes", [["billing:read"], ["usage:write", "platform:usage"]])
    def test_refuses_an_organizations_scopes_on_a_platform_key(self, scopes):
        with pytest.raises(InvalidScopes):
            services.issue_api_key(organization=None, name="x", scopes=scopes, created_by="x", now=NOW)

    def test_refuses_an_expiry_that_has_passed(self, organization):
        with pytest.raises(InvalidExpiry):
            services.issue_api_key(
                organization=organization, name="x", scopes=["billing:read"], created_by="x", now=NOW, expires_at=NOW
            )

    def test_cannot_store_what_is_not_a_hash(self, issued):
        with pytest.raises(IntegrityError), transaction.atomic():
            ApiKey.objects.update(secret_sha256="plain text")


class TestAuthenticateApiKey:
    def test_finds_the_key_and_its_organization_in_one_query(self, issued, django_assert_num_queries):
        with django_assert_num_queries(1):
            assert selectors.authenticate_api_key(issued.text, NOW).organization.slug == "acme"

    @pytest.mark.parametrize(
        "change",
        [
            pytest.param(lambda text: text[:-1] + ("a" if text[-1] != "a" else "b"), id="wrong secret"),
            pytest.param(lambda _text: key_text.new_key(live=False).text, id="unknown prefix"),
            pytest.param(lambda text: text.upper(), id="capitals"),
            pytest.param(lambda text: text + " ", id="space"),
            pytest.param(lambda text: text.rpartition("_")[0], id="prefix alone"),
            pytest.param(lambda text: text.rpartition("_")[2], id="secret alone"),
            pytest.param(lambda _text: "", id="empty"),
            pytest.param(lambda _text: "é\x00\ud800", id="junk"),
            pytest.param(lambda text: text + "\n", id="line end"),
            pytest.param(lambda text: hashlib.sha256(text.encode()).hexdigest(), id="the hash itself"),
        ],
    )
    def test_refuses_with_the_same_work_whatever_is_wrong(self, issued, change, django_assert_num_queries):
        wrong = change(issued.text)

        with django_assert_num_queries(1), pytest.raises(InvalidCredential):
            selectors.authenticate_api_key(wrong, NOW)

    def test_stops_at_once_when_revoked(self, issued):
        services.revoke_api_key(key_id=issued.key.pk, revoked_by="staff:bob", now=NOW)

        with pytest.raises(InvalidCredential):
            selectors.authenticate_api_key(issued.text, NOW)

    def test_stops_at_the_first_moment_of_its_expiry(self, organization):
        until = NOW + timedelta(days=1)
        issued = services.issue_api_key(
            organization=organization, name="x", scopes=["billing:read"], created_by="x", now=NOW, expires_at=until
        )

        assert selectors.authenticate_api_key(issued.text, until - timedelta(microseconds=1))
        with pytest.raises(InvalidCredential):
            selectors.authenticate_api_key(issued.text, until)

    @pytest.mark.parametrize("status", [Organization.Status.SUSPENDED, Organization.Status.ARCHIVED])
    def test_of_an_organization_that_is_not_active_tells_so(self, issued, organization, status):
        services.set_status(organization_id=organization.pk, status=status, now=NOW)

        with pytest.raises(OrganizationInactive):
            selectors.require_active(selectors.authenticate_api_key(issued.text, NOW).organization)


class TestRevokeApiKey:
    def test_keeps_the_first_moment_and_the_first_person(self, issued):
        services.revoke_api_key(key_id=issued.key.pk, revoked_by="staff:bob", now=NOW)
        again = services.revoke_api_key(key_id=issued.key.pk, revoked_by="staff:eve", now=NOW + timedelta(days=1))

        assert (again.revoked_at, again.revoked_by) == (NOW, "staff:bob")

    @pytest.mark.django_db
    def test_refuses_a_key_that_does_not_exist(self):
        with pytest.raises(ApiKeyNotFound):
            services.revoke_api_key(key_id=404, revoked_by="staff:bob", now=NOW)


class TestNoteKeyUse:
    def _last_use(self):
        return ApiKey.objects.values_list("last_used_at", flat=True).get()

    def test_is_written_once_a_minute(self, issued):
        for seconds in (0, 1, 59, 60, 61, 119):
            key = selectors.authenticate_api_key(issued.text, NOW)
            services.note_key_use(key=key, now=NOW + timedelta(seconds=seconds))

        assert self._last_use() == NOW + timedelta(seconds=60)

    def test_costs_nothing_while_it_is_fresh(self, issued, django_assert_num_queries):
        services.note_key_use(key=issued.key, now=NOW)
        key = selectors.authenticate_api_key(issued.text, NOW)

        with django_assert_num_queries(0):
            services.note_key_use(key=key, now=NOW + timedelta(seconds=59))

    def test_never_goes_back(self, issued):
        services.note_key_use(key=issued.key, now=NOW)
        services.note_key_use(key=issued.key, now=NOW - timedelta(hours=1))

        assert self._last_use() == NOW
