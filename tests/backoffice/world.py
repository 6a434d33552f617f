"""Rows for every page of the admin, created by the public services where one exists."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from auditlog.models import LogEntry
from axes.models import AccessAttempt
from django.contrib.auth.models import Group, User
from django_otp.plugins.otp_totp.models import TOTPDevice

from apps.approvals.runs import store_run
from apps.approvals.submission import submit
from apps.backoffice.models import Note, SavedView
from apps.backoffice.services.file_imports import upload_file
from apps.billing_profiles.models import Seller, TaxRate
from apps.billing_profiles.services import create_profile
from apps.common.money import Micros
from apps.idempotency.services import Call, claim_call
from apps.outbox.jobs import start_job
from apps.outbox.services import enqueue
from apps.tenants import services as tenants
from apps.tenants.models import Organization, Project
from apps.wallets import services as wallets
from apps.wallets.actions import GrantCredit
from apps.wallets.models import EntryType
from tests.bank.world import create_bank_rows
from tests.contracts.factories import active, agreement
from tests.dunning.world import create_dunning_rows
from tests.factories import cause_of
from tests.invoices.world import create_invoice_rows
from tests.payments.world import create_payment_rows

NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)


def create_customer(slug: str = "acme", **fields: Any) -> Organization:
    """An organization with a wallet, a grant, a charge and a reservation."""
    organization = tenants.provision_organization(name=slug.title(), slug=slug, now=NOW, **fields)
    wallets.open_wallet(organization=organization, now=NOW)
    by = "staff:test"
    wallets.grant_credits(
        organization=organization,
        grant=wallets.NewGrant(
            cause=cause_of(organization),
            amount=Micros(100_000_000),
            source=wallets.Source.BONUS,
            key=f"world:{slug}:grant",
            created_by=by,
            description="Welcome",
        ),
        now=NOW,
    )
    wallets.charge(
        charge=wallets.Charge(
            organization=organization,
            cause=cause_of(organization),
            amount=Micros(12_345_678),
            kind=EntryType.USAGE,
            key=f"world:{slug}:charge",
            created_by=by,
        ),
        now=NOW,
    )
    wallets.reserve(
        organization=organization,
        reservation=wallets.NewReservation(
            amount=Micros(5_000_000),
            key=f"world:{slug}:hold",
            expires_at=NOW + timedelta(days=9000),
            created_by=by,
        ),
        now=NOW,
    )
    return organization


def sign_contract(organization: Organization) -> None:
    """A contract with a paid installment, and a service agreement."""
    active(organization, NOW, service="120")
    agreement(organization, NOW)


def write_profile(organization: Organization) -> None:
    """A seller with a tax rate, the customer's billing profile, and a file that waits to be imported."""
    seller = Seller.objects.create(legal_name="Example GmbH", tax_currency="EUR", created_at=NOW, updated_at=NOW)
    TaxRate.objects.create(
        seller=seller, category="S", rate_thousandths=19_000, valid_from=NOW, created_by="staff:test", created_at=NOW
    )
    values = {"vat_number": "DE136695976", "tags": ["vip"]}
    create_profile(organization=organization, seller=seller, values=values, external_ids=[("crm", "4711")], now=NOW)
    raw = b"name,currency\nGlobex,USD\n"
    upload_file(kind="customers", file_name="new.csv", raw=raw, created_by="staff:test", now=NOW)


def create_world() -> None:
    organization = create_customer()
    sign_contract(organization)
    write_profile(organization)
    person = User.objects.create_user("somebody", is_staff=True)
    tenants.issue_api_key(
        organization=organization, name="ci", scopes=["billing:read"], created_by="staff:test", now=NOW
    )
    tenants.link_identity(
        organization=organization, issuer="https://clerk.example", external_organization_id="org_1", now=NOW
    )
    Project.objects.create(organization=organization, name="Alpha", slug="alpha", created_at=NOW, updated_at=NOW)
    Note.objects.create(organization=organization, text="Prefers email", author=person, created_at=NOW)
    SavedView.objects.create(
        owner=person, list_name="tenants.organization", name="Active", is_shared=True, created_at=NOW
    )
    asker = User.objects.create_user("asker", is_staff=True, is_superuser=True)
    grant = GrantCredit(
        organization_id=organization.pk, amount_micros=10**12, currency="USD", reason="why", key="world:request"
    )
    assert submit(grant, by=asker, now=NOW) is not None
    store_run([replace(grant, key="world:row")], reason="why", key="world:run", by=asker, now=NOW)
    TOTPDevice.objects.create(user=person, name="authenticator")
    AccessAttempt.objects.create(username="eve", ip_address="192.0.2.1", failures_since_start=3)
    enqueue("outbox.nothing", now=NOW, arguments={"n": 1})
    call = Call(organization.pk, "user:u1", "k-1", "POST", "/v1/usage/events", "0" * 64)
    claim_call(call=call, now=NOW)
    start_job(job="outbox.heartbeat", gap=timedelta(0), now=NOW)
    create_payment_rows(organization, NOW)
    create_invoice_rows(organization, NOW)
    create_dunning_rows(organization, NOW)
    create_bank_rows(organization, NOW)
    Group.objects.get(name="Viewer")
    assert LogEntry.objects.exists()
