"""The tab about the customer as a buyer: its billing profile."""

from collections.abc import Sequence
from datetime import datetime

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode

from apps.backoffice.components import Block, Cell, Facts, Link, Table
from apps.billing_profiles.models import BillingProfile
from apps.common.reader import day_text
from apps.common.territories import countries
from apps.tenants.models import Organization


def billing_profile(request: HttpRequest, organization: Organization, now: datetime) -> Sequence[Block]:
    """Return the billing profile, with a link to change it."""
    profile = BillingProfile.objects.select_related("seller", "owner").filter(pk=organization.pk).first()
    if profile is None:
        query = urlencode({"organization": str(organization.pk)})
        add = f"{reverse('admin:billing_profiles_billingprofile_add')}?{query}"
        links = [Link("Add a billing profile", add)] if _may(request, "add") else []
        return [
            Table(title="Billing profile", columns=[], rows=[], empty="None: no invoice can be issued.", links=links)
        ]
    change = reverse("admin:billing_profiles_billingprofile_change", args=[profile.pk])
    links = [Link("Change", change)] if _may(request, "change") else []
    parts = (
        ("Buyer", _buyer(profile), links),
        ("Invoices", _invoices(profile), ()),
        ("Our data", _our_side(profile), ()),
    )
    return [
        Facts(title=title, rows=[(name, Cell(value)) for name, value in rows if value], links=shown)
        for title, rows, shown in parts
    ]


def _may(request: HttpRequest, what: str) -> bool:
    return request.user.has_perm(f"billing_profiles.{what}_billingprofile")


def _buyer(profile: BillingProfile) -> list[tuple[str, str]]:
    country = countries().get(profile.country, profile.country)
    exemption = profile.exemption_reason and " ".join(
        each
        for each in (
            profile.exemption_reason,
            profile.exemption_certificate,
            f"from {day_text(profile.exempt_from)}" if profile.exempt_from else "",
            f"to {day_text(profile.exempt_to)}" if profile.exempt_to else "",
        )
        if each
    )
    return [
        ("Legal name", profile.legal_name),
        ("Kind", profile.get_kind_display()),
        ("Address", ", ".join(each for each in (*profile.address_lines(), country) if each)),
        ("VAT number", profile.vat_number),
        ("Exempt from tax", exemption),
    ]


def _invoices(profile: BillingProfile) -> list[tuple[str, str]]:
    seller = profile.seller
    return [
        ("Seller", str(seller)),
        ("Due after", f"{profile.days_until_due()} days" + ("" if profile.terms_days else ", as the seller has it")),
        ("Purchase order", profile.purchase_order),
        ("Buyer reference", profile.buyer_reference),
        ("Delivery of invoices", profile.get_delivery_display()),
        ("E-invoice", profile.get_e_invoice_display()),
        ("Language", profile.get_language_display() or f"{seller.get_language_display()}, as the seller has it"),
    ]


def _our_side(profile: BillingProfile) -> list[tuple[str, str]]:
    ids = ", ".join(str(each) for each in profile.external_ids.order_by("system", "value"))
    return [
        ("Owner", str(profile.owner or "Nobody")),
        ("Tags", ", ".join(profile.tags) or "None"),
        ("Ids in other systems", ids or "None"),
    ]
