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
from django.db.models import F, QuerySet, Sum
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
    """The invoice for a month as it would be made now, in micros: its lines, net and tax; or why there is none.

    Without `is_taxed` the tax is missing, since Stripe Tax calculates it once the invoice is drafted.
    """

    lines: tuple[tuple[str, str, int], ...] = ()
    net_micros: int = 0
    tax_micros: int = 0
    missing: str = ""
    is_taxed: bool = True


@serialized
def invoice_to_come(*, organization: Organization, month: date, now: datetime) -> InvoiceToCome:
    """Return the invoice for a month's usage as it would be made now; nothing is written."""
    drafting = _drafting(organization)
    if not drafting:
        return InvoiceToCome(missing="none, as usage is paid with credit")
    try:
        with transaction.atomic():
            made = drafting[0](month=month, now=now)
            rows = made.lines.order_by("position")
            lines = tuple((row.text, row.quantity, row.signed_micros) for row in rows)
            transaction.set_rollback(True)
    except BillingError as error:
        return InvoiceToCome(missing=f"none: {error.detail}")
    is_taxed = invoices.is_taxed(made, now)
    return InvoiceToCome(lines, made.net_micros, made.tax_micros, is_taxed=is_taxed)


def customers_to_invoice(organizations: Collection[Organization]) -> list[UUID]:
    """Return the customers who may need an invoice for a month.

    They are postpaid, or their prices include tax, which what their credit paid then contains.
    """
    taxed = _with_tax_inside(organizations)
    wanted = {each.pk for each in organizations if each.billing_mode == Organization.BillingMode.POSTPAID}
    return sorted(wanted.union(taxed.values_list("organization", flat=True)))


def invoice_closed_month(*, organization: Organization, month: date, hold_reason: str, now: datetime) -> None:
    """Draft the invoices of a month after its close, if there is anything to invoice.

    They are finalized at once if the seller has no review days.

    Raises:
        ProfileIncomplete, NoTaxRule, VatNumberMissing: what an invoice needs is missing.
    """
    for draft in _drafting(organization):
        with suppress(NothingToInvoice):
            made = draft(month=month, hold_reason=hold_reason, now=now)
            if made.seller.review_days == 0 and not hold_reason:
                invoices.finalize_or_hold(made.pk, now=now)


def _drafting(organization: Organization) -> list[Callable[..., Document]]:
    """Return the functions that draft a customer's invoices for a month, given the month and the time."""
    common: dict[str, Any] = {
        "organization": organization,
        "metered": partial(_metered, organization),
        "created_by": DRAFTER,
    }
    drafting: list[Callable[..., Document]] = []
    if organization.billing_mode == Organization.BillingMode.POSTPAID:
        drafting.append(partial(invoices.draft_usage, **common))
    if _with_tax_inside([organization]).exists():
        drafting.append(partial(invoices.draft_credit_usage, **common))
    return drafting


def _with_tax_inside(organizations: Collection[Organization]) -> QuerySet[BillingProfile]:
    return BillingProfile.objects.filter(organization__in=organizations, seller__prices_include_tax=True)


def _metered(organization: Organization, months: Sequence[date], language: str) -> list[UsageLine]:
    return list(metered_lines(organization, months, language)) if months else []


def metered_lines(organization: Organization, months: Sequence[date], language: str) -> Iterator[UsageLine]:
    """Yield a line per month, meter and model from day totals, characters included, then the minimum charges.

    Usage of a closed month that came later has a line of its own, with the month of its service.
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
