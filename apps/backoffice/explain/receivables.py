"""Explains what is owed in a currency: each open invoice, and each due installment without one, the oldest first."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.db.models import F
from django.http import Http404

from apps.backoffice.components import Cell, Table, feet, moment, money
from apps.backoffice.customer_page.summary import tab_of
from apps.backoffice.explain.links import parts_of, why
from apps.backoffice.explain.page import SHOWN, Page, change, number
from apps.backoffice.home.currencies import currencies
from apps.backoffice.home.receivables import LEFT_OF_INSTALLMENT, LEFT_OF_INVOICE, due_installments, open_invoices
from apps.invoices.receivables import AGES, age_of

OF_INVOICE = {"owner": F("organization"), "name": F("organization__name"), "left": LEFT_OF_INVOICE}
OF_INSTALLMENT = {
    "owner": F("contract__organization"),
    "name": F("contract__organization__name"),
    "left": LEFT_OF_INSTALLMENT,
}


def owed_page(identity: str, now: datetime) -> Page:
    """Explain what is owed in a currency at an age, `<currency>:<index of the age>`."""
    currency, place = parts_of(identity, 2)
    age = number(place)
    if currency not in currencies() or age >= len(AGES):
        raise Http404
    table = owed_table(currency, now, lambda due, today: age_of(due, today) == age)
    days = AGES[age] if age == 0 else f"{AGES[age]} days overdue"
    return Page(title=f"Receivables in {currency}: {days}", organization=None, blocks=[table])


def owed_table(currency: str, now: datetime, is_wanted: Callable[[date, date], bool]) -> Table:
    """Return the open invoices and due installments with certain due dates, the oldest first, with their sum.

    `is_wanted` is given the due date and the seller's day.
    """
    invoices: Any = open_invoices(currency, now).values("pk", "number", "today", day=F("due_date"), **OF_INVOICE)
    rows = [(row, f"Invoice {row['number']}", change("invoices_document", row["pk"])) for row in invoices]
    installments: Any = due_installments(currency, now).values("pk", "today", day=F("pay_by"), **OF_INSTALLMENT)
    rows += [(row, f"Installment of {row['day']}", why("installment", row["pk"])) for row in installments]
    found = sorted((row for row in rows if is_wanted(row[0]["day"], row[0]["today"])), key=lambda row: row[0]["day"])
    cells = [
        [
            moment(row["day"]),
            Cell(row["name"], tab_of(row["owner"], "invoices")),
            Cell(text, href),
            money(row["left"], currency),
        ]
        for row, text, href in found[:SHOWN]
    ]
    columns, amounts = ["Due", "Customer", "What", "Left to pay"], [row["left"] for row, _, _ in found]
    last = feet(columns, 3, amounts[:SHOWN], sum(amounts), currency, is_cut=len(found) > SHOWN)
    return Table(title=f"Oldest {SHOWN}", columns=columns, rows=cells, feet=last, empty="Nobody owes anything.")
