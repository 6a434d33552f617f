"""Issues for debts: an organization owes money after a refund or dispute returned credit that it had spent."""

from datetime import datetime

from apps.payments import issues
from apps.payments.models import PaymentIssue
from apps.tenants.models import Organization
from apps.wallets.selectors import wallet_figures

DEBT = issues.Kind.DEBT


def open_debt_issue(organization: Organization, *, reason: str, now: datetime) -> None:
    """Open an issue for the organization's debt, if any; `reason` says why the money was returned."""
    if owed := wallet_figures(organization, now).overspend_micros:
        issues.open_issue(
            DEBT,
            organization=organization,
            subject=str(organization.pk),
            detail=f"{reason}: the returned credit had been spent, so the customer owes it.",
            sums=issues.IssueSums(actual_micros=owed),
            now=now,
        )


def update_debt_issue(organization: Organization, *, now: datetime) -> None:
    """Update an open issue to the current debt; close it when there is none."""
    found = PaymentIssue.objects.filter(kind=DEBT, organization=organization, resolved_at=None)
    if not found.exists():
        return
    if owed := wallet_figures(organization, now).overspend_micros:
        found.exclude(actual_micros=owed).update(actual_micros=owed, seen_at=now)
    else:
        issues.close_issue(DEBT, subject=str(organization.pk), resolution="The debt is paid", now=now)


def review_debts(*, now: datetime) -> None:
    """Call `update_debt_issue` for every open issue, because any credit can have paid the debt."""
    found = PaymentIssue.objects.filter(kind=DEBT, resolved_at=None).select_related("organization")
    for issue in found.order_by("pk"):
        if issue.organization is not None:
            update_debt_issue(issue.organization, now=now)
