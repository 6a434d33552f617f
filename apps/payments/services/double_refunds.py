"""Money returned twice is our loss; money that Stripe returns of a lost dispute first offsets that loss.

If a bank disputes a whole payment of which part was refunded, it returns that part even if the dispute is lost. The
result is the same in whatever order the refund, the dispute's end and the returned money are reported.
"""

from collections.abc import Sequence

from django.db.models import Sum

from apps.common.money import Micros, money_text
from apps.payments import issues
from apps.payments.causes import DISPUTE
from apps.payments.event_context import EventContext
from apps.payments.models import Dispute, Refund, StripePayment
from apps.wallets import services as wallets
from apps.wallets.accounts import Role
from apps.wallets.models import BookingKind

Kind = issues.Kind


def recover(payments: Sequence[StripePayment], key: str, context: EventContext) -> None:
    """Offset our losses on an intent with what Stripe returned of its lost disputes; open issues for any excess.

    `key` names the outside event that changed either. The offset amount is stored on the oldest of the payments.
    """
    disputes = Dispute.objects.filter(payment__in=payments, outcome=Dispute.Outcome.LOST)
    lost = list(disputes.select_related("payment__organization").order_by("pk"))
    refunds = Refund.objects.filter(payment__in=payments, booked_at__isnull=False, undone_at=None, lost_micros__gt=0)
    payment = min(payments, key=lambda each: each.pk)
    losses = sum(each.lost_micros for each in lost) + (refunds.aggregate(total=Sum("lost_micros"))["total"] or 0)
    over = sum(max(0, each.over_micros) for each in lost)
    made_up = min(losses, over)
    if change := made_up - payment.recovered_micros:
        gave_back = next((each for each in lost if each.over_micros > 0), lost[0])
        _move(payment, change, key, gave_back, context)
    if payment.recovered_micros != made_up:
        payment.recovered_micros = made_up
        payment.save(update_fields=["recovered_micros"])
    if made_up and made_up == losses:
        subjects = [*(f"dispute:{each.stripe_id}" for each in lost), *(f"refund:{each.stripe_id}" for each in refunds)]
        for subject in subjects:
            issues.close_issue(Kind.OUR_LOSS, subject=subject, resolution="Stripe gave it back", now=context.now)
    _open_excess_issue(lost, over - made_up, context)


def _move(payment: StripePayment, amount_micros: int, key: str, dispute: Dispute, context: EventContext) -> None:
    ways = (Role.DISPUTES, Role.WRITE_OFFS) if amount_micros > 0 else (Role.WRITE_OFFS, Role.DISPUTES)
    wallets.post_transfer(
        organization=payment.organization,
        booking=wallets.Booking(
            source=ways[0],
            destination=ways[1],
            amount=Micros(abs(amount_micros)),
            kind=BookingKind.DISPUTE,
            key=f"{key}:recovered",
            cause=DISPUTE.of(dispute.pk),
            created_by=context.created_by,
            description=f"Loss recovered on {payment}",
        ),
        now=context.now,
        currency=payment.currency,
    )


def _open_excess_issue(lost: list[Dispute], over_micros: int, context: EventContext) -> None:
    """Open an issue if the customer lost credit and Stripe gave us the money for it anyway.

    This happens when a bank changes its decision. Staff decide what to do.
    """
    for dispute in lost:
        shown = min(max(0, dispute.over_micros), over_micros)
        over_micros -= shown
        if not shown:
            issues.close_issue(Kind.DISPUTE, subject=dispute.stripe_id, resolution="Lost", now=context.now)
            continue
        issues.open_issue(
            Kind.DISPUTE,
            organization=dispute.payment.organization,
            subject=dispute.stripe_id,
            detail=(
                f"The dispute about payment {dispute.payment} was lost, but Stripe returned "
                f"{money_text(shown, dispute.payment.currency)}: the credit taken may have to be granted again."
            ),
            sums=issues.IssueSums(actual_micros=shown, currency=dispute.payment.currency),
            now=context.now,
        )
