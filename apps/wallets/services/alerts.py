"""Thresholds of the alerts about low credit, new checks of a customer's credit, and the pause of new work."""

from collections.abc import Sequence
from datetime import datetime

from apps.common.transactions import serialized
from apps.tenants import services as tenants
from apps.tenants.models import Organization
from apps.wallets.balance_alerts import AlarmState
from apps.wallets.decisions.low_credit import decide_review, decide_thresholds, decide_touch
from apps.wallets.services.books import BookQuery
from apps.wallets.services.group_commit import decide


def set_balance_alerts(
    *, organization: Organization, thresholds: Sequence[int], by_mail: bool, now: datetime
) -> AlarmState:
    """Set at most 8 thresholds, in micros; zero is always one. One that is already reached sends its notice at once.

    Raises:
        WalletNotFound: the organization has no wallet.
    """
    return decide(
        organization.pk, BookQuery(), lambda state: decide_thresholds(state, thresholds, now, by_mail=by_mail), now
    ).result


def review_credit(*, organization: Organization, now: datetime) -> None:
    """Check a customer's current credit: send notices of crossed thresholds, and start a top-up that is due."""
    decide(organization.pk, BookQuery(), lambda state: decide_review(state, now), now)


@serialized
def lock_terms(*, organization: Organization, now: datetime) -> None:
    """Lock a customer's book until the transaction ends, for a change of terms that movements of credit depend on.

    The book gets a new version, so no movement that was decided on the old terms is written.
    """
    decide(organization.pk, BookQuery(), decide_touch, now)


@serialized
def set_postpaid_pause(*, organization: Organization, paused: bool, now: datetime) -> Organization:
    """Pause or resume postpaid use: while paused, credit can be spent, and work beyond it is refused."""
    lock_terms(organization=organization, now=now)
    return tenants.set_postpaid_pause(organization_id=organization.pk, paused=paused, now=now)


@serialized
def set_work_pause(*, organization: Organization, reason: str, now: datetime) -> Organization:
    """Pause a customer's new work, for a `reason` that the customer reads; an empty reason ends the pause.

    Started work goes on: reservations can be captured, extended and released, and usage is accepted.
    """
    lock_terms(organization=organization, now=now)
    return tenants.set_work_pause(organization_id=organization.pk, reason=reason, now=now)
