"""Opening and resolving what a person has to look at."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import wraps
from typing import Any, TypeVar, cast

from django.db.models import F

from apps.payments.errors import IssueNotFound, StripeKeyRefused, StripePermissionMissing
from apps.payments.models import PaymentIssue
from apps.tenants.models import Organization

Service = TypeVar("Service", bound=Callable[..., Any])
Kind = PaymentIssue.Kind
WHOLE_KEY = "STRIPE_API_KEY"


def open_issue(
    kind: PaymentIssue.Kind,
    *,
    subject: str,
    detail: str,
    now: datetime,
    organization: Organization | None = None,
    expected_micros: int | None = None,
    actual_micros: int | None = None,
    currency: str = "",
) -> None:
    """Note a finding, once while it is open; found again, it says what is so now.

    Its amounts are in the organization's currency, unless told.
    """
    PaymentIssue.objects.update_or_create(
        key=f"{kind.value}:{subject}",
        resolved_at=None,
        defaults={
            "detail": detail,
            "seen_at": now,
            "expected_micros": expected_micros,
            "actual_micros": actual_micros,
            "currency": currency,
        },
        create_defaults={
            "kind": kind,
            "organization": organization,
            "subject": subject,
            "detail": detail,
            "opened_at": now,
            "seen_at": now,
            "expected_micros": expected_micros,
            "actual_micros": actual_micros,
            "currency": currency,
        },
    )


def close_issue(kind: PaymentIssue.Kind, *, subject: str, resolution: str, now: datetime) -> None:
    """Resolve a finding that is no longer so, if there is one."""
    PaymentIssue.objects.filter(key=f"{kind.value}:{subject}", resolved_at=None).update(
        resolved_at=now, resolved_by="system:payments", resolution=resolution, seen_at=F("seen_at")
    )


@contextmanager
def refused_key_shown(subject: str, *, now: datetime, closes: bool = True) -> Iterator[None]:
    """Tell staff where Stripe refuses our key, or which permission it lacks for this call; close that when it works.

    One permission concerns `subject` alone: other calls go on. `closes` may be off where nothing was open before.
    """
    try:
        yield
    except StripePermissionMissing as error:
        if not error.is_shown:
            open_issue(Kind.KEY_REFUSED, subject=subject, detail=f"{error.lacking}: {subject} is not done.", now=now)
            error.is_shown = True
        raise
    except StripeKeyRefused as error:
        open_issue(Kind.KEY_REFUSED, subject=WHOLE_KEY, detail=error.detail, now=now)
        raise
    for each in (subject, WHOLE_KEY) if closes else ():
        close_issue(Kind.KEY_REFUSED, subject=each, resolution="Stripe answers again", now=now)


def shows_refused_key(name: str) -> Callable[[Service], Service]:
    """Make a service show what our key may not do at Stripe, as `name` that is not done, until it works.

    For whatever a request, a page or a task begins with: no transaction is open where Stripe is asked, so the issue is
    committed at once and stays when the request ends in an error.
    """

    def decorate(service: Service) -> Service:
        @wraps(service)
        def shown(*, now: datetime, **arguments: Any) -> Any:
            with refused_key_shown(name, now=now):
                return service(now=now, **arguments)

        return cast(Service, shown)

    return decorate


def resolve_issue(*, issue_id: int, resolution: str, by: str, now: datetime) -> None:
    """Let a person close a finding, saying why.

    Raises:
        IssueNotFound: there is no such open one.
    """
    closed = PaymentIssue.objects.filter(pk=issue_id, resolved_at=None).update(
        resolved_at=now, resolved_by=by, resolution=resolution
    )
    if not closed:
        raise IssueNotFound
