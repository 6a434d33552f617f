"""Staff actions on sellers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar, Self

from django.contrib.auth.models import User
from django.db.models import Model

from apps.approvals.actions import Action, register
from apps.billing_profiles import services
from apps.billing_profiles.models import Seller


@register
@dataclass(frozen=True, kw_only=True)
class ReopenBooks(Action):
    """Move the last closed day of a seller's books back. Nothing is posted, so the amount is 0.

    A second administrator always approves it, because papers and tax reports of the closed months were given out.
    """

    kind: ClassVar[str] = "billing_profiles.reopen_books"
    title: ClassVar[str] = "Reopen closed books"
    permission: ClassVar[str] = "billing_profiles.change_seller"
    subject_model: ClassVar[type[Model]] = Seller
    subject_field: ClassVar[str] = "seller_id"
    danger: ClassVar[bool] = True
    always_approved: ClassVar[bool] = True
    is_decided_alike: ClassVar[bool] = True

    seller_id: int
    closed_through: date
    day: date | None

    @classmethod
    def of(cls, seller: Seller, *, day: date | None, **given: str) -> Self:
        """Return the action that closes the books through a day only, or through none."""
        closed_through = seller.closed_through or date.min
        facts = {"organization_id": None, "amount_micros": 0, "currency": seller.tax_currency}
        return cls(seller_id=seller.pk, closed_through=closed_through, day=day, **facts, **given)  # type: ignore[arg-type]

    def perform(self, *, by: User, now: datetime) -> None:
        services.reopen_books(seller_id=self.seller_id, closed_through=self.closed_through, day=self.day, now=now)

    def figures(self, now: datetime) -> Mapping[str, str]:
        seller = Seller.objects.filter(pk=self.seller_id).first()
        return {"Books closed through": f"{seller.closed_through or 'no day'}" if seller else ""}
