"""Staff upload a bank file, see what each line may be, and confirm it; what cannot be booked has no button."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile

from apps.approvals.models import Approval
from apps.bank.models import BankFile, BankLine
from apps.invoices.models import Document
from tests.backoffice.people import client_of, create_staff
from tests.backoffice.test_invoice_pages import confirm
from tests.bank.files import IBAN, camt, entry
from tests.invoices import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("content_alone")]
LINES, FILES = "/admin/bank/bankline/", "/admin/bank/bankfile/"


@pytest.fixture
def ada():
    return client_of(create_staff("ada", "Administrator"))


def upload(client, raw):
    shown = client.get(f"{FILES}upload/")
    sent = {"token": str(shown.context["form"]["token"].value()), "reason": "Today's", "_step": "confirm"}
    return client.post(f"{FILES}upload/", sent | {"file": SimpleUploadedFile("camt.xml", raw)})


def test_from_the_bank_file_to_paid_invoices(ada, now):
    seller = factories.create_seller(now)
    acme, beta = (factories.create_customer(now, seller, slug) for slug in ("acme", "beta"))
    first, second, third = (
        factories.invoice(each, now, amount) for each, amount in ((acme, "10"), (beta, "20"), (acme, "30"))
    )
    raw = camt(
        [
            entry("11.90", day="2026-11-18", text=first.number, name="Acme"),
            entry("23.80", day="2026-11-18", text=second.number, name="Beta", iban=IBAN[:-1] + "1"),
            entry("35.70", day="2026-11-18", text="Danke", name="Acme"),
        ],
        closing="1071.40",
    )
    assert "Line 1, " in upload(ada, b"<a").content.decode()
    assert upload(ada, raw.replace(b"1071.40", b"1071.41")).status_code == 422
    file_page = upload(ada, raw)["Location"]
    assert "Danke" in ada.get(file_page).text
    file = BankFile.objects.get()
    assert confirm(ada, f"{FILES}{file.pk}/import/").status_code == 302
    assert upload(ada, raw).status_code == 422

    sure = ada.get(f"{LINES}confirm-sure/")
    for told in ("Acme 11.90 EUR → Acme", f"{second.number} (23.80 EUR left)"):
        assert told in sure.text
    values = [value for value, _ in sure.context["form"].fields["lines"].choices]
    token = str(sure.context["form"]["token"].value())
    sent = {"lines": values, "token": token, "reason": "Statement 45", "_step": "review"}
    reviewed = ada.post(f"{LINES}confirm-sure/", sent)
    for told in (f"{first.number}, Acme", "0.00 EUR left, paid", "A second person", "is not needed"):
        assert told in reviewed.text
    assert ada.post(f"{LINES}confirm-sure/", sent | {"_step": "confirm"}).status_code == 302
    assert {each.state for each in Document.objects.exclude(pk=third.pk)} == {"paid"}

    waiting = BankLine.objects.get(money=None)
    page = f"{LINES}{waiting.pk}/"
    shown = ada.get(f"{page}change/").text
    for told in ("known IBAN", f"{third.number}: 35.70 EUR left"):
        assert told in shown
    cache.clear()  # the counts of the home page
    assert "Bank lines to match" in ada.get("/admin/").text
    foreign = factories.create_customer(now, seller, "gamma")
    refused = confirm(ada, f"{page}assign/", organization=str(foreign.pk), numbers=third.number)
    assert (refused.status_code, "has no invoice" in refused.text) == (422, True)
    assert confirm(ada, f"{page}assign/", organization=str(acme.pk), numbers=third.number).status_code == 302
    third.refresh_from_db()
    assert third.state == "paid"
    assert "35.70 EUR" in ada.get(f"/admin/invoices/document/{third.pk}/change/").text


def test_what_cannot_be_booked_says_so_before_the_button_and_large_sums_wait(ada, now):
    seller = factories.create_seller(now)
    acme = factories.create_customer(now, seller)
    made = factories.invoice(acme, now, "1000000")
    raw = camt(
        [entry("5.00", day="2099-01-01", text=made.number), entry("1190000.00", day="2026-11-18", text=made.number)],
        closing="1191005.00",
    )
    file_page = upload(ada, raw)["Location"]
    confirm(ada, file_page.replace("change/", "import/"))
    future, big = BankLine.objects.order_by("pk")
    reviewed = confirm(ada, f"{LINES}{future.pk}/confirm/")
    assert (reviewed.status_code, "in the future" in reviewed.text, ">Confirm<" in reviewed.text) == (
        422,
        True,
        False,
    )
    page = f"{LINES}{big.pk}/confirm/"
    shown = ada.get(page)
    sent = {name: str(shown.context["form"][name].value()) for name in ("token", "documents")}
    review = ada.post(page, sent | {"reason": "r", "_step": "review"})
    assert "must approve" in review.text
    assert confirm(ada, page).status_code == 302
    assert Approval.objects.get().kind == "bank.confirm_line"
    big.refresh_from_db()
    assert big.state == "proposed"


def test_a_line_of_no_customer_is_set_aside_or_ignored_and_reopened(ada, now):
    factories.create_seller(now)
    raw = camt(
        [entry("7.00", day="2026-11-18", name="", iban=""), entry("-5.00", day="2026-11-18", name="Bank")],
        closing="1002.00",
    )
    confirm(ada, upload(ada, raw)["Location"].replace("change/", "import/"))
    unknown, fee = BankLine.objects.order_by("pk")
    reviewed = ada.get(f"{LINES}{unknown.pk}/set-aside/")
    assert "unidentified" in reviewed.text
    assert confirm(ada, f"{LINES}{unknown.pk}/set-aside/").status_code == 302
    assert ada.get("/admin/bank/sellerbook/").text.count("7.00") >= 2  # at the bank, and unidentified
    assert confirm(ada, f"{LINES}{fee.pk}/ignore/", reason="Bank charges").status_code == 302
    assert "Bank charges" in ada.get(f"{LINES}{fee.pk}/change/").text
    assert confirm(ada, f"{LINES}{fee.pk}/take-up/").status_code == 302
    fee.refresh_from_db()
    assert fee.state == "new"
    waiting = ada.get(f"{LINES}?waits=yes").text
    assert f"{LINES}{fee.pk}/change/" in waiting
    assert f"{LINES}{unknown.pk}/change/" in waiting


def test_recorded_money_is_linked_and_a_returned_transfer_is_booked_from_its_proposal(ada, now):
    acme = factories.create_customer(now, factories.create_seller(now))
    made = factories.invoice(acme, now, "10")
    money = factories.pay(acme, "11.90", now - timedelta(days=1), invoice_id=made.pk)
    raw = camt([entry("11.90", day="2026-11-18", text=made.number, e2e="E1")], closing="1011.90")
    confirm(ada, upload(ada, raw)["Location"].replace("change/", "import/"))
    line = BankLine.objects.get()
    assert "Recorded by hand" in ada.get(f"{LINES}{line.pk}/change/").text
    assert confirm(ada, f"{LINES}{line.pk}/tie/?money={money.pk}", money=str(money.pk)).status_code == 302
    line.refresh_from_db()
    assert (line.state, line.money_id) == ("confirmed", money.pk)

    back = camt(
        [entry("-11.90", day="2026-11-18", e2e="E1", code="AC04")],
        opening="1011.90",
        closing="1000.00",
    )
    confirm(ada, upload(ada, back)["Location"].replace("change/", "import/"))
    debit = BankLine.objects.exclude(pk=line.pk).get()
    page = ada.get(f"{LINES}{debit.pk}/change/").text
    assert "its invoices are open again" in page
    sent = {"what": "returned", "money": str(money.pk), "document": ""}
    assert confirm(ada, f"{LINES}{debit.pk}/settle/?what=returned&money={money.pk}", **sent).status_code == 302
    made.refresh_from_db()
    assert made.left_micros == 11_900_000


def test_an_invoice_written_after_the_file_is_matched_by_the_button_and_the_job(ada, now):
    acme = factories.create_customer(now, factories.create_seller(now))
    before = factories.invoice(acme, now, "1").number
    following = f"{before[:-1]}{int(before[-1]) + 1}"
    raw = camt([entry("11.90", day="2026-11-18", name="Acme", text=following)], closing="1011.90")
    confirm(ada, upload(ada, raw)["Location"].replace("change/", "import/"))
    assert factories.invoice(acme, now, "10").number == following
    assert BankLine.objects.get().state == "new"
    assert confirm(ada, f"{LINES}match/").status_code == 302
    assert BankLine.objects.get().state == "proposed"
    assert ada.get(f"{LINES}confirm-sure/?account=999999").status_code == 404
    assert ada.get(f"{LINES}confirm-sure/?account=one").status_code == 404
    assert "1 line with a sure match" in ada.get(f"{LINES}confirm-sure/").text


def test_a_csv_format_names_each_column_once_and_its_file_is_imported(ada, now):
    seller = factories.create_seller(now)
    account = seller.bank_accounts.get()
    given = {"account": str(account.pk), "delimiter": ";", "decimal_mark": ",", "days": "dmy_dots"}
    given |= {"booking_date": "Tag", "amount": "Betrag", "text": "Betrag"}
    twice = ada.post("/admin/bank/csvformat/add/", given)
    assert "Two fields name the same column." in twice.text
    assert ada.post("/admin/bank/csvformat/add/", given | {"text": "Zweck"}).status_code == 302
    shown = ada.get(f"{FILES}upload/")
    sent = {"token": str(shown.context["form"]["token"].value()), "reason": "Today's", "_step": "confirm"}
    file = SimpleUploadedFile("f.csv", b"Tag;Betrag;Zweck\n18.11.2026;11,90;Danke\n")
    assert "choose it" in ada.post(f"{FILES}upload/", sent | {"file": file}).text
    file = SimpleUploadedFile("f.csv", b"Tag;Betrag;Zweck\n18.11.2026;11,90;Danke\n")
    page = ada.post(f"{FILES}upload/", sent | {"file": file, "account": str(account.pk)})["Location"]
    assert "not stated: look at each line" in ada.get(page).text
