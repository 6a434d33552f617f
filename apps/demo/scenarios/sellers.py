"""Two sellers and their buyers: a German company with a tax table, and an American one that charges no tax."""

from datetime import date, datetime
from typing import Any

from apps.billing_profiles.models import BillingProfile, NumberRange, Seller, SellerBankAccount, TaxRate
from apps.billing_profiles.services import create_profile
from apps.demo.scenarios.main_customers import ACME, GLOBEX, HISTORY, INITECH
from apps.demo.timeline import CREATED_BY, Demo, Step
from apps.mail.services import ContactValues, replace_contacts

GMBH: dict[str, Any] = {
    "legal_name": "Example Cloud GmbH",
    "street": "Torstraße 1",
    "postal_code": "10119",
    "city": "Berlin",
    "country": "DE",
    "register_text": "HRB 123456, Amtsgericht Charlottenburg",
    "vat_number": "DE123456788",
    "footer": "Geschäftsführung: Erika Beispiel",
    "time_zone": "Europe/Berlin",
    "tax_currency": "EUR",
    "tax_engine": Seller.TaxEngine.TABLE,
}
INC: dict[str, Any] = {
    "legal_name": "Example Cloud Inc.",
    "street": "1 Market Street",
    "postal_code": "94105",
    "city": "San Francisco",
    "region": "CA",
    "country": "US",
    "register_text": "Delaware file number 1234567",
    "tax_number": "12-3456789",
    "time_zone": "America/Los_Angeles",
    "tax_currency": "USD",
    "untaxed_reason": "No sales tax is due on this service.",
}
# Rates of the German seller: at home, reverse charge in the EU countries where it sells, and everywhere else.
RATES: tuple[dict[str, Any], ...] = (
    {"country": "DE", "category": "S", "rate_thousandths": 19_000},
    *(
        {
            "country": country,
            "customer_kind": BillingProfile.CustomerKind.BUSINESS,
            "needs_vat_number": True,
            "category": "AE",
            "reason": "Reverse charge",
            "vatex_code": "VATEX-EU-AE",
        }
        for country in ("AT", "FR", "NL")
    ),
    {"country": "", "category": "O", "reason": "Not taxable in Germany (section 3a UStG)"},
)
BUYERS: dict[str, dict[str, Any]] = {
    ACME: {
        "legal_name": "Acme Robotics, Inc.",
        "street": "500 Howard Street",
        "postal_code": "94105",
        "city": "San Francisco",
        "region": "CA",
        "country": "US",
        "purchase_order": "PO-2048",
        "tags": ["robotics"],
    },
    GLOBEX: {
        "legal_name": "Globex Deutschland GmbH",
        "street": "Mainzer Landstraße 50",
        "postal_code": "60325",
        "city": "Frankfurt am Main",
        "country": "DE",
        "vat_number": "DE123456815",
        "buyer_reference": "Cost center 4711",
        "tags": ["pilot", "vip"],
    },
    INITECH: {
        "legal_name": "Initech K.K.",
        "street": "2-1-1 Marunouchi, Chiyoda-ku",
        "postal_code": "100-0005",
        "city": "Tokyo",
        "country": "JP",
    },
}
EXTERNAL_IDS = {ACME: [("crm", "0012400000AcmeQ")], GLOBEX: [("crm", "0012400000GlbxQ"), ("accounting", "10042")]}


def steps(demo: Demo) -> list[Step]:
    """Return one step: the sellers and profiles exist from the beginning."""
    return [Step(demo.now - HISTORY, lambda at: _make(demo, at))]


def _make(demo: Demo, at: datetime) -> None:
    gmbh = Seller.objects.create(**GMBH, created_at=at, updated_at=at)
    inc = Seller.objects.create(**INC, created_at=at, updated_at=at)
    SellerBankAccount.objects.create(
        seller=gmbh, currency="EUR", iban="DE89370400440532013000", bic="COBADEFFXXX", bank_name="Commerzbank"
    )
    first = date(at.year, 1, 1)
    for rate in RATES:
        TaxRate.objects.create(seller=gmbh, **rate, valid_from=first, created_by=CREATED_BY, created_at=at)
    for seller, letters in ((gmbh, "DE"), (inc, "US")):
        NumberRange.objects.create(
            seller=seller, kind=NumberRange.Kind.INVOICE, year=at.year, pattern=f"TEST-{letters}-{{year}}-{{n:05}}"
        )
    for slug, values in BUYERS.items():
        organization = demo.organizations[slug]
        create_profile(
            organization=organization,
            seller=inc if slug == ACME else gmbh,
            values=values,
            external_ids=EXTERNAL_IDS.get(slug, []),
            now=at,
        )
        contact = ContactValues("Accounts payable", f"billing@{slug}.example", ("billing", "alerts"))
        replace_contacts(organization_id=organization.pk, contacts=[contact], now=at)
