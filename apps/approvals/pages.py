"""The pages that submit an action: a form, a review with its effect, and the result."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, TypedDict, Unpack
from uuid import uuid5

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from apps.approvals.actions import UNKNOWN_SIZE, Action
from apps.approvals.errors import RowsChanged
from apps.approvals.limits import needs_second_person
from apps.approvals.models import Approval
from apps.approvals.runs import MOST_ROWS, PerformRun, digest_of, refuse_unlike, refused_rows, store_run
from apps.approvals.submission import submit
from apps.common.admin import ConfirmForm, Question, Review, confirm, count_text, money_text
from apps.common.changes import Change
from apps.common.errors import BillingError, Rejected
from apps.common.transactions import serialized

Cleaned = Mapping[str, Any]
Build = Callable[[Cleaned], Action]
Arguments = Callable[[Cleaned], Mapping[str, Any]]

ASK_FOR_APPROVAL = "Ask for approval"
MOST_AT_ONCE = 50  # the review shows what each changes


class PageOptions(TypedDict, total=False):
    """How the page of an action looks; see `Question`."""

    form: type[ConfirmForm]
    form_options: Mapping[str, Any] | None
    initial: Mapping[str, Any] | None
    explanation: str
    button: str


def form_fields(*names: str) -> Arguments:
    """Return a function that reads the named fields of a form."""
    return lambda cleaned: {name: cleaned[name] for name in names}


no_fields = form_fields()


def form_amount(cleaned: Cleaned) -> Mapping[str, Any]:
    """Return the amount of a form as the argument of an action."""
    return {"amount_micros": cleaned["amount"]}


def confirm_row_action(
    request: HttpRequest,
    row: Model,
    action: type[Action],
    *,
    admin: Any,
    given: Arguments = no_fields,
    back: str = "",
    **shown: Unpack[PageOptions],
) -> HttpResponse:
    """Show the pages of an action on a row: `action.of(row, …)` with the reason, the key and what `given` returns.

    Without `back` they lead back to the row's page.

    Raises:
        PermissionDenied: the user lacks the action's permission.
    """
    of: Callable[..., Action] = action.of  # type: ignore[attr-defined]  # every action on a row has its own
    back = back or reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
    return confirm_action(
        request,
        admin=admin,
        action=action,
        build=lambda cleaned: of(row, **reason_and_key(cleaned), **given(cleaned)),
        back=back,
        subject=row,
        **shown,
    )


class ReasonAndKey(TypedDict):
    """The arguments that every action takes from its form."""

    reason: str
    key: str


def reason_and_key(cleaned: Cleaned) -> ReasonAndKey:
    """Return the reason, and the key that makes a form that is sent twice act once."""
    return {"reason": cleaned["reason"], "key": f"staff:{cleaned['token']}"}


def confirm_action(
    request: HttpRequest,
    *,
    admin: Any,
    action: type[Action],
    build: Build,
    back: str,
    subject: Any = None,
    **shown: Unpack[PageOptions],
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
        report_result(request, wanted, waiting)
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


def confirm_row_actions(
    request: HttpRequest,
    rows: QuerySet[Any],
    action: type[Action],
    build: Callable[[Any, ReasonAndKey, Cleaned], Action],
    *,
    admin: Any,
    **shown: Unpack[PageOptions],
) -> HttpResponse:
    """Show the pages of one action on each row that was chosen in a list, and submit those that the review showed.

    `build` makes the action on a row. The review names each row, its amount and its first figure before and after, and
    the sums by currency. Rows whose action would be refused are named with the reason and left out. More rows than
    MOST_AT_ONCE become one bulk action, which a second person approves as a whole.

    Raises:
        PermissionDenied: the user lacks the action's permission.
    """
    if not request.user.has_perm(action.permission):
        raise PermissionDenied
    by: Any = request.user
    back = request.get_full_path()
    chosen = list(rows[: MOST_ROWS + 1])
    if len(chosen) > MOST_ROWS:
        messages.error(request, f"Choose at most {count_text(MOST_ROWS)} rows; nothing was done.")
        return HttpResponseRedirect(back)
    is_run = len(chosen) > MOST_AT_ONCE

    reviewed: list[str] = []

    def built(cleaned: Cleaned) -> list[Action]:
        keys = (f"staff:{uuid5(cleaned['token'], str(row.pk))}" for row in chosen)
        return [
            build(row, {"reason": cleaned["reason"], "key": key}, cleaned)
            for row, key in zip(chosen, keys, strict=True)
        ]

    def review(cleaned: Cleaned) -> Review:
        wanted, now = built(cleaned), timezone.now()
        if is_run:
            reviewed.append(digest_of(wanted))
            refuse_unlike(wanted)
            rows_ = [*refused_rows(wanted, by=by, now=now), *_amounts(wanted), *_sums(wanted)]
            return Review([*rows_, second_person(needed=True)], button=ASK_FOR_APPROVAL)
        changes, possible = _possible(wanted, by, now)
        reviewed.append(digest_of(possible))
        asked = _requested(possible, by, now)
        text = f"must approve {asked} of {len(possible)}" if asked else "is not needed"
        changes += [*_sums(possible), Change("A second person", "", text)]
        return Review(changes, button=ASK_FOR_APPROVAL if asked else "")

    def perform(cleaned: Cleaned) -> HttpResponse:
        wanted, now = built(cleaned), timezone.now()
        if not is_run:
            wanted = [each for each in wanted if not each.refusal(by=by, now=now)]
        if request.POST.get("_seen") != digest_of(wanted):
            raise RowsChanged
        if is_run:
            return HttpResponseRedirect(_submit_run(request, wanted, reason_and_key(cleaned)))
        submit_all(request, wanted)
        return HttpResponseRedirect(back)

    shown.setdefault("button", action.title)
    question = Question(
        title=f"{action.title}: {count_text(len(chosen))} rows",
        review=review,
        seen=reviewed.pop,
        danger=action.danger,
        always_review=True,
        **shown,
    )
    return confirm(request, admin=admin, question=question, perform=perform, back=back)


def _possible(actions: Sequence[Action], by: User, now: datetime) -> tuple[list[Change], list[Action]]:
    """Return the changes that the actions make and those that can be performed; the rows left out come first.

    Raises:
        Rejected: none can be performed; the detail names the rows.
    """
    changes: list[Change] = []
    left_out: list[Change] = []
    possible = []
    for each in actions:
        amount = money_text(each.amount_micros, each.currency)
        try:
            first = each.preview(by=by, now=now)[0]
        except BillingError as error:
            left_out.append(Change(each.about(), amount, error.detail))
        else:
            name = f"{each.about()}, {amount}" if each.amount_micros else each.about()
            changes.append(Change(f"{name}: {first.what}", first.before, first.after))
            possible.append(each)
    if not possible:
        raise Rejected("; ".join(f"{row.what}: {row.after}" for row in left_out))
    if left_out:
        total = f"{len(left_out)} of {len(actions)}; the others go on"
        named = (Change(f"Left out, {row.what}", row.before, row.after) for row in left_out)
        changes = [Change("Rows left out", "", total), *named, *changes]
    return changes, possible


def _amounts(actions: Sequence[Action]) -> Iterator[Change]:
    for each in actions:
        yield Change(each.about(), "", money_text(each.amount_micros, each.currency))


@serialized
def _submit_run(request: HttpRequest, actions: Sequence[Action], said: ReasonAndKey) -> str:
    """Store a run, request its approval and return the address of its page."""
    by: Any = request.user
    now = timezone.now()
    run = store_run(actions, by=by, now=now, **said)
    action = PerformRun.of(run)
    report_result(request, action, submit(action, by=by, now=now))
    return reverse("admin:approvals_bulkrun_change", args=[run.pk])


def _requested(actions: Sequence[Action], by: User, now: datetime) -> int:
    """Return how many of the actions, submitted in turn, wait for a second person."""
    alone: list[Action] = []
    for each in actions:
        if not needs_second_person(*alone, each, by=by, now=now):
            alone.append(each)
    return len(actions) - len(alone)


def _sums(actions: Sequence[Action]) -> Iterator[Change]:
    sums: dict[str, int] = {}
    for each in actions:
        sums[each.currency] = sums.get(each.currency, 0) + each.amount_micros
    for currency, total in sorted(sums.items()):
        if total:  # an action such as closing moves no money
            yield Change(f"All in {currency}", "", money_text(total, currency))


def review_of(changes: Sequence[Change], actions: Sequence[Action], *, by: User, now: datetime) -> Review:
    """Return the review of actions: row and amount of each, the changes, and whether a second person must approve."""
    needed = needs_second_person(*actions, by=by, now=now)
    concerned = _concerned(actions, now)
    return Review([*concerned, *changes, second_person(needed)], button=ASK_FOR_APPROVAL if needed else "")


def _concerned(actions: Sequence[Action], now: datetime) -> Iterator[Change]:
    for each in actions:
        known = each.has_known_size(now)
        amount = money_text(each.amount_micros, each.currency) if known else UNKNOWN_SIZE
        if len(actions) > 1:
            yield Change(each.about(), "", amount)
        else:
            shown = {"About": each.about(), "Amount": "" if known and not each.amount_micros else amount}
            yield from (Change(name, "", text) for name, text in shown.items() if text)


def second_person(needed: bool) -> Change:
    """Return the review's row on whether a second person must approve."""
    return Change("A second person", "", "must approve" if needed else "is not needed")


@serialized
def submit_all(request: HttpRequest, actions: Sequence[Action]) -> None:
    """Submit the actions of one form, all or none, and report each result on the next page."""
    by: Any = request.user
    for action in actions:
        report_result(request, action, submit(action, by=by, now=timezone.now()))
    if not actions:
        messages.info(request, "Nothing to do.")


def report_result(request: HttpRequest, action: Action, waiting: Approval | None) -> None:
    """Report the result of an action on the next page."""
    if waiting is None:
        amount = money_text(action.amount_micros, action.currency) if action.amount_micros else ""
        messages.success(request, f"{action.title}: done. {', '.join(filter(None, [action.about(), amount]))}")
        return
    page = reverse("admin:approvals_approval_change", args=[waiting.pk])
    why = "" if action.always_approved else " above the limit for one person."
    text = '{}:{} <a class="underline" href="{}">{} waits for a second person.</a>'
    messages.warning(request, format_html(text, action.title, why, page, waiting))
