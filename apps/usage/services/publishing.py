"""Publishing a price as staff do: what it would change is worked out first, and above the limit two people agree."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User

from apps.approvals.fingerprint import fingerprint
from apps.approvals.models import Approval
from apps.approvals.services import is_over_limit, lock_approval, request_approval
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
    over = is_over_limit(change, draft.book.currency)
    agreed = _agreed(draft, now) if over else None
    if over and agreed is None:
        asked = request_approval(
            kind=PUBLISH,
            subject=_subject(draft),
            arguments=publishing_arguments(draft),
            amount_micros=change,
            currency=draft.book.currency,
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


@serialized
def publish_agreed(*, approval_id: int, now: datetime) -> PriceVersion:
    """Publish the draft that a second person has agreed to, in the name of who asked.

    Raises:
        ApprovalRequired and its kin: it is not agreed to, was used, has expired, or the draft changed after that.
        UnknownPriceVersion, PriceNotDraft, PriceAlreadyEffective, PriceOverlaps, PriceTermsInvalid: it cannot be.
    """
    approval = lock_approval(approval_id)
    return publish_price_version(
        version_id=version_of(approval).pk,
        published_by=f"staff:{approval.requested_by.get_username()}",
        now=now,
        change_micros=approval.amount_micros,
        approval_id=approval.pk,
    )


def version_of(approval: Approval) -> PriceVersion:
    """Return the price version that an approval was asked for.

    Raises:
        UnknownPriceVersion: there is none, or it was asked for something else.
    """
    kind, _, number = approval.subject.partition(":")
    known = PriceVersion.objects.select_related("book", "meter")
    found = known.filter(pk=int(number)).first() if kind == "price-version" and number.isdecimal() else None
    if found is None:
        raise UnknownPriceVersion
    return found


def _agreed(draft: PriceVersion, now: datetime) -> Approval | None:
    """Return the request for exactly these terms that a second person agreed to."""
    wanted = fingerprint(PUBLISH, _subject(draft), publishing_arguments(draft))
    given = Approval.objects.filter(fingerprint=wanted, status=Approval.Status.APPROVED)
    return given.filter(expires_at__gt=now).order_by("pk").first()


def _subject(draft: PriceVersion) -> str:
    return f"price-version:{draft.pk}"
