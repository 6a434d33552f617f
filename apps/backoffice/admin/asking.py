"""From a button to an order: ask, rehearse, show before and after, submit."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from apps.backoffice import services
from apps.backoffice.forms import MoneyForm
from apps.backoffice.services import TITLES, Kind, Order, Rehearsal
from apps.common.admin import Change, Question, confirm, money_text
from apps.tenants.models import Organization

Read = Callable[[Mapping[str, Any]], tuple[int, Mapping[str, str]]]

FIGURES = (
    ("Balance", "balance_micros"),
    ("Available", "available_micros"),
    ("Held", "held_micros"),
    ("Outstanding", "outstanding_micros"),
    ("Postpaid limit", "postpaid_limit_micros"),
)
DANGEROUS = frozenset({Kind.DEDUCT, Kind.REVERSE, Kind.REVOKE, Kind.REFUND, Kind.WRITE_OFF})


def ask(
    request: HttpRequest,
    *,
    admin: Any,
    kind: Kind,
    organization: Organization,
    form: type[MoneyForm],
    read: Read,
    subject: Any,
    back: str,
    explanation: str = "",
    form_options: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """Show the pages of one money move. `read` turns the input into the amount and the details of the order."""
    if not request.user.has_perm("backoffice.move_money"):
        raise PermissionDenied
    by: Any = request.user

    def order(cleaned: Mapping[str, Any]) -> Order:
        amount, details = read(cleaned)
        return Order(
            kind=kind,
            organization=organization,
            amount_micros=amount,
            reason=cleaned["reason"],
            token=cleaned["token"],
            details=details,
        )

    def changes(cleaned: Mapping[str, Any]) -> Sequence[Change]:
        wanted, now = order(cleaned), timezone.now()
        rehearsal = services.rehearse(order=wanted, by=by, now=now)
        rows = before_and_after(rehearsal, organization.currency)
        if services.needs_second_person(wanted, by, now):
            rows.append(Change("Carried out", "", "once a second person agrees"))
        return rows

    def perform(cleaned: Mapping[str, Any]) -> HttpResponse:
        done = services.submit(order=order(cleaned), by=by, now=timezone.now())
        if done.waits_for is None:
            messages.success(request, f"{TITLES[kind]}: done.")
        else:
            page = reverse("admin:approvals_approval_change", args=[done.waits_for.pk])
            text = (
                '{}: above what one person moves alone. <a class="underline" href="{}">It waits for a second one.</a>'
            )
            messages.warning(request, format_html(text, TITLES[kind], page))
        return HttpResponseRedirect(back)

    return confirm(
        request,
        admin=admin,
        question=Question(
            title=TITLES[kind],
            form=form,
            form_options={"request": request, **(form_options or {})},
            explanation=explanation,
            changes=changes,
            button=TITLES[kind],
            danger=kind in DANGEROUS,
            always_review=True,
        ),
        perform=perform,
        back=back,
        subject=subject,
    )


def before_and_after(rehearsal: Rehearsal, unit: str) -> list[Change]:
    """Return the figures that an order moves, and the balance in any case."""
    rows = []
    for name, figure in FIGURES:
        before, after = getattr(rehearsal.before, figure), getattr(rehearsal.after, figure)
        if before != after or figure == "balance_micros":
            rows.append(Change(name, money_text(before, unit), money_text(after, unit)))
    return rows
