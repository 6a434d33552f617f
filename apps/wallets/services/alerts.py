"""The thresholds of the alerts about low credit, and what looks at a customer's credit again."""

from collections.abc import Sequence
from datetime import datetime

from apps.common.transactions import serialized
from apps.tenants import services as tenants
from apps.tenants.models import Organization
from apps.wallets.alarms import AlarmState
from apps.wallets.decisions.watch import decide_review, decide_thresholds, decide_touch
from apps.wallets.services.books import Asks
from apps.wallets.services.turns import decide


def set_balance_alerts(
    *, organization: Organization, thresholds: Sequence[int], by_mail: bool, now: datetime
) -> AlarmState:
    """Set at most 8 thresholds, in micros; zero is always one. A threshold that is reached already is told at once.

    Raises:
        WalletNotFound: the organization has no wallet.
    """
    return decide(
        organization.pk, Asks(), lambda state: decide_thresholds(state, thresholds, now, by_mail=by_mail), now
    ).result


def review_credit(*, organization: Organization, now: datetime) -> None:
    """Look at a customer's credit as it is now: tell crossed thresholds, and start a top-up that is due."""
    decide(organization.pk, Asks(), lambda state: decide_review(state, now), now)


@serialized
def lock_terms(*, organization: Organization, now: datetime) -> None:
    """Lock a customer's book until the transaction ends, for a change of terms that movements of credit depend on.

    It moves the book to a new version: no movement that was decided on the former terms is written.
    """
    decide(organization.pk, Asks(), decide_touch, now)


@serialized
def set_work_pause(*, organization: Organization, reason: str, now: datetime) -> Organization:
    """Let no new work of a customer begin, for `reason`, which the customer reads; without one, let it begin again.

    Work in hand is not stopped: what is reserved can be captured, extended and released, and usage is taken.
    """
    lock_terms(organization=organization, now=now)
    return tenants.set_work_pause(organization_id=organization.pk, reason=reason, now=now)
