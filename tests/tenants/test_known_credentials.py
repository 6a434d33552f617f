"""A valid credential is not read again until anything of its organization changes in any process."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.common.queries import Query, fetch, fetch_text, fetch_together
from apps.ledger.models import Hold
from apps.tenants import selectors, services
from apps.tenants.errors import InvalidCredential, OrganizationInactive
from apps.tenants.known_credentials import CredentialChanged, DeferredCheck, RecentlyUsed
from apps.tenants.models import ApiKey, IdentityLink, Organization, PlatformKeyVersion
from apps.wallets import services as wallets
from tests.factories import create_grant

ONE = Query("1", (), int)
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def key(organization: Organization, now: datetime) -> services.IssuedKey:
    return services.issue_api_key(organization=organization, name="x", scopes=["billing:read"], created_by="x", now=now)


@pytest.fixture
def platform_key(db: None, now: datetime) -> services.IssuedKey:
    return services.issue_api_key(organization=None, name="x", scopes=["platform:usage"], created_by="x", now=now)


class TestKnownKey:
    def test_is_read_once_and_then_asked_for_its_version(self, key, now, django_assert_num_queries):
        selectors.authenticate_api_key(key.text, now)
        with django_assert_num_queries(1) as asked:
            assert selectors.authenticate_api_key(key.text, now).pk == key.key.pk
        assert asked[0]["sql"].startswith("SELECT version")

    @pytest.mark.parametrize(
        "change",
        [
            lambda key: ApiKey.objects.filter(pk=key.pk).update(revoked_at=key.created_at, revoked_by="x"),
            lambda key: ApiKey.objects.filter(pk=key.pk).delete(),
            lambda key: ApiKey.objects.filter(pk=key.pk).update(expires_at=key.created_at + timedelta(seconds=1)),
        ],
        ids=["revoked", "deleted", "ended"],
    )
    def test_is_refused_at_once(self, key, now, change):
        selectors.authenticate_api_key(key.text, now)
        change(key.key)
        with pytest.raises(InvalidCredential):
            selectors.authenticate_api_key(key.text, now + timedelta(seconds=2))

    def test_ends_at_its_time_without_any_change(self, organization, now):
        issued = services.issue_api_key(
            organization=organization,
            name="x",
            scopes=["billing:read"],
            created_by="x",
            now=now,
            expires_at=now + timedelta(minutes=1),
        )
        selectors.authenticate_api_key(issued.text, now)
        with pytest.raises(InvalidCredential):
            selectors.authenticate_api_key(issued.text, now + timedelta(minutes=1))

    def test_says_what_scopes_it_has_now(self, key, now):
        selectors.authenticate_api_key(key.text, now)
        ApiKey.objects.update(scopes=["usage:write"])
        assert selectors.authenticate_api_key(key.text, now).scopes == ["usage:write"]

    def test_of_a_suspended_organization_tells_so(self, key, organization, now):
        selectors.authenticate_api_key(key.text, now)
        services.set_status(organization_id=organization.pk, status=Organization.Status.SUSPENDED, now=now)
        with pytest.raises(OrganizationInactive):
            selectors.require_active(selectors.authenticate_api_key(key.text, now).organization)

    def test_brings_the_terms_as_they_are_now(self, key, now):
        selectors.authenticate_api_key(key.text, now)
        with connection.cursor() as cursor:
            cursor.execute("UPDATE tenants_organization SET usd_rate_micros = 2000000")
        assert selectors.authenticate_api_key(key.text, now).organization.usd_rate_micros == 2_000_000

    def test_is_noted_once_a_minute_and_stays_known(self, key, now, django_assert_num_queries):
        known = selectors.authenticate_api_key(key.text, now)
        assert services.note_key_use(key=known, now=now)
        with django_assert_num_queries(1):
            known = selectors.authenticate_api_key(key.text, now)
            assert not services.note_key_use(key=known, now=now + timedelta(seconds=59))
        assert services.note_key_use(key=known, now=now + timedelta(seconds=60))

    def test_of_the_platform_is_refused_once_revoked(self, platform_key, now, django_assert_num_queries):
        selectors.authenticate_api_key(platform_key.text, now)
        with django_assert_num_queries(1):
            selectors.authenticate_api_key(platform_key.text, now)
        services.revoke_api_key(key_id=platform_key.key.pk, revoked_by="x", now=now)
        with pytest.raises(InvalidCredential):
            selectors.authenticate_api_key(platform_key.text, now)

    def test_wrong_one_is_asked_for_each_time(self, key, now, django_assert_num_queries):
        for _ in range(2):
            with django_assert_num_queries(1), pytest.raises(InvalidCredential):
                selectors.authenticate_api_key(key.text[:-1] + "!", now)


class TestKnownIdentity:
    @pytest.fixture
    def named(self, organization: Organization, now: datetime) -> Callable[[], Organization | None]:
        services.link_identity(organization=organization, issuer="i", external_organization_id="org_1", now=now)
        return lambda: selectors.organization_for_identity("i", "org_1")

    def test_is_read_once(self, named, organization, django_assert_num_queries):
        named()
        with django_assert_num_queries(1):
            assert named() == organization

    def test_of_an_unlinked_organization_is_nobody(self, named):
        named()
        IdentityLink.objects.all().delete()
        assert named() is None

    def test_may_be_changed_by_a_caller_without_the_next_one_seeing_it(self, named):
        named().name = "changed"
        assert named().name == "Acme"


class TestVersion:
    @pytest.mark.parametrize(
        ("statement", "raised"),
        [
            ("UPDATE tenants_organization SET name = 'Other'", True),
            ("UPDATE tenants_organization SET name = name", False),
            ("UPDATE tenants_apikey SET scopes = '[]'", True),
            ("UPDATE tenants_apikey SET last_used_at = now()", False),
            ("DELETE FROM tenants_apikey", True),
            (
                "INSERT INTO tenants_identitylink (organization_id, issuer, external_organization_id, created_at)"
                " SELECT id, 'i', 'o', now() FROM tenants_organization",
                True,
            ),
        ],
    )
    def test_is_raised_by_what_matters(self, key, organization, statement, raised):
        organization.refresh_from_db()
        before = organization.version
        with connection.cursor() as cursor:
            cursor.execute(statement)
        organization.refresh_from_db()
        assert (organization.version > before) is raised

    def test_of_platform_keys_is_raised_by_them_alone(self, platform_key, key):
        before = PlatformKeyVersion.objects.get().version
        ApiKey.objects.filter(pk=key.key.pk).update(scopes=[])
        assert PlatformKeyVersion.objects.get().version == before
        ApiKey.objects.filter(pk=platform_key.key.pk).update(scopes=[])
        assert PlatformKeyVersion.objects.get().version > before


def test_least_recently_used_goes_first(monkeypatch):
    monkeypatch.setattr("apps.tenants.known_credentials.MOST", 2)
    kept: RecentlyUsed[int] = RecentlyUsed()
    kept.put("a", 1)
    kept.put("b", 2)
    kept.get("a")
    kept.put("c", 3)
    assert (kept.get("a"), kept.get("b"), kept.get("c")) == (1, None, 3)


class TestDeferredCheck:
    """Inside the block a known credential is checked by the first statement, at the latest at the end."""

    def test_is_asked_for_its_version_before_any_other_statement(self, key, now):
        selectors.authenticate_api_key(key.text, now)
        with CaptureQueriesContext(connection) as asked, DeferredCheck():
            selectors.authenticate_api_key(key.text, now)
            assert not asked.captured_queries
            assert ApiKey.objects.count() == 1
            assert ApiKey.objects.count() == 1
        assert [each["sql"].split()[1] for each in asked] == ["version", "COUNT(*)", "COUNT(*)"]

    def test_is_checked_by_a_read_of_queries_itself(self, key, now, django_assert_num_queries):
        selectors.authenticate_api_key(key.text, now)
        for read, found in ((lambda: fetch_together(ONE, ONE), (1, 1)), (lambda: fetch_text("%s::text", ["1"]), "1")):
            with django_assert_num_queries(1), DeferredCheck():
                selectors.authenticate_api_key(key.text, now)
                assert read() == found

    @pytest.mark.parametrize("of", ["key", "platform_key"])
    def test_is_told_to_have_changed_by_a_read_of_queries(self, request, of, now):
        text = request.getfixturevalue(of).text
        selectors.authenticate_api_key(text, now)
        ApiKey.objects.update(scopes=[])

        def read() -> None:
            selectors.authenticate_api_key(text, now)
            with pytest.raises(CredentialChanged):
                fetch(ONE)

        with pytest.raises(CredentialChanged), DeferredCheck():
            read()

    def test_is_still_to_be_checked_after_a_read_that_failed(self, key, now):
        selectors.authenticate_api_key(key.text, now)
        ApiKey.objects.update(scopes=[])

        def fail_and_read() -> None:
            selectors.authenticate_api_key(key.text, now)
            with pytest.raises(DatabaseError), transaction.atomic():
                fetch(Query("1", ("a value too many",), int))
            with pytest.raises(CredentialChanged):
                fetch(ONE)

        with pytest.raises(CredentialChanged), DeferredCheck():
            fail_and_read()

    def test_is_asked_at_the_end_if_nothing_else_was(self, key, now):
        selectors.authenticate_api_key(key.text, now)
        ApiKey.objects.update(scopes=[])
        with pytest.raises(CredentialChanged), DeferredCheck():
            selectors.authenticate_api_key(key.text, now)

    def test_sends_nothing_more_once_it_has_changed_whoever_catches_it(self, key, now):
        selectors.authenticate_api_key(key.text, now)
        ApiKey.objects.update(scopes=[])

        def use_it() -> None:
            selectors.authenticate_api_key(key.text, now)
            for _ in range(2):
                with pytest.raises(CredentialChanged):
                    ApiKey.objects.count()

        with pytest.raises(CredentialChanged), DeferredCheck():
            use_it()


@pytest.mark.django_db(transaction=True)
def test_revocation_in_another_process_is_obeyed_by_the_next_call(now):
    """One process knows the key, and reserves with it in two statements; another one changes it, then revokes it."""
    organization = Organization.objects.create(name="Acme", slug="acme", created_at=now, updated_at=now)
    wallets.open_wallet(organization=organization, now=now)
    create_grant(organization, "10", now)
    scopes = ["reservations:write", "usage:write"]
    key = services.issue_api_key(organization=organization, name="x", scopes=scopes, created_by="x", now=now)
    client = Client(headers={"Authorization": f"Bearer {key.text}"})

    def reserve(name: str) -> int:
        body, headers = {"amount": "1"}, {"Idempotency-Key": name}
        url = "/v1/billing/reservations"
        return client.post(url, body, content_type="application/json", headers=headers).status_code

    assert reserve("1") == 201
    with CaptureQueriesContext(connection) as sent:
        assert reserve("2") == 201
    assert len(sent) == 2
    with _another_process() as change:
        for statement, answer in [
            (f"Organization.objects.filter(pk='{organization.pk}').update(name='Other')", 201),
            (f"ApiKey.objects.filter(pk={key.key.pk}).update(scopes=['usage:write'])", 403),
            (f"services.revoke_api_key(key_id={key.key.pk}, revoked_by='x', now=timezone.now())", 401),
        ]:
            change(statement)
            assert reserve(statement[:5]) == answer
    assert Hold.objects.count() == 3
    with pytest.raises(InvalidCredential):
        selectors.authenticate_api_key(key.text, now)


OBEYING = """
import sys
import django
django.setup()
from django.utils import timezone
from apps.tenants import services
from apps.tenants.models import ApiKey, Organization
for statement in sys.stdin:
    exec(statement)
    print("done", flush=True)
"""


@contextmanager
def _another_process() -> Iterator[Callable[[str], None]]:
    """Start Django in another process, and yield a function that runs a statement there and waits for its end."""
    command, environment = [sys.executable, "-c", OBEYING], {**os.environ, **_this_database()}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, cwd=ROOT, env=environment, **pipes) as process:

        def change(statement: str) -> None:
            print(statement, file=process.stdin, flush=True)
            assert process.stdout.readline() == "done\n"

        yield change
        process.stdin.close()
        assert process.wait() == 0


def _this_database() -> dict[str, str]:
    url = urlsplit(os.environ["DATABASE_URL"])
    return {
        "DATABASE_URL": url._replace(path=f"/{connection.settings_dict['NAME']}").geturl(),
        "DJANGO_SETTINGS_MODULE": "billing_site.settings",
    }
