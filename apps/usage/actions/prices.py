"""Actions of staff on prices: publish, end or withdraw one, publish a whole list."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Self

from django.contrib.auth.models import User
from django.db.models import Model

from apps.approvals.actions import Action, Scope, person, register
from apps.common.admin import count_text, moment_words, money_text
from apps.common.changes import Change
from apps.common.errors import Conflict
from apps.pricing.errors import UnknownPriceList, UnknownPriceVersion
from apps.pricing.models import PriceBook, PriceListImport, PriceVersion
from apps.pricing.price_effects import after_text
from apps.pricing.price_text import terms_in_words
from apps.pricing.selectors import standing_alias
from apps.pricing.services import (
    end_price_version,
    ending_models,
    lock_price_list,
    publish_price_list,
    publish_price_version,
    terms_text,
    withdraw_price_version,
)
from apps.usage.models_left import models_left_by_list, models_left_by_price
from apps.usage.preview import PricePreview, preview_price, preview_price_list, preview_without

SHOWN = 20
WOULD_WAIT = "Other models used in the last 90 days that would wait for a price of their own"
ALL_CHANGES = "All changes over the last 30 days"


class TermsChanged(Conflict):
    code = "price_terms_changed"
    title = "The draft has been edited since; review it again"


@dataclass(frozen=True, kw_only=True)
class PriceAction(Action):
    """An action on a price. `amount_micros` is the sum of the changes to customers' charges over the last 30 days."""

    permission: ClassVar[str] = "pricing.change_priceversion"
    pool: ClassVar[Scope] = Scope.PRICES
    varying: ClassVar[frozenset[str]] = frozenset({"amount_micros"})
    subject_model: ClassVar[type[Model]] = PriceVersion
    subject_field: ClassVar[str] = "version_id"

    version_id: int

    @property
    def approval(self) -> str:
        """The id of the request that a second person approved, which is stored in the price and its chain.

        Empty if none.
        """
        return "" if self.approval_id is None else str(self.approval_id)

    def about(self) -> str:
        version = self.version()
        return f"{version.book.name}: {version}"

    def version(self) -> PriceVersion:
        """Return the price.

        Raises:
            UnknownPriceVersion: there is none.
        """
        return self.row_among(PriceVersion.objects.select_related("book", "meter"), UnknownPriceVersion)

    def figures(self, now: datetime) -> Mapping[str, str]:
        version = self.version()
        end = version.effective_to
        shown = {
            "State": version.get_status_display(),
            "In force until": moment_words(end) if end else "another price starts",
        }
        alias = standing_alias(version)
        return shown | ({"Until it starts": f"{alias.name} is an alias of {alias.target}"} if alias else {})

    def preview(self, *, by: User, now: datetime) -> list[Change]:
        return [*super().preview(by=by, now=now), *change_rows(self.changed(now), self.currency)]

    def changed(self, now: datetime) -> PricePreview:
        """Return the changes for each customer."""
        return preview_without(self.version(), now)


@register
@dataclass(frozen=True, kw_only=True)
class PublishPrice(PriceAction):
    """Publish a draft, with the terms it had at the review.

    If there is no usage to compare, the size is unknown and a second person must always agree.
    """

    kind: ClassVar[str] = "pricing.publish"
    title: ClassVar[str] = "Publish this price"
    hidden: ClassVar[frozenset[str]] = frozenset({"terms"})  # the review writes them in words

    terms: str

    @classmethod
    def of(cls, draft: PriceVersion, *, reason: str, key: str, now: datetime) -> Self:
        """Return the action that publishes a draft as it is now. Its size is at least the draft's minimum.

        A customer without usage in the last 30 days would be charged the minimum with their first event.
        """
        return cls(
            organization_id=draft.book.organization_id,
            amount_micros=max(preview_price(draft, now).change_micros, draft.minimum_micros),
            currency=draft.book.currency,
            version_id=draft.pk,
            terms=terms_text(draft),
            reason=reason,
            key=key,
        )

    def perform(self, *, by: User, now: datetime) -> None:
        PriceVersion.objects.select_for_update(no_key=True).filter(pk=self.version_id).first()
        if terms_text(self.version()) != self.terms:
            raise TermsChanged
        publish_price_version(
            version_id=self.version_id,
            published_by=person(by),
            approval=self.approval,
            now=now,
        )

    def changed(self, now: datetime) -> PricePreview:
        return preview_price(self.version(), now)

    def preview(self, *, by: User, now: datetime) -> list[Change]:
        version = self.version()
        waiting = _waiting_models(models_left_by_price(version, now))
        return [*super().preview(by=by, now=now), *_terms(version), *waiting]

    def has_known_size(self, now: datetime) -> bool:
        return self.changed(now).has_known_size


@register
@dataclass(frozen=True, kw_only=True)
class PublishPriceList(Action):
    """Publish all prices of an imported list. `amount_micros` is the sum of the changes over the last 30 days."""

    kind: ClassVar[str] = "pricing.publish_list"
    title: ClassVar[str] = "Publish this price list"
    permission: ClassVar[str] = "pricing.change_priceversion"
    pool: ClassVar[Scope] = Scope.PRICES
    varying: ClassVar[frozenset[str]] = frozenset({"amount_micros"})
    hidden: ClassVar[frozenset[str]] = frozenset({"drafts"})
    subject_model: ClassVar[type[Model]] = PriceListImport
    subject_field: ClassVar[str] = "import_id"

    import_id: int
    drafts: str
    starts_at: datetime | None

    @classmethod
    def of(cls, imported: PriceListImport, *, starts_at: datetime | None, reason: str, key: str, now: datetime) -> Self:
        """Return the action that publishes a list's drafts as they are now; without `starts_at` as soon as possible."""
        preview, _ = preview_price_list(imported, now, starts_at=starts_at or now)
        return cls(
            organization_id=imported.book.organization_id,
            amount_micros=preview.change_micros,
            currency=imported.book.currency,
            import_id=imported.pk,
            drafts=drafts_digest(imported),
            starts_at=starts_at,
            reason=reason,
            key=key,
        )

    def imported(self) -> PriceListImport:
        """Return the list.

        Raises:
            UnknownPriceList: there is none.
        """
        found = PriceListImport.objects.select_related("book", "meter").filter(pk=self.import_id).first()
        if found is None:
            raise UnknownPriceList
        return found

    def perform(self, *, by: User, now: datetime) -> None:
        if drafts_digest(lock_price_list(self.import_id)) != self.drafts:
            raise TermsChanged
        publish_price_list(
            import_id=self.import_id,
            starts_at=self.starts_at,
            published_by=person(by),
            approval="" if self.approval_id is None else str(self.approval_id),
            now=now,
        )

    def figures(self, now: datetime) -> Mapping[str, str]:
        imported = self.imported()
        in_force = PriceVersion.objects.filter(
            book=imported.book, meter=imported.meter, status=PriceVersion.Status.PUBLISHED
        ).count()
        return {
            "State": imported.get_state_display(),
            "Published prices in the book": count_text(in_force),
            "Customers who keep the old prices": count_text(imported.kept.count()),
            "Prices that end without a successor": count_text(len(ending_models(imported))),
        }

    def preview(self, *, by: User, now: datetime) -> list[Change]:
        imported = self.imported()
        changed, _ = preview_price_list(imported, now, starts_at=self.starts_at or now)
        is_cost = imported.book.purpose == PriceBook.Purpose.COST
        soonest = "when it is published" if is_cost else "ten minutes after it is published"
        start = moment_words(self.starts_at) if self.starts_at else soonest
        return [
            *super().preview(by=by, now=now),
            Change("Its prices are in force from", "", start),
            *_waiting_models(models_left_by_list(imported, now)),
            *change_rows(changed, self.currency),
        ]

    def has_known_size(self, now: datetime) -> bool:
        return preview_price_list(self.imported(), now, starts_at=self.starts_at or now)[0].has_known_size


def drafts_digest(imported: PriceListImport) -> str:
    """Return one hash of all terms of a list's drafts, to detect whether one was edited since the review."""
    rows = imported.versions.filter(status=PriceVersion.Status.DRAFT).select_related("book", "meter").order_by("pk")
    digest = hashlib.sha256()
    for row in rows.iterator(chunk_size=1_000):
        digest.update(f"{row.pk} {terms_text(row)}\n".encode())
    for kept in imported.kept.order_by("organization_id"):
        digest.update(f"{kept.organization_id} {kept.until}\n".encode())
    return digest.hexdigest()


@register
@dataclass(frozen=True, kw_only=True)
class EndPrice(PriceAction):
    """End a published price at a future time. Another price then applies to its usage, or the usage waits for one."""

    kind: ClassVar[str] = "pricing.end"
    title: ClassVar[str] = "End this price"
    danger: ClassVar[bool] = True

    at: datetime

    @classmethod
    def of(cls, version: PriceVersion, *, at: datetime, reason: str, key: str, now: datetime) -> Self:
        """Return the action that ends a price."""
        return cls(
            organization_id=version.book.organization_id,
            amount_micros=preview_without(version, now).change_micros,
            currency=version.book.currency,
            version_id=version.pk,
            at=at,
            reason=reason,
            key=key,
        )

    def perform(self, *, by: User, now: datetime) -> None:
        end_price_version(version_id=self.version_id, at=self.at, approval=self.approval, now=now)


@register
@dataclass(frozen=True, kw_only=True)
class WithdrawPrice(PriceAction):
    """Withdraw a published price before it takes effect; the previous price stays in force."""

    kind: ClassVar[str] = "pricing.withdraw"
    title: ClassVar[str] = "Withdraw this price"
    danger: ClassVar[bool] = True

    @classmethod
    def of(cls, version: PriceVersion, *, reason: str, key: str, now: datetime) -> Self:
        """Return the action that withdraws a price."""
        return cls(
            organization_id=version.book.organization_id,
            amount_micros=preview_without(version, now).change_micros,
            currency=version.book.currency,
            version_id=version.pk,
            reason=reason,
            key=key,
        )

    def perform(self, *, by: User, now: datetime) -> None:
        withdraw_price_version(version_id=self.version_id, approval=self.approval, now=now)


def _terms(version: PriceVersion) -> list[Change]:
    """Return what a price charges: in a few words, then each tier, the lines of a price table, and the minimum."""
    unit, minimum = version.book.currency, version.minimum_micros
    rows = [Change("Price", "", text) for text in terms_in_words(version)]
    return [*rows, *([Change("Minimum of a month with usage", "", money_text(minimum, unit))] if minimum else [])]


def _waiting_models(models: Sequence[str]) -> list[Change]:
    """Return the warning that other models would no longer have a price; nothing if there are none."""
    if not models:
        return []
    more = f" and {count_text(len(models) - SHOWN)} more" if len(models) > SHOWN else ""
    return [Change(WOULD_WAIT, "", f"{count_text(len(models))}: {', '.join(models[:SHOWN])}{more}")]


def change_rows(preview: PricePreview, currency: str) -> list[Change]:
    """Return the change of each customer's charge over the last 30 days, the largest first, and the total."""
    rows = [
        Change(
            change.organization.name,
            money_text(change.before_micros, currency),
            after_text(change.after_micros, currency, leaves_calls=change.leaves_calls),
        )
        for change in preview.changes[:SHOWN]
    ]
    if rest := preview.changes[SHOWN:]:
        changed = sum(abs(change.difference_micros) for change in rest)
        rows.append(Change(f"{count_text(len(rest))} more customers, changes", "", money_text(changed, currency)))
    return [*rows, Change(ALL_CHANGES, "", money_text(preview.change_micros, currency))]
