"""Create aliases of models, and end them."""

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from apps.pricing import errors
from apps.pricing.model_names import CAPTURED, MOST_PATTERNS, expression_of, is_pattern, normal_model
from apps.pricing.models import Meter, ModelAlias, PriceListImport, PriceVersion
from apps.pricing.services.publication import LEAD


@dataclass(frozen=True, slots=True, kw_only=True)
class AliasTerms:
    """A name, or a pattern of names, and the model of a meter that it stands for."""

    meter_id: int
    name: str
    target: str


@transaction.atomic
def name_model(
    *,
    terms: AliasTerms,
    effective_from: datetime,
    reason: str,
    created_by: str,
    now: datetime,
    approval: str = "",
) -> ModelAlias:
    """Create an alias, or a pattern of aliases, of a model with a price, from a moment on.

    The caller ensures that no usage of that name after the moment was already charged.

    Raises:
        AliasInvalid: the target has no price or is itself an alias, or the pattern is ambiguous or exceeds the limit.
        AliasOverlaps: the name is an alias of another model during that time.
    """
    meter_id, name, target = terms.meter_id, normal_model(terms.name), normal_model(terms.target)
    Meter.objects.select_for_update(no_key=True).get(pk=meter_id)
    later = Q(effective_to__isnull=True) | Q(effective_to__gt=effective_from)
    standing = ModelAlias.objects.filter(later, meter=meter_id)
    _refuse_bad_names(standing, meter_id, name, target)
    try:
        with transaction.atomic():
            return ModelAlias.objects.create(
                meter_id=meter_id,
                name=name,
                expression=expression_of(name) if is_pattern(name) else "",
                target=target,
                effective_from=effective_from,
                reason=reason,
                created_by=created_by,
                created_at=now,
                approval=approval,
            )
    except IntegrityError as error:
        if "no_overlap" not in str(error):
            raise
        raise errors.AliasOverlaps(field="name") from error


@transaction.atomic
def name_listed_models(
    *, imported: PriceListImport, reason: str, created_by: str, now: datetime, approval: str = ""
) -> list[ModelAlias]:
    """Create the aliases in a published list's file; they take effect ten minutes from now.

    Names that have a price or are an alias already are skipped, and so are aliases of models without a price.

    Raises:
        PriceNotDraft: the list is not published. AliasInvalid: no name is left.
    """
    if imported.state != PriceListImport.State.PUBLISHED:
        raise errors.PriceNotDraft("publish the list first")
    Meter.objects.select_for_update(no_key=True).get(pk=imported.meter_id)
    taken = names_to_take(imported, now)
    if not taken:
        raise errors.AliasInvalid("every name in the file has a price, is an alias already, or its model has no price")
    return ModelAlias.objects.bulk_create(
        ModelAlias(
            meter_id=imported.meter_id,
            name=name,
            target=target,
            effective_from=now + LEAD,
            reason=reason,
            created_by=created_by,
            created_at=now,
            approval=approval,
        )
        for name, target in sorted(taken.items())
    )


def names_to_take(imported: PriceListImport, now: datetime) -> dict[str, str]:
    """Return the aliases in a list's file that can be created now, with their models."""
    listed = {normal_model(name): normal_model(target) for name, target in imported.aliases.items()}
    later = Q(effective_to__isnull=True) | Q(effective_to__gt=now)
    priced = set(
        PriceVersion.objects.filter(
            later,
            meter=imported.meter_id,
            status=PriceVersion.Status.PUBLISHED,
            model__in={*listed, *listed.values()},
        ).values_list("model", flat=True)
    )
    standing = ModelAlias.objects.filter(later, meter=imported.meter_id).values_list("name", "target")
    used = {name for pair in standing for name in pair}
    names = {name for name, _ in standing}
    return {
        name: target
        for name, target in listed.items()
        if target in priced and not {name} & (priced | used) and target not in names and not is_pattern(name + target)
    }


@transaction.atomic
def end_alias(*, alias_id: int, at: datetime, now: datetime) -> ModelAlias:
    """End an alias at least ten minutes from now; later usage of the name is unknown, or gets another price.

    Raises:
        UnknownAlias: there is none. AliasInvalid: the moment is too near, or it has ended.
    """
    alias = ModelAlias.objects.select_for_update(no_key=True).filter(pk=alias_id).first()
    if alias is None:
        raise errors.UnknownAlias
    if alias.effective_to is not None or at < now + LEAD or at <= alias.effective_from:
        raise errors.AliasInvalid("it can end once, at least ten minutes from now", field="at")
    alias.effective_to = at
    alias.save(update_fields=["effective_to"])
    return alias


def _refuse_bad_names(standing: QuerySet[ModelAlias], meter_id: int, name: str, target: str) -> None:
    if not name or not target or max(len(name), len(target)) > 128 or not (name + target).isprintable():
        raise errors.AliasInvalid("a name has 1 to 128 printable characters", field="name")
    if name == target:
        raise errors.AliasInvalid("a model cannot be an alias of itself", field="target")
    if is_pattern(name):
        _refuse_bad_pattern(standing, name, target)
    elif is_pattern(target):
        raise errors.AliasInvalid("only a pattern with a * can have * as its model", field="target")
    if target == CAPTURED:
        return
    if not PriceVersion.objects.filter(meter=meter_id, model=target, status=PriceVersion.Status.PUBLISHED).exists():
        raise errors.AliasInvalid(f"no price is published for {target}", field="target")
    if standing.filter(Q(name=target) | Q(target=name)).exists():
        raise errors.AliasOfAlias("one of the two is already an alias", field="target")


def _refuse_bad_pattern(standing: QuerySet[ModelAlias], name: str, target: str) -> None:
    if name.count("*") > 1 or not name.strip("*#"):
        raise errors.AliasInvalid("a pattern has at most one *, and at least one other character", field="name")
    if (target != CAPTURED and is_pattern(target)) or (target == CAPTURED and "*" not in name):
        raise errors.AliasInvalid("the model of a pattern is a name, or * alone", field="target")
    patterns = [row.name for row in standing.exclude(expression="")]
    if len(patterns) >= MOST_PATTERNS:
        raise errors.AliasInvalid(f"a meter has at most {MOST_PATTERNS} patterns", field="name")
    for other in patterns:
        if other != name and _literal(other) == _literal(name) and _may_overlap(other, name):
            raise errors.AmbiguousPattern(f"{other} names the same models", field="name")


def _literal(pattern: str) -> int:
    return len(pattern) - pattern.count("*") - pattern.count("#")


def _may_overlap(one: str, other: str) -> bool:
    """Whether a name may match both patterns, compared character by character from the left and from the right."""
    return _agree(one, other) and _agree(one[::-1], other[::-1])


def _agree(one: str, other: str) -> bool:
    for a, b in zip(one, other, strict=False):
        if "*" in (a, b):
            return True
        if a != b and not ("#" in (a, b) and (a + b).replace("#", "").isdigit()):
            return False
    return len(one) == len(other)
