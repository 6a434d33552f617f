"""The timeline of a customer: everything that happened, newest first, by kind and person, with what undoes it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse

from apps.approvals.models import Approval
from apps.backoffice.components import Block, Cell, Link, Table, moment
from apps.backoffice.customer_page.summary import tab_of
from apps.backoffice.explain.links import why
from apps.backoffice.explain.undo import NOTHING, Undo, undo_of
from apps.backoffice.models import Note
from apps.backoffice.timeline import TimelineEvent, changes_of
from apps.common.admin import actor_text, code_words, money_text
from apps.contracts.models import Contract
from apps.dunning.models import DunningCase, DunningEvent
from apps.invoices.models import Document, Money
from apps.mail.models import MailMessage
from apps.payments.models import Dispute, Refund
from apps.tenants.models import ApiKey, IdentityLink, Organization
from apps.top_ups.models import TopUpAttempt
from apps.vouchers.models import Redemption
from apps.wallets import selectors as wallets

SHOWN = 60
Source = Callable[[Organization], Iterable[TimelineEvent]]


def timeline(request: HttpRequest, organization: Organization, now: datetime) -> Sequence[Block]:
    """Return the events by time: all of them, those of one kind, or those of one person."""
    wanted, by = request.GET.get("kind", ""), request.GET.get("by", "")
    kind = wanted if wanted in SOURCES else ""
    sources = [SOURCES[kind]] if kind else SOURCES.values()
    happened = [each for source in sources for each in source(organization) if by in ("", each.by)]
    newest = sorted(happened, key=lambda each: each.at, reverse=True)[:SHOWN]
    may_undo = request.user.has_perm("backoffice.move_money")
    rows = [
        [
            moment(each.at, each.href),
            Cell(each.what),
            Cell(each.text),
            Cell(actor_text(each.by), tab_of(organization, "timeline", **({"kind": kind} if kind else {}), by=each.by)),
            Cell(each.undo.text, each.undo.href) if may_undo else Cell(""),
        ]
        for each in newest
    ]
    return [
        Table(
            title=" ".join(["Timeline", *([f"of {kind}"] if kind else []), *([f"by {actor_text(by)}"] if by else [])]),
            columns=["When", "What", "Details", "By", "Undo"],
            rows=rows,
            empty="Nothing happened yet.",
            links=_choices(organization, kind, by),
        )
    ]


def _choices(organization: Organization, kind: str, by: str) -> list[Link]:
    """Return the links to all kinds and to each; they keep the person."""
    kept = {"by": by} if by else {}
    every = [Link("All", tab_of(organization, "timeline", **kept), is_current=not kind)]
    every += [
        Link(each.capitalize(), tab_of(organization, "timeline", **kept, kind=each), is_current=each == kind)
        for each in SOURCES
    ]
    if by:
        every.append(Link(f"By everybody, not {actor_text(by)}", tab_of(organization, "timeline", kind=kind)))
    return every


def _money(organization: Organization) -> Iterable[TimelineEvent]:
    entries = wallets.entries_page(organization, since=organization.created_at, limit=SHOWN)
    undo = undo_of(organization.pk, [entry.transfer_id for entry in entries])
    for entry in entries:
        amount = money_text(entry.amount_micros, organization.currency)
        yield TimelineEvent(
            entry.recorded_at,
            code_words(entry.kind),
            f"{amount} {entry.description}".strip(),
            entry.created_by,
            why("transfer", entry.transfer_id),
            undo.get(entry.transfer_id, NOTHING),
        )


def _page(row: Model) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def _approvals(organization: Organization) -> Iterable[TimelineEvent]:
    rows = Approval.objects.filter(organization=organization).select_related("requested_by", "decided_by")
    for row in rows.order_by("-pk")[:SHOWN]:
        text = f"{row.about}, {money_text(row.amount_micros, row.currency)}: {row.reason}"
        yield TimelineEvent(row.requested_at, f"{row} submitted", text, str(row.requested_by), _page(row))
        if row.decided_at is not None:
            what = f"{row} {row.get_status_display().lower()}"
            yield TimelineEvent(row.decided_at, what, row.decision_note, str(row.decided_by), _page(row))


def _invoices(organization: Organization) -> Iterable[TimelineEvent]:
    rows = Document.objects.filter(organization=organization).exclude(finalized_at=None)
    for row in rows.order_by("-finalized_at", "-pk")[:SHOWN]:
        assert row.finalized_at is not None, "rows without it are excluded"
        is_open = row.type == Document.Type.INVOICE and row.state in ("open", "part_paid", "overdue")
        undo = Undo(reverse("admin:invoices_document_credit", args=[row.pk]), "Credit") if is_open else NOTHING
        text = f"{row}, {money_text(row.total_micros, row.currency)}, {row.get_state_display().lower()}"
        yield TimelineEvent(row.finalized_at, f"{row.get_type_display()} issued", text, "", _page(row), undo)


def _payments(organization: Organization) -> Iterable[TimelineEvent]:
    unit = organization.currency
    for money in Money.objects.filter(organization=organization).order_by("-received_at")[:SHOWN]:
        text = f"{money_text(money.amount_micros, unit)}, {money.get_source_display()} {money.reference}".strip()
        yield TimelineEvent(money.received_at, "Money received", text, money.created_by, _page(money))
    for refund in Refund.objects.filter(organization=organization).order_by("-created_at")[:SHOWN]:
        text = f"{money_text(refund.amount_micros, unit)}, {refund.get_state_display().lower()} {refund.reason}".strip()
        yield TimelineEvent(refund.created_at, "Refund", text, refund.requested_by or "Stripe", _page(refund))
    for dispute in Dispute.objects.filter(organization=organization).order_by("-created_at")[:SHOWN]:
        text = f"{money_text(dispute.amount_micros, unit)}, {dispute.get_outcome_display().lower()} {dispute.reason}"
        yield TimelineEvent(dispute.created_at, "Dispute", text.strip(), "Stripe", _page(dispute))
    for attempt in TopUpAttempt.objects.filter(organization=organization).order_by("-created_at")[:SHOWN]:
        text = f"{money_text(attempt.amount_micros, unit)}, {attempt.get_state_display().lower()} {attempt.reason}"
        yield TimelineEvent(attempt.created_at, "Automatic top-up", text.strip(), "system", _page(attempt))


def _vouchers(organization: Organization) -> Iterable[TimelineEvent]:
    rows = Redemption.objects.filter(organization=organization).order_by("-redeemed_at")[:SHOWN]
    for row in rows:
        text = money_text(row.amount_micros, organization.currency)
        yield TimelineEvent(row.redeemed_at, "Voucher redeemed", text, row.redeemed_by, _page(row))


def _dunning(organization: Organization) -> Iterable[TimelineEvent]:
    rows = DunningEvent.objects.filter(organization=organization).select_related("case").order_by("-created_at")
    for row in rows[:SHOWN]:
        overdue = money_text(row.overdue_micros, row.case.currency)
        text = f"{row.get_letter_display()}, {row.get_outcome_display().lower()}, {overdue} overdue"
        what = f"Dunning, step {row.position + 1}"
        yield TimelineEvent(
            row.created_at, what, ": ".join(filter(None, (text, row.reason))), row.created_by, _page(row.case)
        )
    closed = DunningCase.objects.filter(organization=organization).exclude(closed_at=None)
    for case in closed.order_by("-closed_at")[:SHOWN]:
        assert case.closed_at is not None, "open ones are left out"
        yield TimelineEvent(case.closed_at, "Dunning ended", case.closing_text, case.closed_by, _page(case))


def _mails(organization: Organization) -> Iterable[TimelineEvent]:
    for row in MailMessage.objects.filter(organization=organization).order_by("-created_at", "id")[:SHOWN]:
        text = f"{row.subject}, to {row.address or 'nobody'}, {row.get_state_display().lower()}"
        yield TimelineEvent(row.created_at, "Email", text, "system", _page(row))


def _changes(organization: Organization) -> Iterable[TimelineEvent]:
    """Return the changes of the customer, its contracts, keys and identity links; an active key can be revoked."""
    active = {
        str(key.pk): Undo(reverse("admin:tenants_apikey_revoke", args=[key.pk]), "Revoke")
        for key in ApiKey.objects.filter(organization=organization, revoked_at=None)
    }
    yield from changes_of(Organization, [str(organization.pk)], SHOWN)
    yield from changes_of(ApiKey, _keys_of(ApiKey, organization), SHOWN, active)
    yield from changes_of(IdentityLink, _keys_of(IdentityLink, organization), SHOWN)
    yield from changes_of(Contract, _keys_of(Contract, organization), SHOWN)


def _keys_of(model: type[Model], organization: Organization) -> list[str]:
    rows = model._default_manager.filter(organization=organization)
    return [str(key) for key in rows.values_list("pk", flat=True)[:500]]


def _notes(organization: Organization) -> Iterable[TimelineEvent]:
    for note in Note.objects.filter(organization=organization).select_related("author")[:SHOWN]:
        yield TimelineEvent(note.created_at, "Note", note.text, str(note.author), _page(note))


SOURCES: Mapping[str, Source] = {
    "money": _money,
    "invoices": _invoices,
    "payments": _payments,
    "approvals": _approvals,
    "vouchers": _vouchers,
    "dunning": _dunning,
    "mails": _mails,
    "changes": _changes,
    "notes": _notes,
}
