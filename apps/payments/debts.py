"""What an organization owes because money went back that it had spent: shown while it is owed, and no longer."""

from datetime import datetime

from apps.payments import issues
from apps.payments.models import PaymentIssue
from apps.tenants.models import Organization
from apps.wallets.selectors import wallet_figures

DEBT = issues.Kind.DEBT


def open_debt(organization: Organization, *, reason: str, now: datetime) -> None:
    """Tell staff what is owed, if anything is, since money went back for this reason."""
    if owed := wallet_figures(organization, now).overspend_micros:
        issues.open_issue(
            DEBT,
            organization=organization,
            subject=str(organization.pk),
            detail=f"{reason}: what went back was spent already, and is owed.",
            actual_micros=owed,
            now=now,
        )


def tell_debt(organization: Organization, *, now: datetime) -> None:
    """Bring an open finding in line with what is owed now; close it where nothing is."""
    found = PaymentIssue.objects.filter(kind=DEBT, organization=organization, resolved_at=None)
    if not found.exists():
        return
    if owed := wallet_figures(organization, now).overspend_micros:
        found.exclude(actual_micros=owed).update(actual_micros=owed, seen_at=now)
    else:
        issues.close_issue(DEBT, subject=str(organization.pk), resolution="It is paid", now=now)


def review_debts(*, now: datetime) -> None:
    """Do so for every organization: credit of any kind pays what is owed, whoever granted it."""
    found = PaymentIssue.objects.filter(kind=DEBT, resolved_at=None).select_related("organization")
    for issue in found.order_by("pk"):
        if issue.organization is not None:
            tell_debt(issue.organization, now=now)
