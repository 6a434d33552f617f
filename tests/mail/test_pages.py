"""Public and staff pages of email: unsubscribing, the customer's tab, previews, and development's emails."""

import re

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives, get_connection
from django.test import Client
from django.urls import reverse

from apps.mail.models import Contact, MailMessage, MailOptOut
from apps.mail.services import ContactValues, queue_mail, replace_contacts
from apps.mail.templates import MAIL_TEMPLATES
from tests.backoffice.people import client_of, create_staff
from tests.mail.test_messages import LOW


@pytest.fixture
def staff(db):
    return client_of(create_staff("grace", "Billing"))


@pytest.fixture
def ada(organization, now):
    values = ContactValues(name="Ada", email="ada@acme.test", purposes=("alerts",))
    (contact,) = replace_contacts(organization_id=organization.pk, contacts=[values], now=now)
    return contact


@pytest.fixture
def low(organization, now):
    def queued(key="1"):
        queue_mail(organization_id=organization.pk, template="balance_low", key=key, context=LOW, now=now)
        return MailMessage.objects.get(key=f"balance_low:{key}")

    return queued


@pytest.fixture
def address(ada, low, deliver_outbox, now):
    """The path in the List-Unsubscribe header of a sent alert."""
    low()
    deliver_outbox(now)
    return re.search(r"https?://[^/]+(/[^>]+)>", mail.outbox[0].message()["List-Unsubscribe"])[1]


class TestUnsubscribe:
    def test_opening_the_address_asks_and_changes_nothing(self, address):
        answer = Client().get(address)
        assert (answer.status_code, "Balance is low" in answer.content.decode()) == (200, True)
        assert not MailOptOut.objects.exists()

    def test_a_mail_program_posts_without_a_cookie(self, address, ada):
        client = Client(enforce_csrf_checks=True)
        for _ in range(2):
            assert client.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200
        assert MailOptOut.objects.get().contact == ada

    def test_an_address_that_we_did_not_sign_is_unknown(self, address):
        changed = address[:-1] + ("A" if address[-1] != "A" else "B")
        for method in (Client().get, Client().post):
            assert method(changed).status_code == 404
            answer = method("/mail/unsubscribe/x")
            assert (answer.status_code, "This link does not work" in answer.content.decode()) == (404, True)
        assert not MailOptOut.objects.exists()

    def test_an_erased_contact_has_nothing_to_stop(self, address):
        Contact.objects.all().delete()
        assert Client().post(address).status_code == 404


class TestStaff:
    def test_see_contacts_and_mails_on_the_customers_page(self, staff, organization, ada, low):
        low()
        page = staff.get(reverse("admin:tenants_organization_change", args=[organization.pk]), {"tab": "mail"})
        for shown in ("ada@acme.test", "Your balance is low", "Queued"):
            assert shown in page.content.decode()

    def test_send_a_mail_again_to_a_contact_that_came_later(self, staff, low, organization, now, deliver_outbox):
        lost = low()
        values = ContactValues(name="Bo", email="bo@acme.test", purposes=("billing",))
        replace_contacts(organization_id=organization.pk, contacts=[values], now=now)
        again = reverse("admin:mail_mailmessage_send_again", args=[lost.pk])
        token = re.search(r'name="token" value="([^"]+)"', staff.get(again).content.decode())[1]
        answer = staff.post(again, {"token": token, "reason": "They called", "_step": "confirm"})
        assert answer.status_code == 302
        deliver_outbox(MailMessage.objects.latest("created_at").created_at)

        assert [letter.to for letter in mail.outbox] == [["bo@acme.test"]]
        lost.refresh_from_db()
        assert lost.handled_at

    def test_see_a_mail_that_reached_nobody_on_the_home_page(self, staff, low):
        low()
        page = staff.get(reverse("admin:index")).content.decode()
        assert "Emails that reached nobody" in page

    def test_give_a_contact_another_address_which_has_not_bounced(self, staff, ada, now, organization):
        Contact.objects.update(bounced_at=now)
        page = reverse("admin:mail_contact_change", args=[ada.pk])
        values = {"name": "Ada", "email": "new@acme.test", "purposes": ["alerts"], "language": "en", "phone": ""}
        seen = re.search(r'name="_seen" value="([^"]+)"', staff.get(page).content.decode())[1]
        answer = staff.post(page, {**values, "_seen": seen})
        assert answer.status_code == 302, answer.context["adminform"].form.errors

        ada.refresh_from_db()
        assert (ada.email, ada.bounced_at) == ("new@acme.test", None)

    def test_erase_a_contact_with_its_address_in_the_log(self, staff, ada, low):
        low()
        staff.post(reverse("admin:mail_contact_delete", args=[ada.pk]), {"post": "yes"})
        assert list(MailMessage.objects.values_list("address", flat=True)) == [""]

    @pytest.mark.parametrize("template", MAIL_TEMPLATES)
    def test_preview_every_notice_in_text_and_html(self, staff, organization, template):
        page = reverse("admin:mail_preview", args=[organization.pk, template])
        answer = staff.get(page)
        assert "the figures are examples" in answer.content.decode()
        html = staff.get(page, {"part": "html"})
        assert html.content.decode().startswith("<!doctype html>")
        assert "sandbox" in html["Content-Security-Policy"]

    @pytest.mark.parametrize(("language", "status"), [("de", 200), ("xx", 404)])
    def test_preview_a_notice_in_another_language(self, staff, organization, language, status):
        page = reverse("admin:mail_preview", args=[organization.pk, "balance_low"])
        answer = staff.get(page, {"language": language})
        assert (answer.status_code, "Ihr Guthaben ist niedrig" in answer.content.decode()) == (status, status == 200)
        assert (f"{page}?language={language}&amp;part=html" in answer.content.decode()) is (status == 200)

    def test_preview_a_notice_with_the_customers_own_figures(self, staff, organization, low):
        low()
        page = staff.get(reverse("admin:mail_preview", args=[organization.pk, "balance_low"])).content.decode()
        assert "-1,234.500001 USD" in page

    def test_see_what_development_sent(self, staff, settings, tmp_path):
        settings.MAIL_IS_LOCAL, settings.MAIL_FOLDER = True, tmp_path
        connection = get_connection(settings.FILE_MAIL, file_path=tmp_path)
        letter = EmailMultiAlternatives("Grüße", "In words", to=["ada@acme.test"], connection=connection)
        letter.attach_alternative("<p>In HTML</p>", "text/html")
        letter.send()

        page = staff.get(reverse("admin:local_mails")).content.decode()
        assert "Grüße" in page
        link = re.search(r'href="([^"]*/local-mails/[^"]+)"', page)[1]
        assert "In words" in staff.get(link).content.decode()
        assert staff.get(link, {"part": "html"}).content.decode().strip() == "<p>In HTML</p>"

    def test_do_not_see_files_where_mails_are_sent(self, staff, settings):
        settings.MAIL_IS_LOCAL = False
        assert staff.get(reverse("admin:local_mails")).status_code == 404


def confirmed(client, url, **fields):
    """Open a confirmation page, and send its form."""
    shown = client.get(url)
    token = str(shown.context["form"]["token"].value())
    return client.post(url, {"token": token, "reason": "The customer called", "_step": "confirm", **fields})


class TestBounces:
    def test_staff_list_find_and_lift_the_bounce_of_an_address(self, staff, ada, now):
        Contact.objects.filter(pk=ada.pk).update(bounced_at=now)
        listed = staff.get(reverse("admin:mail_contact_changelist")).text
        assert "bounced" in listed
        assert "Alerts" in listed
        found = staff.get(reverse("admin:search"), {"s": "ADA@acme.test"}).text
        assert f"/admin/mail/contact/{ada.pk}/" in found
        assert confirmed(staff, f"/admin/mail/contact/{ada.pk}/lift/").status_code == 302
        assert "works" in staff.get(reverse("admin:mail_contact_changelist")).text
        assert Contact.objects.get(pk=ada.pk).bounced_at is None


def test_staff_close_a_mail_that_reached_nobody_once(staff, low, organization):
    message = low()
    page = f"/admin/mail/mailmessage/{message.pk}/handled/"
    shown = staff.get(f"/admin/mail/mailmessage/{message.pk}/change/").text
    assert "Acme" in shown
    assert confirmed(staff, page).status_code == 302
    assert MailMessage.objects.get(pk=message.pk).handled_at is not None
    assert "already marked" in staff.get(confirmed(staff, page)["Location"]).text
