"""The cause of usage transfers: a posting of rated usage, characters or a minimum charge."""

from uuid import UUID

from apps.common.causes import CauseType, Explanation, register


def corrected_by_sender(posting_id: str) -> str:
    """Return why staff may not reverse a posting: the sender voided or replaced an event, and got its charge back."""
    from apps.usage.models import EventCorrection, UsageEvent

    events = UsageEvent.objects.filter(posting=UUID(posting_id)).order_by().values("pk")
    if EventCorrection.objects.filter(event__in=events).exists():
        return "The sender voided or replaced usage of this charge and was credited for it. Grant the rest instead"
    return ""


POSTING = register(
    CauseType(
        name="usage.posting",
        label="Usage",
        models=("usage.UsagePosting",),
        page=Explanation("posting", lambda row: row.pk),
        staff_may_reverse=True,
        standing_against=corrected_by_sender,
    )
)
