"""Queries on sellers and customers, for documents."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from apps.billing_profiles.errors import ProfileIncomplete, TaxedByStripe
from apps.billing_profiles.models import BillingProfile, ExternalId, Seller, TaxRate
from apps.billing_profiles.models.addresses import ADDRESS
from apps.billing_profiles.tax_amounts import tax_on
from apps.billing_profiles.tax_choice import Buyer, Exemption, TaxChoice, TaxOnTop, TaxRule, TaxTable
from apps.common.money import Micros, payable_step
from apps.tenants.models import Organization

MOST = 8


def profile_of(organization: Organization) -> BillingProfile | None:
    """Return a customer's billing profile, or None."""
    return getattr(organization, "billing_profile", None)


def customers_known_as(text: str) -> list[tuple[Organization, str]]:
    """Return the customers that have a text as an external id, a VAT number or a tag, and which of the three matched.

    Each search uses an index.
    """
    ids = ExternalId.objects.filter(value=text).select_related("profile__organization")[:MOST]
    found = [(each.profile.organization, str(each)) for each in ids]
    compact = text.replace(" ", "").upper()
    profiles = BillingProfile.objects.select_related("organization")
    found += [(each.organization, f"VAT number {compact}") for each in profiles.filter(vat_number=compact)[:MOST]]
    tagged = profiles.filter(tags__contains=[text.lower()])[:MOST]
    return found + [(each.organization, f"tag {text.lower()}") for each in tagged]


def complete_profile(organization_id: UUID) -> BillingProfile:
    """Return a customer's billing profile with its seller, for a document.

    Raises:
        ProfileIncomplete: there is none, or it or the seller lacks what an invoice needs; the detail names each field.
    """
    profile = _required(organization_id)
    missing = [f"customer: {name}" for name in profile.missing_address_fields()]
    seller = profile.seller
    missing += [f"seller: {name}" for name in seller.missing_address_fields()]
    if seller.tax_engine != Seller.TaxEngine.NONE and not (seller.vat_number or seller.tax_number):
        missing.append("seller: VAT number or tax number")
    if missing:
        raise ProfileIncomplete(f"Empty: {', '.join(each.replace('_', ' ') for each in missing)}.")
    return profile


def missing_for_invoices(organization_id: UUID) -> str:
    """Return what a customer lacks for invoices, as a sentence; empty if it lacks nothing."""
    try:
        complete_profile(organization_id)
    except ProfileIncomplete as error:
        return error.detail
    return ""


def lacking_profile(rows: QuerySet[Organization]) -> QuerySet[Organization]:
    """Return the customers that cannot be invoiced, since their billing profile or their seller lacks something.

    The conditions are those of `complete_profile`.
    """
    seller = "billing_profile__seller__"
    taxed = ~Q(**{f"{seller}tax_engine": Seller.TaxEngine.NONE})
    lacks = Q(billing_profile=None) | taxed & Q(**{f"{seller}vat_number": "", f"{seller}tax_number": ""})
    for name in ADDRESS:
        lacks |= Q(**{f"billing_profile__{name}": ""}) | Q(**{f"{seller}{name}": ""})
    return rows.filter(lacks)


def seller_of(organization_id: UUID) -> Seller:
    """Return the seller of a customer.

    Raises:
        ProfileIncomplete: the customer has no billing profile.
    """
    return _required(organization_id).seller


def paper_language(organization_id: UUID) -> str:
    """Return the language of a customer's papers: its own, else its seller's; empty without a billing profile."""
    profile = _found(organization_id)
    return "" if profile is None else profile.language or profile.seller.language


def mail_sender(organization_id: UUID) -> str:
    """Return the sender of a customer's emails: its seller's; empty without one."""
    profile = _found(organization_id)
    return "" if profile is None else profile.seller.mail_sender


def delivers_by_mail(organization_id: UUID) -> bool:
    """Return whether a customer's invoices and credit notes are emailed once they have a number."""
    return BillingProfile.objects.filter(pk=organization_id, delivery=BillingProfile.Delivery.EMAIL).exists()


def wants_facturx(organization_id: UUID) -> bool:
    """Return whether the PDF of a customer's documents has Factur-X inside."""
    return BillingProfile.objects.filter(pk=organization_id, e_invoice=BillingProfile.EInvoice.FACTURX).exists()


def tax_table(profile: BillingProfile) -> TaxTable:
    """Return the rules for the tax of a customer's lines, from its profile and its seller's table.

    Raises:
        TaxedByStripe: there is no table, since Stripe calculates the tax.
    """
    seller = profile.seller
    if seller.tax_engine == Seller.TaxEngine.STRIPE:
        raise TaxedByStripe
    untaxed = None
    rows: list[TaxRate] = []
    if seller.tax_engine == Seller.TaxEngine.NONE:
        untaxed = TaxChoice(seller.untaxed_category, 0, seller.untaxed_reason)
    else:
        rows = list(TaxRate.objects.filter(seller=seller, country__in=["", profile.country]))
    return TaxTable(tuple(map(rule_of, rows)), buyer_of(profile), seller.vat_number, untaxed)


def require_invoices(organization_id: UUID, product: str, now: datetime) -> None:
    """Refuse what is to be invoiced to a customer for whom no invoice could be made today.

    Raises:
        ProfileIncomplete: the customer or its seller lacks what an invoice needs; the detail names each field.
        NoTaxRule, VatNumberMissing: the seller's tax table has no rate for it.
    """
    profile = complete_profile(organization_id)
    if profile.seller.tax_engine != Seller.TaxEngine.STRIPE:
        tax_table(profile).choose(product, profile.seller.day_of(now))


def require_tax(organization_id: UUID, products: Iterable[str], now: datetime) -> None:
    """Refuse what is to be invoiced to a customer with a complete billing profile if its tax would not be known today.

    Raises:
        NoTaxRule, VatNumberMissing: the seller's tax table has no rate for one of the products.
    """
    if not missing_for_invoices(organization_id):
        for product in products:
            require_invoices(organization_id, product, now)


def tax_on_credit(organization: Organization, amount: Micros, now: datetime) -> TaxOnTop:
    """Return the tax that is charged on top of bought credit of an amount in micros.

    There is none if prices include tax, because the tax is then in the usage that the credit pays for. A customer
    without a billing profile has no seller yet, and pays none.

    Raises:
        NoTaxRule, VatNumberMissing: the seller's tax table has no rate for it.
        TaxedByStripe: Stripe has to be asked.
    """
    profile = _found(organization.pk)
    if profile is None or profile.seller.prices_include_tax:
        return TaxOnTop()
    choice = tax_table(profile).choose(TaxRate.Product.CREDIT, profile.seller.day_of(now))
    return TaxOnTop(tax_on(amount, choice.rate, payable_step(organization.currency)), choice)


def buyer_of(profile: BillingProfile) -> Buyer:
    """Return the properties of a customer that decide its tax."""
    exemption = None
    if profile.exempt_from is not None:
        exemption = Exemption(
            profile.exemption_reason, profile.exemption_certificate, profile.exempt_from, profile.exempt_to
        )
    return Buyer(profile.country, profile.region, profile.kind, profile.vat_number, exemption)


def rule_of(row: TaxRate) -> TaxRule:
    """Return a row of the tax table as a rule."""
    return TaxRule(
        id=row.pk,
        product=row.product,
        country=row.country,
        region=row.region,
        customer_kind=row.customer_kind,
        needs_vat_number=row.needs_vat_number,
        category=row.category,
        rate=row.rate_thousandths,
        reason=row.reason,
        vatex_code=row.vatex_code,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
    )


def _found(organization_id: UUID) -> BillingProfile | None:
    return BillingProfile.objects.select_related("seller").filter(pk=organization_id).first()


def _required(organization_id: UUID) -> BillingProfile:
    profile = _found(organization_id)
    if profile is None:
        raise ProfileIncomplete("The customer has no billing profile.")
    return profile
