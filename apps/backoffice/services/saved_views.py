"""Saved views of lists: the default one of a person, and those that are emailed."""

from datetime import UTC, datetime

from django.contrib.auth.models import User
from django.core.cache import cache
from django.db import transaction
from django.db.models import Q, QuerySet

from apps.backoffice.models import SavedView
from apps.outbox.services import enqueue

SEND_VIEW = "backoffice.send_saved_view"
KEPT_SECONDS = 60


def views_for(person: User, list_name: str) -> QuerySet[SavedView]:
    """Return the views of a list that a person sees: own ones, and those shared with everybody or with a team."""
    shared = Q(is_shared=True) & (Q(team=None) | Q(team__in=person.groups.all()))
    return SavedView.objects.filter(Q(owner=person) | shared, list_name=list_name).select_related("owner")


def save_view(view: SavedView) -> None:
    """Save a view; as a default it replaces the person's default view of that list.

    Raises:
        IntegrityError: a view of this name was just saved elsewhere.
    """
    with transaction.atomic():
        if view.is_default:
            others = SavedView.objects.filter(owner=view.owner, list_name=view.list_name, is_default=True)
            others.exclude(pk=view.pk).update(is_default=False)
        view.save()
    cache.delete(_key(view.owner_id))


def default_query(owner_id: int, url_name: str) -> str:
    """Return the query of a person's default view of a list, at most a minute old; empty if there is none."""
    found: dict[str, str] | None = cache.get(_key(owner_id))
    if found is None:
        rows = SavedView.objects.filter(owner=owner_id, is_default=True).values_list("list_name", "query")
        found = {f"{name.replace('.', '_')}_changelist": query for name, query in rows}
        cache.set(_key(owner_id), found, KEPT_SECONDS)
    return found.get(url_name, "")


def _key(owner_id: int) -> str:
    return f"backoffice.default_views.{owner_id}"


@transaction.atomic
def queue_saved_views(*, now: datetime) -> int:
    """Queue the emails of the daily views, and on Mondays of the weekly ones, each once a day; return their number."""
    today = now.astimezone(UTC).date()
    wanted = [SavedView.Mailed.DAILY, *([SavedView.Mailed.WEEKLY] if today.weekday() == 0 else [])]
    rows = SavedView.objects.select_for_update(no_key=True).filter(mailed__in=wanted, owner__is_active=True)
    due = list(rows.exclude(mailed_on=today))
    for view in due:
        enqueue(SEND_VIEW, now=now, key=f"saved-view:{view.pk}:{today}", arguments={"view_id": view.pk})
    SavedView.objects.filter(pk__in=[view.pk for view in due]).update(mailed_on=today)
    return len(due)
