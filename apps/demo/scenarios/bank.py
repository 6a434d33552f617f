"""A bank statement with open lines: a sure match, one recorded by hand, one of an unknown payer, and a bank fee."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from apps.bank import services
from apps.common.money import Micros, decimal_text, to_micros
from apps.demo.scenarios.invoices import only_invoice
from apps.demo.scenarios.main_customers import GLOBEX
from apps.demo.timeline import CREATED_BY, Demo, Step

OPENING, CURRENCY = to_micros("20000"), "EUR"
GLOBEX_IBAN = "DE02120300000000202051"


def steps(demo: Demo) -> list[Step]:
    """Return one step: the statement of yesterday is imported this morning."""
    return [Step(demo.ago(hours=8), partial(_import, demo))]


def _import(demo: Demo, at: datetime) -> None:
    invoice = only_invoice(demo, GLOBEX)
    day = at - (demo.now - demo.ago(days=1))
    lines = [
        _line(day, Micros(invoice.left_micros), "BANK0001", f"Rechnung {invoice.number}", "GLOBEX DEUTSCHLAND GMBH"),
        _line(demo.ago(days=20), to_micros("1000"), "BANK0002", "Globex part 1", "GLOBEX DEUTSCHLAND GMBH"),
        _line(day, to_micros("250"), "BANK0003", "Danke", "UNBEKANNT KG", "DE75512108001245126199"),
        _line(day, to_micros("-12.5"), "BANK0004", "Entgeltabschluss", ""),
    ]
    text = _statement(day, lines, closing=OPENING + invoice.left_micros + to_micros("1237.5"))
    file = services.upload_bank_file(
        file_name=f"statement-{day:%Y-%m-%d}.mt940", raw=text.encode(), account=None, created_by=CREATED_BY, now=at
    )
    services.import_bank_file(file_id=file.pk, created_by=CREATED_BY, now=at)


def _statement(day: datetime, lines: Sequence[str], *, closing: int) -> str:
    return "\n".join(
        [
            ":20:STARTUMS",
            ":25:DE89370400440532013000",
            ":28C:00045/001",
            f":60F:C{day:%y%m%d}{CURRENCY}{_amount(OPENING)}",
            *lines,
            f":62F:C{day:%y%m%d}{CURRENCY}{_amount(closing)}",
            "-",
        ]
    )


def _line(day: datetime, amount: Micros, reference: str, text: str, name: str, iban: str = GLOBEX_IBAN) -> str:
    mark, kind = ("C", "166") if amount > 0 else ("D", "808")
    party = f"?31{iban}?32{name}" if name else ""
    return f":61:{day:%y%m%d%m%d}{mark}{_amount(abs(amount))}NTRFNONREF//{reference}\n:86:{kind}?00SEPA?20{text}{party}"


def _amount(micros: int) -> str:
    whole, _, cents = decimal_text(micros).partition(".")
    return f"{whole},{cents:0<2}"
