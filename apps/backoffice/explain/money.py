"""Explains money: balances, grants, transfers, installments."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Count, Sum
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode

from apps.backoffice.components import Block, Cell, Facts, Link, Table, actor, end, feet, moment, money
from apps.backoffice.customer_page.summary import tab_of
from apps.backoffice.explain.causes import causes
from apps.backoffice.explain.entries import entry_blocks
from apps.backoffice.explain.links import why
from apps.backoffice.explain.page import SHOWN, Page, change, found, number, owner_of
from apps.backoffice.explain.undo import NOTHING, undo_of
from apps.backoffice.row_titles import account_title, grant_title, transfer_title
from apps.common.admin import code_words, day_text, moment_words
from apps.contracts.models import Installment
from apps.ledger.models import Entry, Transfer
from apps.tenants.models import Organization
from apps.usage.selectors import explain_transfer
from apps.wallets import selectors as wallets
from apps.wallets.accounts import Role, code_of
from apps.wallets.models import Grant


def balance_blocks(request: HttpRequest, organization: Organization, now: datetime) -> Sequence[Block]:
    """Return the sums that lead to the balance and the available amount as of now."""
    figures, unit = wallets.wallet_figures(organization, now), organization.currency
    rows = [
        ("Included quota left", money(figures.quota_micros, unit, tab_of(organization, "grants"))),
        ("Top-ups left", money(figures.top_up_micros, unit, tab_of(organization, "grants"))),
        ("Other credit left", money(figures.legacy_micros, unit, tab_of(organization, "grants"))),
        ("Overspent", money(-figures.overspend_micros, unit, tab_of(organization, "grants"))),
        ("= Balance", money(figures.balance_micros, unit, entries(organization, Role.WALLET))),
        ("Held by live reservations", money(-figures.held_micros, unit, tab_of(organization, "holds"))),
        ("Postpaid limit", money(figures.postpaid_limit_micros, unit)),
        ("Already owed", money(-figures.debt_micros, unit, entries(organization, Role.RECEIVABLE))),
    ]
    if figures.is_postpaid and figures.unapplied_micros:
        unapplied = money(figures.unapplied_micros, unit, entries(organization, Role.UNAPPLIED))
        rows.append(("Unapplied money, which will pay it", unapplied))
    if not figures.usage_billing_enabled:
        rows.append(("Limited to the quota not on hold", money(figures.free_quota_micros, unit)))
    rows.append(("= Available", money(figures.available_micros, unit)))
    live = Grant.objects.filter(organization=organization, is_open=True).order_by("granted_at", "pk")
    shown = list(live[:SHOWN])
    grants = [
        [
            Cell(Grant.Source(grant.source).label, why("grant", grant.pk)),
            money(grant.amount_micros, unit),
            money(grant.remaining_micros, unit),
            end(grant.expires_at),
            Cell(_how_it_counts(grant, now)),
        ]
        for grant in shown
    ]
    sums = live.aggregate(total=Coalesce(Sum("remaining_micros"), 0), count=Count("pk"))
    columns, left = ["Grant", "Amount", "Left", "Expires", ""], [grant.remaining_micros for grant in shown]
    last = feet(columns, 2, left, int(sums["total"]), unit, is_cut=sums["count"] > len(shown))
    return [
        Facts(title="The sum", rows=rows),
        Table(title="The grants that add up to it", columns=columns, rows=grants, feet=last),
    ]


def _how_it_counts(grant: Grant, now: datetime) -> str:
    if grant.is_expired(now):
        return "Expired: does not count"
    return "Counts" if grant.has_started(now) else f"Counts from {moment_words(grant.starts_at)}"


def entries(organization: Organization, role: Role) -> str:
    """Return the address of the list of the entries that add up to an account's balance."""
    return f"{reverse('admin:ledger_entry_changelist')}?{urlencode({'account': code_of(organization.pk, role)})}"


def grant_page(identity: str) -> Page:
    """Explain what a grant paid for."""
    grant = found(Grant.objects.select_related("organization", "transfer").filter(pk=number(identity)).first())
    organization = grant.organization
    unit = organization.currency
    uses = list(wallets.spent_on(grant, SHOWN))
    rows = [
        [
            moment(use.recorded_at, why("transfer", use.transfer_id)),
            Cell(code_words(use.transfer.kind)),
            Cell(use.transfer.description),
            money(use.amount_micros, unit),
        ]
        for use in uses
    ]
    columns, amounts = ["When", "What", "Description", "Amount"], [use.amount_micros for use in uses]
    burnt = grant.amount_micros - grant.remaining_micros
    last = feet(columns, 3, amounts, burnt, unit, is_cut=len(uses) == SHOWN and sum(amounts) != burnt)
    facts = [
        ("Amount", money(grant.amount_micros, unit, why("transfer", grant.transfer_id))),
        ("Spent so far", money(grant.amount_micros - grant.remaining_micros, unit)),
        ("Left", money(grant.remaining_micros, unit)),
        ("Granted", moment(grant.granted_at)),
        ("Counts from", moment(grant.starts_at or grant.granted_at)),
        ("Expires", end(grant.expires_at)),
        ("Description", Cell(grant.description)),
        ("Key", Cell(grant.key)),
    ]
    links = [Link("All of them", f"{reverse('admin:wallets_consumption_changelist')}?grant__id__exact={grant.pk}")]
    return Page(
        title=grant_title(grant),
        organization=organization,
        blocks=[
            Facts(title="The grant", rows=facts, links=[Link("Its page", change("wallets_grant", grant.pk))]),
            Table(
                title=f"What it paid for, newest {SHOWN}",
                columns=columns,
                rows=rows,
                links=links,
                feet=last,
            ),
        ],
    )


def transfer_page(identity: str) -> Page:
    """Explain a transfer: both sides, the grants it spent, and its cause."""
    transfer = found(
        Transfer.objects.select_related("source", "destination", "reverses__source").filter(pk=number(identity)).first()
    )
    unit = transfer.source.unit
    facts = [
        ("Amount", money(transfer.amount_micros, unit)),
        ("What", Cell(code_words(transfer.kind))),
        ("Description", Cell(transfer.description)),
        ("By", actor(transfer.created_by)),
        ("Counts from", moment(transfer.effective_at)),
        ("Recorded", moment(transfer.recorded_at)),
        ("Key", Cell(transfer.key)),
    ]
    if transfer.reverses is not None:
        facts.append(("Reverses", Cell(transfer_title(transfer.reverses), why("transfer", transfer.reverses_id))))
    owner = owner_of(transfer.source)
    entries = [
        [
            Cell(account_title(entry.account, owner.name if owner else ""), change("ledger_entry", entry.pk)),
            money(entry.amount_micros, unit),
            money(entry.balance_after_micros, unit),
            Cell(str(entry.account_version)),
        ]
        for entry in Entry.objects.filter(book=transfer.book_id, transfer=transfer)
        .select_related("account__book")
        .order_by("pk")
    ]
    explanation = None if owner is None else explain_transfer(owner, transfer.pk)
    return Page(
        title=transfer_title(transfer),
        organization=owner,
        undo=NOTHING if owner is None else undo_of(owner.pk, [transfer.pk]).get(transfer.pk, NOTHING),
        blocks=[
            Facts(title="The transfer", rows=facts, links=[Link("Its page", change("ledger_transfer", transfer.pk))]),
            *causes(transfer),
            Table(title="Both sides", columns=["Account", "Amount", "Balance after", "Version"], rows=entries),
            *([] if explanation is None else entry_blocks(explanation, unit)),
        ],
    )


def _given_back(row: Installment, unit: str) -> list[list[Cell]]:
    return [
        [
            moment(refund.created_at),
            money(refund.amount_micros, unit),
            Cell(refund.get_paid_to_display()),
            Cell(f"{refund.get_kind_display()}{', failed since' if refund.undone_at else ''}"),
            actor(refund.created_by),
        ]
        for refund in row.refunds.order_by("pk")
    ]


def _service(row: Installment, unit: str) -> Table:
    """Return each month's share of an installment's service portion, and the part refunded or already earned."""
    rows = [
        [
            Cell(f"{day_text(part.period_start)} to {day_text(part.period_end)}"),
            money(part.amount_micros, unit),
            money(part.canceled_micros, unit),
            money(part.recognized_micros, unit),
        ]
        for part in row.revenue.order_by("period_start")
    ]
    columns = ["Month", "Service", "Refunded", "Earned"]
    return Table(title="Service revenue", columns=columns, rows=rows, empty="It has no service portion.")


def installment_page(identity: str) -> Page:
    """Explain an installment: its payments, their effects, and their transfers."""
    row = found(Installment.objects.select_related("contract__organization").filter(pk=number(identity)).first())
    organization = row.contract.organization
    unit = organization.currency
    facts = [
        ("Amount", money(row.amount_micros, unit)),
        ("Credit portion", money(row.credit_micros, unit, why("grant", row.grant_id) if row.grant_id else "")),
        (
            "Service portion",
            money(
                row.service_micros, unit, why("transfer", row.service_transfer_id) if row.service_transfer_id else ""
            ),
        ),
        ("Discount", money(row.discount_micros, unit)),
        ("Paid", money(row.paid_micros, unit)),
        ("Refunded", money(row.refunded_micros, unit)),
        ("Still to pay", money(row.remaining_micros, unit)),
        ("State", Cell(row.get_state_display())),
    ]
    payments = [
        [
            moment(payment.received_at, why("transfer", payment.transfer_id)),
            money(payment.amount_micros, unit),
            Cell(payment.get_received_in_display()),
            Cell(payment.reference),
            actor(payment.created_by),
        ]
        for payment in row.payments.order_by("pk")
    ]
    links = [Link("The contract", change("contracts_contract", row.contract_id))]
    return Page(
        title=f"Installment due {day_text(row.due_date)}",
        organization=organization,
        blocks=[
            Facts(title="The installment", rows=facts, links=links),
            Table(title="Payments", columns=["When", "Amount", "Received in", "Reference", "By"], rows=payments),
            Table(title="Refunds", columns=["When", "Amount", "Paid from", "What", "By"], rows=_given_back(row, unit)),
            _service(row, unit),
        ],
    )
