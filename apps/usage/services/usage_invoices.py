"""Invoices for the usage of closed months: metered usage as lines in the customer's language."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import TruncMonth

from apps.billing_profiles.models import BillingProfile
from apps.common.errors import BillingError
from apps.common.languages import say
from apps.common.money import MICROS_PER_UNIT
from apps.common.periods import add_months
from apps.common.transactions import serialized
from apps.invoices import services as invoices
from apps.invoices.errors import NothingToInvoice
from apps.invoices.models import Document
from apps.invoices.paper_words import MINIMUM_CHARGE, count_in
from apps.invoices.usage_lines import UsageLine
from apps.pricing.models import Meter
from apps.tenants.models import Organization
from apps.usage.models import LateUsageDay, MinimumCharge, UsageDay

DRAFTER = "system:draft_usage"
TOKEN = "token"  # noqa: S105  # the unit
BY = ("used_in", "meter__name", "meter__slug", "model", "meter__unit", "meter__counts")
SUMMED = ("quantity", "tokens", "charge")


def draft_usage_invoice(
    *, organization: Organization, month: date, hold_reason: str = "", created_by: str = DRAFTER, now: datetime
) -> Document:
    """Draft the invoice for a postpaid customer's usage through a closed month, given by its first day.

    Raises:
        As `invoices.services.draft_usage`.
    """
    return invoices.draft_usage(
        organization=organization,
        month=month,
        metered=partial(_metered, organization),
        hold_reason=hold_reason,
        created_by=created_by,
        now=now,
    )


@dataclass(frozen=True, slots=True)
class InvoiceToCome:
    """A document for a month as it would be made now, in micros: its lines, net and tax; or why there is none.

    It is an invoice for usage, or a document about usage that credit paid: an invoice, or a credit note with negative
    amounts. Without `is_taxed` the tax is missing, since Stripe Tax calculates it once the invoice is drafted.
    """

    kind: Document.Kind = Document.Kind.USAGE
    lines: tuple[tuple[str, str, int], ...] = ()
    net_micros: int = 0
    tax_micros: int = 0
    missing: str = ""
    is_taxed: bool = True


@serialized
def invoices_to_come(*, organization: Organization, month: date, now: datetime) -> list[InvoiceToCome]:
    """Return the documents for a month as they would be made now; nothing is written."""
    making = _making(organization)
    if not making:
        return [InvoiceToCome(missing="none, as usage is paid with credit")]
    return [found for kind, make in making.items() for found in _to_come(kind, partial(make, month=month, now=now))]


def _to_come(kind: Document.Kind, make: Callable[[], list[Document]]) -> list[InvoiceToCome]:
    try:
        with transaction.atomic():
            found = [_shown(each) for each in make()]
            transaction.set_rollback(True)
    except BillingError as error:
        return [InvoiceToCome(kind, missing=f"none: {error.detail}")]
    return found


def _shown(made: Document) -> InvoiceToCome:
    sign = -1 if made.type == Document.Type.CREDIT_NOTE else 1
    rows = made.lines.order_by("position")
    lines = tuple((row.text, row.quantity, sign * row.signed_micros) for row in rows)
    is_taxed = invoices.is_taxed(made, made.created_at)
    kind = Document.Kind(made.kind)
    return InvoiceToCome(kind, lines, sign * made.net_micros, sign * made.tax_micros, is_taxed=is_taxed)


def customers_to_invoice(organizations: Collection[Organization]) -> list[UUID]:
    """Return the customers who may need an invoice for a month.

    They are postpaid, or what their credit pays contains tax.
    """
    taxed = _with_tax_inside(organizations)
    wanted = {each.pk for each in organizations if each.billing_mode == Organization.BillingMode.POSTPAID}
    return sorted(wanted.union(taxed.values_list("organization", flat=True)))


def invoice_closed_month(*, organization: Organization, month: date, hold_reason: str, now: datetime) -> None:
    """Make the documents of a month after its close, if there is anything to invoice or to credit.

    They are finalized at once if the seller has no review days.

    Raises:
        ProfileIncomplete, NoTaxRule, VatNumberMissing: what an invoice needs is missing.
    """
    for make in _making(organization).values():
        with suppress(NothingToInvoice):
            for made in make(month=month, hold_reason=hold_reason, now=now):
                is_draft = made.state == Document.State.DRAFT
                if is_draft and made.seller.review_days == 0 and not hold_reason:
                    invoices.finalize_or_hold(made.pk, now=now)


def _making(organization: Organization) -> dict[Document.Kind, Callable[..., list[Document]]]:
    """Return the functions that make a customer's documents for a month, given the month and the time."""
    making: dict[Document.Kind, Callable[..., list[Document]]] = {}
    if organization.billing_mode == Organization.BillingMode.POSTPAID:
        making[Document.Kind.USAGE] = partial(_for_usage, organization)
    if _with_tax_inside([organization]).exists():
        making[Document.Kind.CREDIT_USED] = partial(_for_spent_credit, organization)
    return making


def _for_usage(organization: Organization, **of_month: Any) -> list[Document]:
    metered = partial(_metered, organization)
    return [invoices.draft_usage(organization=organization, metered=metered, created_by=DRAFTER, **of_month)]


def _for_spent_credit(
    organization: Organization, *, month: date, now: datetime, hold_reason: str = ""
) -> list[Document]:
    """Make credit notes for usage that credit paid and that was credited back; if none, draft an invoice for it."""
    common: dict[str, Any] = {"organization": organization, "month": month, "created_by": DRAFTER, "now": now}
    metered = partial(_metered, organization)
    return invoices.credit_given_back(**common) or [
        invoices.draft_credit_usage(metered=metered, hold_reason=hold_reason, **common)
    ]


def _with_tax_inside(organizations: Collection[Organization]) -> QuerySet[BillingProfile]:
    """Return the profiles whose seller's prices include tax, or did when credit without tax was spent."""
    had = Document.objects.filter(organization=OuterRef("organization"), kind=Document.Kind.CREDIT_USED)
    rows = BillingProfile.objects.filter(organization__in=organizations)
    return rows.filter(Q(seller__prices_include_tax=True) | Exists(had))


def _metered(organization: Organization, months: Sequence[date], language: str) -> list[UsageLine]:
    return list(metered_lines(organization, months, language)) if months else []


def metered_lines(organization: Organization, months: Sequence[date], language: str) -> Iterator[UsageLine]:
    """Yield a line per month, meter and model from day totals, characters included, then the minimum charges.

    Usage of a closed month that arrived after the close has a line of its own, with the month in which it was used.
    """
    first, end = min(months), add_months(max(months), 1)
    days = {"organization": organization, "day__gte": first, "day__lt": end}
    for row in sorted(_used(days, months), key=_place):
        yield _line(row, _quantity(row, language), "")
    counted = {"organization": organization, "counted_on__gte": first, "counted_on__lt": end}
    minimums = _in_months(MinimumCharge.objects.filter(**counted), "counted_on", months, served_in=F("month"))
    for row in minimums.annotate(charge=Sum("amount_micros")):
        yield _line(row, "", say(language, MINIMUM_CHARGE))


def _used(days: Mapping[str, Any], months: Iterable[date]) -> Iterator[dict[str, Any]]:
    """Yield the sums by month, meter and model: of the usage of the month, and of late usage by its own month."""
    late = list(_summed(_in_months(LateUsageDay.objects.filter(**days), "day", months, served_in=F("corrects_month"))))
    came_late: dict[tuple[Any, ...], Counter[str]] = {}
    for row in late:
        came_late.setdefault(_place(row)[1:], Counter()).update({name: int(row[name]) for name in SUMMED})
    for row in _summed(_in_months(UsageDay.objects.filter(**days), "day", months, served_in=F("used_in"))):
        sums = came_late.get(_place(row)[1:], Counter())
        yield row | {name: int(row[name]) - sums[name] for name in SUMMED}
    yield from late


def _summed(rows: Any) -> Any:
    return rows.annotate(
        quantity=Sum("quantity_micros"),
        tokens=Sum(F("input_tokens") + F("output_tokens")),
        charge=Sum("charge_micros"),
    )


def _place(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(row[name] for name in ("served_in", *BY))


def _in_months(rows: Any, day: str, months: Iterable[date], *, served_in: F) -> Any:
    grouped = rows.order_by().annotate(used_in=TruncMonth(day)).filter(used_in__in=list(months))
    return grouped.annotate(served_in=served_in).values("served_in", *BY).order_by("served_in", *BY)


def _line(row: Any, quantity: str, what: str) -> UsageLine:
    name = ", ".join(filter(None, (row["meter__name"], row["model"])))
    return UsageLine(
        month=row["used_in"],
        served_in=row["served_in"],
        text=f"{name}: {what}" if what else name,
        quantity=quantity,
        exact_micros=int(row["charge"]),
        meter=row["meter__slug"],
        model=row["model"],
    )


def _quantity(row: Any, language: str) -> str:
    if row["meter__counts"] == Meter.Counts.TOKENS:
        return count_in(language, int(row["tokens"]) * MICROS_PER_UNIT + int(row["quantity"]), TOKEN)
    return count_in(language, int(row["quantity"]), str(row["meter__unit"]))
