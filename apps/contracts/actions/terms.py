"""Staff actions that offer, edit or amend a contract: its terms, and the prices that are published with them."""

from abc import abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar, Self, TypedDict
from uuid import UUID

from django.contrib.auth.models import User

from apps.approvals.actions import person, register
from apps.common.changes import Change
from apps.contracts.actions.contracts import RevisionAction
from apps.contracts.agreed_prices import AgreedPrice
from apps.contracts.errors import ChangedMeanwhile
from apps.contracts.models import Contract, Installment
from apps.contracts.price_reviews import agreed_changes, charge_changes, effects_of, start_change, texts_in_force
from apps.contracts.schedule import build_schedule, refuse_impossible
from apps.contracts.selectors import current_schedule, newest_version, rows_to_replace
from apps.contracts.services import (
    Amendment,
    ContractDraft,
    amend_contract,
    amended_terms,
    edit_contract,
    offer_contract,
    publish_agreed_prices,
)
from apps.contracts.terms import CommercialTerms, ScheduledTerms


class Publication(TypedDict):
    """The arguments of the service that publishes a contract's prices."""

    contract_id: UUID
    published_by: str
    approval: str
    now: datetime


@dataclass(frozen=True, kw_only=True)
class PricingAction(RevisionAction):
    """An action on a contract that publishes the prices that its terms agree on.

    Its size includes the difference that the prices would have made to the customer's charges of the last 30 days. If
    there is no usage to compare, a second person must always approve it.
    """

    varying: ClassVar[frozenset[str]] = frozenset({"amount_micros", "prices_micros"})

    prices_micros: int = 0

    @property
    @abstractmethod
    def agreed_prices(self) -> tuple[AgreedPrice, ...]:
        """The prices that the action publishes."""

    @property
    @abstractmethod
    def prices_start_on(self) -> date:
        """The day on which its terms take effect."""

    @classmethod
    def with_prices(
        cls, contract: Contract, *, size: int, priced: Sequence[AgreedPrice], now: datetime, **given: object
    ) -> Self:
        """Return the action on a contract; its size is `size` plus the effect of the prices."""
        effect = sum(each.change_micros for each in effects_of(priced, contract.organization, now))
        return cls.on(contract, amount_micros=size + effect, prices_micros=effect, **given)

    def has_known_size(self, now: datetime) -> bool:
        return all(each.has_known_size for each in effects_of(self.agreed_prices, self.customer(), now))

    def figures(self, now: datetime) -> Mapping[str, str]:
        return {**texts_in_force(self.agreed_prices, self.customer(), now), **super().figures(now)}

    def preview(self, *, by: User, now: datetime) -> list[Change]:
        charges = charge_changes(self.agreed_prices, self.customer(), now)
        start = start_change(self.agreed_prices, self.prices_start_on, now)
        return [*super().preview(by=by, now=now), *charges, *start]

    def price_changes(self, starts_on: date, now: datetime) -> list[Change]:
        """Return the changes in prices and charges, for a contract that is not stored yet."""
        given = self.agreed_prices, self.customer(), now
        start = start_change(self.agreed_prices, starts_on, now)
        return [*agreed_changes(*given), *charge_changes(*given), *start]

    def publication(self, by: User, now: datetime) -> Publication:
        """Return the arguments to publish the prices of the version that the action has just written or offered."""
        return {
            "contract_id": self.contract_id,
            "published_by": person(by),
            "approval": "" if self.approval_id is None else str(self.approval_id),
            "now": now,
        }


@register
@dataclass(frozen=True, kw_only=True)
class OfferContract(PricingAction):
    """Offer a draft to the customer. Its size is the credit and service given for free: the bonus and the discount."""

    kind: ClassVar[str] = "contracts.offer"
    title: ClassVar[str] = "Offer a contract"

    prices: tuple[AgreedPrice, ...] = ()

    @property
    def agreed_prices(self) -> tuple[AgreedPrice, ...]:
        return self.prices

    @property
    def prices_start_on(self) -> date:
        return newest_version(self.contract()).effective_date

    @classmethod
    def of(
        cls,
        contract: Contract,
        *,
        seen_revision: int,
        reason: str,
        key: str,
        now: datetime,
        prices: tuple[AgreedPrice, ...] | None = None,
    ) -> Self:
        """Return the action on a stored draft, or with its prices on one that is not stored yet."""
        agreed = newest_version(contract).agreed_prices() if prices is None else prices
        return cls.with_prices(
            contract,
            size=_given_away(contract),
            priced=agreed,
            now=now,
            prices=agreed,
            seen_revision=seen_revision,
            reason=reason,
            key=key,
        )

    def perform(self, *, by: User, now: datetime) -> None:
        offered = offer_contract(**self.seen(now))
        if _given_away(offered) + self.prices_micros != self.amount_micros:
            raise ChangedMeanwhile
        publish_agreed_prices(**self.publication(by, now))


@register
@dataclass(frozen=True, kw_only=True)
class EditContract(PricingAction):
    """Edit an offered contract. Its size is the change in the payments plus the change in the bonus."""

    kind: ClassVar[str] = "contracts.edit"
    title: ClassVar[str] = "Edit an offered contract"

    draft: ContractDraft

    @property
    def agreed_prices(self) -> tuple[AgreedPrice, ...]:
        return self.draft.agreed.prices

    @property
    def prices_start_on(self) -> date:
        return self.draft.start_date

    @classmethod
    def of(
        cls, contract: Contract, *, draft: ContractDraft, seen_revision: int, reason: str, key: str, now: datetime
    ) -> Self:
        """Return the action.

        Raises:
            ImpossibleTerms: names the field to change.
        """
        terms = draft.terms(contract.organization.currency)
        refuse_impossible(terms)
        bonus = abs(draft.bonus_credits_micros - contract.bonus_credits_micros)
        return cls.with_prices(
            contract,
            size=difference(current_schedule(contract), terms) + bonus,
            priced=draft.agreed.prices,
            now=now,
            seen_revision=seen_revision,
            draft=draft,
            reason=reason,
            key=key,
        )

    def perform(self, *, by: User, now: datetime) -> None:
        edit_contract(
            draft=self.draft,
            edited_by=person(by),
            **self.seen(now),
        )
        publish_agreed_prices(**self.publication(by, now))


@register
@dataclass(frozen=True, kw_only=True)
class AmendContract(PricingAction):
    """Apply new terms from a given day. Its size is the change in what is left to pay."""

    kind: ClassVar[str] = "contracts.amend"
    title: ClassVar[str] = "Amend a contract"

    effective_date: date
    agreed: CommercialTerms

    @property
    def agreed_prices(self) -> tuple[AgreedPrice, ...]:
        return self.agreed.prices

    @property
    def prices_start_on(self) -> date:
        return self.effective_date

    @classmethod
    def of(
        cls,
        contract: Contract,
        *,
        amendment: Amendment,
        seen_revision: int,
        key: str,
        now: datetime,
    ) -> Self:
        """Return the action.

        Raises:
            ImpossibleTerms: names the field to change.
        """
        effective_date, agreed = amendment.effective_date, amendment.agreed
        terms = amended_terms(contract, effective_date=effective_date, agreed=agreed)
        refuse_impossible(terms)
        replaced = rows_to_replace(current_schedule(contract), effective_date)
        return cls.with_prices(
            contract,
            size=difference(replaced, terms),
            priced=agreed.prices,
            now=now,
            seen_revision=seen_revision,
            effective_date=effective_date,
            agreed=agreed,
            reason=amendment.reason,
            key=key,
        )

    def perform(self, *, by: User, now: datetime) -> None:
        amend_contract(
            amendment=Amendment(effective_date=self.effective_date, agreed=self.agreed, reason=self.reason),
            created_by=person(by),
            **self.seen(now),
        )
        publish_agreed_prices(**self.publication(by, now))


def difference(replaced: Iterable[Installment], terms: ScheduledTerms) -> int:
    """Return by how many micros `terms` change the open rows that they replace.

    The result is the largest change of the total, the credit, or the service, so that swapping one portion for the
    other counts too.
    """
    rows = [row for row in replaced if row.is_open]
    left = sum(row.remaining_micros for row in rows)
    credit, service = sum(row.credit_micros for row in rows), sum(row.service_micros for row in rows)
    payable = sum(row.payable_micros for row in build_schedule(terms))
    return max(
        abs(payable - left),
        abs(terms.credit_portion_micros - credit),
        abs(terms.service_portion_micros - service),
    )


def _given_away(contract: Contract) -> int:
    return contract.bonus_credits_micros + sum(row.agreed_discount_micros for row in current_schedule(contract))
