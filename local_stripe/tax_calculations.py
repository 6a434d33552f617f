"""Stripe Tax: the tax of a sale, and the transactions that report it.

The account is registered in the countries and states of `RATES` and `STATES`, and its head office is in Germany.
Elsewhere no tax is collected. https://docs.stripe.com/tax/custom and https://docs.stripe.com/api/tax/calculations
"""

from decimal import ROUND_HALF_UP, Decimal

from local_stripe.account import Account
from local_stripe.errors import StripeFault
from local_stripe.shapes import Body, listing, shape

HOME = "DE"
RATES = {
    **{"AT": "20.0", "BE": "21.0", "DE": "19.0", "ES": "21.0", "FR": "20.0", "IE": "23.0", "IT": "22.0", "NL": "21.0"},
    **{"CH": "8.1", "GB": "20.0", "NO": "25.0"},
}
EU = ("AT", "BE", "DE", "ES", "FR", "IE", "IT", "NL")
STATES = {
    "CA": (("state", "California", "6.0"), ("county", "Los Angeles County", "0.25"), ("district", "Transit", "3.5")),
    "NY": (("state", "New York", "4.0"), ("city", "New York City", "4.5"), ("district", "Commuters", "0.375")),
}
# The tax code of gift cards, whose sale is always exempt: they are taxed when they are spent.
EXEMPT_CODE = "txcd_10502000"
DEFAULT_CODE = "txcd_10000000"
_DAY = 86_400
_LIVES_DAYS, _TAX_DATE_DAYS = 90, 31

Part = tuple[str, str, str]


def calculate(account: Account, params: Body) -> Body:
    """Calculate the tax of a sale.

    Raises:
        StripeFault: the customer's place is not known precisely enough, or a parameter breaks a rule.
    """
    details = params.get("customer_details", {})
    address = _address(details)
    tax_date = params.get("tax_date", account.now())
    if abs(tax_date - account.now()) > _TAX_DATE_DAYS * _DAY:
        raise StripeFault.invalid("The tax date must be within 31 days of now.", param="tax_date")
    references = [item.get("reference", f"L{place}") for place, item in enumerate(params["line_items"], 1)]
    if not references or len(set(references)) < len(references):
        raise StripeFault.invalid("References must be unique across the line items.", param="line_items")
    parts = _parts(address, details)
    lines = [_line(item, name, parts) for item, name in zip(params["line_items"], references, strict=True)]
    made = account.create(
        "tax.calculation",
        amount_total=sum(line["amount"] + _on_top(line) for line in lines),
        currency=params["currency"],
        customer=params.get("customer"),
        customer_details={"tax_ids": [], "taxability_override": "none", "ip_address": None, **details},
        expires_at=account.now() + _LIVES_DAYS * _DAY,
        tax_amount_exclusive=sum(_on_top(line) for line in lines),
        tax_amount_inclusive=sum(line["amount_tax"] - _on_top(line) for line in lines),
        tax_breakdown=[],
        tax_date=tax_date,
    )
    _keep_lines(account, made, lines)
    return made


def report(account: Account, params: Body) -> Body:
    """Record a sale from its calculation.

    Raises:
        StripeFault: the calculation is gone, or another transaction has the reference.
    """
    calculation = account.get("tax.calculation", params["calculation"])
    if calculation["expires_at"] <= account.now():
        raise StripeFault.invalid(f"The calculation {calculation['id']} has expired.", param="calculation")
    used = f"hidden:{calculation['id']}:used"
    if not account.find("tax.transaction", reference=params["reference"]) and account.store.get(used, "hidden"):
        raise StripeFault.invalid("Another transaction was made from the calculation.", param="calculation")
    account.store.put({"id": used, "object": "hidden", "data": []})
    lines = [_transaction_line(line, line["amount"], line["amount_tax"]) for line in lines_of(account, calculation)]
    return _transaction(account, params, calculation, lines, "transaction")


def reverse(account: Account, params: Body) -> Body:
    """Take back all of a transaction, or amounts of its lines, which are negative.

    Raises:
        StripeFault: more is taken back than is left, or another transaction has the reference.
    """
    original = account.get("tax.transaction", params["original_transaction"])
    if original["type"] != "transaction":
        raise StripeFault.invalid("A reversal cannot be reversed.", param="original_transaction")
    left = _left(account, original)
    if params["mode"] == "full":
        if any(left[line["id"]] != (line["amount"], line["amount_tax"]) for line in lines_of(account, original)):
            raise StripeFault.invalid("The transaction was reversed in part before.", param="mode")
        wanted = [
            {"original_line_item": key, "amount": -net, "amount_tax": -tax, "reference": key}
            for key, (net, tax) in left.items()
        ]
    else:
        wanted = params.get("line_items", [])
    lines = [_reversed_line(account, original, left, item) for item in wanted]
    if not lines:
        raise StripeFault.invalid("You must pass `line_items` in `partial` mode.", param="line_items")
    return _transaction(account, params, original, lines, "reversal")


def lines_of(account: Account, body: Body) -> list[Body]:
    """Return the lines of a calculation or a transaction, each with its tax in detail."""
    kept = account.store.get(f"hidden:{body['id']}", "hidden")
    return list(kept["data"]) if kept else []


def shown_lines(account: Account, body: Body, *, in_detail: bool) -> Body:
    """Return the list of lines as `expand` asks for it."""
    rows = lines_of(account, body)
    if not in_detail:
        rows = [{**row, "tax_breakdown": None} if "tax_breakdown" in row else row for row in rows]
    return listing(rows, f"/v1/{body['object'].replace('.', '/')}s/{body['id']}/line_items")


def _address(details: Body) -> Body:
    """Return the customer's address if it says where the customer is.

    Raises:
        StripeFault: it does not.
    """
    address: Body = details.get("address") or {}
    is_vague = address.get("country") in ("US", "CA") and not address.get("postal_code")
    if not address.get("country") or is_vague or address.get("postal_code") == "00000":
        raise StripeFault.invalid(
            "We could not determine the customer's tax location based on the provided customer address.",
            param="customer_details[address]",
            code="customer_tax_location_invalid",
        )
    return address


def _parts(address: Body, details: Body) -> tuple[str, tuple[Part, ...], Body]:
    """Return why a sale to this customer is taxed or not, with which rates, and the address."""
    country, override = address["country"], details.get("taxability_override", "none")
    if override != "none":
        return override, (), address
    has_vat_number = any(each["type"] == "eu_vat" for each in details.get("tax_ids", []))
    if country in EU and country != HOME and has_vat_number:
        return "reverse_charge", (), address
    found = STATES.get(address.get("state", ""), ()) if country == "US" else _national(country)
    return ("standard_rated" if found else "not_collecting"), found, address


def _national(country: str) -> tuple[Part, ...]:
    return (("country", country, RATES[country]),) if country in RATES else ()


def _line(item: Body, reference: str, parts: tuple[str, tuple[Part, ...], Body]) -> Body:
    reason, rates, address = parts
    code = item.get("tax_code", DEFAULT_CODE)
    if item["amount"] < 0:
        raise StripeFault.invalid("Amounts of line items must not be negative.", param="line_items")
    if code == EXEMPT_CODE and reason == "standard_rated":
        reason, rates = "product_exempt", ()
    behavior = item.get("tax_behavior", "exclusive")
    whole = sum((Decimal(rate) for _, _, rate in rates), Decimal())
    net = item["amount"] if behavior == "exclusive" else _round(item["amount"] * 100 / (100 + whole))
    taxes = [_round(net * Decimal(rate) / 100) for _, _, rate in rates]
    if behavior == "inclusive" and taxes:
        taxes[0] = item["amount"] - net - sum(taxes[1:])
    entries = [_entry(address, part, reason, net, tax) for part, tax in zip(rates, taxes, strict=True)] or [
        _entry(address, ("country", address["country"], ""), reason, 0, 0)
    ]
    return shape(
        "tax.calculation_line_item",
        amount=item["amount"],
        amount_tax=sum(taxes),
        quantity=item.get("quantity", 1),
        reference=reference,
        tax_behavior=behavior,
        tax_breakdown=entries,
        tax_code=code,
    )


def _entry(address: Body, part: Part, reason: str, net: int, tax: int) -> Body:
    level, name, rate = part
    kind = "sales_tax" if address["country"] == "US" else "vat"
    details = {"display_name": kind, "percentage_decimal": rate, "tax_type": kind} if rate else None
    return {
        "amount": tax,
        "jurisdiction": {
            "country": address["country"],
            "display_name": name,
            "level": level,
            "state": address.get("state") or None,
        },
        "sourcing": "destination",
        "tax_rate_details": details,
        "taxability_reason": reason,
        "taxable_amount": net,
    }


def _round(amount: Decimal) -> int:
    return int(amount.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def _on_top(line: Body) -> int:
    return int(line["amount_tax"]) if line["tax_behavior"] == "exclusive" else 0


def _keep_lines(account: Account, body: Body, lines: list[Body]) -> None:
    account.store.put({"id": f"hidden:{body['id']}", "object": "hidden", "data": lines})


def _transaction(account: Account, params: Body, source: Body, lines: list[Body], kind: str) -> Body:
    if account.find("tax.transaction", reference=params["reference"]):
        raise StripeFault.invalid(
            f"A transaction with the reference {params['reference']} exists already.", param="reference"
        )
    original = {"original_transaction": source["id"]} if kind == "reversal" else None
    made = account.create(
        "tax.transaction",
        currency=source["currency"],
        customer=source["customer"],
        customer_details=source["customer_details"],
        metadata=params.get("metadata", {}),
        posted_at=params.get("posted_at", account.now()),
        reference=params["reference"],
        reversal=original,
        tax_date=source["tax_date"],
        type=kind,
    )
    _keep_lines(account, made, lines)
    return made


def _transaction_line(line: Body, amount: int, tax: int, **more: object) -> Body:
    kept = {name: line[name] for name in ("quantity", "reference", "tax_behavior", "tax_code")}
    return shape("tax.transaction_line_item", amount=amount, amount_tax=tax, **{"type": "transaction", **kept, **more})


def _reversed_line(account: Account, original: Body, left: dict[str, tuple[int, int]], item: Body) -> Body:
    lines = {line["id"]: line for line in lines_of(account, original)}
    key = item["original_line_item"]
    if key not in lines:
        raise StripeFault.missing("tax.transaction_line_item", key)
    net, tax = left[key]
    if not 0 <= -item["amount"] <= net or not 0 <= -item["amount_tax"] <= tax:
        raise StripeFault.invalid(f"At most {-net} and {-tax} of tax can be reversed of {key}.", param="line_items")
    return _transaction_line(
        lines[key],
        item["amount"],
        item["amount_tax"],
        type="reversal",
        reference=item["reference"],
        reversal={"original_line_item": key},
    )


def _left(account: Account, original: Body) -> dict[str, tuple[int, int]]:
    """Return the amount and tax of each line that reversals have left, by the line's id."""
    left = {line["id"]: (line["amount"], line["amount_tax"]) for line in lines_of(account, original)}
    for other in account.find("tax.transaction", reversal={"original_transaction": original["id"]}):
        for line in lines_of(account, other):
            key = line["reversal"]["original_line_item"]
            net, tax = left[key]
            left[key] = (net + line["amount"], tax + line["amount_tax"])
    return left
