"""A row for every page of bank statements, of the seller that the rows of invoices made."""

from datetime import datetime

from apps.bank import services
from apps.bank.models import BankLine, CsvFormat
from apps.bank.services.lines import Confirmation
from apps.billing_profiles.models import BillingProfile, SellerBankAccount
from apps.tenants.models import Organization
from tests.bank.files import IBAN, camt, entry

BY = "staff:test"


def create_bank_rows(organization: Organization, now: datetime) -> None:
    """Lines that are confirmed, set aside, ignored, and waiting, also one that left; and a file not imported yet."""
    seller = BillingProfile.objects.get(organization=organization).seller
    account = SellerBankAccount.objects.create(seller=seller, currency=organization.currency, iban=IBAN)
    CsvFormat.objects.create(account=account, booking_date="Day", amount="Amount")
    day = f"{now:%Y-%m-%d}"
    amounts = ("5.00", "6.00", "7.00", "8.00", "-5.00")
    raws = [
        camt([entry(amount, day=day, ref=amount) for amount in amounts], closing="1021.00"),
        camt([entry("1.00", day=day)], closing="1001.00"),
    ]
    for place, raw in enumerate(raws):
        own = raw.replace(b"EUR", organization.currency.encode())
        file = services.upload_bank_file(file_name="camt.xml", raw=own, account=None, created_by=BY, now=now)
        if not place:
            services.import_bank_file(file_id=file.pk, created_by=BY, now=now)
    confirmed, aside, ignored, _, _ = BankLine.objects.order_by("pk")
    wanted = Confirmation(line_id=confirmed.pk, organization_id=organization.pk)
    services.confirm_lines([wanted], created_by=BY, now=now)
    services.set_line_aside(line_id=aside.pk, reason="Unknown", created_by=BY, now=now)
    services.ignore_line(line_id=ignored.pk, reason="Own", created_by=BY, now=now)
