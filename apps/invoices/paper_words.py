"""The words of invoices' lines that do not come from records, marked for translation."""

import re

from django.utils.translation import gettext_noop as _

from apps.common.languages import say
from apps.common.money import MICROS_PER_UNIT, amount_text
from apps.common.papers.formats import number_in

# Texts on lines of usage invoices, besides the names of meters, models and agreements.
MINIMUM_CHARGE = _("minimum charge")
OTHER_USAGE = _("Other usage")
CREDIT_USED = _("Prepaid credit used")
KEPT_AS_CREDIT = _("Corrections, kept as credit")
PAID_OTHERWISE = _("Invoiced or paid with other credit")
USED_EARLIER = _("Earlier usage, paid with credit now")
SETTLED_BEFORE = _("Paid or waived before this invoice")
# Texts on lines of installment invoices.
CREDIT_BY_CONTRACT = _("Prepaid credit by contract")
SERVICE_BY_CONTRACT = _("Service by contract")
DISCOUNT = _("Discount")
# The text of a top-up's invoice line.
BOUGHT_CREDIT = _("Prepaid credit")
# The reason on a credit note for a payment that Stripe returned.
PAYMENT_RETURNED = _("The payment was refunded.")
# The reason on a credit note for usage that credit paid and a correction gave back.
USAGE_GIVEN_BACK = _("The charge for usage was corrected.")
# The reason on a credit note for a change of the installment, or a credit note that staff made at Stripe.
AMOUNT_REDUCED = _("The amount due was reduced.")
# The reasons of `billing_profiles.tax_choice` for no tax; those of a tax table are printed as staff wrote them.
REASONS = (_("Late payment fee, outside the scope of tax"), _("Tax is included in what the credit will pay for"))
# Units that are translated, one and several; others are printed in English.
UNITS = (
    *(_("call"), _("calls"), _("character"), _("characters"), _("credit"), _("credits"), _("day"), _("days")),
    *(_("document"), _("documents"), _("event"), _("events"), _("gigabyte"), _("gigabytes")),
    *(_("gigabyte hour"), _("gigabyte hours"), _("hour"), _("hours"), _("image"), _("images")),
    *(_("megabyte"), _("megabytes"), _("message"), _("messages"), _("minute"), _("minutes")),
    *(_("month"), _("months"), _("page"), _("pages"), _("query"), _("queries"), _("request"), _("requests")),
    *(_("second"), _("seconds"), _("session"), _("sessions"), _("token"), _("tokens"), _("user"), _("users")),
)
_Y = re.compile("[^aeiou]y$")


def count_in(language: str, quantity_micros: int, unit: str) -> str:
    """Write a quantity, in micros of its unit, with the unit's name, in the plural if needed."""
    plural = unit if unit.endswith("s") else f"{unit[:-1]}ies" if _Y.search(unit) else f"{unit}s"
    counted = unit if quantity_micros == MICROS_PER_UNIT else plural
    name = say(language, counted) if counted in UNITS else counted
    return f"{number_in(language, amount_text(quantity_micros, ''))} {name}"
