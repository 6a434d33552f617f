"""From a bank file to paid invoices: import once, proposals, confirmation, unidentified money, returned transfers."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.db import transaction

from apps.approvals.actions import action_of, request_of
from apps.bank import services
from apps.bank.actions import ConfirmLines, SureLine
from apps.bank.debits import DebitKind
from apps.bank.errors import CurrencyDiffers, DoesNotAddUp, KnownFile, LineClosed, UnknownAccount, WrongFormat
from apps.bank.matches import Grade
from apps.bank.models import BankFile, BankIdentity, BankLine, BankStatement, CsvFormat, SellerBook
from apps.bank.services import files
from apps.bank.services.lines import Confirmation, DebitDecision
from apps.bank.services.proposals import proposals_of, sure_lines
from apps.billing_profiles.errors import ValueDateAhead
from apps.billing_profiles.models import Seller, SellerBankAccount
from apps.common.errors import BillingError
from apps.common.money import to_micros
from apps.invoices import services as invoices
from apps.invoices.consistency import invoice_mismatches
from apps.invoices.errors import StateForbids
from apps.invoices.models import Application, Document
from apps.tenants.models import Organization
from apps.wallets.accounts import Role
from apps.wallets.ledger_export import hledger_lines
from apps.wallets.selectors import account_balances, role_balances
from tests.bank.files import IBAN, PAYER, camt, entry
from tests.causes import FAMILIES, posted_families
from tests.invoices.factories import create_customer, create_seller, invoice, pay

pytestmark = pytest.mark.django_db
BY = "staff:ann"


@pytest.fixture
def seller(now: datetime) -> Seller:
    return create_seller(now)


@pytest.fixture
def account(seller: Seller) -> SellerBankAccount:
    return SellerBankAccount.objects.select_related("seller").get(seller=seller)


@pytest.fixture
def acme(now: datetime, seller: Seller) -> Organization:
    return create_customer(now, seller)


@pytest.fixture(autouse=True)
def _invoices_agree_with_the_ledger() -> Iterator[None]:
    yield
    assert invoice_mismatches() == []
    assert posted_families() - FAMILIES == set()


def imported_lines(now: datetime, *entries: str, closing: str, **fields: object) -> list[BankLine]:
    """Import a CAMT file and return its new lines."""
    file = services.upload_bank_file(
        file_name="camt.xml", raw=camt(entries, closing=closing, **fields), account=None, created_by=BY, now=now
    )
    services.import_bank_file(file_id=file.pk, created_by=BY, now=now)
    rows = BankLine.objects.filter(statement__file=file).select_related("account__seller")
    return list(rows.order_by("pk"))


def confirm(line: BankLine, customer: Organization, *documents: Document, now: datetime) -> BankLine:
    wanted = Confirmation(
        line_id=line.pk, organization_id=customer.pk, invoice_ids=tuple(each.pk for each in documents)
    )
    return services.confirm_lines([wanted], created_by=BY, now=now)[0]


def books(organization: Organization) -> dict[str, str]:
    return {str(role): f"{micros / 1_000_000:.2f}" for role, micros in account_balances(organization).items() if micros}


def own_book() -> dict[str, str]:
    book = SellerBook.objects.get()
    return {str(role): f"{micros / 1_000_000:.2f}" for role, micros in role_balances(book.pk, "EUR").items() if micros}


def test_a_named_invoice_is_sure_and_confirming_it_pays_it(acme, account, now):
    made = invoice(acme, now, "1000")
    (line,) = imported_lines(
        now, entry("1190.00", text=f"Rechnung {made.number} danke", day="2026-11-18"), closing="2190.00"
    )
    assert (line.state, line.grade, line.score) == ("proposed", "sure", 110)
    ((found, proposal),) = sure_lines(account)
    assert (found, [claim.id for claim in proposal.claims]) == (line, [made.pk])
    confirm(line, acme, made, now=now)
    made.refresh_from_db()
    line.refresh_from_db()
    assert (made.state, made.paid_on, line.state, line.organization) == ("paid", date(2026, 11, 18), "confirmed", acme)
    assert BankIdentity.objects.get().iban == PAYER
    assert books(acme) == {"manual_receipts": "-1190.00", "revenue": "1000.00", "tax": "190.00"}
    with pytest.raises(LineClosed):
        confirm(line, acme, now=now)
    assert sure_lines(account) == []


def test_a_known_payer_without_a_number_is_likely_also_for_two_invoices(acme, account, now):
    first, second = invoice(acme, now, "1000"), invoice(acme, now, "500")
    (known,) = imported_lines(now, entry("1.00", day="2026-11-18"), closing="1001.00")
    confirm(known, acme, now=now)
    one, both = imported_lines(
        now,
        entry("1190.00", day="2026-11-18", name="Acme"),
        entry("1785.00", day="2026-11-18", name="Acme"),
        opening="1001.00",
        closing="3976.00",
    )
    assert [(each.grade, each.score) for each in (one, both)] == [("likely", 75), ("likely", 70)]
    (best, *_) = proposals_of(both).payments
    assert [claim.id for claim in best.claims] == [first.pk, second.pk]
    confirm(both, acme, first, second, now=now)
    assert {each.state for each in Document.objects.all()} == {"paid"}
    services.match_lines(now=now)
    one.refresh_from_db()
    assert (one.state, one.grade) == ("new", "none")


def test_money_valued_in_closed_books_counts_from_the_first_open_day_and_is_in_time(acme, seller, now):
    before = datetime(2026, 9, 30, tzinfo=UTC)
    made = invoice(acme, before, "1000")
    assert made.due_date == date(2026, 10, 30)
    seller.closed_through = date(2026, 10, 31)
    seller.save()
    (line,) = imported_lines(
        now, entry("1190.00", day="2026-10-29", booked="2026-11-04", text=made.number), closing="2190.00"
    )
    confirm(line, acme, made, now=now)
    row = Application.objects.select_related("transfer").get(document=made)
    assert (row.transfer.effective_at, row.value_date) == (datetime(2026, 11, 1, tzinfo=UTC), date(2026, 10, 29))
    made.refresh_from_db()
    assert made.paid_on is not None
    assert made.paid_on <= made.due_date


def test_an_overpayment_is_unapplied_and_an_underpayment_leaves_an_amount_due(acme, now):
    made, other = invoice(acme, now, "100"), invoice(acme, now, "100")
    more, less = imported_lines(
        now,
        entry("120.00", day="2026-11-18", text=made.number),
        entry("118.81", day="2026-11-18", text=other.number),
        closing="1238.81",
    )
    assert less.score == 60 + 10 + 15 + 5
    confirm(more, acme, made, now=now)
    confirm(less, acme, other, now=now)
    other.refresh_from_db()
    assert (books(acme)["unapplied"], other.left_micros) == ("1.00", to_micros("0.19"))


def test_overlapping_files_import_a_line_once_and_a_gap_is_reported(acme, account, now):
    one, two = entry("1.00", ref="A"), entry("2.00")
    imported_lines(now, one, closing="1001.00")
    assert len(imported_lines(now, one, two, closing="1003.00")) == 1
    later = {"days": ("2026-11-04", "2026-11-05"), "opening": "1010.00"}
    imported_lines(now, closing="1010.00", **later)
    assert [each.warning[:40] for each in BankStatement.objects.order_by("pk")] == [
        "", "", "The statement before, of 2026-11-04, clo",
    ]  # fmt: skip
    with pytest.raises(KnownFile):
        imported_lines(now, one, two, closing="1003.00")


def test_a_file_of_an_unknown_account_or_with_wrong_balances_changes_nothing(acme, now):
    for raw, refused in (
        (camt([entry("1.00")], closing="1001.01"), DoesNotAddUp),
        (camt([entry("1.00")], closing="1001.00", iban=PAYER), UnknownAccount),
        (b"a;b\n1;2\n", UnknownAccount),
        (b"<a/>", WrongFormat),
    ):
        with pytest.raises(refused):
            services.upload_bank_file(file_name="f", raw=raw, account=None, created_by=BY, now=now)
    assert not BankFile.objects.exists()


def test_a_file_with_too_many_lines_is_refused(acme, now, monkeypatch):
    monkeypatch.setattr(files, "MOST_LINES", 1)
    with pytest.raises(WrongFormat, match="more than 1 lines"):
        imported_lines(now, entry("1.00"), entry("1.00"), closing="1002.00")


def test_a_csv_file_is_read_by_the_format_of_its_account(acme, account, now):
    raw = b"Tag;Betrag;Zweck\n18.11.2026;11,90;Danke\n18.11.2026;0,00;Remark\n"
    with pytest.raises(WrongFormat):
        services.upload_bank_file(file_name="f.csv", raw=raw, account=account, created_by=BY, now=now)
    CsvFormat.objects.create(account=account, booking_date="Tag", amount="Betrag", text="Zweck")
    account = SellerBankAccount.objects.get(pk=account.pk)
    file = services.upload_bank_file(file_name="f.csv", raw=raw, account=account, created_by=BY, now=now)
    services.import_bank_file(file_id=file.pk, created_by=BY, now=now)
    assert BankLine.objects.get().amount_micros == to_micros("11.90")


def test_unidentified_money_is_in_our_own_book_until_its_customer_is_found(acme, now, tmp_path):
    made = invoice(acme, now, "10")
    (line,) = imported_lines(now, entry("11.90", day="2026-11-18", name="", iban=""), closing="1011.90")
    services.set_line_aside(line_id=line.pk, reason="Unknown", created_by=BY, now=now)
    assert own_book() == {"manual_receipts": "-11.90", "unidentified": "11.90"}
    confirm(line, acme, made, now=now)
    assert own_book() == {}
    assert books(acme)["manual_receipts"] == "-11.90"
    journal = "".join(hledger_lines())
    assert "liabilities:unidentified:our own EUR" in journal
    assert "assets:bank:our own EUR" in journal


def test_a_failed_confirmation_changes_no_line(acme, seller, now):
    made = invoice(acme, now, "10")
    dollars = create_customer(now, seller, "dollars")
    line, ahead, paid = imported_lines(
        now,
        entry("11.90", day="2026-11-18", text=made.number),
        entry("5.00", day="2026-11-19"),
        entry("1.00", day="2026-11-18"),
        closing="1017.90",
    )
    for wanted, refused in (
        (Confirmation(line_id=ahead.pk, organization_id=acme.pk), ValueDateAhead),
        (Confirmation(line_id=paid.pk, organization_id=dollars.pk, invoice_ids=(made.pk,)), StateForbids),
    ):
        good = Confirmation(line_id=line.pk, organization_id=acme.pk, invoice_ids=(made.pk,))
        with pytest.raises(refused), transaction.atomic():
            services.confirm_lines([good, wanted], created_by=BY, now=now)
    assert {each.state for each in BankLine.objects.all()} <= {"new", "proposed"}
    assert Document.objects.get().state == "open"


def test_a_customer_of_another_seller_does_not_get_the_money(acme, now):
    other = Seller.objects.create(
        legal_name="Other Ltd",
        street="1",
        city="London",
        country="GB",
        tax_currency="GBP",
        created_at=now,
        updated_at=now,
    )
    theirs = create_customer(now, other, "theirs")
    (line,) = imported_lines(now, entry("5.00", day="2026-11-18"), closing="1005.00")
    with pytest.raises(CurrencyDiffers):
        confirm(line, theirs, now=now)


def test_the_sure_lines_are_confirmed_together_as_one_action(acme, seller, account, now):
    beta = create_customer(now, seller, "beta")
    made = [invoice(acme, now, "10"), invoice(beta, now, "20")]
    imported_lines(
        now,
        entry("11.90", day="2026-11-18", text=made[0].number, name="Acme"),
        entry("23.80", day="2026-11-18", text=made[1].number, name="Beta", iban=IBAN),
        closing="1035.70",
    )
    found = sure_lines(account)
    action = ConfirmLines(
        organization_id=None,
        amount_micros=to_micros("35.70"),
        currency="EUR",
        reason="Statement of today",
        key="k",
        lines=tuple(
            SureLine(line.pk, each.organization_id, tuple(claim.id for claim in each.claims), line.amount_micros)
            for line, each in found
        ),
    )
    asked = request_of(action)
    assert action_of(asked) == action
    person = User.objects.create_user("ann")
    changes = {each.what: (each.before, each.after) for each in action.preview(by=person, now=now)}
    assert changes["Lines not confirmed"] == ("2", "0")
    assert changes[f"{made[0].number}, Acme"] == ("11.90 EUR left, open", "0.00 EUR left, paid")
    action.perform(by=person, now=now)
    assert {each.state for each in Document.objects.all()} == {"paid"}


def test_a_transfer_that_the_bank_takes_back_is_proposed_by_its_id_and_opens_the_invoice(acme, now, deliver_outbox):
    made = invoice(acme, now, "10")
    (came,) = imported_lines(now, entry("20.00", day="2026-11-16", text=made.number, e2e="E1"), closing="1020.00")
    money = confirm(came, acme, made, now=now).money
    invoices.pay_back_money(money_id=money.pk, amount=to_micros("3"), key="p", created_by=BY, now=now)
    paid_back, returned = imported_lines(
        now,
        entry("-3.00", day="2026-11-17", text="Refund"),
        entry("-20.00", day="2026-11-17", e2e="E1", code="AC04", reversal=True),
        opening="1020.00",
        closing="997.00",
    )
    assert [(each.state, each.grade) for each in (paid_back, returned)] == [("proposed", "likely")] * 2
    assert [each.kind for each in proposals_of(paid_back).debits] == [DebitKind.KNOWN, DebitKind.PAID_BACK]
    known = DebitDecision(line_id=paid_back.pk, kind=DebitKind.KNOWN, money_id=money.pk)
    services.settle_debit(known, created_by=BY, now=now)
    (proposal,) = proposals_of(returned).debits
    assert (proposal.kind, proposal.score) == (DebitKind.RETURNED, 60 + 30 + 25 + 20)
    decision = DebitDecision(line_id=returned.pk, kind=proposal.kind, money_id=proposal.money_id)
    services.settle_debit(decision, created_by=BY, now=now)
    made.refresh_from_db()
    assert made.state == "open"
    owed = {"invoiced": "-11.90", "revenue": "10.00", "tax": "1.90"}
    assert books(acme) == owed | {"manual_receipts": "3.00", "write_offs": "-3.00"}


def test_unapplied_money_that_we_paid_back_is_booked_by_its_line(acme, now):
    (came,) = imported_lines(now, entry("20.00", day="2026-11-16"), closing="1020.00")
    money = confirm(came, acme, now=now).money
    (went,) = imported_lines(now, entry("-20.00", day="2026-11-17"), opening="1020.00", closing="1000.00")
    (proposal,) = proposals_of(went).debits
    assert proposal.kind == DebitKind.PAID_BACK
    with pytest.raises(LineClosed, match="is a debit and must be settled as a debit"):
        confirm(went, acme, now=now)
    for kind, refused in ((DebitKind.KNOWN, LineClosed), (DebitKind.PAID_BACK, None)):
        decision = DebitDecision(line_id=went.pk, kind=kind, money_id=money.pk)
        if refused:
            with pytest.raises(refused):
                services.settle_debit(decision, created_by=BY, now=now)
        else:
            services.settle_debit(decision, created_by=BY, now=now)
    assert books(acme) == {}


def test_money_recorded_by_hand_is_not_booked_again_from_its_line(acme, now):
    made = invoice(acme, now, "10")
    money = pay(acme, "11.90", now - timedelta(days=1), invoice_id=made.pk)
    (line,) = imported_lines(now, entry("11.90", day="2026-11-18", text=made.number), closing="1011.90")
    found = proposals_of(line)
    assert (found.grade, list(found.recorded)) == (Grade.LIKELY, [money])
    services.link_line(line_id=line.pk, money_id=money.pk, created_by=BY, now=now)
    assert books(acme)["manual_receipts"] == "-11.90"
    (again,) = imported_lines(now, entry("11.90", day="2026-11-17"), opening="1011.90", closing="1023.80")
    with pytest.raises(LineClosed):
        services.link_line(line_id=again.pk, money_id=money.pk, created_by=BY, now=now)


def test_an_ignored_line_can_be_reopened(acme, now):
    (line,) = imported_lines(now, entry("-5.00"), closing="995.00")
    services.ignore_line(line_id=line.pk, reason="Bank charges", created_by=BY, now=now)
    with pytest.raises(BillingError):
        confirm(line, acme, now=now)
    assert services.reopen_line(line_id=line.pk, created_by=BY, now=now).state == "new"


def test_a_credit_note_paid_back_by_bank_is_tied_to_its_debit(acme, now):
    made = invoice(acme, now, "10")
    pay(acme, "11.90", now)
    terms = invoices.CreditTerms(reason="Agreed", destination=Role.MANUAL_RECEIPTS)
    note = invoices.credit_invoice(document_id=made.pk, terms=terms, created_by=BY, now=now)
    (went,) = imported_lines(now, entry("-11.90", day="2026-11-18", text=f"Refund {note.number}"), closing="988.10")
    (proposal,) = proposals_of(went).debits
    decision = DebitDecision(line_id=went.pk, kind=proposal.kind, document_id=proposal.document_id)
    services.settle_debit(decision, created_by=BY, now=now)
    went.refresh_from_db()
    assert (went.state, went.document) == ("confirmed", note)
    assert proposals_of(went).debits == []
