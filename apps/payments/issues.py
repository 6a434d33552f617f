"""Open and resolve issues for staff."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import wraps
from typing import Any, TypeVar, cast
from uuid import UUID

from apps.common.money import money_text
from apps.common.queries import prepared_rows
from apps.common.reader import code_words
from apps.invoices.models import Money
from apps.payments.errors import IssueNotFound, StripeKeyRefused, StripePermissionMissing
from apps.payments.models import PaymentIssue
from apps.tenants.models import Organization

Service = TypeVar("Service", bound=Callable[..., Any])
Kind = PaymentIssue.Kind
WHOLE_KEY = "STRIPE_API_KEY"
# Stripe's statuses of disputes. An inquiry is a question of the bank before it takes any money.
DISPUTE_WORDS = {
    "needs_response": "Waits for our answer",
    "under_review": "Answered, the bank decides",
    "warning_needs_response": "Inquiry, waits for our answer",
    "warning_under_review": "Inquiry, answered",
    "warning_closed": "Inquiry closed",
}
CLOSE = """
UPDATE payments_paymentissue SET resolved_at = %s, resolved_by = 'system:payments', resolution = %s
WHERE key = %s AND resolved_at IS NULL
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueSums:
    """The expected and the actual amount of an issue, in micros of `currency`, by default the organization's."""

    expected_micros: int | None = None
    actual_micros: int | None = None
    currency: str = ""


NO_SUMS = IssueSums()


def open_issue(
    kind: PaymentIssue.Kind,
    *,
    subject: str,
    detail: str,
    now: datetime,
    organization: Organization | None = None,
    sums: IssueSums = NO_SUMS,
) -> None:
    """Open an issue. While one of this kind and subject is open, update its detail, sums and time instead."""
    shown = {"detail": detail, "seen_at": now, **asdict(sums)}
    PaymentIssue.objects.update_or_create(
        key=f"{kind.value}:{subject}",
        resolved_at=None,
        defaults=shown,
        create_defaults={
            "kind": kind,
            "organization": organization,
            "subject": subject,
            "opened_at": now,
            **shown,
        },
    )


def dispute_words(code: str) -> str:
    """Write Stripe's status of a dispute in words."""
    return DISPUTE_WORDS.get(code) or code_words(code)


def close_issue(kind: PaymentIssue.Kind, *, subject: str, resolution: str, now: datetime) -> None:
    """Resolve the open issue of this kind and subject, if there is one."""
    prepared_rows(CLOSE, [now, resolution, f"{kind.value}:{subject}"])


def open_returned_twice_issue(*, money_id: UUID, lost_micros: int, now: datetime) -> None:
    """Open an issue for the part of a transfer that we had paid back before the bank returned all of it; it is our
    loss.
    """
    money = Money.objects.select_related("organization").get(pk=money_id)
    open_issue(
        Kind.OUR_LOSS,
        subject=f"money:{money.pk}",
        organization=money.organization,
        detail=(
            f"We had paid back {money_text(lost_micros, money.organization.currency)} of the transfer {money}, and the "
            "bank returned all of it. The amount paid back twice is booked as our loss: ask the customer for it."
        ),
        sums=IssueSums(expected_micros=0, actual_micros=lost_micros),
        now=now,
    )


@contextmanager
def refused_key_issue(subject: str, *, now: datetime, closes: bool = True) -> Iterator[None]:
    """Open an issue when Stripe refuses our key or a permission is missing; close it when the calls succeed.

    The issue of a missing permission is limited to `subject`, because other calls still work. Without `closes`, success
    closes no issue.

    Raises:
        StripeKeyRefused, StripePermissionMissing: raised again after the issue is opened.
    """
    try:
        yield
    except StripePermissionMissing as error:
        if not error.is_shown:
            open_issue(Kind.KEY_REFUSED, subject=subject, detail=f"{error.lacking}: {subject} failed.", now=now)
            error.is_shown = True
        raise
    except StripeKeyRefused as error:
        open_issue(Kind.KEY_REFUSED, subject=WHOLE_KEY, detail=error.detail, now=now)
        raise
    for each in (subject, WHOLE_KEY) if closes else ():
        close_issue(Kind.KEY_REFUSED, subject=each, resolution="Stripe answers again", now=now)


def opens_refused_key_issue(name: str) -> Callable[[Service], Service]:
    """Decorate a service so that a refused key or missing permission is an open issue of `name` until it succeeds.

    For services that are called outside a transaction: the issue is then committed even if the caller fails.
    """

    def decorate(service: Service) -> Service:
        @wraps(service)
        def shown(*, now: datetime, **arguments: Any) -> Any:
            with refused_key_issue(name, now=now):
                return service(now=now, **arguments)

        return cast(Service, shown)

    return decorate


def resolve_issue(*, issue_id: int, resolution: str, by: str, now: datetime) -> None:
    """Resolve an issue on behalf of `by`, with the given reason.

    Raises:
        IssueNotFound: there is no open issue with this id.
    """
    closed = PaymentIssue.objects.filter(pk=issue_id, resolved_at=None).update(
        resolved_at=now, resolved_by=by, resolution=resolution
    )
    if not closed:
        raise IssueNotFound
