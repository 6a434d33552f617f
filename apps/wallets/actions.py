"""Actions by which staff change a customer's credit or debt by hand."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.contrib.auth.models import User
from django.db.models import Model

from apps.approvals.actions import Action, person, register
from apps.approvals.errors import SubjectGone
from apps.common.admin import money_text
from apps.common.money import Micros
from apps.ledger.models import Hold, Transfer
from apps.tenants.models import Organization
from apps.tenants.services import change_postpaid_limit
from apps.wallets import services
from apps.wallets.errors import WalletNotFound
from apps.wallets.models import Grant
from apps.wallets.selectors import wallet_figures

FIGURES = (
    ("Balance", "balance_micros"),
    ("Available", "available_micros"),
    ("Held", "held_micros"),
    ("Outstanding", "outstanding_micros"),
    ("Postpaid limit", "postpaid_limit_micros"),
)


def wallet_texts(organization: Organization | None, now: datetime) -> dict[str, str]:
    """Return a customer's figures as texts in the currency; empty if the customer has no wallet."""
    try:
        figures = wallet_figures(organization, now) if organization else None
    except WalletNotFound:
        figures = None
    if organization is None or figures is None:
        return {}
    return {name: money_text(getattr(figures, figure), organization.currency) for name, figure in FIGURES}


@dataclass(frozen=True, kw_only=True)
class CustomerAction(Action):
    """An action on a customer's wallet; its subject is the customer unless a subclass says otherwise."""

    subject_model: ClassVar[type[Model]] = Organization
    subject_field: ClassVar[str] = "organization_id"

    def figures(self, now: datetime) -> Mapping[str, str]:
        return wallet_texts(self.organization(), now)

    def customer(self) -> Organization:
        """Return the customer.

        Raises:
            SubjectGone: there is no customer with this id.
        """
        found = self.organization()
        if found is None:
            raise SubjectGone
        return found

    @property
    def amount(self) -> Micros:
        return Micros(self.amount_micros)

    def order(self, by: User) -> services.Instruction:
        """Return the order for a movement: by this person, for the action's cause and reason, under its key."""
        return services.Instruction(key=self.key, cause=self.cause, created_by=person(by), description=self.reason)


@register
@dataclass(frozen=True, kw_only=True)
class GrantCredit(CustomerAction):
    """Grant a bonus or an adjustment that expires at `expires_at`."""

    kind: ClassVar[str] = "wallets.grant_credit"
    title: ClassVar[str] = "Grant credit"

    source: Grant.Source = Grant.Source.ADJUSTMENT
    expires_at: datetime | None = None

    def perform(self, *, by: User, now: datetime) -> None:
        services.grant_credits(
            organization=self.customer(),
            grant=services.NewGrant(
                amount=self.amount,
                source=services.Source(self.source),
                key=self.key,
                cause=self.cause,
                created_by=person(by),
                description=self.reason,
                expires_at=self.expires_at,
            ),
            now=now,
        )


@register
@dataclass(frozen=True, kw_only=True)
class DeductCredit(CustomerAction):
    """Take credit away, in burn order."""

    kind: ClassVar[str] = "wallets.deduct_credit"
    title: ClassVar[str] = "Deduct credit"
    danger: ClassVar[bool] = True

    def perform(self, *, by: User, now: datetime) -> None:
        services.deduct(organization=self.customer(), amount=self.amount, order=self.order(by), now=now)


@register
@dataclass(frozen=True, kw_only=True)
class ReleaseHold(CustomerAction):
    """Release a hold. It only frees the customer's own credit, so staff limits do not apply."""

    kind: ClassVar[str] = "wallets.release_hold"
    title: ClassVar[str] = "Release a hold"
    is_free_of_limit: ClassVar[bool] = True
    subject_model: ClassVar[type[Model]] = Hold
    subject_field: ClassVar[str] = "hold_id"

    hold_id: UUID

    def perform(self, *, by: User, now: datetime) -> None:
        if not Hold.objects.filter(pk=self.hold_id).exists():
            raise SubjectGone
        services.release_reservation(organization=self.customer(), hold_id=self.hold_id, now=now)


@register
@dataclass(frozen=True, kw_only=True)
class ChangePostpaidLimit(CustomerAction):
    """Set a postpaid customer's limit to the amount."""

    kind: ClassVar[str] = "wallets.change_postpaid_limit"
    title: ClassVar[str] = "Change the postpaid limit"

    def perform(self, *, by: User, now: datetime) -> None:
        change_postpaid_limit(organization_id=self.customer().pk, limit=self.amount, now=now)

    def figures(self, now: datetime) -> Mapping[str, str]:
        organization = self.customer()
        limit = money_text(organization.postpaid_limit_micros, organization.currency)
        return {"Postpaid limit": limit, **wallet_texts(organization, now)}


@register
@dataclass(frozen=True, kw_only=True)
class ReverseTransfer(CustomerAction):
    """Undo a transfer by a new one. Transfers of contracts and payments are reversed by those apps, with their rows."""

    kind: ClassVar[str] = "wallets.reverse_transfer"
    title: ClassVar[str] = "Reverse a transfer"
    danger: ClassVar[bool] = True
    subject_model: ClassVar[type[Model]] = Transfer
    subject_field: ClassVar[str] = "transfer_id"

    transfer_id: int

    def about(self) -> str:
        transfer = Transfer.objects.filter(pk=self.transfer_id).first()
        name = transfer and (transfer.description or transfer.kind.replace("_", " "))
        return ": ".join(str(each) for each in (self.organization(), name) if each)

    def perform(self, *, by: User, now: datetime) -> None:
        services.reverse_transfer(
            organization=self.customer(),
            transfer_id=self.transfer_id,
            cause=self.cause,
            reason=self.reason,
            created_by=person(by),
            now=now,
        )
