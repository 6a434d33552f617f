"""The names under which a preview finds usage: as counted, as it waits, and as sent, with the aliases in force."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from apps.pricing.model_names import Alias, aliased, candidates, rank
from apps.pricing.models import ModelAlias, PriceListImport, PriceVersion
from apps.pricing.selectors import as_alias
from apps.usage.selectors.previewed_usage import Window, waiting_events


@dataclass(frozen=True, slots=True)
class PreviewedNames:
    """The aliases of a meter, and the names that a drafted price may apply to; None stands for all names.

    With `were_sent`, a drafted model is at present an alias of another, so usage is grouped by the name that was sent.
    """

    aliases: Sequence[Alias]
    models: frozenset[str] | None = None
    were_sent: bool = False

    @property
    def targets(self) -> set[str]:
        """The models that the aliases stand for."""
        return {alias.target for alias in self.aliases}


def names_of_price(draft: PriceVersion, window: Window, now: datetime) -> PreviewedNames:
    """Return the names to which a draft of one price may apply, with their provider or as aliases of its model."""
    aliases, model = _aliases(draft, now), draft.model
    if not model:
        return PreviewedNames(aliases)
    stands_for = aliased(aliases, [model], now)
    waiting = {name for provider, name in waiting_names(draft, window) if model in _possible(provider, name, aliases)}
    parts = model.split("/")
    counted = {"/".join(parts[place:]) for place in range(len(parts))} | ({stands_for} - {""})
    return PreviewedNames(aliases, frozenset(waiting | counted), were_sent=bool(stands_for))


def names_of_list(
    imported: PriceListImport, draft: PriceVersion, used: Iterable[tuple[str, str]], now: datetime
) -> PreviewedNames:
    """Return the names that a list may have a price for, among the providers and models that were used.

    They include the models of the list that are at present aliases of others.
    """
    aliases = _aliases(draft, now)
    listed = imported.versions.values_list("model", flat=True) if aliases else ()
    taken = {model for model in listed if aliased(aliases, [model], now)}
    found = {name for provider, model in used for name in _possible(provider, model, aliases)}
    return PreviewedNames(aliases, frozenset(found | taken), were_sent=bool(taken))


def waiting_names(draft: PriceVersion, window: Window) -> list[tuple[str, str]]:
    """Return the providers and models of the usage that waits."""
    return list(waiting_events(draft, window).order_by().values_list("provider", "model").distinct())


def _possible(provider: str, name: str, aliases: Iterable[Alias]) -> set[str]:
    names = candidates(provider, name)
    return {*names, *(target for alias in aliases for each in names if (target := alias.target_of(each)))}


def _aliases(draft: PriceVersion, now: datetime) -> list[Alias]:
    rows = ModelAlias.objects.filter(meter=draft.meter_id, effective_from__lte=now)
    rows = rows.filter(Q(effective_to__isnull=True) | Q(effective_to__gt=now))
    return sorted(map(as_alias, rows), key=rank)
