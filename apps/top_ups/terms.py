"""The terms that a customer agrees to when switching on automatic top-up. No database access."""

from apps.common.money import money_text
from apps.common.values import value_class
from apps.top_ups.errors import TermsRejected

# The amounts by the names that the API gives them.
MEMBERS = {
    "threshold": "threshold_micros",
    "amount": "amount_micros",
    "upTo": "up_to_micros",
    "mostPerCharge": "most_per_charge_micros",
    "mostPerDay": "most_per_day_micros",
    "mostPerMonth": "most_per_month_micros",
}
TITLES = {
    "threshold_micros": "Threshold",
    "amount_micros": "Credit bought each time",
    "up_to_micros": "Available credit is raised to",
    "most_per_charge_micros": "Maximum per charge",
    "most_per_day_micros": "Maximum per day",
    "most_per_month_micros": "Maximum per month",
}


@value_class(frozen=True, slots=True, kw_only=True)
class TopUpTerms:
    """When credit is bought, how much, and the caps; in micros, without the tax that is charged on top."""

    threshold_micros: int
    amount_micros: int | None
    up_to_micros: int | None
    most_per_charge_micros: int
    most_per_day_micros: int
    most_per_month_micros: int

    def refuse(self, *, least_micros: int, most_micros: int, currency: str) -> None:
        """Check the amounts against each other and the bounds of one purchase.

        Raises:
            TermsRejected: names the first member that breaks a rule, by its API name.
        """
        amount, up_to, charge = self.amount_micros, self.up_to_micros, self.most_per_charge_micros
        least, most = money_text(least_micros, currency), money_text(most_micros, currency)
        per_charge, per_day = money_text(charge, currency), money_text(self.most_per_day_micros, currency)
        above = money_text(self.threshold_micros, currency)
        rules = (
            ("amount", (amount is None) != (up_to is None), "Give either amount or upTo."),
            ("amount", amount is None or amount >= least_micros, f"Must be at least {least}."),
            ("amount", amount is None or amount <= charge, f"Must be at most the maximum per charge, {per_charge}."),
            ("upTo", up_to is None or up_to > self.threshold_micros, f"Must be more than the threshold, {above}."),
            ("mostPerCharge", least_micros <= charge <= most_micros, f"Must be {least} to {most}."),
            (
                "mostPerDay",
                self.most_per_day_micros >= charge,
                f"Must be at least the maximum per charge, {per_charge}.",
            ),
            (
                "mostPerMonth",
                self.most_per_month_micros >= self.most_per_day_micros,
                f"Must be at least the maximum per day, {per_day}.",
            ),
        )
        for member, holds, rule in rules:
            if not holds:
                raise TermsRejected(rule, field=f"body.{member}")

    def refuse_above(self, agreed: "TopUpTerms", currency: str) -> None:
        """Check that no amount is above what the customer agreed to.

        Raises:
            TermsRejected: names the first member that is, by its API name.
        """
        for member, name in MEMBERS.items():
            wanted, most = getattr(self, name), getattr(agreed, name)
            if wanted is not None and (most is None or wanted > most):
                told = "." if most is None else f" to more than {money_text(most, currency)}."
                raise TermsRejected(f"The customer did not agree{told}", field=f"body.{member}")

    def amounts(self) -> list[tuple[str, int]]:
        """Return the amounts that are given, in micros, with their titles for staff."""
        named = ((title, getattr(self, name)) for name, title in TITLES.items())
        return [(title, micros) for title, micros in named if micros is not None]

    def consent_text(self, currency: str) -> str:
        """Return the text that the customer agrees to."""

        def text(amount_micros: int) -> str:
            return money_text(amount_micros, currency)

        credit = f"{text(self.amount_micros)} of credit" if self.amount_micros is not None else "credit"
        if self.up_to_micros is not None:
            credit += f" up to {text(self.up_to_micros)}"
        return (
            f"I agree that the saved card is charged automatically to buy {credit} whenever the available amount is no "
            f"more than {text(self.threshold_micros)}: at most {text(self.most_per_charge_micros)} per charge, "
            f"{text(self.most_per_day_micros)} per day and {text(self.most_per_month_micros)} per calendar month "
            "in UTC. These are amounts of credit; tax that applies is charged on top. "
            "I can switch this off at any time."
        )
