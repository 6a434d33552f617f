"""Approximate units of each currency per US dollar, for the limit for one person."""

APPROVAL_LIMIT_RATES = {
    "USD": "1",
    "AUD": "1.5",
    "BRL": "5.5",
    "CAD": "1.4",
    "CHF": "0.9",
    "CZK": "22",
    "DKK": "7",
    "EUR": "0.9",
    "GBP": "0.8",
    "INR": "85",
    "JPY": "150",
    "KRW": "1400",
    "KWD": "0.3",
    "MXN": "18",
    "NOK": "11",
    "PLN": "4",
    "SEK": "10",
    "SGD": "1.3",
}
