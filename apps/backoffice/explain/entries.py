"""The parts of a wallet's entry, as the API explains them: lines by price, rows of usage, and the grants that paid."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.http import urlencode

from apps.backoffice.components import Block, Cell, Link, Table, amount_of, feet, moment, money
from apps.backoffice.explain.links import why
from apps.backoffice.explain.page import SHOWN, change
from apps.common.admin import count_text
from apps.usage.models import UsagePosting
from apps.usage.selectors import EntryExplanation, PostedRow, posted_lines
from apps.usage.selectors.explanations import EVENT
from apps.wallets.models import Grant
from apps.wallets.selectors import ExplainedEntry, explained_entry, wallet_entry_of


def entry_blocks(explanation: EntryExplanation, unit: str) -> Sequence[Block]:
    """Return the tables that explain an entry; those of usage only if it charged or credited back usage."""
    posting, sign = explanation.posting, explanation.sign
    usage = [] if posting is None else usage_blocks(posting, explanation.rows, unit, sign)
    return [_grants(explanation.explained, unit, "Its credit"), *usage]


def usage_blocks(posting: UsagePosting, rows: Sequence[PostedRow], unit: str, sign: int = 1) -> Sequence[Table]:
    """Return a charge's rows by price, and the first rows one by one; `sign` is -1 if it was credited back."""
    lines, charges = posted_lines(rows), [sign * each.charge_micros for each in rows]
    by_price = [
        [
            Cell(each.meter),
            Cell(each.model),
            Cell(
                "Open" if each.price_version_id else "None",
                change("pricing_priceversion", each.price_version_id) if each.price_version_id else "",
            ),
            Cell(count_text(each.count)),
            amount_of(each.quantity_micros),
            money(sign * each.charge_micros, unit),
        ]
        for each in lines
    ]
    columns = ["Meter", "Model", "Price", "Rows", "Quantity", "Charged"]
    total = feet(columns, 5, [sign * each.charge_micros for each in lines], sum(charges), unit, is_cut=False)
    one_by_one = [
        [
            moment(each.occurred_at or each.counted_on, _page_of(posting, each)),
            Cell(each.meter),
            Cell(each.model),
            Cell(each.id),
            money(sign * each.charge_micros, unit),
        ]
        for each in rows[:SHOWN]
    ]
    everything = f"{reverse('admin:usage_usageevent_changelist')}?{urlencode({'posting__id__exact': str(posting.pk)})}"
    heads = ["When", "Meter", "Model", "Id", "Charged"]
    last = feet(heads, 4, charges[:SHOWN], sum(charges), unit, is_cut=len(charges) > SHOWN)
    return [
        Table(title="What it charged, by price", columns=columns, rows=by_price, feet=total),
        Table(
            title=f"Its rows, first {SHOWN}",
            columns=heads,
            rows=one_by_one,
            links=[Link("All of them", everything)],
            feet=last,
        ),
    ]


def _page_of(posting: UsagePosting, row: PostedRow) -> str:
    """Return the address that explains an event, by its key, or by month, organization and key if it is archived."""
    if row.kind != EVENT:
        return ""
    if row.archived_month is None:
        return why("event", row.position)
    return why("event", f"{row.archived_month:%Y-%m}", posting.organization_id, row.position)


def paid_by(posting: UsagePosting, unit: str) -> Sequence[Table]:
    """Return the grants that paid a charge; nothing if it moved no money."""
    organization, transfer_id = posting.organization, posting.transfer_id
    entry_id = None if transfer_id is None else wallet_entry_of(organization, transfer_id)
    if entry_id is None:
        return []
    return [_grants(explained_entry(organization, entry_id), unit, "Credit that paid the charge")]


def _grants(explained: ExplainedEntry, unit: str, title: str) -> Table:
    """Return the grants that it consumed or created, its shortfall, and the grants that covered that later."""
    parts = [(each, "") for each in explained.grants] + [(each, "Later") for each in explained.later]
    said = dict(Grant.objects.filter(pk__in=[pk for (pk, *_), _ in parts[:SHOWN]]).values_list("pk", "description"))
    rows = [
        [Cell(Grant.Source(source).label, why("grant", pk)), Cell(said[pk]), Cell(when), money(micros, unit)]
        for (pk, source, micros), when in parts[:SHOWN]
    ]
    if explained.shortfall_micros:
        rows.append([Cell("Not covered by credit"), Cell(""), Cell(""), money(explained.shortfall_micros, unit)])
    columns, amounts = ["Grant", "Description", "", "Amount"], [micros for _, _, micros in explained.grants]
    shown = [*amounts[:SHOWN], explained.shortfall_micros]
    last = feet(columns, 3, shown, sum(amounts) + explained.shortfall_micros, unit, is_cut=len(parts) > SHOWN)
    return Table(title=title, columns=columns, rows=rows, empty="None.", feet=last)
