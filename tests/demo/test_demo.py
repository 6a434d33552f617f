"""The demo data: made once, from public services, with books that hold."""

from io import StringIO

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command

from apps.demo.access import demo_access
from apps.demo.seeding import seed
from apps.ledger.models import Transfer
from apps.tenants import selectors
from apps.tenants.models import Organization

pytestmark = pytest.mark.django_db


class TestSeed:
    def test_is_made_once(self, now):
        assert seed(now=now) is True
        transfers = Transfer.objects.count()

        assert seed(now=now) is False
        assert Transfer.objects.count() == transfers

    def test_has_books_that_hold(self, now):
        seed(now=now)

        call_command("check_ledger", stdout=StringIO())

    def test_history_is_recorded_in_the_order_it_happened(self, now):
        seed(now=now)

        moments = list(Transfer.objects.order_by("pk").values_list("effective_at", flat=True))
        assert moments == sorted(moments)

    def test_shows_three_currencies(self, now):
        seed(now=now)

        assert set(Organization.objects.values_list("currency", flat=True)) == {"USD", "EUR", "JPY"}

    def test_is_for_development(self, settings):
        settings.DEVELOPMENT = False

        with pytest.raises(CommandError):
            call_command("seed_demo")


class TestAccess:
    @pytest.fixture(autouse=True)
    def in_a_folder_of_its_own(self, settings, tmp_path, now):
        settings.VAR_DIR = tmp_path
        seed(now=now)

    def test_the_password_opens_the_admin(self, now, rf):
        access = demo_access(now=now)

        user = authenticate(rf.get("/"), username=access["username"], password=access["password"])
        assert user.is_superuser

    def test_the_api_key_speaks_for_the_demo_organization(self, now):
        key = selectors.authenticate_api_key(demo_access(now=now)["api_key"], now)

        assert key.organization.slug == "acme"

    def test_a_second_run_gives_the_same_password_and_key(self, now):
        first, second = demo_access(now=now), demo_access(now=now)

        assert (first["password"], first["api_key"]) == (second["password"], second["api_key"])

    def test_credentials_that_no_longer_work_are_made_anew(self, now):
        first = demo_access(now=now)
        Organization.objects.get(slug="acme").api_keys.update(revoked_at=now)

        assert demo_access(now=now)["api_key"] != first["api_key"]

    def test_only_the_owner_can_read_the_files(self, now, tmp_path):
        demo_access(now=now)

        assert {path.name: oct(path.stat().st_mode)[-3:] for path in tmp_path.glob("*[dy]")} == {
            "admin_password": "600",
            "demo_api_key": "600",
        }
