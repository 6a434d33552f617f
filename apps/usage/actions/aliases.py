"""Actions that create aliases of priced models: one, whose waiting events are then charged, or all in a list's file."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar, Self
from uuid import UUID

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Count, Model, Sum

from apps.approvals.actions import Action, Scope, person, register
from apps.common.admin import count_text, moment_words, money_text
from apps.common.changes import Change
from apps.common.transactions import serialized
from apps.pricing.errors import UnknownPriceList
from apps.pricing.model_names import normal_model
from apps.pricing.models import ModelAlias, PriceBook, PriceListImport, PriceVersion
from apps.pricing.services import AliasTerms, name_listed_models, names_to_take
from apps.tenants.models import Organization
from apps.usage.actions.rating import SHOWN, ChargesChanged, charge_rows, charges_digest, newest_waiting
from apps.usage.models import UsageEvent
from apps.usage.services.aliases import NewAlias, name_and_rate
from apps.usage.services.quarantine_rating import RerateResult


@register
@dataclass(frozen=True, kw_only=True)
class NameModel(Action):
    """Make a name or a pattern an alias of a model, and charge the events that wait under it.

    The alias applies from the first of these events on. If usage of the name was charged since then at the price for
    any model, the alias applies from ten minutes after the action, and earlier usage stays unchanged. If no event
    waits, or customers with different currencies are charged, the size of the action is unknown and a second person
    must agree. `charges` is as in RateUsage.
    """

    kind: ClassVar[str] = "usage.name_model"
    title: ClassVar[str] = "Create an alias of a model"
    permission: ClassVar[str] = "pricing.change_priceversion"
    pool: ClassVar[Scope] = Scope.PRICES
    varying: ClassVar[frozenset[str]] = frozenset({"amount_micros", "newest_event", "charges"})
    hidden: ClassVar[frozenset[str]] = frozenset({"newest_event", "charges"})
    subject_model: ClassVar[type[Model]] = ModelAlias

    organization_id: UUID | None = None
    meter_id: int
    name: str
    target: str
    newest_event: int
    charges: str

    @classmethod
    def of(cls, terms: AliasTerms, *, reason: str, key: str, by: User, now: datetime) -> Self:
        """Return the action, with the charges it would make now.

        Raises:
            AliasInvalid, AliasOverlaps: see `name_model`.
        """
        action = cls(
            amount_micros=0,
            currency=_currency(terms.meter_id, normal_model(terms.target)),
            meter_id=terms.meter_id,
            name=normal_model(terms.name),
            target=normal_model(terms.target),
            newest_event=newest_waiting().event,
            charges="",
            reason=reason,
            key=key,
        )
        done = _rehearsed(action.new_alias, by, now)
        charged = Organization.objects.filter(pk__in=done.charges).values_list("currency", flat=True)
        currency = min(charged, default=action.currency)
        return replace(action, amount_micros=done.charged_micros, currency=currency, charges=charges_digest(done))

    @property
    def new_alias(self) -> NewAlias:
        """The alias that it creates."""
        approval = "" if self.approval_id is None else str(self.approval_id)
        terms = AliasTerms(meter_id=self.meter_id, name=self.name, target=self.target)
        return NewAlias(terms, self.newest_event, self.reason, approval)

    def about(self) -> str:
        return f"{self.name} is an alias of {self.target}"

    def perform(self, *, by: User, now: datetime) -> None:
        done = name_and_rate(self.new_alias, created_by=person(by), now=now)
        if (done.charged_micros, charges_digest(done)) != (self.amount_micros, self.charges):
            raise ChargesChanged

    def figures(self, now: datetime) -> Mapping[str, str]:
        new_alias = self.new_alias
        return {
            "Events that wait under the name": count_text(new_alias.waiting(now).events().count()),
            "Events already charged at the price for any model": count_text(new_alias.charged_count(now)),
        }

    def preview(self, *, by: User, now: datetime) -> list[Change]:
        start = moment_words(self.new_alias.start(now))
        moved: list[Change] = []

        def rate() -> RerateResult:
            done = name_and_rate(self.new_alias, created_by=person(by), now=now)
            moved.extend(_moved_rows(self.new_alias, by, now))
            return done

        rows = charge_rows(self, rate, now)
        return [*rows, *moved, Change("It applies to usage from", "", start)]

    def has_known_size(self, now: datetime) -> bool:
        waiting = self.new_alias.waiting(now).events()
        return waiting.values("organization__currency").distinct().count() == 1 and self.new_alias.start(now) <= now

    def overlaps(self, other: Self) -> bool:
        return (self.meter_id, self.name) == (other.meter_id, other.name)


@register
@dataclass(frozen=True, kw_only=True)
class NameListedModels(Action):
    """Create the aliases of models that are in the file of a published price list.

    They take effect ten minutes later. Usage that would have waited is then charged, so the size is unknown.
    """

    kind: ClassVar[str] = "usage.name_listed_models"
    title: ClassVar[str] = "Create the aliases in this list's file"
    permission: ClassVar[str] = "pricing.change_priceversion"
    pool: ClassVar[Scope] = Scope.PRICES
    subject_model: ClassVar[type[Model]] = PriceListImport
    subject_field: ClassVar[str] = "import_id"

    organization_id: UUID | None = None
    amount_micros: int = 0
    import_id: int

    def perform(self, *, by: User, now: datetime) -> None:
        name_listed_models(
            imported=self.imported(),
            reason=self.reason,
            created_by=person(by),
            approval="" if self.approval_id is None else str(self.approval_id),
            now=now,
        )

    def imported(self) -> PriceListImport:
        """Return the list.

        Raises:
            UnknownPriceList: there is none.
        """
        return self.row_among(PriceListImport.objects.select_related("meter"), UnknownPriceList)

    def figures(self, now: datetime) -> Mapping[str, str]:
        imported = self.imported()
        names = ModelAlias.objects.filter(meter=imported.meter_id, effective_to=None).count()
        return {"Aliases of the meter's models": count_text(names)}

    def preview(self, *, by: User, now: datetime) -> list[Change]:
        taken = sorted(names_to_take(self.imported(), now).items())
        rows = [Change(name, "", f"stands for {target}") for name, target in taken[:SHOWN]]
        more = len(taken) - SHOWN
        return [
            *super().preview(by=by, now=now),
            *rows,
            *([Change(f"{count_text(more)} more names", "", "")] if more > 0 else []),
            Change("They apply to usage from", "", "ten minutes after this is done"),
        ]

    def has_known_size(self, now: datetime) -> bool:
        return False


@serialized
def _rehearsed(new_alias: NewAlias, by: User, now: datetime) -> RerateResult:
    with transaction.atomic():
        done = name_and_rate(new_alias, created_by=person(by), now=now)
        transaction.set_rollback(True)
    return done


def _moved_rows(new_alias: NewAlias, by: User, now: datetime) -> list[Change]:
    """Return the names that the alias covers: those whose waiting events were charged now, with the charge, and those
    whose later usage will count as its model.
    """
    charged = (
        UsageEvent.objects.filter(
            meter=new_alias.terms.meter_id, posting__created_by=person(by), posting__created_at=now
        )
        .order_by()
        .values_list("model_sent", "provider", "model", "organization__currency")
        .annotate(events=Count("pk"), charge=Sum("charge_micros"))
    )
    rows = [
        Change(
            _named(provider, sent or model), f"{count_text(events)} waiting", f"{model}, {money_text(charge, currency)}"
        )
        for sent, provider, model, currency, events, charge in sorted(charged, key=lambda row: (-abs(row[5]), row[:4]))
    ]
    for provider, model, target, events in new_alias.later(now):
        rows.append(
            Change(
                _named(provider, model), f"{count_text(events)} at the price for any model", f"{target}, from then on"
            )
        )
    more = len(rows) - SHOWN
    return [*rows[:SHOWN], *([Change(f"{count_text(more)} more names", "", "")] if more > 0 else [])]


def _named(provider: str, model: str) -> str:
    return f"{provider}/{model}" if provider else model


def _currency(meter_id: int, target: str) -> str:
    """Return a currency in which the model has a price, preferring list prices; any currency if it has none."""
    rows = PriceVersion.objects.filter(meter=meter_id, status=PriceVersion.Status.PUBLISHED)
    priced = rows.filter(model=target).order_by("book__organization", "pk").values_list("book__currency", flat=True)
    return priced.first() or PriceBook.objects.order_by("pk").values_list("currency", flat=True).first() or "USD"
