"""The words, dates and amounts of papers in English, German and French. Plain Python."""

import re
from collections.abc import Mapping
from datetime import date

from apps.billing_profiles.tax import percent_text
from apps.common.money import MICROS_PER_UNIT, amount_text

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
    "returned_manual_receipts": "Paid back by bank transfer",
    "returned_cash": "Paid back the way it was paid",
    "returned_disputes": "Taken back by your bank",
    "carried_in": "Carried from earlier invoices: {amount}",
    "carried_out": "Carried to the next invoice: {amount}",
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
        "returned_manual_receipts": "Rückzahlung per Überweisung",
        "returned_cash": "Rückzahlung auf dem Zahlungsweg",
        "returned_disputes": "Von Ihrer Bank zurückgeholt",
        "carried_in": "Von früheren Rechnungen übertragen: {amount}",
        "carried_out": "Auf die nächste Rechnung übertragen: {amount}",
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
        "returned_manual_receipts": "Remboursé par virement",
        "returned_cash": "Remboursé par le moyen de paiement utilisé",
        "returned_disputes": "Repris par votre banque",
        "carried_in": "Reporté des factures précédentes : {amount}",
        "carried_out": "Reporté sur la prochaine facture : {amount}",
        "returned_unapplied": "Porté au crédit de vos prochaines factures",
    },
}

# What lines of an invoice for usage say beside the names of meters, models and agreements.
USAGE_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "token": "token",
        "tokens": "tokens",
        "minimum": "minimum charge",
        "other": "Other usage",
        "credit": "Prepaid credit used",
        "kept": "Corrections, kept as credit",
        "settled": "Paid or waived before this invoice",
    },
    "de": {
        "token": "Token",
        "tokens": "Token",
        "minimum": "Mindestbetrag",
        "other": "Sonstige Nutzung",
        "credit": "Verbrauchtes Guthaben",
        "kept": "Korrekturen, als Guthaben behalten",
        "settled": "Vor dieser Rechnung bezahlt oder erlassen",
    },
    "fr": {
        "token": "jeton",
        "tokens": "jetons",
        "minimum": "montant minimum",
        "other": "Autre utilisation",
        "credit": "Crédit prépayé utilisé",
        "kept": "Corrections, gardées en crédit",
        "settled": "Payé ou remis avant cette facture",
    },
}


# What lines of an invoice for an installment say.
INSTALLMENT_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {"credit": "Prepaid credit by contract", "service": "Service by contract", "discount": "Discount"},
    "de": {"credit": "Guthaben laut Vertrag", "service": "Leistung laut Vertrag", "discount": "Rabatt"},
    "fr": {"credit": "Crédit prépayé selon contrat", "service": "Service selon contrat", "discount": "Remise"},
}
CREDIT_PAID_BACK: Mapping[str, str] = {
    "en": "The payment was refunded.",
    "de": "Die Zahlung wurde erstattet.",
    "fr": "Le paiement a été remboursé.",
}
BOUGHT_CREDIT: Mapping[str, str] = {"en": "Prepaid credit", "de": "Guthaben", "fr": "Crédit prépayé"}


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


_Y = re.compile("[^aeiou]y$")


def count_in(language: str, quantity_micros: int, unit: str) -> str:
    """Write a quantity, in micros of its unit, with the unit's name; English makes a plural."""
    group, decimal = _NUMBERS[language]
    whole, dot, fraction = amount_text(quantity_micros, "").partition(".")
    is_one = quantity_micros == MICROS_PER_UNIT
    plural = unit if unit.endswith("s") else f"{unit[:-1]}ies" if _Y.search(unit) else f"{unit}s"
    name = USAGE_WORDS[language].get(unit if is_one else plural)
    own = unit if is_one or language != "en" else plural
    return f"{whole.replace(',', group)}{decimal if dot else ''}{fraction} {name or own}"
