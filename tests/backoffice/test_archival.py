"""Archiving is refused while something is running, and jobs skip archived customers."""

from datetime import timedelta
from typing import Any

import pytest

from apps.backoffice.services import OpenDocuments, StillRunning, change_status
from apps.common.money import to_micros
from apps.contracts import services as contracts
from apps.contracts import tasks
from apps.invoices.services import discard_draft
from apps.plans.services import cancel_subscription, grant_due_quota, grant_due_quotas, start_subscription
from apps.tenants.errors import OrganizationArchived
from apps.tenants.models import Organization
from apps.top_ups.models import TopUp
from apps.wallets.selectors import wallet_figures
from tests.backoffice.people import client_of, create_staff
from tests.contracts.factories import active, agreement, draft
from tests.factories import create_organization
from tests.invoices import factories as invoices
from tests.plans.conftest import create_plan
from tests.top_ups.factories import create_top_up

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("content_alone")]
Status = Organization.Status
YEAR = timedelta(days=400)


@pytest.fixture
def acme(now):
    return create_organization(now)


def to(organization: Organization, status: Status, now) -> Organization:
    return change_status(organization_id=organization.pk, status=status, now=now)


def archive_behind(organization: Organization) -> None:
    """Archive without confirmation, as only another program could."""
    Organization.objects.filter(pk=organization.pk).update(status=Status.ARCHIVED)
    organization.refresh_from_db()


def subscribe(organization: Organization, now) -> Any:
    return start_subscription(organization=organization, plan=create_plan(now, quota=10), created_by="s", now=now)


class TestArchiving:
    def test_names_what_still_runs_and_changes_nothing(self, acme, now):
        contract = active(acme, now)
        agreement(acme, now)
        subscribe(acme, now)
        with pytest.raises(StillRunning) as refused:
            to(acme, Status.ARCHIVED, now)
        assert refused.value.detail == f"End first: plan Pro, {contract}, service agreement “Support”."
        acme.refresh_from_db()
        assert acme.status == Status.ACTIVE

    def test_names_open_invoices_and_unapplied_money(self, now):
        customer = invoices.create_customer(now, invoices.create_seller(now))
        invoices.pay(customer, "5", now)
        written = invoices.draft(customer, now, "100")
        with pytest.raises(OpenDocuments) as refused:
            to(customer, Status.ARCHIVED, now)
        assert refused.value.detail == "Settle first: 1 draft or open invoice, unapplied 5.00 EUR."
        discard_draft(document_id=written.pk, now=now)
        with pytest.raises(OpenDocuments) as refused:
            to(customer, Status.ARCHIVED, now)
        assert refused.value.detail == "Settle first: unapplied 5.00 EUR."

    def test_switches_automatic_top_up_off(self, acme, now):
        create_top_up(acme, now)
        to(acme, Status.ARCHIVED, now)
        assert not TopUp.objects.get().is_enabled

    def test_is_done_once_all_has_ended(self, acme, now):
        contract, written = active(acme, now), agreement(acme, now)
        draft(acme, now)
        subscribe(acme, now)
        contracts.cancel_contract(contract_id=contract.pk, reason="x", now=now)
        contracts.stop_agreement(agreement_id=written.pk, now=now)
        cancel_subscription(organization=acme, now=now)
        assert to(acme, Status.ARCHIVED, now).status == Status.ARCHIVED

    def test_says_on_screen_what_runs(self, acme, now):
        agreement(acme, now)
        client, page = client_of(create_staff("maker", "Billing")), f"/admin/tenants/organization/{acme.pk}/status/"
        token = client.get(page).context["form"]["token"].value()
        answer = client.post(
            page, {"_step": "confirm", "token": str(token), "status": "archived", "reason": "Gone"}, follow=True
        )
        assert "End first: service agreement “Support”." in answer.content.decode()

    def test_suspending_leaves_what_was_agreed(self, acme, now):
        agreement(acme, now)
        to(acme, Status.SUSPENDED, now)
        tasks.bill_service_agreements(now=now)
        assert wallet_figures(acme, now).balance_micros == -to_micros("50")


class TestTheJobs:
    def test_bill_no_agreement(self, acme, now):
        written = agreement(acme, now)
        archive_behind(acme)
        tasks.bill_service_agreements(now=now)
        assert contracts.bill_agreement(agreement_id=written.pk, now=now) == 0
        contracts.stop_agreement(agreement_id=written.pk, now=now)
        assert wallet_figures(acme, now).balance_micros == 0

    def test_renew_no_contract(self, acme, now):
        contract = active(acme, now, frequency="annual", auto_renew=True)
        archive_behind(acme)
        tasks.end_terms(now=now + YEAR)
        contract.refresh_from_db()
        assert (contract.term, contract.status) == (1, "active")
        assert contracts.end_term(contract_id=contract.pk, now=now + YEAR).status == "expired"

    def test_grant_no_quota(self, acme, now):
        subscription = subscribe(acme, now)
        archive_behind(acme)
        assert grant_due_quotas(now=now + YEAR) == (0, 0)
        assert grant_due_quota(subscription_id=subscription.pk, now=now + YEAR) == 0


def test_nothing_begins(acme, now):
    drafted, written = draft(acme, now), agreement(acme, now)
    contracts.stop_agreement(agreement_id=written.pk, now=now)
    archive_behind(acme)
    beginnings = [
        lambda: subscribe(acme, now),
        lambda: contracts.offer_contract(contract_id=drafted.pk, seen_revision=1, now=now),
        lambda: agreement(acme, now),
        lambda: contracts.resume_agreement(agreement_id=written.pk, now=now),
    ]
    for begin in beginnings:
        with pytest.raises(OrganizationArchived):
            begin()
