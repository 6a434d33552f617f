"""The amounts of a document's lines without tax, which prices that include it do not state."""

from collections.abc import Mapping, Sequence

from apps.billing_profiles.tax_amounts import net_of
from apps.common.money import split
from apps.invoices.models import Document, DocumentLine, DocumentTax

Positions = list[tuple[DocumentLine, int]]


def net_positions(
    document: Document, lines: Sequence[DocumentLine], taxes: Sequence[DocumentTax]
) -> tuple[Positions, Positions]:
    """Return the lines and the reductions of a document with their net amounts in micros, which are not negative."""
    nets = net_lines(
        [(line.tax_category, line.tax_rate, line.signed_micros) for line in lines],
        {(tax.category, tax.rate): tax.base_micros for tax in taxes},
        step=document.step,
        is_gross=document.prices_include_tax,
    )
    found: tuple[Positions, Positions] = ([], [])
    for line, net in zip(lines, nets, strict=True):
        found[line.is_reduction].append((line, abs(net)))
    return found


def exact_net(document: Document, line: DocumentLine) -> int | None:
    """Return the sum of a line's charges without tax, in micros; None if it has no charges."""
    if line.exact_micros is None or not document.prices_include_tax:
        return line.exact_micros
    return net_of(line.exact_micros, line.tax_rate, 1)


def net_lines(
    lines: Sequence[tuple[str, int, int]], groups: Mapping[tuple[str, int], int], *, step: int, is_gross: bool
) -> list[int]:
    """Return the net amounts of lines, given as category, rate and amount in micros; reductions are negative.

    If prices include tax, the net of each tax group, given in `groups`, and of its reductions is divided over its lines
    by size and largest remainder.
    """
    if not is_gross:
        return [micros for _, _, micros in lines]
    found = [-net_of(-micros, rate, step) if micros < 0 else 0 for _, rate, micros in lines]
    for group, net in groups.items():
        places = [place for place, line in enumerate(lines) if line[:2] == group]
        sold = [place for place in places if lines[place][2] > 0]
        lowered = sum(found[place] for place in places)
        shares = split((net - lowered) // step, [lines[place][2] // step for place in sold]) if sold else []
        for place, share in zip(sold, shares, strict=True):
            found[place] = share * step
    return found
