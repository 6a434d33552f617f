"""The three ways to create vouchers: generate a batch, enter a custom code, import a list."""

from collections.abc import Callable, Sequence
from typing import Any, cast
from uuid import uuid4

from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from unfold.decorators import action

from apps.approvals.pages import review_of
from apps.common.admin import Change, Question, Review, confirm, count_text, money_text
from apps.vouchers import services
from apps.vouchers.actions import StartBatch
from apps.vouchers.forms import BatchForm, CustomCodeForm, ImportForm, terms_of
from apps.vouchers.models import Batch
from apps.vouchers.terms import BatchTerms, check_terms

TWO_PEOPLE = "Above the limit, a second person must approve before any code works."


class BatchCreateMixin:
    """List actions with a form for the terms: they show the maximum cost and create the batch once per form."""

    def has_make_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return request.user.has_perm("vouchers.add_batch")

    @action(description="New batch", url_path="new", permissions=["make"], icon="add")
    def make_batch(self, request: HttpRequest) -> HttpResponse:
        question = Question(
            title="New batch of vouchers",
            form=BatchForm,
            review=lambda cleaned: _review(terms_of(cleaned), request),
            explanation=f"Codes are generated in the background and downloaded once. {TWO_PEOPLE}",
            button="Create batch",
        )
        return self._make(request, question, services.create_batch, lambda _: {})

    @action(description="Custom code", url_path="chosen", permissions=["make"], icon="edit")
    def make_chosen(self, request: HttpRequest) -> HttpResponse:
        question = Question(
            title="New voucher with a custom code",
            form=CustomCodeForm,
            review=lambda cleaned: _review(terms_of(cleaned), request),
            explanation=f"A custom code can be guessed: limit its redemptions. {TWO_PEOPLE}",
            button="Create voucher",
        )
        return self._make(request, question, services.create_chosen, lambda cleaned: {"code": cleaned["code"]})

    @action(description="Import codes", url_path="import", permissions=["make"], icon="upload")
    def make_import(self, request: HttpRequest) -> HttpResponse:
        question = Question(
            title="Import voucher codes",
            form=ImportForm,
            review=lambda cleaned: _import_review(cleaned, request),
            explanation=f"Codes that already exist are skipped. {TWO_PEOPLE}",
            button="Import",
        )
        return self._make(request, question, services.import_codes, lambda cleaned: {"text": cleaned["codes"]})

    def _make(
        self,
        request: HttpRequest,
        question: Question,
        service: Callable[..., Batch],
        extra: Callable[[Any], dict[str, Any]],
    ) -> HttpResponse:
        assert isinstance(request.user, User)
        by = request.user

        def perform(cleaned: Any) -> HttpResponse:
            batch = service(
                terms=terms_of(cleaned),
                reason=cleaned["reason"],
                by=by,
                now=timezone.now(),
                batch_id=cleaned["token"],
                **extra(cleaned),
            )
            return HttpResponseRedirect(reverse("admin:vouchers_batch_change", args=[batch.pk]))

        return confirm(request, admin=self, question=question, perform=perform)


def _review(terms: BatchTerms, request: HttpRequest, counts: Sequence[Change] = ()) -> Review:
    now = timezone.now()
    check_terms(terms, now)
    started = StartBatch(batch_id=uuid4(), amount_micros=terms.worth_micros, currency=terms.currency, reason="", key="")
    changes = [
        *counts,
        Change("Each redemption gives", "", money_text(terms.amount_micros, terms.currency)),
        Change("Maximum cost of all codes", "", money_text(terms.worth_micros, terms.currency)),
    ]
    return review_of(changes, [started], by=cast(User, request.user), now=now)


def _import_review(cleaned: Any, request: HttpRequest) -> Review:
    preview = services.preview_import(cleaned["codes"])
    not_codes = "Invalid lines; correct or remove them first" if preview.bad else "Invalid lines"
    counts = [
        Change("New codes", "", count_text(len(preview.fresh))),
        Change("Duplicates in the list, skipped", "", count_text(preview.repeated_count)),
        Change("Already exist, skipped", "", count_text(preview.taken_count)),
        Change(not_codes, "", count_text(len(preview.bad))),
        *(Change(f"Line {line.number}: {line.text}", "", line.reason) for line in preview.bad[: services.NAMED_LINES]),
    ]
    if preview.heading:
        counts.insert(0, Change("Heading, skipped", "", preview.heading))
    terms = terms_of({**cleaned, "count": max(1, len(preview.fresh))})
    counts.append(Change("First codes", "", ", ".join(preview.fresh[:3])))
    return _review(terms, request, counts)
