"""Credit notes: they first lower what is left to pay of an invoice; the rest goes back to the customer.

https://docs.stripe.com/invoicing/integration/programmatic-credit-notes
"""

from local_stripe import balances, invoices, money
from local_stripe.account import Account
from local_stripe.errors import StripeFault
from local_stripe.shapes import Body, listing, new_id, shape


def create(account: Account, params: Body) -> Body:
    """Credit an amount of a finalized invoice.

    Raises:
        StripeFault: the amount is too large, or the request does not say where the already paid part goes.
    """
    invoice = account.get("invoice", params["invoice"])
    amount = _amount(params)
    if invoice["status"] in ("draft", "void"):
        raise StripeFault.invalid(
            "Credit notes can only be created for invoices that are open, paid or uncollectible.", param="invoice"
        )
    credited = invoice["pre_payment_credit_notes_amount"] + invoice["post_payment_credit_notes_amount"]
    if not 0 < amount <= invoice["total"] - credited:
        raise StripeFault.invalid(
            f"The sum of credit notes ({credited + amount}) must not exceed the total of the invoice "
            f"({invoice['total']}).",
            param="amount",
        )
    before = min(amount, invoice["amount_remaining"])
    parts = _parts_after(params, amount - before)
    note = _write(account, params, invoice, amount, before, parts)
    _pay_back(account, note, invoice, parts)
    account.emit("credit_note.created", note)
    _lower(account, invoice, before, amount - before)
    return note


def _amount(params: Body) -> int:
    if "amount" in params:
        return int(params["amount"])
    lines = params.get("lines", [])
    if not lines:
        raise StripeFault.invalid("You must pass `amount` or `lines`.", param="amount")
    return sum(
        line["amount"] if "amount" in line else line.get("unit_amount", 0) * line.get("quantity", 1) for line in lines
    )


def _parts_after(params: Body, after: int) -> dict[str, int]:
    """Return where the already paid part goes."""
    names = ("refund_amount", "credit_amount", "out_of_band_amount")
    parts = {name: params.get(name, 0) for name in names}
    if sum(parts.values()) != after:
        raise StripeFault.invalid(
            f"The sum of credit amount, refund amount and out of band amount ({sum(parts.values())}) must equal the "
            f"post payment credit note amount ({after})."
        )
    return parts


def _write(account: Account, params: Body, invoice: Body, amount: int, before: int, parts: dict[str, int]) -> Body:
    note_id = new_id("credit_note")
    line = shape(
        "credit_note_line_item",
        amount=amount,
        description=params.get("memo") or "Credit",
        discount_amount=0,
        discount_amounts=[],
        pretax_credit_amounts=[],
        quantity=1,
        tax_rates=[],
        type="custom_line_item",
        unit_amount=amount,
        unit_amount_decimal=str(amount),
    )
    number = len(account.find("credit_note", invoice=invoice["id"])) + 1
    kind = "pre_payment" if before == amount else "mixed" if before else "post_payment"
    return account.create(
        "credit_note",
        id=note_id,
        amount=amount,
        amount_shipping=0,
        currency=invoice["currency"],
        customer=invoice["customer"],
        discount_amount=0,
        discount_amounts=[],
        effective_at=account.now(),
        invoice=invoice["id"],
        lines=listing([line], f"/v1/credit_notes/{note_id}/lines"),
        memo=params.get("memo"),
        metadata=params.get("metadata", {}),
        number=f"{invoice['number']}-CN-{number:02d}",
        out_of_band_amount=parts["out_of_band_amount"] or None,
        pdf=f"{account.base_url}/i/{invoice['id']}",
        post_payment_amount=amount - before,
        pre_payment_amount=before,
        pretax_credit_amounts=[],
        reason=params.get("reason"),
        refunds=[],
        status="issued",
        subtotal=amount,
        subtotal_excluding_tax=amount,
        total=amount,
        total_excluding_tax=amount,
        total_taxes=[],
        type=kind,
    )


def _pay_back(account: Account, note: Body, invoice: Body, parts: dict[str, int]) -> None:
    if parts["refund_amount"]:
        made = _refund(account, invoice, parts["refund_amount"])
        refunded = {"amount_refunded": made["amount"], "refund": made["id"], "type": "refund"}
        account.change(note, refunds=[{**refunded, "payment_record_refund": None}])
    if parts["credit_amount"]:
        customer = account.get("customer", invoice["customer"])
        about = {"credit_note": note["id"], "invoice": invoice["id"], "currency": invoice["currency"]}
        booked = balances.book(account, customer, -parts["credit_amount"], "credit_note", **about)
        account.change(note, customer_balance_transaction=booked["id"])


def _refund(account: Account, invoice: Body, amount: int) -> Body:
    for payment in account.find("invoice_payment", invoice=invoice["id"], status="paid"):
        intent_id = payment["payment"].get("payment_intent")
        if intent_id and payment["amount_paid"] >= amount:
            charge = account.get("charge", account.get("payment_intent", intent_id)["latest_charge"])
            return money.refund(account, charge, amount, metadata={})
    raise StripeFault.invalid("The invoice has no payment of that amount to refund.", param="refund_amount")


def _lower(account: Account, invoice: Body, before: int, after: int) -> None:
    was_open = invoice["status"] == "open"
    account.change(
        invoice,
        amount_due=invoice["amount_due"] - before,
        amount_remaining=invoice["amount_remaining"] - before,
        pre_payment_credit_notes_amount=invoice["pre_payment_credit_notes_amount"] + before,
        post_payment_credit_notes_amount=invoice["post_payment_credit_notes_amount"] + after,
    )
    account.emit("invoice.updated", invoice)
    if was_open and invoice["amount_remaining"] == 0:
        invoices.mark_paid(account, invoice)


def void(account: Account, note: Body) -> Body:
    """Void a credit note; the amount it lowered is due again.

    Raises:
        StripeFault: its invoice is not open, or money was refunded with it.
    """
    invoice = account.get("invoice", note["invoice"])
    if note["status"] == "void":
        raise StripeFault.invalid("This credit note is already void.")
    if invoice["status"] != "open" or note["post_payment_amount"]:
        raise StripeFault.invalid("You can only void credit notes on open invoices.")
    amount = note["pre_payment_amount"]
    account.change(note, status="void", voided_at=account.now())
    account.change(
        invoice,
        amount_due=invoice["amount_due"] + amount,
        amount_remaining=invoice["amount_remaining"] + amount,
        pre_payment_credit_notes_amount=invoice["pre_payment_credit_notes_amount"] - amount,
    )
    account.emit("credit_note.voided", note)
    account.emit("invoice.updated", invoice)
    return note
