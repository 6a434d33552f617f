"""Sources of figures: chosen by staff from the configured upstreams."""

import re
from datetime import datetime
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from apps.common.errors import Rejected
from apps.snapshots.checks import check_upstreams
from apps.snapshots.errors import UnknownUpstream
from apps.snapshots.models import CollectionSource
from apps.snapshots.providers import OwnLedger, UpstreamAccount
from apps.snapshots.services import choose_source
from apps.snapshots.services.sources import provider_of
from apps.tenants.models import Organization
from tests.snapshots.upstream import ACCOUNT, NAME

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _upstreams(settings: Any) -> None:
    settings.SNAPSHOT_UPSTREAMS = {NAME: "https://upstream.example/v1"}
    settings.SNAPSHOT_UPSTREAM_SECRETS = {NAME: "secret"}


def choose(organization: Organization, upstream: str, account: str, now: datetime) -> CollectionSource:
    return choose_source(organization=organization, upstream=upstream, external_account=account, now=now)


class TestChooseSource:
    def test_goes_to_an_upstream_and_back(self, organization: Organization, now: datetime) -> None:
        there = provider_of(choose(organization, NAME, ACCOUNT, now))
        assert isinstance(there, UpstreamAccount)
        assert (there.name, there.external_account) == (NAME, ACCOUNT)
        assert isinstance(provider_of(choose(organization, "", "ignored", now)), OwnLedger)
        assert CollectionSource.objects.get().external_account == ""

    @pytest.mark.parametrize("upstream", ["other", "http://169.254.169.254", "https://upstream.example/v1"])
    def test_refuses_what_the_settings_do_not_name(
        self, organization: Organization, now: datetime, upstream: str
    ) -> None:
        with pytest.raises(UnknownUpstream):
            choose(organization, upstream, ACCOUNT, now)

    @pytest.mark.parametrize("account", ["", "../admin", "a/b", "a?b", "a b", "ä", "a" * 101])
    def test_refuses_an_account_that_could_lead_elsewhere(
        self, organization: Organization, now: datetime, account: str
    ) -> None:
        with pytest.raises(Rejected, match="account id"):
            choose(organization, NAME, account, now)

    def test_leaves_the_same_rule_to_the_database(self, organization: Organization, now: datetime) -> None:
        bad = CollectionSource(
            organization=organization, upstream=NAME, external_account="../x", created_at=now, updated_at=now
        )
        with pytest.raises(IntegrityError), transaction.atomic():
            bad.save()

    def test_is_a_choice_on_staffs_screen(self, client: Client, organization: Organization) -> None:
        ann = User.objects.create_user("ann", is_staff=True)
        codes = ["view_collectionsource", "change_collectionsource"]
        ann.user_permissions.set(Permission.objects.filter(codename__in=codes))
        client.force_login(ann, backend="django.contrib.auth.backends.ModelBackend")
        url = reverse("admin:snapshots_collectionsource_choose")
        token = re.search(r'name="token" value="([^"]+)"', client.get(url).content.decode())
        assert token is not None
        typed = {
            "organization": str(organization.pk),
            "upstream": NAME,
            "external_account": ACCOUNT,
            "reason": "They resell",
        }
        client.post(url, {"_step": "review", "token": token[1], **typed})
        client.post(url, {"_step": "confirm", "token": token[1], **typed})
        assert CollectionSource.objects.get().upstream == NAME


class TestCheckUpstreams:
    @pytest.mark.parametrize(
        ("name", "base", "secret", "found"),
        [
            (NAME, "https://upstream.example/v1", "s", []),
            (NAME, "https://upstream.example/v1", "", ["snapshots.E003"]),
            (NAME, "http://upstream.example", "s", ["snapshots.E002"]),
            (NAME, "https://user:word@upstream.example", "s", ["snapshots.E002"]),
            (NAME, "https://upstream.example/?a=b", "s", ["snapshots.E002"]),
            (NAME, "file:///etc/passwd", "s", ["snapshots.E002"]),
            ("Tel co", "https://upstream.example", "s", ["snapshots.E001"]),
        ],
    )
    def test_names_what_is_wrong(self, settings: Any, name: str, base: str, secret: str, found: list[str]) -> None:
        settings.DEVELOPMENT = False
        settings.SNAPSHOT_UPSTREAMS = {name: base}
        settings.SNAPSHOT_UPSTREAM_SECRETS = {name: secret}
        assert [message.id for message in check_upstreams()] == found
