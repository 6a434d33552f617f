"""Notices that are sent by email only, each once, by the services that cause them."""

from datetime import timedelta

import pytest

from apps.backoffice.actions import IssueApiKey
from apps.contracts.services import announce_installments
from apps.mail.models import MailMessage
from apps.tenants.services import new_api_key
from tests.backoffice.people import create_staff
from tests.contracts.factories import active, rows
from tests.factories import create_organization


def mails(template):
    return [each.subject for each in MailMessage.objects.filter(template=template).order_by("created_at")]


@pytest.fixture
def acme(db, now):
    return create_organization(now)


def test_an_installment_is_announced_once_within_a_week_of_its_due_date(acme, now, deliver_outbox):
    contract = active(acme, now)
    second = rows(contract)[1]
    days = (second.due_date - now.date()).days
    for before, told in ((8, 0), (7, 1), (6, 1), (1, 1)):
        moment = now + timedelta(days=days - before)
        announce_installments(now=moment)
        deliver_outbox(moment)
        assert len(mails("installment_due")) == told, before

    assert mails("installment_due") == [
        f"An installment of 100.00 USD is due on {second.due_date.day} {second.due_date:%B %Y}"
    ]


def test_the_customer_gets_a_mail_about_a_key_that_staff_add(acme, now, deliver_outbox):
    made = new_api_key()
    action = IssueApiKey(
        organization_id=acme.pk,
        name="Reports",
        scopes=("billing:read",),
        days=None,
        amount_micros=0,
        currency=acme.currency,
        prefix=made.prefix,
        secret_sha256=made.sha256,
        reason="They asked",
        key="one",
    )
    action.perform(by=create_staff("grace", "Support"), now=now)
    deliver_outbox(now)

    assert mails("key_created") == ["An API key was created: Reports"]
    assert made.prefix in MailMessage.objects.get().text
    assert made.text not in MailMessage.objects.get().text
