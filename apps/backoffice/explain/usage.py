"""Explains usage costs: months, days, charges and events, down to the price version."""

from datetime import date, datetime

from django.db.models import Count, Q, Sum
from django.db.models.functions import Coalesce
from django.http import Http404
from django.urls import reverse
from django.utils.http import urlencode

from apps.backoffice.components import Cell, Facts, Link, Table, amount_of, feet, moment, money
from apps.backoffice.explain.entries import paid_by, usage_blocks
from apps.backoffice.explain.links import parts_of, why
from apps.backoffice.explain.page import SHOWN, Page, change, found, number, uuid
from apps.backoffice.pages import row_title
from apps.common.admin import actor_text, count_text, day_text
from apps.common.periods import parse_month
from apps.pricing.token_kinds import KINDS
from apps.tenants.models import Organization
from apps.usage.event_calls import cost_text, lines_of_row
from apps.usage.models import EventCorrection, UsageDay, UsageEvent, UsagePosting
from apps.usage.selectors import Events, archived_event, events_of_day, posted_rows

MOST_DAYS = 2_000


def posting_page(identity: str) -> Page:
    """Explain one charge: its events, characters or minimum."""
    posting = found(UsagePosting.objects.select_related("organization").filter(pk=uuid(identity)).first())
    unit = posting.organization.currency
    facts = [
        (
            "Charged",
            money(posting.amount_micros, unit, why("transfer", posting.transfer_id) if posting.transfer_id else ""),
        ),
        ("For", Cell(f"{posting.get_kind_display()}: {count_text(posting.item_count)}")),
        ("When", moment(posting.created_at)),
    ]
    return Page(
        title="A charge for usage",
        organization=posting.organization,
        blocks=[
            Facts(title="The charge", rows=facts),
            *paid_by(posting, unit),
            *usage_blocks(posting, posted_rows(posting), unit),
        ],
    )


def _events(title: str, found: Events, unit: str, **narrowed: str) -> Table:
    rows = [
        [
            moment(event.occurred_at, why("event", *_identity(event, month))),
            Cell(event.meter_slug),
            Cell(event.model or event.operation or event.event_type),
            Cell(event.event_id),
            money(event.charge_micros, unit),
        ]
        for event, month in ((each.event, each.month) for each in found.listed)
    ]
    everything = f"{reverse('admin:usage_usageevent_changelist')}?{urlencode(narrowed)}"
    columns = ["When", "Meter", "Model or type", "Id", "Charged"]
    charges = [each.event.charge_micros for each in found.listed]
    last = feet(columns, 4, charges, found.charge_micros, unit, is_cut=found.count > len(charges))
    return Table(title=title, columns=columns, rows=rows, links=[Link("All of them", everything)], feet=last)


def _identity(event: UsageEvent, month: date | None) -> tuple[object, ...]:
    """Return an event's identity: its key, or month, organization and key if its month is archived."""
    return (f"{month:%Y-%m}", event.organization_id, event.pk) if month else (event.pk,)


def _event(identity: str) -> UsageEvent:
    label, *rest = parts_of(identity, 1, 3)
    if not rest:
        rows = UsageEvent.objects.select_related(
            "organization", "posting__organization", "price_version__book", "price_version__meter"
        )
        return found(rows.filter(pk=number(label)).first())
    try:
        month = parse_month(label).start.date()
    except ValueError as error:
        raise Http404 from error
    return found(archived_event(month, uuid(rest[0]), number(rest[1])))


def event_page(identity: str) -> Page:
    """Explain one event: its quantity, its price, and what it added to the month's running total."""
    event = _event(identity)
    unit, version = event.organization.currency, event.price_version
    reported = event.reported_micros
    counted = [
        *([] if reported is None else [("Quantity reported", amount_of(reported))]),
        ("Quantity" if reported is None else "Change of the month's figure", amount_of(event.quantity_micros)),
        ("Input tokens", Cell("" if event.input_tokens is None else count_text(event.input_tokens))),
        ("Output tokens", Cell("" if event.output_tokens is None else count_text(event.output_tokens))),
        ("Added to the month's total", money(event.charge_micros, unit)),
        ("What it cost us", Cell(cost_text(event))),
    ]
    facts = [
        ("Occurred", moment(event.occurred_at)),
        ("Received", moment(event.recorded_at)),
        ("State", Cell(f"{event.get_state_display()} {event.get_reason_display() if event.reason else ''}".strip())),
        ("Source and id", Cell(f"{event.source} {event.event_id}")),
        ("Included in charge", Cell("Open", why("posting", event.posting_id)) if event.posting_id else Cell("None")),
        ("Price", Cell(row_title(version), change("pricing_priceversion", version.pk)) if version else Cell("None")),
        ("Price book", Cell(version.book.name if version else "")),
        *_corrections(event),
    ]
    return Page(
        title=f"Event {event.event_id}",
        organization=event.organization,
        blocks=[
            Facts(title="The event", rows=facts),
            Facts(title="What it counted", rows=counted),
            *_kinds(event, unit),
            *(paid_by(event.posting, unit) if event.posting else []),
        ],
    )


def _kinds(event: UsageEvent, unit: str) -> list[Table]:
    """Return the parts of a model call's charge, by token kind and unit."""
    version = event.price_version
    lines = lines_of_row(event, version.rule) if version is not None else []
    rows = [
        [
            Cell(name),
            Cell(count_text(counted), is_money=True) if name in KINDS else amount_of(counted),
            money(micros, unit),
        ]
        for name, counted, micros in lines
    ]
    columns = ["Token kind or unit", "Quantity", "Part of the charge"]
    last = feet(columns, 2, [micros for _, _, micros in lines], event.charge_micros, unit, is_cut=False)
    return [Table(title="Its charge by kind", columns=columns, rows=rows, feet=last)] if rows else []


def _corrections(event: UsageEvent) -> list[tuple[str, Cell]]:
    """Return the event that this one voids, and the one that voided or replaced it, each with the reason."""
    rows = EventCorrection.objects.filter(Q(event=event.pk) | Q(void=event.pk) | Q(replacement=event.pk)).order_by("pk")
    told = []
    for row in rows:
        said = f"{row.reason} ({actor_text(row.created_by)})"
        if row.event != event.pk:
            title = "Voids" if row.void == event.pk else "Replaces"
            told.append((title, Cell(said, why("event", row.event))))
            continue
        told.append(("Voided", Cell(said, why("event", row.void) if row.void else "")))
        if row.replacement is not None:
            told.append(("Replaced by", Cell(said, why("event", row.replacement))))
    return told


def usage_page(identity: str) -> Page:
    """Explain a month's usage by day and meter, from the rollups."""
    owner, label = parts_of(identity, 2)
    organization = found(Organization.objects.filter(pk=uuid(owner)).first())
    try:
        month = parse_month(label)
    except ValueError as error:
        raise Http404 from error
    days = UsageDay.objects.filter(
        organization=organization, day__gte=month.start.date(), day__lt=month.end.date()
    ).select_related("meter")
    shown = list(days.order_by("day", "meter__slug", "pk")[:MOST_DAYS])
    rows = [
        [
            Cell(day_text(row.day), why("day", organization.pk, row.day, row.meter.slug)),
            Cell(row.meter.slug),
            Cell(row.model or row.operation or row.event_type),
            Cell(count_text(row.event_count)),
            money(row.charge_micros, organization.currency),
        ]
        for row in shown
    ]
    columns, charges = ["Day", "Meter", "", "Events", "Charged"], [row.charge_micros for row in shown]
    sums = days.aggregate(total=Coalesce(Sum("charge_micros"), 0), count=Count("pk"))
    last = feet(columns, 4, charges, int(sums["total"]), organization.currency, is_cut=sums["count"] > len(shown))
    table = Table(title=f"Usage in {label}, by day and meter", columns=columns, rows=rows, feet=last)
    return Page(title=f"Usage in {label}", organization=organization, blocks=[table])


def day_page(identity: str) -> Page:
    """List the events behind a day's total of a meter."""
    owner, date, slug = parts_of(identity, 3)
    organization = found(Organization.objects.filter(pk=uuid(owner)).first())
    try:
        day = datetime.strptime(date, "%Y-%m-%d").date()  # noqa: DTZ007
    except ValueError as error:
        raise Http404 from error
    table = _events(
        f"Events of {slug} on {day_text(day)}, first {SHOWN}",
        events_of_day(organization.pk, day, slug, limit=SHOWN),
        organization.currency,
        organization__id__exact=str(organization.pk),
        counted_on__exact=str(day),
        meter_slug=slug,
    )
    return Page(title=f"{slug} on {day_text(day)}", organization=organization, blocks=[table])
