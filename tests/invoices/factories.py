"""A seller with a tax table, a customer with a billing profile, and invoices by hand, in whole units."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from apps.billing_profiles.models import BillingProfile, Seller, SellerBankAccount, TaxRate
from apps.common.money import Micros, to_micros
from apps.common.periods import month_of, parse_month
from apps.invoices import services
from apps.invoices.models import Document, Money
from apps.tenants.models import Organization
from apps.usage.services import draft_usage_invoice, invoice_closed_month
from apps.wallets.models import Wallet
from tests.factories import create_organization

STANDARD, REDUCED = "service", "credit"
OWNED = ("billing_mode", "postpaid_limit_micros", "currency", "anchor_day")  # of the organization, not of its profile


def create_seller(now: datetime, **fields: Any) -> Seller:
    """A German seller who charges 19 % on services and 7 % on credit to customers in Germany."""
    values = {
        "legal_name": "Example GmbH",
        "street": "Hauptstraße 1",
        "postal_code": "10115",
        "city": "Berlin",
        "country": "DE",
        "vat_number": "DE136695976",
        "tax_number": "37/123/45678",
        "register_text": "HRB 12345, Berlin",
        "tax_currency": "EUR",
        "tax_engine": Seller.TaxEngine.TABLE,
        "created_at": now,
        "updated_at": now,
    }
    seller = Seller.objects.create(**values | fields)
    SellerBankAccount.objects.create(seller=seller, currency="EUR", iban="DE89370400440532013000", bic="COBADEFFXXX")
    for product, rate in ((STANDARD, 19_000), (REDUCED, 7_000), ("usage", 19_000)):
        TaxRate.objects.create(
            seller=seller,
            product=product,
            country="DE",
            category="S",
            rate_thousandths=rate,
            valid_from=date(2020, 1, 1),
            created_by="staff:ann",
            created_at=now,
        )
    return seller


def create_seller_with_one_rate(now: datetime, **fields: Any) -> Seller:
    """The same seller with 19 % on credit too."""
    seller = create_seller(now, **fields)
    TaxRate.objects.filter(product=REDUCED).update(rate_thousandths=19_000)
    return seller


def create_customer(now: datetime, seller: Seller, slug: str = "acme", **fields: Any) -> Organization:
    """A customer in Germany, billed in euros by the seller."""
    owned = {name: fields.pop(name) for name in OWNED if name in fields}
    organization = create_organization(now, slug, **{"currency": "EUR"} | owned)
    assert Wallet.objects.filter(organization=organization).exists()
    values = {
        "legal_name": f"{slug.title()} AG",
        "street": "Ring 5",
        "postal_code": "80331",
        "city": "München",
        "country": "DE",
        "created_at": now,
        "updated_at": now,
    }
    BillingProfile.objects.create(organization=organization, seller=seller, **values | fields)
    return organization


def terms(*amounts: str, product: str = STANDARD, **fields: Any) -> services.DraftTerms:
    """A line for each amount."""
    lines = [
        services.LineTerms(text=f"Consulting {place}", amount=to_micros(each), product=product)
        for place, each in enumerate(amounts, 1)
    ]
    return services.DraftTerms(lines=lines, **fields)


def draft(organization: Organization, now: datetime, *amounts: str, **fields: Any) -> Document:
    """A draft with a line for each amount."""
    return services.draft_invoice(
        organization=organization, terms=terms(*amounts, **fields), created_by="staff:ann", now=now
    )


def finalize(document: Document, now: datetime) -> Document:
    """Finalize a draft at the total that it shows."""
    return services.finalize_invoice(
        document_id=document.pk, total=Micros(document.total_micros), created_by="staff:ann", now=now
    )


def invoice(organization: Organization, now: datetime, *amounts: str, **fields: Any) -> Document:
    """A finalized invoice with a line for each amount."""
    return finalize(draft(organization, now, *amounts, **fields), now)


def pay(
    organization: Organization, amount: str, now: datetime, *, key: str = "b1", invoice_id: UUID | None = None
) -> Money:
    """Money by bank, with today's value date."""
    transfer = services.BankTransfer(
        organization=organization,
        amount=to_micros(amount),
        value_date=now.date(),
        reference=f"Transfer {key}",
        key=key,
        invoice_ids=None if invoice_id is None else (invoice_id,),
    )
    return services.record_bank_transfer(transfer, created_by="staff:ann", now=now)


def bill(organization: Organization, now: datetime, **seller: Any) -> BillingProfile:
    """Give a customer a billing profile, of a seller without tax who finalizes invoices for usage at once."""
    made, _ = Seller.objects.get_or_create(
        legal_name="Example Inc.",
        defaults={
            "street": "1 Main Street",
            "city": "Springfield",
            "country": "US",
            "tax_currency": organization.currency,
            "register_text": "No. 12345",
            "untaxed_reason": "Outside the scope of tax",
            "review_days": 0,
            "created_at": now,
            "updated_at": now,
        }
        | seller,
    )
    values = {
        "seller": made,
        "legal_name": f"{organization.name} Inc.",
        "street": "5 Side Street",
        "city": "Springfield",
        "country": "US",
        "updated_at": now,
    }
    profile, _ = BillingProfile.objects.update_or_create(
        organization=organization, defaults=values, create_defaults={**values, "created_at": now}
    )
    return profile


def invoice_usage(organization: Organization, month: str, now: datetime) -> Document:
    """Draft the invoice for the usage through a month, such as 2026-11; without review days it is finalized."""
    made = draft_usage_invoice(organization=organization, month=parse_month(month).start.date(), now=now)
    return made if made.seller.review_days else finalize(made, now)


def invoice_spent_credit(organization: Organization, now: datetime) -> Document:
    """Invoice, or credit, what credit without tax paid in the month of a time; return the new document."""
    invoice_closed_month(organization=organization, month=month_of(now).start.date(), hold_reason="", now=now)
    made = Document.objects.filter(organization=organization, kind=Document.Kind.CREDIT_USED).latest("book_number")
    return finalize(made, now) if made.state == Document.State.DRAFT else made
