"""Staff set policies, see tomorrow's dunning steps, and decide about cases."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from apps.dunning import services
from apps.dunning.models import CustomerPolicy, DunningCase, DunningEvent, DunningPolicy
from apps.invoices.models import Document
from tests.backoffice.people import client_of, create_staff
from tests.backoffice.test_invoice_pages import DOCUMENTS, confirm
from tests.dunning.factories import add_contact
from tests.invoices import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("content_alone")]
POLICIES, CASES = "/admin/dunning/dunningpolicy/", "/admin/dunning/dunningcase/"


@pytest.fixture
def ada():
    return client_of(create_staff("ada", "Administrator"))


@pytest.fixture
def acme():
    now = timezone.now() - timedelta(days=90)
    found = factories.create_customer(now, factories.create_seller(now))
    add_contact(found, now)
    return found


def set_policy(ada, acme):
    seller = acme.billing_profile.seller_id
    steps = {
        "days_1": "20",
        "letter_1": "reminder",
        "fee_1": "5",
        "restriction_1": "pause",
        "days_2": "25",
        "fee_2": "0",
    }
    steps |= {"letter_2": "final", "restriction_2": "suspend"}
    given = {"name": "Standard", "seller": str(seller), "currency": "eur", "is_default": "on"}
    return confirm(ada, f"{POLICIES}new/", **given, **steps)


def test_from_a_policy_to_a_step_by_hand(ada, acme):
    assert set_policy(ada, acme).status_code == 302
    policy = DunningPolicy.objects.get()
    page = f"{POLICIES}{policy.pk}/"
    refused = confirm(ada, f"{page}set/", days_2="20")
    assert (refused.status_code, [*refused.context["form"].errors]) == (422, ["days_2"])
    assert confirm(ada, f"{page}set/", name="Patient", days_1="40", days_2="50").status_code == 302
    policy.refresh_from_db()
    assert (policy.name, [step.days for step in policy.steps.order_by("position")]) == ("Patient", [40, 50])

    factories.invoice(acme, timezone.now() - timedelta(days=69), "1000")
    tomorrow = ada.get(f"{CASES}tomorrow/")
    step = ("Step 1: reminder", "1,190.00 EUR", "5.00 EUR", "Pause postpaid use", "only prepaid credit can be used")
    for part in step:
        assert part in tomorrow.text
    csv = ada.get(f"{CASES}tomorrow/?format=csv").content.decode()
    assert "Acme,Step 1: reminder,EUR,1190,5,Pause postpaid use," in csv
    skipping = f"/admin/tenants/organization/{acme.pk}/skip-first-dunning-step/"
    assert skipping in tomorrow.text
    assert confirm(ada, skipping).status_code == 302
    assert "Step 1 is skipped: Agreed by email" in ada.get(f"{CASES}tomorrow/").text
    assert confirm(ada, skipping).status_code == 422, "there is no other first step"
    services.run(now=timezone.now())
    case = DunningCase.objects.get()
    page = f"{CASES}{case.pk}/"
    assert "Reminder: invoices are overdue" in ada.get(f"{page}change/").text
    assert confirm(ada, f"{page}hold/", until="2000-01-01").status_code == 422
    assert confirm(ada, f"{page}hold/", until=str(timezone.now().date())).status_code == 302
    promised = str(timezone.now().date() + timedelta(days=3))
    assert confirm(ada, f"{page}promise/", on=promised, amount="1190").status_code == 302
    assert confirm(ada, f"{page}take/").status_code == 302
    assert (Document.objects.get(kind="fee").total_micros, DunningEvent.objects.get().created_by) == (
        5_000_000,
        "staff:ada",
    )
    assert "Agreed by email (Step 1, 40 days after the due date)" in ada.get(f"{page}change/").text
    assert confirm(ada, f"{page}skip/").status_code == 302
    case.refresh_from_db()
    assert (case.steps_done, case.wait, case.paused_postpaid) == (2, "held", True)
    assert confirm(ada, f"{page}end/").status_code == 302
    case.refresh_from_db()
    assert (case.closed_because, case.paused_postpaid) == ("by_hand", False)
    assert (case.closed_note, case.closed_by) == ("Agreed by email", "staff:ada")
    for address in (f"{page}change/", f"/admin/tenants/organization/{acme.pk}/change/?tab=timeline"):
        assert "By hand: Agreed by email" in ada.get(address).text


def test_a_customers_own_policy_and_a_disputed_invoice(ada, acme):
    set_policy(ada, acme)
    document = factories.invoice(acme, timezone.now() - timedelta(days=60), "1000")
    customer = f"/admin/tenants/organization/{acme.pk}/"
    tab = ada.get(f"{customer}change/?tab=dunning").text
    assert "Standard (EUR), default of the seller" in tab
    assert confirm(ada, f"{customer}dunning-policy/", policy="none").status_code == 302
    assert CustomerPolicy.objects.get().policy is None
    assert confirm(ada, f"{DOCUMENTS}{document.pk}/dispute/").status_code == 302
    assert "Agreed by email" in ada.get(f"{customer}change/?tab=dunning").text
    assert confirm(ada, f"{DOCUMENTS}{document.pk}/dispute-decided/").status_code == 302
    assert "Agreed by email" not in ada.get(f"{customer}change/?tab=dunning").text


def test_the_home_page_names_a_case_that_waits_for_a_person(ada, acme):
    set_policy(ada, acme)
    acme.contacts.all().delete()
    factories.invoice(acme, timezone.now() - timedelta(days=60), "1000")
    services.run(now=timezone.now())
    cache.clear()
    home = ada.get("/admin/").text
    assert "Dunning cases that wait for staff" in home
    assert "1,190.00 EUR" in home
    assert "No billing contact whose address works" in ada.get(f"{CASES}?open=person").text
