"""The words, dates and amounts of papers in English, German and French. Plain Python."""

from collections.abc import Mapping
from datetime import date

from apps.billing_profiles.tax import percent_text
from apps.common.money import amount_text

# Group and decimal separators, and the pattern of dates.
_NUMBERS: Mapping[str, tuple[str, str]] = {"en": (",", "."), "de": (".", ","), "fr": ("\N{NARROW NO-BREAK SPACE}", ",")}
_DATES: Mapping[str, str] = {"en": "%d %b %Y", "de": "%d.%m.%Y", "fr": "%d/%m/%Y"}
_ENGLISH = {
    "invoice": "Invoice",
    "page": "Page",
    "credit_note": "Credit note",
    "number": "Number",
    "issued": "Issue date",
    "due": "Due date",
    "service": "Service period",
    "order": "Purchase order",
    "reference": "Your reference",
    "buyer_vat": "Your VAT number",
    "credits": "Credits invoice",
    "description": "Description",
    "quantity": "Quantity",
    "tax": "Tax",
    "amount": "Amount",
    "net": "Net",
    "total": "Total",
    "paid": "Paid",
    "left": "Left to pay",
    "included": "Prices include tax",
    "no_tax": "no tax",
    "on": "on",
    "pay_by": "Please pay by {day}",
    "bank": "Bank account",
    "payment_reference": "Payment reference",
    "vat": "VAT number",
    "tax_number": "Tax number",
    "returned_bank": "Paid back by bank transfer",
    "returned_unapplied": "Kept for your next invoices",
}
WORDS: Mapping[str, Mapping[str, str]] = {
    "en": _ENGLISH,
    "de": {
        "invoice": "Rechnung",
        "page": "Seite",
        "credit_note": "Gutschrift",
        "number": "Nummer",
        "issued": "Ausgestellt am",
        "due": "Fällig am",
        "service": "Leistungszeitraum",
        "order": "Bestellnummer",
        "reference": "Ihre Referenz",
        "buyer_vat": "Ihre USt-IdNr.",
        "credits": "Zu Rechnung",
        "description": "Beschreibung",
        "quantity": "Menge",
        "tax": "USt",
        "amount": "Betrag",
        "net": "Nettobetrag",
        "total": "Gesamtbetrag",
        "paid": "Bezahlt",
        "left": "Zu zahlen",
        "included": "Preise enthalten die Umsatzsteuer",
        "no_tax": "ohne Steuer",
        "on": "auf",
        "pay_by": "Bitte zahlen Sie bis {day}",
        "bank": "Bankverbindung",
        "payment_reference": "Verwendungszweck",
        "vat": "USt-IdNr.",
        "tax_number": "Steuernummer",
        "returned_bank": "Rückzahlung per Überweisung",
        "returned_unapplied": "Guthaben für Ihre nächsten Rechnungen",
    },
    "fr": {
        "invoice": "Facture",
        "page": "Page",
        "credit_note": "Avoir",
        "number": "Numéro",
        "issued": "Date d'émission",
        "due": "Échéance",
        "service": "Période de service",
        "order": "Bon de commande",
        "reference": "Votre référence",
        "buyer_vat": "Votre n° de TVA",
        "credits": "Sur facture",
        "description": "Désignation",
        "quantity": "Quantité",
        "tax": "TVA",
        "amount": "Montant",
        "net": "Montant HT",
        "total": "Montant TTC",
        "paid": "Payé",
        "left": "Reste à payer",
        "included": "Prix TTC",
        "no_tax": "sans TVA",
        "on": "sur",
        "pay_by": "À régler avant le {day}",
        "bank": "Compte bancaire",
        "payment_reference": "Référence de paiement",
        "vat": "N° de TVA",
        "tax_number": "N° fiscal",
        "returned_bank": "Remboursé par virement",
        "returned_unapplied": "Porté au crédit de vos prochaines factures",
    },
}


def money_in(language: str, amount_micros: int, currency: str) -> str:
    """Write an amount with the language's separators, exact, followed by the currency."""
    group, decimal = _NUMBERS[language]
    whole, dot, fraction = amount_text(amount_micros, currency).partition(".")
    return f"{whole.replace(',', group)}{decimal if dot else ''}{fraction} {currency}"


def day_in(language: str, day: date) -> str:
    """Write a date as the language does."""
    return day.strftime(_DATES[language])


def rate_in(language: str, rate: int) -> str:
    """Write a tax rate, given in thousandths of a percent."""
    return f"{percent_text(rate)} %".replace(".", _NUMBERS[language][1])
