"""A review of what cannot be carried out says so before the button, which is then missing."""

import ast
from collections.abc import Iterator
from datetime import date
from html import unescape
from pathlib import Path

import pytest
from django.conf import settings as django_settings

from apps.bank.models import BankLine
from apps.billing_profiles.models import BillingProfile, TaxRate
from apps.contracts.models import ServiceAgreement
from tests.backoffice.people import client_of, create_staff
from tests.backoffice.test_bank_pages import LINES, upload
from tests.backoffice.test_invoice_pages import DOCUMENTS, confirm
from tests.bank.files import camt, entry
from tests.contracts.factories import agreement
from tests.invoices import factories
from tests.sources import modules_of_apps, nodes_of

# Questions without a rehearsal: nothing can refuse input that the form has accepted, or the review itself checks it.
REVIEWED_BY_ITSELF = {
    "approvals/admin/requests.py": "shows the request as it is now, with the reason why it would be refused",
    "approvals/pages.py": "performs the action and rolls it back",
    "backoffice/admin/credentials.py": "performs the action and rolls it back; to revoke a key again changes nothing",
    "backoffice/admin/imported_files.py": "the whole file was checked before",
    "bank/admin/files.py": "the whole file was checked before",
    "bank/admin/lines.py": "matching changes nothing that could be refused",
    "invoices/admin/stripe_tax.py": "calls Stripe, which no transaction may wait for; drafts are never refused",
    "mail/paper_mails.py": "names the recipients, or that there are none",
    "payments/admin/inbox.py": "names each event that is tried again",
    "payments/admin/schedules.py": "makes a link at Stripe, which no transaction may wait for",
    "snapshots/admin.py": "names what is sent again",
    "usage/admin/events.py": "performs the actions and rolls them back",
    "usage/admin/margins.py": "performs the correction and rolls it back",
    "vouchers/admin/batch_create.py": "the codes were checked before",
}


def questions_without_rehearsal() -> Iterator[str]:
    """Yield the modules whose questions have a review but no rehearsal, which `confirm_step` adds by itself."""
    apps = Path(django_settings.BASE_DIR, "apps")
    for path in modules_of_apps():
        rehearsed = {
            id(each.value)
            for call in nodes_of(path)
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "confirm_step"
            for each in call.keywords
            if each.arg == "question"
        }
        for call in nodes_of(path):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "Question":
                names = {each.arg for each in call.keywords}
                if "review" in names and "rehearsal" not in names and id(call) not in rehearsed:
                    yield path.relative_to(apps).as_posix()


def test_each_review_is_rehearsed_or_says_why_not():
    given_to_a_step = {"plans/admin.py"}
    assert set(questions_without_rehearsal()) - given_to_a_step == set(REVIEWED_BY_ITSELF)


pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("content_alone")]


@pytest.fixture
def seller(now):
    return factories.create_seller(now)


@pytest.fixture
def acme(now, seller):
    return factories.create_customer(now, seller)


@pytest.fixture
def ada():
    return client_of(create_staff("ada", "Administrator"))


def is_refused(answer, why):
    """Whether a page says why, and has the form instead of the review's button."""
    return answer.status_code == 422 and why in unescape(answer.text) and 'value="confirm"' not in answer.text


def test_a_bank_line_that_a_colleague_confirmed_is_neither_confirmed_nor_ignored_again(ada, acme, now):
    made = factories.invoice(acme, now, "10")
    raw = camt([entry("11.90", day="2026-11-18", text=made.number)], closing="1011.90")
    confirm(ada, upload(ada, raw)["Location"].replace("change/", "import/"))
    line = BankLine.objects.get()
    page = f"{LINES}{line.pk}/"
    shown = ada.get(f"{page}confirm/")
    sent = {name: str(shown.context["form"][name].value()) for name in ("token", "documents")} | {"reason": "r"}
    confirm(ada, f"{page}confirm/")
    assert is_refused(ada.post(f"{page}confirm/", sent | {"_step": "review"}), "is confirmed")
    left = ada.get(f"{page}ignore/", follow=True)
    assert "The bank line's state does not allow this" in unescape(left.text)


@pytest.mark.parametrize(("missing", "why"), [("profile", "no billing profile"), ("rate", "No tax rate covers")])
def test_an_agreement_that_cannot_be_invoiced(ada, acme, now, missing, why):
    stopped = agreement(acme, now, bill_by=ServiceAgreement.BillBy.INVOICE)
    ServiceAgreement.objects.update(active=False)
    if missing == "profile":
        BillingProfile.objects.all().delete()
    else:
        TaxRate.objects.filter(product="service").delete()
    typed = {
        "organization": str(acme.pk),
        "description": "Support",
        "charge_type": "monthly",
        "amount_micros": "50",
        "bill_by": "invoice",
        "start_date": "2026-12-01",
    }
    address = "/admin/contracts/serviceagreement/"
    assert is_refused(confirm(ada, f"{address}add/", **typed), why)
    assert is_refused(confirm(ada, f"{address}{stopped.pk}/resume/"), why)
    assert ServiceAgreement.objects.filter(active=True).count() == 0


def test_a_draft_without_a_tax_rate_of_its_day(ada, acme, now):
    made = factories.draft(acme, now, "100")
    TaxRate.objects.update(valid_to=date(2026, 1, 1))
    assert is_refused(confirm(ada, f"{DOCUMENTS}{made.pk}/finalize/"), "No tax rate covers")


def test_a_dispute_that_is_already_decided(ada, acme, now):
    made = factories.invoice(acme, now, "100")
    assert confirm(ada, f"{DOCUMENTS}{made.pk}/dispute/").status_code == 302
    assert confirm(ada, f"{DOCUMENTS}{made.pk}/dispute-decided/").status_code == 302
    assert is_refused(confirm(ada, f"{DOCUMENTS}{made.pk}/dispute-decided/"), "is not disputed")
