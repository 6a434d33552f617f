"""HTML pages: the payment page, the customer portal, and a dashboard that triggers events."""

from collections.abc import Callable
from datetime import UTC, datetime
from html import escape
from urllib.parse import parse_qs

from local_stripe import (
    billing_cycle,
    checkout,
    collection,
    invoice_payments,
    invoices,
    links,
    methods,
    money,
    movements,
    sessions,
    subscriptions,
)
from local_stripe.account import Account
from local_stripe.api import Request, Response
from local_stripe.errors import StripeFault
from local_stripe.methods import CARDS, USUAL, BankAnswer
from local_stripe.sessions import hidden
from local_stripe.shapes import Body

_STYLE = (
    ":root{color-scheme:light dark;--line:light-dark(#d5dbe1,#3c4257);--ink:light-dark(#1a1f36,#e3e8ee)}"
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:var(--ink);"
    "background:light-dark(#fff,#14171f)}main{border:1px solid var(--line);border-radius:8px;padding:1rem 1.5rem}"
    "h1{font-size:1.4rem}h2{font-size:1.1rem}a{color:light-dark(#4b44c9,#a5a0ff)}"
    "table{display:block;overflow-x:auto;border-collapse:collapse}td,th{padding:.25rem .75rem .25rem 0;text-align:left;"
    "border-bottom:1px solid var(--line);white-space:nowrap}button{font:inherit;color:inherit;"
    "margin:.2rem .2rem .2rem 0;padding:.5rem 1rem;border:1px solid #635bff;border-radius:6px;background:none;"
    "cursor:pointer}"
    ".first{background:#635bff;color:#fff}form{display:inline}code{font-size:.8rem}"
    "[role=alert]{color:light-dark(#b3093c,#ff8fa3);font-weight:600}"
)
_NO_DECIMALS = ("jpy", "krw", "vnd", "clp")


def amount_text(amount: int, currency: str) -> str:
    """Write an amount in smallest units for a page."""
    sign, amount = ("-" if amount < 0 else ""), abs(amount)
    if currency in _NO_DECIMALS:
        return f"{sign}{amount:,} {currency.upper()}"
    return f"{sign}{amount // 100:,}.{amount % 100:02d} {currency.upper()}"


def _how_often(recurring: Body | None) -> str:
    if not recurring:
        return ""
    count, interval = recurring.get("interval_count", 1), recurring["interval"]
    return f" every {interval}" if count == 1 else f" every {count} {interval}s"


def _later_text(data: Body, now: int) -> str:
    """Return a text that says when a subscription that starts later takes its first payment."""
    at = billing_cycle.trial_end(data, now) or data.get("billing_cycle_anchor")
    return f", the next on {datetime.fromtimestamp(at, UTC):%-d %B %Y}" if at else ""


def _page(title: str, body: str, status: int = 200) -> Response:
    html = (
        f"<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'>"
        f"<title>{escape(title)}</title><style>{_STYLE}</style><main><p><strong>Local Stripe</strong>: no money moves "
        f"here.</p><h1>{escape(title)}</h1>{body}</main></html>"
    )
    return Response(status, html, {"Content-Type": "text/html; charset=utf-8"})


def _button(address: str, action: str, label: str, first: bool = False) -> str:
    style = " class=first" if first else ""
    return (
        f"<form method=post action='{escape(address)}'><button name=action value='{escape(action)}'{style}>"
        f"{escape(label)}</button></form>"
    )


def _card_form(address: str, label: str) -> str:
    cards = "".join(
        f"<option value='{card.number}'{' selected' if card is USUAL else ''}>{card.number} {card.name[8:]}</option>"
        for card in CARDS.values()
    )
    return (
        f"<form method=post action='{escape(address)}'><label>Card <select name=card>{cards}</select></label> "
        f"<button name=action value='pay' class=first>{escape(label)}</button></form>"
    )


def _code_form(address: str) -> str:
    return (
        f"<form method=post action='{escape(address)}'><label>Promotion code <input name=code></label> "
        f"<button name=action value='apply_code'>Apply</button></form>"
    )


def _changes_text(session: Body) -> str:
    """Return a text that says how discounts and taxes change the sum of the lines."""
    details, currency = session["total_details"], session["currency"]
    named = {"Discount": -details["amount_discount"], "Tax": details["amount_tax"]}
    return "".join(f"<p>{name}: {amount_text(amount, currency)}</p>" for name, amount in named.items() if amount)


class Pages:
    """All pages outside `/v1`."""

    def __init__(self, account: Account) -> None:
        self.account = account

    def answer(self, request: Request) -> Response:
        form = {name: values[0] for name, values in parse_qs(request.body).items()} if request.method == "POST" else {}
        parts = [part for part in request.path.split("/") if part]
        try:
            with self.account.store.transaction():
                return self._route(parts, form, request)
        except StripeFault as error:
            return _page("Something went wrong", f"<p>{escape(str(error))}</p>", error.status)

    def _route(self, parts: list[str], form: dict[str, str], request: Request) -> Response:
        action = form.get("action", "")
        match parts:
            case ["c", "pay", session_id]:
                return self._pay(self.account.get("checkout.session", session_id), form)
            case ["b", link_id]:
                return self._link(link_id, request)
            case ["i", invoice_id]:
                return self._invoice(self.account.get("invoice", invoice_id), action, request)
            case ["p", "session", portal_id]:
                return self._portal(self.account.get("billing_portal.session", portal_id))
            case ["thanks"]:
                return _page("Thank you", "<p>The payment was received.</p>")
            case ["do", object_id]:
                self._do(object_id, action)
                return Response(303, "", {"Location": "/"})
            case []:
                return self._dashboard()
        return _page("Not found", "", 404)

    def _pay(self, session: Body, form: dict[str, str]) -> Response:
        action = form.get("action", "")
        if action == "apply_code":
            found = sessions.apply_code(self.account, session, form.get("code", ""))
            return self._pay(session, {"refused": "" if found else "This code is invalid."})
        goes_to = checkout.act(self.account, session, action, form.get("card", "")) if action else ""
        if goes_to:
            return Response(303, "", {"Location": goes_to})
        if session["status"] != "open":
            return _page("This page is closed", f"<p>The session is {escape(session['status'])}.</p>")
        details = hidden(self.account, session)
        refused = "Your card was declined." if action in ("pay", "decline") else form.get("refused", "")
        declined = f"<p role=alert>{refused}</p>" if refused else ""
        here = f"/c/pay/{session['id']}"
        if session["mode"] == "setup":
            body = "<p>Your card is saved; nothing is taken today.</p>" + declined + _card_form(here, "Save card")
            return _page("Save a card", body + _button(here, "decline", "Decline") + _button(here, "cancel", "Cancel"))
        names = "".join(
            f"<li>{escape(item['name'])}: {amount_text(item['amount'] * item['quantity'], item['currency'])}"
            f"{_how_often(item['recurring'])}</li>"
            for item in details["items"]
        )
        promise = _button(here, "later", "Pay later") if session["amount_total"] else ""
        buttons = _card_form(here, "Pay") + promise + _button(here, "decline", "Decline")
        due = amount_text(session["amount_total"], session["currency"])
        later = _later_text(details["data"], self.account.now())
        changes = _changes_text(session) + (_code_form(here) if session["allow_promotion_codes"] else "")
        body = f"<ul>{names}</ul>{changes}<p>Due today: <strong>{due}</strong>{later}</p>{declined}{buttons}"
        return _page("Pay", body + _button(here, "cancel", "Cancel"))

    def _link(self, link_id: str, request: Request) -> Response:
        reference = parse_qs(request.query).get("client_reference_id", [None])[0]
        session = links.open_link(self.account, self.account.get("payment_link", link_id), reference)
        return Response(303, "", {"Location": f"/c/pay/{session['id']}"})

    def _invoice(self, invoice: Body, action: str, request: Request) -> Response:
        if action == "pay":
            invoice_payments.pay(self.account, invoice)
        elif action == "part":
            invoice_payments.pay(self.account, invoice, max(1, invoice["amount_remaining"] // 2))
        elif action == "decline":
            invoice_payments.fail(self.account, invoice)
        left = amount_text(invoice["amount_remaining"], invoice["currency"])
        portal = parse_qs(request.query).get("portal", [""])[0]
        here = f"/i/{invoice['id']}" + (f"?portal={portal}" if portal else "")
        back = f"<p><a href='{escape(f'/p/session/{portal}' if portal else '/')}'>Back</a>"
        buttons = (
            _button(here, "pay", "Pay", True) + _button(here, "part", "Pay half") + _button(here, "decline", "Decline")
        )
        state = f"Invoice {escape(invoice['number'] or '')} is {invoice['status']}."
        body = f"<p>{state} Left to pay: <strong>{left}</strong></p>"
        return _page("Invoice", body + (buttons if invoice["status"] == "open" else "") + back)

    def _portal(self, portal: Body) -> Response:
        rows = "".join(
            f"<tr><td><a href='/i/{row['id']}?portal={portal['id']}'>{escape(row['number'] or 'draft')}</a>"
            f"<td>{row['status']}<td>{amount_text(row['total'], row['currency'])}</tr>"
            for row in self.account.find("invoice", customer=portal["customer"])
        )
        back = escape(portal["return_url"] or "/")
        return _page(
            "Billing portal", f"<table><tr><th>Invoice<th>State<th>Total</tr>{rows}</table><p><a href='{back}'>Back</a>"
        )

    def _dashboard(self) -> Response:
        sections = [
            self._section("Payments", "payment_intent", _INTENT_BUTTONS),
            self._section("Refunds", "refund", {"succeeded": ["fail_refund"]}),
            self._section("Payouts", "payout", {"paid": ["fail_payout"]}),
            self._section("Disputes", "dispute", _DISPUTE_BUTTONS),
            self._section("Subscriptions", "subscription", _SUBSCRIPTION_BUTTONS),
            self._section("Invoices", "invoice", {"open": ["retry", "elsewhere", "void", "uncollectible", "overdue"]}),
            self._section("Payment methods", "payment_method", _METHOD_BUTTONS),
            self._section("Sessions", "checkout.session", {"open": ["expire"]}),
        ]
        waiting = self.account.store.query("SELECT event_id, attempts, answer FROM deliveries WHERE NOT done LIMIT 20")
        rows = "".join(
            f"<li><code>{event}</code> tried {tries} times: {escape(answer)}</li>" for event, tries, answer in waiting
        )
        return _page("Dashboard", "".join(sections) + f"<h2>Webhooks waiting</h2><ul>{rows or '<li>none</li>'}</ul>")

    def _section(self, title: str, kind: str, actions: dict[str, list[str]]) -> str:
        rows = []
        for body in self.account.store.all(kind)[:20]:
            state = body.get("status") or ("attached" if body.get("customer") else "detached")
            buttons = "".join(_button(f"/do/{body['id']}", name, name) for name in actions.get(state, []))
            amount = body.get("amount") or body.get("amount_total") or body.get("total")
            text = amount_text(amount, body["currency"]) if amount else ""
            rows.append(f"<tr><td><code>{body['id'][:24]}</code><td>{state}<td>{text}<td>{buttons}</tr>")
        return f"<h2>{title}</h2><table>{''.join(rows)}</table>" if rows else ""

    def _do(self, object_id: str, action: str) -> None:
        subject = self.account.store.get(object_id)
        if subject is None or action not in _ACTIONS:
            raise StripeFault.missing("object", object_id)
        _ACTIONS[action](self.account, subject)


_INTENT_BUTTONS = {
    "processing": ["arrives", "fails"],
    "succeeded": ["refund", "refund_half", "dispute", "inquiry", "fraud_warning", "pay_out"],
}
_DISPUTE_BUTTONS = {"needs_response": ["won", "lost"], "warning_needs_response": ["warning_closed"]}
_METHOD_BUTTONS = {"attached": ["works", "declines", "is_empty", "asks", "detach"]}
_TURNS = ["next_period", "next_period_fails", "end"]
_SUBSCRIPTION_BUTTONS = {"active": _TURNS, "trialing": _TURNS, "past_due": _TURNS}


def _charge(account: Account, intent: Body) -> Body:
    return account.get("charge", intent["latest_charge"])


_ACTIONS: dict[str, Callable[[Account, Body], object]] = {
    "arrives": lambda account, intent: checkout.settle_later(account, intent, arrives=True),
    "fails": lambda account, intent: checkout.settle_later(account, intent, arrives=False),
    "refund": lambda account, intent: money.refund(account, _charge(account, intent), None, metadata={}),
    "refund_half": lambda account, intent: money.refund(
        account, _charge(account, intent), intent["amount"] // 2, metadata={}
    ),
    "dispute": lambda account, intent: money.dispute(account, _charge(account, intent)),
    "inquiry": lambda account, intent: money.dispute(account, _charge(account, intent), inquiry=True),
    "fraud_warning": lambda account, intent: money.warn_of_fraud(account, _charge(account, intent)),
    "fail_refund": money.fail_refund,
    "pay_out": lambda account, _intent: movements.pay_out(account),
    "fail_payout": movements.fail_payout,
    "won": lambda account, made: money.close_dispute(account, made, "won"),
    "lost": lambda account, made: money.close_dispute(account, made, "lost"),
    "warning_closed": lambda account, made: money.close_dispute(account, made, "warning_closed"),
    "next_period": subscriptions.next_period,
    "next_period_fails": lambda account, subscription: subscriptions.next_period(account, subscription, pays=False),
    "end": subscriptions.cancel_subscription,
    "elsewhere": invoice_payments.pay_elsewhere,
    "void": lambda account, invoice: invoice_payments.end(account, invoice, "void"),
    "uncollectible": lambda account, invoice: invoice_payments.end(account, invoice, "uncollectible"),
    "retry": collection.attempt,
    "works": lambda account, method: methods.set_outcome(account, method, BankAnswer.PAYS),
    "declines": lambda account, method: methods.set_outcome(account, method, BankAnswer.GENERIC),
    "is_empty": lambda account, method: methods.set_outcome(account, method, BankAnswer.NO_FUNDS),
    "detach": methods.detach,
    "asks": lambda account, method: methods.set_outcome(account, method, BankAnswer.ASKS),
    "overdue": invoices.overdue,
    "expire": checkout.expire_session,
}
