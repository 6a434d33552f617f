"""Publishing a price as staff do: what it would change is worked out first, and above the limit two people agree."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User

from apps.approvals.fingerprint import fingerprint
from apps.approvals.models import Approval
from apps.approvals.services import is_over_limit, request_approval
from apps.common.transactions import serialized
from apps.pricing.errors import UnknownPriceVersion
from apps.pricing.models import PriceVersion
from apps.pricing.services import PUBLISH, publish_price_version, publishing_arguments
from apps.usage.preview import preview_price


@dataclass(frozen=True, slots=True)
class Publishing:
    """The version as it is now, and the request that it waits for, if it does."""

    version: PriceVersion
    waits_for: Approval | None


@serialized
def publish_or_ask(*, version_id: int, reason: str, by: User, now: datetime) -> Publishing:
    """Publish a draft; above the limit ask for a second person, and publish once they have agreed to these very terms.

    Raises:
        UnknownPriceVersion, PriceNotDraft, PriceAlreadyEffective, PriceOverlaps, PriceTermsInvalid: it cannot be.
        Rejected: no reason is given where a second person is to be asked.
    """
    draft = PriceVersion.objects.select_related("book", "meter").filter(pk=version_id).first()
    if draft is None:
        raise UnknownPriceVersion
    change = preview_price(draft, now).change_micros
    agreed = _agreed(draft, now) if is_over_limit(change) else None
    if is_over_limit(change) and agreed is None:
        asked = request_approval(
            kind=PUBLISH,
            subject=_subject(draft),
            arguments=publishing_arguments(draft),
            amount_micros=change,
            reason=reason,
            requested_by=by,
            now=now,
        )
        return Publishing(draft, asked)
    published = publish_price_version(
        version_id=draft.pk,
        published_by=f"staff:{by.get_username()}",
        now=now,
        change_micros=change,
        approval_id=agreed.pk if agreed else None,
    )
    return Publishing(published, None)


def _agreed(draft: PriceVersion, now: datetime) -> Approval | None:
    """Return the request for exactly these terms that a second person agreed to."""
    wanted = fingerprint(PUBLISH, _subject(draft), publishing_arguments(draft))
    given = Approval.objects.filter(fingerprint=wanted, status=Approval.Status.APPROVED)
    return given.filter(expires_at__gt=now).order_by("pk").first()


def _subject(draft: PriceVersion) -> str:
    return f"price-version:{draft.pk}"
