"""Choose the tax of a sale: an exemption, or the row of the seller's tax table that fits best.

Rates are thousandths of a percent: 19000 is 19 %.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from apps.billing_profiles.errors import NoTaxRule, VatNumberMissing

ANY = "any"
FEE = "fee"
STANDARD = "S"
EXEMPT = "E"
REVERSE_CHARGE = "AE"
OUTSIDE = "O"


def in_force(day: date, first: date, last: date | None) -> bool:
    """Return whether a day is in a span, first and last day included; a last day of None is open."""
    return first <= day and (last is None or day <= last)


@dataclass(frozen=True, slots=True)
class TaxRule:
    """A row of the tax table. Empty texts apply to everything; both days are included."""

    id: int
    product: str
    country: str
    region: str
    customer_kind: str
    needs_vat_number: bool
    category: str
    rate: int
    reason: str
    vatex_code: str
    valid_from: date
    valid_to: date | None

    def applies(self, product: str, buyer: "Buyer", day: date) -> bool:
        """Return whether the row covers a sale of a product to a buyer on a day."""
        return (
            # A late fee is not a sale: only a row for fees covers it.
            (self.product == product or (self.product == ANY and product != FEE))
            and self.country in ("", buyer.country)
            and self.region in ("", buyer.region)
            and self.customer_kind in ("", buyer.kind)
            and (bool(buyer.vat_number) or not self.needs_vat_number)
            and in_force(day, self.valid_from, self.valid_to)
        )

    @property
    def specificity(self) -> tuple[bool, ...]:
        """How specific the row is; the highest value wins. A row with a country beats one for all others."""
        return (
            bool(self.country),
            self.product != ANY,
            bool(self.region),
            bool(self.customer_kind),
            self.needs_vat_number,
        )


@dataclass(frozen=True, slots=True)
class Exemption:
    """Why a buyer pays no tax; both days are included."""

    reason: str
    certificate: str
    valid_from: date
    valid_to: date | None

    def covers(self, day: date) -> bool:
        """Return whether the exemption is in force on a day."""
        return in_force(day, self.valid_from, self.valid_to)


@dataclass(frozen=True, slots=True)
class Buyer:
    """The properties of a customer that decide the tax."""

    country: str
    region: str
    kind: str
    vat_number: str
    exemption: Exemption | None = None


@dataclass(frozen=True, slots=True)
class TaxChoice:
    """The tax of a line. `rule_id` is the row of the tax table it comes from, None if from none."""

    category: str
    rate: int
    reason: str = ""
    vatex_code: str = ""
    rule_id: int | None = None

    @property
    def group(self) -> tuple[str, int]:
        """Lines of one category and rate are taxed together."""
        return self.category, self.rate


LATE_FEE = TaxChoice(OUTSIDE, 0, "Late payment fee, outside the scope of tax")
# Credit of a seller whose prices include tax.
TAXED_WHEN_USED = TaxChoice(OUTSIDE, 0, "Tax is included in what the credit will pay for")


def choose_tax(rules: Iterable[TaxRule], *, product: str, buyer: Buyer, seller_vat_number: str, day: date) -> TaxChoice:
    """Return the tax of a sale on its tax date: an exemption in force, else the most specific row of the table.

    A late fee is outside the scope of tax unless a row names fees.

    Raises:
        NoTaxRule: no row covers the sale.
        VatNumberMissing: the tax is reverse charge and one side has no VAT number.
    """
    if buyer.exemption is not None and buyer.exemption.covers(day) and product != FEE:
        return TaxChoice(EXEMPT, 0, exemption_text(buyer.exemption))
    found = max(
        (rule for rule in rules if rule.applies(product, buyer, day)), key=lambda rule: rule.specificity, default=None
    )
    if found is None:
        if product == FEE:
            return LATE_FEE
        raise NoTaxRule(f"No tax rate covers {product} for a {buyer.kind} in {buyer.country} on {day}.")
    if found.category == REVERSE_CHARGE and not (buyer.vat_number and seller_vat_number):
        raise VatNumberMissing(
            "The seller has no VAT number." if buyer.vat_number else "The customer has no VAT number."
        )
    return TaxChoice(found.category, found.rate, found.reason, found.vatex_code, found.id)


def exemption_text(exemption: Exemption) -> str:
    """Return what papers print for a customer that is exempt: the reason, and the certificate if there is one."""
    return f"{exemption.reason} ({exemption.certificate})" if exemption.certificate else exemption.reason


@dataclass(frozen=True, slots=True)
class TaxOnTop:
    """The tax on top of bought credit, in micros, and its category and rate; `choice` is None if no tax is shown."""

    micros: int = 0
    choice: TaxChoice | None = None

    @property
    def columns(self) -> dict[str, str | int | None]:
        """The columns of a row that keeps it."""
        choice = self.choice or TaxChoice("", 0)
        return {
            "tax_micros": self.micros,
            "tax_category": choice.category,
            "tax_rate": choice.rate,
            "tax_reason": choice.reason,
            "tax_vatex_code": choice.vatex_code,
            "tax_rule": choice.rule_id,
        }


@dataclass(frozen=True, slots=True)
class TaxTable:
    """The rules for the tax of one customer's lines.

    If the seller charges no tax, `untaxed` is the tax of every line, and the rows are not read.
    """

    rules: tuple[TaxRule, ...]
    buyer: Buyer
    seller_vat_number: str
    untaxed: TaxChoice | None = None

    def choose(self, product: str, day: date) -> TaxChoice:
        """Return the tax of a product on its tax date; see `choose_tax`."""
        return self.untaxed or choose_tax(
            self.rules, product=product, buyer=self.buyer, seller_vat_number=self.seller_vat_number, day=day
        )


def percent_text(rate: int) -> str:
    """Write a rate as percent: 7700 gives 7.7."""
    return f"{Decimal(rate).scaleb(-3).normalize():f}"
