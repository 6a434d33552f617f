"""The pages that submit an action: a form, a review with its effect, and the result."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypedDict, Unpack

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from apps.approvals.actions import Action
from apps.approvals.models import Approval
from apps.approvals.submission import needs_second_person, submit
from apps.common.admin import ConfirmForm, Question, Review, confirm
from apps.common.changes import Change
from apps.common.transactions import serialized

Cleaned = Mapping[str, Any]
Build = Callable[[Cleaned], Action]
Given = Callable[[Cleaned], Mapping[str, Any]]

ASK = "Ask for approval"


class Shown(TypedDict, total=False):
    """How the page of an action looks; see `Question`."""

    form: type[ConfirmForm]
    form_options: Mapping[str, Any] | None
    initial: Mapping[str, Any] | None
    explanation: str
    button: str


def typed(*names: str) -> Given:
    """Return a function that reads the named fields of a form."""
    return lambda cleaned: {name: cleaned[name] for name in names}


nothing = typed()


def typed_amount(cleaned: Cleaned) -> Mapping[str, Any]:
    """Return the amount of a form as the argument of an action."""
    return {"amount_micros": cleaned["amount"]}


def ask_about(
    request: HttpRequest,
    row: Model,
    action: type[Action],
    *,
    admin: Any,
    given: Given = nothing,
    back: str = "",
    **shown: Unpack[Shown],
) -> HttpResponse:
    """Show the pages of an action on a row: `action.of(row, …)` with the reason, the key and what `given` returns.

    Without `back` they lead back to the row's page.

    Raises:
        PermissionDenied: the user lacks the action's permission.
    """
    of: Callable[..., Action] = action.of  # type: ignore[attr-defined]  # every action on a row has its own
    back = back or reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
    return ask(
        request,
        admin=admin,
        action=action,
        build=lambda cleaned: of(row, **stated(cleaned), **given(cleaned)),
        back=back,
        subject=row,
        **shown,
    )


class Stated(TypedDict):
    """The arguments that every action takes from its form."""

    reason: str
    key: str


def stated(cleaned: Cleaned) -> Stated:
    """Return the reason, and the key that makes a form that is sent twice act once."""
    return {"reason": cleaned["reason"], "key": f"staff:{cleaned['token']}"}


def ask(
    request: HttpRequest,
    *,
    admin: Any,
    action: type[Action],
    build: Build,
    back: str,
    subject: Any = None,
    **shown: Unpack[Shown],
) -> HttpResponse:
    """Show the form and the review of an action and submit it; `build` makes the action from the cleaned data.

    Raises:
        PermissionDenied: the user lacks the action's permission.
    """
    if not request.user.has_perm(action.permission):
        raise PermissionDenied
    by: Any = request.user
    shown.setdefault("button", action.title)

    def review(cleaned: Cleaned) -> Review:
        wanted, now = build(cleaned), timezone.now()
        return review_of(wanted.preview(by=by, now=now), [wanted], by=by, now=now)

    def perform(cleaned: Cleaned) -> HttpResponse:
        wanted = build(cleaned)
        waiting = submit(wanted, by=by, now=timezone.now())
        tell(request, wanted, waiting)
        return HttpResponseRedirect(back)

    return confirm(
        request,
        admin=admin,
        question=Question(
            title=action.title,
            review=review,
            danger=action.danger,
            always_review=True,
            **shown,
        ),
        perform=perform,
        back=back,
        subject=subject,
    )


def review_of(changes: Sequence[Change], actions: Sequence[Action], *, by: User, now: datetime) -> Review:
    """Return the review of actions: their changes, and whether the button performs or requests them."""
    needed = needs_second_person(*actions, by=by, now=now)
    return Review([*changes, second_person(needed)], button=ASK if needed else "")


def second_person(needed: bool) -> Change:
    """Return the review's row on whether a second person must approve."""
    return Change("A second person", "", "must approve" if needed else "is not needed")


@serialized
def submit_all(request: HttpRequest, actions: Sequence[Action]) -> None:
    """Submit the actions of one form, all or none, and report each result on the next page."""
    by: Any = request.user
    for action in actions:
        tell(request, action, submit(action, by=by, now=timezone.now()))
    if not actions:
        messages.info(request, "Nothing to do.")


def tell(request: HttpRequest, action: Action, waiting: Approval | None) -> None:
    """Report the result of an action on the next page."""
    if waiting is None:
        messages.success(request, f"{action.title}: done.")
        return
    page = reverse("admin:approvals_approval_change", args=[waiting.pk])
    text = '{}: above the limit for one person. <a class="underline" href="{}">{} waits for a second person.</a>'
    messages.warning(request, format_html(text, action.title, page, waiting))
