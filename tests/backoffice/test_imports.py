"""Customers and contracts from CSV: each invalid line is named; all lines are imported or none, once per file."""

import pytest

from apps.backoffice.imports.csv_rows import MOST_LINES, read_csv
from apps.backoffice.imports.errors import BadLines, KnownFile, WrongFormat
from apps.backoffice.models import ImportedFile
from apps.backoffice.services.file_imports import import_file, upload_file
from apps.billing_profiles.models import BillingProfile, Seller
from apps.contracts.models import Contract
from apps.tenants.models import Organization
from tests.backoffice.people import client_of, create_staff
from tests.backoffice.world import NOW
from tests.factories import create_organization
from tests.pricing.factories import make_meter

HEAD = (
    "name,currency,usd_rate,seller,street,city,country,vat_number,"
    "tags,external_system,external_id,contact_name,contact_email\n"
)
GLOBEX = 'Globex AG,EUR,1.08,Example,Ring 1,Köln,DE,DE136695976,"vip,eu",crm,4711,Ada,ada@globex.example\n'
PLAIN = "Initech,USD,,,,,,,,,,,\n"


@pytest.fixture
def seller(db):
    return Seller.objects.create(
        legal_name="Example GmbH", trade_name="Example", tax_currency="EUR", created_at=NOW, updated_at=NOW
    )


def upload(text, kind="customers", encoding="utf-8"):
    return upload_file(kind=kind, file_name="new.csv", raw=text.encode(encoding), created_by="staff:ann", now=NOW)


def carry_out(file):
    return import_file(file_id=file.pk, created_by="staff:ann", now=NOW)


def read(raw):
    return read_csv(raw, columns=["name", "city"], required=["name"])


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_a_file_as_a_spreadsheet_writes_it(separator, encoding):
    lines = [["Name", "City"], ["Müller", '"Köln\r\nMitte"'], ["", ""], ["Acme", " Ulm "]]
    raw = "\r\n".join(separator.join(line) for line in lines).encode(encoding)
    found = [(row.number, row.values) for row in read(raw).rows]
    assert found == [(2, {"name": "Müller", "city": "Köln\r\nMitte"}), (5, {"name": "Acme", "city": "Ulm"})]


def test_a_line_with_another_number_of_values_is_named():
    (problem,) = read(b"name,city\nAcme,Ulm\nAcme\n").problems
    assert (problem.number, problem.reason) == (3, "1 values for 2 columns.")


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"name\n",
        b"city\nUlm\n",
        b"name,town\nAcme,Ulm\n",
        b"name,name\nAcme,Ulm\n",
        b"name\n\x81\n",
        b'name\n"Acme\n',
        b"name\n" + b"Acme\n" * (MOST_LINES + 1),
        b"name\n" + b"A" * 200_000,
        b"PK\x03\x04\x00\x00",
        b"name,city\nAcme,U\x00lm\n",
    ],
)
def test_what_is_no_list_is_refused_whole(raw):
    with pytest.raises(WrongFormat):
        read(raw)


def test_customers_are_imported_with_profile_contact_tags_and_id(seller):
    file = upload(HEAD + GLOBEX + PLAIN)
    assert (file.problems, file.line_count) == ([], 2)
    assert not Organization.objects.exists(), "nothing is created before the import is confirmed"
    carry_out(file)
    globex, initech = Organization.objects.order_by("name")
    profile = globex.billing_profile
    assert (globex.slug, globex.usd_rate_micros, profile.city, profile.seller) == (
        "globex-ag",
        1_080_000,
        "Köln",
        seller,
    )
    assert (profile.tags, str(profile.external_ids.get())) == (["eu", "vip"], "crm: 4711")
    assert globex.contacts.get().email == "ada@globex.example"
    assert initech.wallet.account.balance_micros == 0
    assert not BillingProfile.objects.filter(pk=initech.pk).exists()
    for again in (lambda: carry_out(file), lambda: upload(HEAD + GLOBEX + PLAIN)):
        with pytest.raises(KnownFile):
            again()


def test_each_bad_line_is_named_by_number_column_and_reason(seller):
    create_organization(NOW, "taken")
    bad = HEAD
    bad += "Taken,USD" + "," * 11 + "\n"
    bad += GLOBEX.replace("1.08", "1").replace("DE136695976", "DE136695975")
    bad += GLOBEX.replace("Globex AG", "Other").replace("Example", "Nobody")
    bad += "One,USD\n"
    found = [(number, column) for number, column, _ in upload(bad).problems]
    assert found == [(2, "slug"), (3, "usd_rate"), (3, "vat_number"), (4, "external_id"), (4, "seller"), (5, "")]


def test_control_characters_are_named_where_a_value_has_one_line(seller):
    text = HEAD + GLOBEX.replace("Globex AG", "Glo\x07bex").replace("Ring 1", '"Ring\n1"')
    assert [(number, column) for number, column, _ in upload(text).problems] == [(2, "name"), (2, "street")]


def test_a_line_that_went_bad_since_leaves_nothing_behind(seller):
    file = upload(HEAD + PLAIN + GLOBEX)
    create_organization(NOW, "globex-ag")
    with pytest.raises(BadLines, match="Line 3, slug"):
        carry_out(file)
    assert [each.slug for each in Organization.objects.all()] == ["globex-ag"]
    assert [(number, column) for number, column, _ in upload(HEAD + PLAIN + GLOBEX).problems] == [(3, "slug")]


def test_contracts_become_drafts(db):
    acme = create_organization(NOW, "acme")
    head = "customer;start_date;term_months;payment_frequency;service_portion;credit_portion;auto_renew;notes\n"
    good = "acme;2027-01-01;12;monthly;1,200.00;;yes;From the old system\n"
    bad = upload(head + "nobody;2027-13-01;12;monthly;1;;perhaps;\nacme;2027-01-01;12;monthly;;;no;\n", "contracts")
    assert [(number, column) for number, column, _ in bad.problems if number == 2] == [
        (2, "auto_renew"),
        (2, "customer"),
        (2, "start_date"),
    ]
    assert {number for number, *_ in bad.problems} == {2, 3}, "a contract over nothing is refused by its form too"
    carry_out(upload(head + good, "contracts"))
    contract = Contract.objects.get()
    assert (contract.organization, contract.status, contract.auto_renew) == (acme, "draft", True)
    assert contract.versions.get().service_portion_micros == 1_200_000_000


def test_contracts_with_prices_terms_and_a_schedule_of_their_own(db):
    acme = create_organization(NOW, "acme")
    make_meter("gpu-hours", kind="other")
    make_meter("chat")
    head = "customer,start_date,term_months,payment_terms_days,discount_percent,service_portion,prices,schedule\n"
    priced = 'acme,2027-01-01,12,30,10,1200,"gpu-hours; ; 1.20|chat; opus; 1.5; 7.50",\n'
    bad = upload(head + priced.replace("gpu-hours", "no-meter"), "contracts")
    assert [(number, column) for number, column, _ in bad.problems] == [(2, "prices")]
    uneven = 'acme,2028-01-01,12,,,,,"2028-01-31; 500; 0; Setup|2028-06-30; 250; 0; Rest"\n'
    carry_out(upload(head + priced + uneven, "contracts"))
    first, second = (each.versions.get() for each in Contract.objects.filter(organization=acme).order_by("start_date"))
    assert (first.payment_terms_days, first.discount_percent_micros) == (30, 10_000_000)
    assert [(each.meter, each.model) for each in first.agreed_prices()] == [("gpu-hours", ""), ("chat", "opus")]
    assert [row.amount_micros for row in second.installments.order_by("position")] == [500_000_000, 250_000_000]


def test_on_screen_from_the_upload_to_the_customers(seller, tmp_path):
    client = client_of(create_staff("bill", "Billing"))
    page = "/admin/backoffice/importedfile/"
    paper = tmp_path / "new.csv"
    for text, is_good in ((HEAD + "Bad,EUR" + "," * 11 + "\n", False), (HEAD + GLOBEX, True)):
        paper.write_text(text)
        token = client.get(f"{page}customers/").context["form"]["token"].value()
        with paper.open("rb") as file:
            form = {"_step": "review", "token": str(token), "reason": "Moved", "file": file}
            preview = client.post(f"{page}customers/", {**form, "_step": "confirm"}, follow=True)
        shown = preview.content.decode()
        made = ImportedFile.objects.latest("pk")
        assert ("usd_rate" in shown, f"{made.pk}/import/" in shown) == (True, is_good)
    token = client.get(f"{page}{made.pk}/import/").context["form"]["token"].value()
    form = {"_step": "confirm", "token": str(token), "reason": "Moved"}
    assert "1 customers were imported" in client.post(f"{page}{made.pk}/import/", form, follow=True).content.decode()
    assert Organization.objects.get().billing_profile.vat_number == "DE136695976"
    viewer = client_of(create_staff("view", "Viewer"))
    assert viewer.get(f"{page}customers/").status_code == 403
