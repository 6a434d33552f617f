"""The confirmation page of an action: what will change, old and new value, and the reason for it."""

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.text import capfirst
from unfold.widgets import UnfoldAdminTextareaWidget

from apps.common.admin.base import RowSearch
from apps.common.admin.money import MicrosField
from apps.common.admin.time_fields import MomentField
from apps.common.changes import Change
from apps.common.errors import BillingError
from apps.common.reader import count_text, money_text
from apps.common.transactions import serialized

Cleaned = Mapping[str, Any]
Outcome = str | HttpResponseBase

# The review cuts longer answers to this many characters; a reason is always shorter.
LONGEST_ANSWER = 2_000
NEXT = "_next"
# The input for rehearsing a step that asks only for a reason, before a reason is typed.
_UNTYPED = {"reason": "-"}
# The fields that a list's action posts, carried along so that the action finds its rows again.
_LIST_ACTION = ("action", "select_across", "_selected_action")


class ConfirmForm(forms.Form):
    """A reason and a token. Add the action's own fields in a subclass; leave `reason` last.

    `token` is made when the page opens and identifies this one intent. Build the service's idempotency key from it
    (`f"staff:{cleaned['token']}"`); a second click then finds the first result instead of posting again.
    """

    token = forms.UUIDField(widget=forms.HiddenInput, error_messages={"required": "Open the page again."})
    reason = forms.CharField(
        max_length=500,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}),
        help_text="Kept permanently in the audit trail. Write it for a colleague who reads it next year.",
    )

    def __init__(self, *args: Any, unit: str = "", **kwargs: Any) -> None:
        """Make the form; `unit` is the unit of its amounts, if the page knows it."""
        super().__init__(*args, **kwargs)
        self.order_fields([*(name for name in self.fields if name != "reason"), "reason"])
        self.fields["token"].initial = uuid.uuid4
        for field in self.fields.values():
            if isinstance(field, MicrosField) and unit:
                field.show_unit(unit)

    def unit_typed(self) -> str:
        """Return the unit of the amounts if it depends on the input; the form is valid."""
        return str(self.cleaned_data.get("currency", ""))


class WithoutReason(ConfirmForm):
    """The form of a step that changes nothing which a colleague would ask about."""

    reason = None  # type: ignore[assignment]  # leaves the field out


@dataclass(frozen=True, slots=True)
class Review:
    """The content of the review page; `button` is its label if that differs from the question's."""

    changes: Sequence[Change]
    button: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """The content of the first page. `review` gets the cleaned input and may raise the errors of the service.

    `seen` is called after it; the last page posts its text as `_seen`, and `perform` compares that with the current
    state.
    """

    title: str
    form: type[ConfirmForm] = ConfirmForm
    form_options: Mapping[str, Any] | None = None
    initial: Mapping[str, Any] | None = None
    review: Callable[[Cleaned], Review] | None = None
    # Performed and rolled back before the last page is shown, so that what is refused has no button.
    rehearsal: Callable[[Cleaned], object] | None = None
    seen: Callable[[], str] | None = None
    explanation: str = ""
    button: str = "Confirm"
    # A second button that posts `NEXT` too, with which `perform` leads to the next form.
    next_button: str = ""
    # The text and address of what can be done instead.
    alternative: tuple[str, str] | None = None
    danger: bool = False
    # Show the review page even if only a reason is typed.
    always_review: bool = False
    # Perform without a review, for actions that only create drafts.
    makes_drafts: bool = False
    # The rows whose history keeps the reason, for a `perform` that does not store it.
    history: Iterable[Model] = ()

    @property
    def back_text(self) -> str:
        """The text of the link that leaves everything as it is; never "Cancel", which some buttons do."""
        verb, _, rest = self.button.partition(" ")
        if verb != "Cancel":
            return "Go back"
        return f"Keep {rest}" if rest.startswith("the ") else "Keep it as it is"

    def needs_review(self, form: ConfirmForm) -> bool:
        """Return whether the input needs a review: there is more than the reason."""
        if self.makes_drafts:
            return False
        return self.always_review or any(not field.is_hidden and field.name != "reason" for field in form)


def confirm(
    request: HttpRequest,
    *,
    admin: Any,
    question: Question,
    perform: Callable[[Cleaned], Outcome],
    subject: Any = None,
    back: str = "",
) -> HttpResponse:
    """Ask, show the changes, then perform once; return the page or a redirect to `back`.

    `back` is the page of `subject` unless given; without a subject, the list of the admin's model.

    `perform` calls one service and returns the message to show (or a response). A `BillingError` from it is shown on
    the page with all input kept; nothing has changed then.
    """
    visit = _Visit(request, admin, question, back or _page_of(subject or admin.model), subject)
    options = dict(question.form_options or {})
    if request.method != "POST" or "_step" not in request.POST:
        form = question.form(initial=dict(question.initial or {}), **options)
        return _page(visit, form)
    form = question.form(request.POST, request.FILES, **options)
    if not form.is_valid():
        return _page(visit, form)
    if request.POST["_step"] == "review":
        return _page(visit, form, reviewing=True)
    return _perform(visit, form, perform)


def confirm_step(
    request: HttpRequest,
    row: Model,
    *,
    admin: Any,
    question: Question,
    perform: Callable[[Cleaned], object],
    done: str,
) -> HttpResponse:
    """Confirm a step on a row; `done`, such as "Held.", is shown, and kept in the row's history with the reason."""

    def recorded(cleaned: Cleaned) -> str:
        perform(cleaned)
        admin.log_change(request, row, f"{done} {cleaned['reason']}")
        return done

    rehearsed = question if question.makes_drafts else replace(question, rehearsal=perform)
    return confirm(request, admin=admin, question=rehearsed, perform=recorded, subject=row)


@dataclass(frozen=True, slots=True)
class _Visit:
    """A request to a confirmation page, with its question, row and return address."""

    request: HttpRequest
    admin: Any
    question: Question
    back: str
    subject: Any


def _page_of(subject: Any) -> str:
    """Return the address of a row's page, or of a model's list."""
    name = f"admin:{subject._meta.app_label}_{subject._meta.model_name}"
    return reverse(f"{name}_changelist") if isinstance(subject, type) else reverse(f"{name}_change", args=[subject.pk])


def _perform(visit: _Visit, form: ConfirmForm, perform: Callable[[Cleaned], Outcome]) -> HttpResponse:
    try:
        outcome = perform(form.cleaned_data)
    except BillingError as error:
        _refuse(form, error)
        return _page(visit, form)
    except ValidationError as error:
        form.add_error(None, error)
        return _page(visit, form)
    keep_reason(visit.request, visit.question, form.cleaned_data)
    if isinstance(outcome, HttpResponseBase):
        return cast(HttpResponse, outcome)  # or a stream, which Django accepts as well
    messages.success(visit.request, outcome)
    return HttpResponseRedirect(visit.back)


def keep_reason(request: HttpRequest, question: Question, cleaned: Cleaned) -> None:
    """Write what was done, and the reason, into the history of the question's rows."""
    if rows := list(question.history):
        who: Any = request.user
        text = f"{question.button}: {cleaned['reason']}"
        LogEntry.objects.log_actions(who.pk, rows, CHANGE, text)


def _refuse(form: ConfirmForm, error: BillingError) -> None:
    """Show the error next to the input it names, or above the form."""
    named = (error.field or "").rpartition(".")[2]
    form.add_error(named if named in form.fields else None, capfirst(error.detail))


def _page(visit: _Visit, form: ConfirmForm, *, reviewing: bool = False) -> HttpResponse:
    request, question = visit.request, visit.question
    review = Review(())
    single_step = not question.needs_review(form)
    if (reviewing or single_step) and not form.errors:
        try:
            review = _reviewed(question, form.cleaned_data if form.is_bound else _UNTYPED)
        except BillingError as error:
            reviewing = False
            if form.is_bound:
                _refuse(form, error)
            else:
                messages.error(request, error.detail)
                return HttpResponseRedirect(visit.back)
    carried = [(name, value) for name in _LIST_ACTION for value in request.POST.getlist(name)]
    if reviewing and question.seen is not None:
        carried.append(("_seen", question.seen()))
    context = {
        **visit.admin.admin_site.each_context(request),
        "opts": visit.admin.model._meta,
        "original": visit.subject,
        "title": question.title,
        "question": question,
        "form": form,
        "changes": review.changes,
        "has_before": any(change.before for change in review.changes),
        "button": review.button or question.button,
        "reviewing": reviewing,
        "answers": _answers(form) if reviewing else (),
        "hidden": _carried(form) if reviewing else (),
        "step": "confirm" if reviewing or single_step else "review",
        "carried": carried,
        "back": visit.back,
    }
    return TemplateResponse(request, "admin/confirm.html", context, status=422 if form.errors else 200)


def _reviewed(question: Question, cleaned: Cleaned) -> Review:
    """Return the review of an input, after a rehearsal if there is one.

    Raises:
        BillingError: whatever performing it would raise.
    """
    review = question.review(cleaned) if question.review else Review(())
    if question.rehearsal is not None:
        _rehearse(question.rehearsal, cleaned)
    return review


@serialized
def _rehearse(perform: Callable[[Cleaned], object], cleaned: Cleaned) -> None:
    with transaction.atomic():
        perform(cleaned)
        transaction.set_rollback(True)


def _answers(form: ConfirmForm) -> list[tuple[str, str]]:
    """Return the input as labels and values for the review page."""
    shown = [field for field in _carried(form) if not field.is_hidden]
    return [(str(field.label), _answer(form, field)) for field in shown]


def _answer(form: ConfirmForm, field: forms.BoundField) -> str:
    """Return an input for display; a time, an amount or a row as it was understood."""
    kind, taken = form.fields[field.name], form.cleaned_data[field.name]
    if isinstance(kind, MomentField):
        return kind.words(taken)
    if isinstance(kind, MicrosField) and taken is not None:
        return money_text(taken, kind.unit or form.unit_typed())
    if isinstance(kind.widget, RowSearch):
        return str(taken or "-")
    return _said(kind, field.value())


def _carried(form: ConfirmForm) -> list[forms.BoundField]:
    """Return the fields that are posted again from the review page, without files and passwords."""
    return [field for field in form if not isinstance(field.field.widget, (forms.PasswordInput, forms.FileInput))]


def _said(field: forms.Field, value: Any) -> str:
    choices = {str(key): str(label) for key, label in getattr(field, "choices", ())} if value else {}
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, (list, tuple)):
        return ", ".join(choices.get(str(one), str(one)) for one in value if one) or "-"
    return choices.get(str(value), _shortened(str(value))) if value not in (None, "") else "-"


def _shortened(text: str) -> str:
    """Shorten a text too long to read, such as a pasted list of thousands of codes."""
    return text if len(text) <= LONGEST_ANSWER else f"{text[:LONGEST_ANSWER]} … ({count_text(len(text))} characters)"
