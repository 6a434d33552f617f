"""The pages of sellers, the tax table and billing profiles, and their validation."""

import io
from datetime import date

import pytest
from auditlog.models import LogEntry
from django.utils import timezone
from PIL import Image

from apps.approvals.errors import MayNotDecide
from apps.approvals.models import Approval
from apps.approvals.services import approve
from apps.billing_profiles.actions import ReopenBooks
from apps.billing_profiles.errors import BooksNotClosed
from apps.billing_profiles.models import BillingProfile, NumberRange, Seller, TaxRate
from apps.billing_profiles.services import take_numbers, use_tax_rates
from apps.common.admin.edit_conflicts import SEEN
from tests.backoffice.people import client_of, create_staff
from tests.backoffice.test_invoice_pages import confirm

SELLERS = "/admin/billing_profiles/seller/"
RATES = "/admin/billing_profiles/taxrate/"
PROFILES = "/admin/billing_profiles/billingprofile/"


@pytest.fixture
def admin(db):
    return client_of(create_staff("root", "Administrator"))


def filled(client, page, **changes):
    """Return the form of a page as a browser would post it, with some changes."""
    context = client.get(page).context
    forms = [context["adminform"].form]
    for inline in context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    seen = {SEEN: context["adminform"].form.seen}
    form = {field.html_name: field.value() for each in forms for field in each}
    form = {name: ",".join(value) if isinstance(value, list) else value for name, value in form.items()}
    return {name: value for name, value in (form | seen | changes).items() if value is not None and value is not False}


def errors(answer):
    context = answer.context
    formsets = [error for each in context["inline_admin_formsets"] for error in each.formset.errors]
    return {name for error in [context["adminform"].form.errors, *formsets] for name in error}


def picture(kind="PNG"):
    file = io.BytesIO()
    Image.new("RGB", (2, 2)).save(file, kind)
    file.seek(0)
    file.name = "logo"
    return file


class TestSellers:
    def test_one_with_a_logo_a_bank_account_and_a_range(self, admin, seller):
        page = f"{SELLERS}{seller.pk}/change/"
        bank = {"bank_accounts-TOTAL_FORMS": 1, "bank_accounts-0-currency": "EUR"}
        bank |= {"bank_accounts-0-iban": "DE89 3704 0044 0532 0130 00", "bank_accounts-0-bic": "COBADEFF"}
        numbers = {"number_ranges-TOTAL_FORMS": 1, "number_ranges-0-kind": "invoice", "number_ranges-0-year": 2026}
        numbers |= {"number_ranges-0-pattern": "TEST-EX-{year}-{n:05}"}
        answer = admin.post(page, filled(admin, page, logo_file=picture(), **bank, **numbers))
        assert answer.status_code == 302
        seller.refresh_from_db()
        assert bytes(seller.logo).startswith(b"\x89PNG")
        assert seller.bank_accounts.get().iban == "DE89370400440532013000"
        assert take_numbers(seller=seller, kind="invoice", today=date(2026, 11, 29)).texts() == ["TEST-EX-2026-00001"]
        assert "data:image" in admin.get(page).content.decode()
        assert admin.post(page, filled(admin, page)).status_code == 302, "saved again, nothing of it is refused"
        seller.refresh_from_db()
        assert seller.logo

    def test_a_new_one_is_proposed_with_dates_in_utc(self, admin):
        form = admin.get(f"{SELLERS}add/").context["adminform"].form
        assert form["time_zone"].value() == "UTC"

    def test_what_the_form_refuses(self, admin, seller):
        page = f"{SELLERS}{seller.pk}/change/"
        form = filled(admin, page)
        drawing = io.BytesIO(b"<svg/>")
        drawing.name = "logo"
        for field, value in (
            ("vat_number", "DE115235682"),
            ("closed_through", timezone.now().date()),
            ("logo_file", drawing),
            ("logo_file", picture("GIF")),
            ("country", "XX"),
            ("time_zone", "Mars/Base"),
            ("mail_sender", "Example GmbH"),
            ("mail_sender", "Example <billing@example.de>, eve@example.com"),
            ("mail_sender", "Example <a@example.de>\nBcc: eve@example.com"),
        ):
            assert errors(admin.post(page, form | {field: value})) == {field}

    def test_the_note_above_a_refused_form_names_and_links_each_field(self, admin, seller):
        page = f"{SELLERS}{seller.pk}/change/"
        rows = {"bank_accounts-TOTAL_FORMS": 1, "bank_accounts-0-currency": "EUR", "bank_accounts-0-iban": "DE00"}
        shown = admin.post(page, filled(admin, page, mail_sender="nobody", **rows)).text
        note = shown.partition("Please correct the error")[2].partition("</p>")[0]
        assert 'href="#id_mail_sender">Sender of emails</a>' in note
        assert 'href="#id_bank_accounts-0-iban">' in note
        assert note.count("<a ") == 2

    def test_no_more_rows_of_a_table_are_made_than_it_may_have(self, admin, seller):
        page = f"{SELLERS}{seller.pk}/change/"
        answer = admin.post(page, filled(admin, page, **{"number_ranges-TOTAL_FORMS": "9" * 30}))
        formset = next(
            each.formset for each in answer.context["inline_admin_formsets"] if "ranges" in each.formset.prefix
        )
        assert (len(formset.forms), formset.non_form_errors()) == (200, ["Please submit at most 200 forms."])

    def test_closed_books_do_not_open_again(self, admin, seller):
        page = f"{SELLERS}{seller.pk}/change/"
        assert admin.post(page, filled(admin, page, closed_through="2026-10-31")).status_code == 302
        for earlier in ("2026-10-30", ""):
            assert errors(admin.post(page, filled(admin, page, closed_through=earlier))) == {"closed_through"}

    def test_two_administrators_reopen_closed_books(self, admin, seller):
        day = date(2026, 10, 31)
        Seller.objects.update(closed_through=day)
        seller.refresh_from_db()
        with pytest.raises(BooksNotClosed):
            ReopenBooks.of(seller, day=day, reason="r", key="a").preview(by=create_staff("one"), now=timezone.now())
        page = f"{SELLERS}{seller.pk}/reopen-books/"
        confirm(admin, page, day="2026-09-30", reason="An invoice was missing")
        request = Approval.objects.get()
        seller.refresh_from_db()
        assert (request.status, seller.closed_through) == ("pending", day)
        with pytest.raises(MayNotDecide):
            approve(approval_id=request.pk, by=create_staff("boss", "Approver"), now=timezone.now())
        other = client_of(create_staff("second", "Administrator"))
        confirm(other, f"/admin/approvals/approval/{request.pk}/approve/", reason="Agreed")
        seller.refresh_from_db()
        assert seller.closed_through == date(2026, 9, 30)

    def test_what_the_tables_refuse(self, admin, seller):
        page = f"{SELLERS}{seller.pk}/change/"
        rows = {"bank_accounts-TOTAL_FORMS": 1, "bank_accounts-0-currency": "EUR"}
        rows |= {"bank_accounts-0-iban": "DE89370400440532013000", "number_ranges-TOTAL_FORMS": 2}
        for place, kind in enumerate(("invoice", "receipt")):
            rows |= {f"number_ranges-{place}-kind": kind, f"number_ranges-{place}-year": 2026}
            rows |= {f"number_ranges-{place}-pattern": f"TEST-E{'XR'[place]}-{{year}}-{{n:05}}"}
        form = filled(admin, page, **rows)
        for field, value in (
            ("bank_accounts-0-iban", "DE89370400440532013001"),
            ("bank_accounts-0-bic", "COBA"),
            ("number_ranges-0-pattern", "EX-{year}-{n}"),
            ("number_ranges-1-pattern", "TEST-EX-{year}-{n:04}"),
            # Credit notes have no range yet and would begin with this pattern.
            ("number_ranges-1-pattern", "TEST-CN-{year}-{n:05}"),
        ):
            assert errors(admin.post(page, form | {field: value})) == {field.rpartition("-")[2]}
        later = {"number_ranges-1-year": 2027, "number_ranges-1-pattern": "TEST-EX-{year}-{n:05}"}
        assert errors(admin.post(page, form | later)) == {"pattern"}, "invoices of 2027 take the pattern of 2026"

    def test_a_range_that_has_given_numbers_stays_as_it_is(self, admin, seller):
        take_numbers(seller=seller, kind="invoice", today=date(2026, 11, 29))
        page = f"{SELLERS}{seller.pk}/change/"
        change = {"number_ranges-0-pattern": "TEST-{year}/{n}", "number_ranges-0-year": 2030}
        assert admin.post(page, filled(admin, page, **change)).status_code == 302
        kept = NumberRange.objects.get()
        assert (kept.pattern, kept.year) == ("TEST-INV-{year}-{n:05}", 2026)


class TestTaxTable:
    FORM = {
        "product": "any",
        "country": "DE",
        "category": "S",
        "rate_thousandths": "7.7",
        "valid_from": "2026-01-01",
        "valid_to": "2026-12-31",
    }

    def add(self, admin, seller, **changes):
        return admin.post(f"{RATES}add/", {**self.FORM, "seller": seller.pk, **changes})

    def test_a_change_is_kept_in_the_audit_trail(self, admin, seller):
        assert self.add(admin, seller).status_code == 302
        row = TaxRate.objects.get()
        assert (row.rate_thousandths, row.created_by) == (7_700, "staff:root")
        page = f"{RATES}{row.pk}/change/"
        assert admin.post(page, filled(admin, page, rate_thousandths="8.1")).status_code == 302
        entry = LogEntry.objects.get_for_object(row).order_by("-pk")[0]
        assert (entry.changes["rate_thousandths"], str(entry.actor)) == (["7700", "8100"], "root")

    def test_what_the_form_refuses(self, admin, seller):
        self.add(admin, seller)
        for changes, field in (
            ({"valid_from": "2026-12-31", "valid_to": ""}, "valid_from"),
            ({"country": "FR", "rate_thousandths": "0"}, "rate_thousandths"),
            ({"country": "FR", "category": "Z"}, "rate_thousandths"),
            ({"country": "FR", "rate_thousandths": "100.001"}, "rate_thousandths"),
            ({"country": "FR", "rate_thousandths": "7,7"}, "rate_thousandths"),
            ({"country": "FR", "category": "AE", "rate_thousandths": ""}, "reason"),
            ({"country": "", "region": "BY"}, "region"),
            ({"country": "FR", "valid_to": "2025-12-31"}, "valid_to"),
        ):
            assert errors(self.add(admin, seller, **changes)) == {field}
        assert TaxRate.objects.count() == 1

    def test_a_used_row_is_only_ended(self, admin, seller):
        self.add(admin, seller)
        row = TaxRate.objects.get()
        use_tax_rates([row.pk])
        page = f"{RATES}{row.pk}/change/"
        shown = admin.get(page)
        assert [*shown.context["adminform"].form.fields] == ["valid_to"]
        assert "7.7 %" in shown.content.decode()
        assert admin.post(page, filled(admin, page, valid_to="2026-06-30", rate_thousandths="0")).status_code == 302
        row.refresh_from_db()
        assert (row.valid_to, row.rate_thousandths) == (date(2026, 6, 30), 7_700)

    def test_is_for_administrators(self, seller):
        assert self.add(client_of(create_staff("bill", "Billing")), seller).status_code == 403


class TestProfiles:
    def test_is_changed_on_the_customers_page_and_leads_back_there(self, admin, profile):
        page = f"{PROFILES}{profile.pk}/change/"
        change = {"tags": "VIP, pilot,vip", "vat_number": "DE 136 695 976", "external_ids-TOTAL_FORMS": 1}
        change |= {"external_ids-0-system": "crm", "external_ids-0-value": "4711"}
        answer = admin.post(page, filled(admin, page, **change))
        customer = f"/admin/tenants/organization/{profile.pk}/change/?tab=billing"
        assert answer["Location"] == customer
        profile.refresh_from_db()
        assert (profile.tags, profile.vat_number) == (["pilot", "vip"], "DE136695976")
        shown = admin.get(customer).content.decode()
        for text in ("crm: 4711", "pilot, vip", "Nebenstraße 2, Hamburg, Germany", "30 days, as the seller has it"):
            assert text in shown

    def test_what_the_form_refuses(self, admin, profile):
        page = f"{PROFILES}{profile.pk}/change/"
        form = filled(admin, page)
        for changes, field in (
            ({"vat_number": "DE136695975"}, "vat_number"),
            ({"exemption_reason": "Embassy"}, "exempt_from"),
            ({"exempt_from": "2026-01-01"}, "exemption_reason"),
            ({"exemption_reason": "Embassy", "exempt_from": "2026-02-01", "exempt_to": "2026-01-01"}, "exempt_to"),
            ({"terms_days": "0"}, "terms_days"),
        ):
            assert errors(admin.post(page, form | changes)) == {field}

    def test_is_found_by_what_staff_hold_in_the_hand(self, admin, profile):
        BillingProfile.objects.update(tags=["vip"])
        profile.external_ids.create(system="crm", value="4711")
        customer = f"/admin/tenants/organization/{profile.pk}/change/"
        for text in ("4711", "vip", "DE 136 695 976"):
            found = admin.get("/admin/search/", {"s": text}).content.decode()
            assert customer in found, text
        assert "Acme" in admin.get("/admin/tenants/organization/?tag=vip").content.decode()
        assert admin.get("/admin/tenants/organization/?tag=other").context["cl"].result_count == 0


def test_the_only_seller_is_proposed_for_a_new_customer(admin, seller):
    assert admin.get("/admin/tenants/organization/add/").context["adminform"].form["seller"].value() == seller.pk
    Seller.objects.create(
        legal_name="Other", tax_currency="USD", created_at=seller.created_at, updated_at=seller.created_at
    )
    assert admin.get("/admin/tenants/organization/add/").context["adminform"].form["seller"].value() is None
