"""What went back twice was our loss; what Stripe gives back of a lost dispute makes up for it first.

A bank that disputes a whole payment of which a part was refunded gives that part back, though the dispute is lost.
Whichever of the refund, the end of the dispute and the money given back is told first, the books come to the same.
"""

from collections.abc import Sequence

from django.db.models import Sum

from apps.common.money import Micros, decimal_text
from apps.payments import issues
from apps.payments.causes import DISPUTE
from apps.payments.event_context import EventContext
from apps.payments.models import Dispute, Refund, StripePayment
from apps.wallets import services as wallets
from apps.wallets.accounts import Role
from apps.wallets.models import BookingKind

Kind = issues.Kind


def recover(payments: Sequence[StripePayment], key: str, context: EventContext) -> None:
    """Let what Stripe gave back of an intent's lost disputes make up for our losses on it; show what is over.

    `key` names the fact that changed either. What made up for losses is noted on the oldest of the payments.
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
    _show_over(lost, over - made_up, context)


def _move(payment: StripePayment, amount_micros: int, key: str, dispute: Dispute, context: EventContext) -> None:
    ways = (Role.DISPUTES, Role.WRITE_OFFS) if amount_micros > 0 else (Role.WRITE_OFFS, Role.DISPUTES)
    wallets.post_transfer(
        organization=payment.organization,
        source=ways[0],
        destination=ways[1],
        amount=Micros(abs(amount_micros)),
        kind=BookingKind.DISPUTE,
        key=f"{key}:recovered",
        cause=DISPUTE.of(dispute.pk),
        created_by=context.created_by,
        now=context.now,
        description=f"Given back of what was lost on {payment}",
        currency=payment.currency,
    )


def _show_over(lost: list[Dispute], over_micros: int, context: EventContext) -> None:
    """Tell staff where the customer has lost the credit and Stripe gave us the money for it all the same.

    Stripe does so when a bank thinks better of it. What is right then differs, so a person decides.
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
                f"The dispute about payment {dispute.payment} was lost, and Stripe gave {decimal_text(shown)} "
                f"{dispute.payment.currency} back all the same: the credit that was taken may have to be granted again."
            ),
            actual_micros=shown,
            currency=dispute.payment.currency,
            now=context.now,
        )
