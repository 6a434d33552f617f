"""Bank files in currencies without decimals and with three: read exactly, matched, booked, and shown on the paper."""

from collections.abc import Callable, Iterator
from datetime import date, datetime

import pytest

from apps.bank import services
from apps.bank.errors import WrongFormat
from apps.bank.models import BankFile, BankLine, CsvFormat
from apps.bank.services.lines import Confirmation
from apps.bank.services.proposals import sure_lines
from apps.billing_profiles.models import SellerBankAccount
from apps.common.money import decimal_text, to_micros
from apps.invoices.consistency import invoice_mismatches
from apps.invoices.models import Application, Document
from apps.invoices.paper_content import draw_document
from apps.invoices.services import invoice_installment
from apps.tenants.models import Organization
from apps.wallets.selectors import account_balances
from tests.bank.files import IBAN, camt, entry
from tests.contracts.factories import offer, rows
from tests.invoices import factories
from tests.papers.read_papers import text_of

pytestmark = pytest.mark.django_db
BY = "staff:ann"
# A net amount, its tax of 19 %, what the customer transfers, and the amounts of its invoice as a paper prints them.
YEN = ("JPY", "1005", "191", "1196", "1,196 JPY")
DINAR = ("KWD", "12.34", "2.34", "14.680", "14.680 KWD")
KRONA = ("ISK", "500", "95", "595", "595 ISK")
FORMATS = ("camt", "mt940", "csv")


def as_camt(currency: str, amount: str, text: str) -> bytes:
    made = camt([entry(amount, text=text, day="2026-11-18")], opening="0", closing=amount)
    return made.replace(b"EUR", currency.encode())


def as_mt940(currency: str, amount: str, text: str) -> bytes:
    """MT940 has a comma in each amount, also if nothing comes after it."""
    written = amount.replace(".", ",") if "." in amount else f"{amount},"
    # The third letter of the currency may stand before the amount.
    lines = [
        ":20:STARTUMSE",
        f":25:{IBAN}",
        ":28C:00045/001",
        f":60F:C261117{currency}0,",
        f":61:2611181118C{currency[2]}{written}N062NONREF//B4K4TX0001",
        f":86:166?00CREDIT?20SVWZ+{text}?32ACME AG",
        f":62F:C261118{currency}{written}",
        "-",
    ]
    return "\n".join(lines).encode()


def as_csv(_: str, amount: str, text: str) -> bytes:
    return f'Day,Text,Name,Amount\n2026-11-18,{text},ACME AG,"{amount}"\n'.encode()


WRITERS: dict[str, Callable[[str, str, str], bytes]] = {"camt": as_camt, "mt940": as_mt940, "csv": as_csv}


@pytest.fixture(autouse=True)
def _invoices_agree_with_the_ledger() -> Iterator[None]:
    yield
    assert invoice_mismatches() == []


def create_customer(now: datetime, currency: str) -> Organization:
    """A customer in a currency in which its seller has a bank account."""
    seller = factories.create_seller_with_one_rate(now, tax_currency=currency)
    account = SellerBankAccount.objects.get(seller=seller)
    account.currency = currency
    account.save()
    CsvFormat.objects.create(
        account=account,
        delimiter=",",
        decimal_mark=".",
        days="iso",
        booking_date="Day",
        amount="Amount",
        text="Text",
        party_name="Name",
    )
    return factories.create_customer(now, seller, currency=currency)


def upload(form: str, currency: str, amount: str, text: str, now: datetime) -> BankFile:
    account = SellerBankAccount.objects.select_related("seller").get() if form == "csv" else None
    raw = WRITERS[form](currency, amount, text)
    return services.upload_bank_file(file_name=f"file.{form}", raw=raw, account=account, created_by=BY, now=now)


def imported_line(form: str, currency: str, amount: str, text: str, now: datetime) -> BankLine:
    file = upload(form, currency, amount, text, now)
    services.import_bank_file(file_id=file.pk, created_by=BY, now=now)
    return BankLine.objects.select_related("account__seller").get(statement__file=file)


def confirm_sure(line: BankLine, now: datetime) -> None:
    """Confirm the proposal of a line, which is sure."""
    ((found, proposal),) = sure_lines(line.account)
    assert found == line
    wanted = Confirmation(
        line_id=line.pk,
        organization_id=proposal.organization_id,
        invoice_ids=tuple(claim.id for claim in proposal.claims),
    )
    services.confirm_lines([wanted], created_by=BY, now=now)


def books(owner: Organization) -> dict[str, str]:
    return {str(role): decimal_text(micros) for role, micros in account_balances(owner).items() if micros}


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize(("currency", "net", "tax", "paid", "printed"), [YEN, DINAR, KRONA])
def test_an_invoice_is_paid_to_the_last_digit(
    form: str, currency: str, net: str, tax: str, paid: str, printed: str, now: datetime
) -> None:
    acme = create_customer(now, currency)
    made = factories.invoice(acme, now, net)
    paper = text_of(draw_document(made))
    assert printed in paper
    assert f".00 {currency}" not in paper.replace(".000 KWD", "")
    line = imported_line(form, currency, paid, f"Invoice {made.number}", now)
    assert (line.amount_micros, line.grade) == (to_micros(paid), "sure")
    confirm_sure(line, now)
    made.refresh_from_db()
    assert (made.state, made.left_micros, made.paid_on) == ("paid", 0, date(2026, 11, 18))
    total = decimal_text(to_micros(paid))
    assert books(acme) == {"manual_receipts": f"-{total}", "revenue": decimal_text(to_micros(net)), "tax": tax}


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize(("currency", "paid"), [("JPY", "1190"), ("KWD", "119.000"), ("ISK", "11900")])
def test_an_installment_is_paid_and_brings_what_was_sold(form: str, currency: str, paid: str, now: datetime) -> None:
    acme = create_customer(now, currency)
    net = to_micros(paid) * 100 // 119
    sold = {"credit": decimal_text(net * 6 // 10), "service": decimal_text(net * 4 // 10)}
    contract = offer(acme, now, months=3, frequency="quarterly", **sold)
    made = invoice_installment(installment_id=rows(contract)[0].pk, now=now)
    assert made is not None
    line = imported_line(form, currency, paid, made.number, now)
    confirm_sure(line, now)
    (row,) = rows(contract)
    assert (row.state, Document.objects.get(pk=made.pk).state) == ("paid", "paid")
    assert books(acme) == {
        "manual_receipts": f"-{decimal_text(to_micros(paid))}",
        "wallet": sold["credit"],
        "deferred": sold["service"],
        "tax": decimal_text(net * 19 // 100),
    }


@pytest.mark.parametrize("form", FORMATS)
def test_a_single_fils_too_much_is_unapplied(form: str, now: datetime) -> None:
    acme = create_customer(now, "KWD")
    made = factories.invoice(acme, now, "12.34")
    line = imported_line(form, "KWD", "14.681", f"Invoice {made.number}", now)
    wanted = Confirmation(line_id=line.pk, organization_id=acme.pk, invoice_ids=(made.pk,))
    services.confirm_lines([wanted], created_by=BY, now=now)
    assert Application.objects.get(document=made).amount_micros == to_micros("14.68")
    assert books(acme)["unapplied"] == "0.001"


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize(
    ("currency", "amount"), [("JPY", "1196.5"), ("ISK", "595.25"), ("KWD", "14.6805"), ("EUR", "14.681")]
)
def test_an_amount_with_more_decimals_than_its_currency_is_refused(
    form: str, currency: str, amount: str, now: datetime
) -> None:
    create_customer(now, currency)
    with pytest.raises(WrongFormat) as refused:
        upload(form, currency, amount, "Invoice", now)
    assert "decimals" in refused.value.detail or "does not begin" in refused.value.detail
    assert not BankFile.objects.exists()
