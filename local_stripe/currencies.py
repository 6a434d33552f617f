"""Which amounts Stripe accepts in currencies whose smallest unit is not payable."""

from typing import Any

from local_stripe.errors import StripeFault

_STEPS = {"isk": 100, "ugx": 100, "bhd": 10, "jod": 10, "kwd": 10, "omr": 10, "tnd": 10}


def refuse_unpayable(values: Any) -> None:
    """Refuse an amount next to a currency, at any depth of the parameters, that cannot be paid.

    Raises:
        StripeFault: names the currency and the rule.
    """
    if isinstance(values, list):
        for part in values:
            refuse_unpayable(part)
    elif isinstance(values, dict):
        for name in ("amount", "unit_amount", "amount_off"):
            if isinstance(values.get(name), int):
                check_amount(values[name], str(values.get("currency", "usd")), name)
        for part in values.values():
            refuse_unpayable(part)


def check_amount(amount: int, currency: str, param: str) -> None:
    """Refuse an amount in the smallest unit that cannot be paid.

    Raises:
        StripeFault: names the currency and the rule.
    """
    step = _STEPS.get(currency.lower(), 1)
    if amount % step == 0:
        return
    name = currency.upper()
    if step == 100:
        rule = (
            f"Currency {name} has become effectively zero-decimal and charged amounts must be evenly divisible by 100"
        )
        code = "invalid_charge_amount_no_decimal_compatible"
        raise StripeFault.invalid(f"Invalid amount. {rule}.", param=param, code=code)
    raise StripeFault.invalid(f"Invalid amount. The last digit of an amount in {name} must be 0.", param=param)
