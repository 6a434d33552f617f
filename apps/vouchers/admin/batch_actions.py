"""The actions on a batch; each has a confirmation page that requires a reason."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, Unpack

from django.contrib.auth.models import User
from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from unfold.decorators import action

from apps.approvals.pages import Arguments, PageOptions, confirm_row_action, form_fields, no_fields
from apps.common.admin import Question, confirm
from apps.common.csv_text import MARK, csv_line
from apps.common.money import decimal_text
from apps.vouchers import services
from apps.vouchers.actions import BatchAction, EnableBatch, ExtendBatch, RevokeBatch, StartBatch
from apps.vouchers.forms import ExtendForm
from apps.vouchers.models import Batch
from apps.vouchers.services import Download

BATCH_ACTIONS = ("ask_again", "download", "extend", "disable", "enable", "revoke", "cancel")


class BatchActionsMixin:
    """Adds the actions to a batch's page."""

    get_queryset: Callable[..., Any]

    def has_change_batch_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return request.user.has_perm("vouchers.change_batch")

    def has_download_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return request.user.has_perm("vouchers.download_batch")

    @action(description="Request approval again", url_path="ask-again", permissions=["change_batch"], icon="group_add")
    def ask_again(self, request: HttpRequest, object_id: str) -> HttpResponseBase:
        return self._submit(request, object_id, StartBatch, button="Request approval")

    @action(description="Download codes", url_path="download", permissions=["download"], icon="download")
    def download(self, request: HttpRequest, object_id: str) -> HttpResponseBase:
        def perform(batch: Batch, cleaned: Any, by: User, now: datetime) -> HttpResponseBase:
            return _as_csv(services.claim_download(batch_id=batch.pk, reason=cleaned["reason"], by=by, now=now))

        question = Question(
            title="Download the codes",
            explanation="They can be downloaded only once. Keep the file as safe as money.",
            button="Download",
        )
        return self._ask(request, object_id, question, perform)

    @action(description="Extend", url_path="extend", permissions=["change_batch"], icon="more_time")
    def extend(self, request: HttpRequest, object_id: str) -> HttpResponseBase:
        return self._submit(
            request, object_id, ExtendBatch, form=ExtendForm, given=form_fields("expires_at"), button="Extend"
        )

    @action(description="Switch off", url_path="disable", permissions=["change_batch"], icon="toggle_off")
    def disable(self, request: HttpRequest, object_id: str) -> HttpResponseBase:
        explanation = "Codes cannot be redeemed until the batch is switched back on. Credit already granted stays."
        question = Question(title="Switch all codes off", explanation=explanation, button="Switch off")
        return self._ask(request, object_id, question, _call(services.disable_batch, "Switched off."))

    @action(description="Switch on", url_path="enable", permissions=["change_batch"], icon="toggle_on")
    def enable(self, request: HttpRequest, object_id: str) -> HttpResponseBase:
        return self._submit(request, object_id, EnableBatch, button="Switch on")

    @action(description="Revoke", url_path="revoke", permissions=["change_batch"], icon="block")
    def revoke(self, request: HttpRequest, object_id: str) -> HttpResponseBase:
        explanation = (
            "All codes stop working for good and their unspent credit is taken back. This cannot be undone. "
            "If a second person must approve, switch the codes off first."
        )
        return self._submit(request, object_id, RevokeBatch, explanation=explanation, button="Revoke")

    @action(description="Cancel batch", url_path="cancel", permissions=["change_batch"], icon="close")
    def cancel(self, request: HttpRequest, object_id: str) -> HttpResponseBase:
        question = Question(title="Cancel the batch", button="Cancel the batch", danger=True)
        return self._ask(request, object_id, question, _call(services.cancel_batch, "Canceled."))

    def _submit(
        self,
        request: HttpRequest,
        object_id: str,
        kind: type[BatchAction],
        *,
        given: Arguments = no_fields,
        **shown: Unpack[PageOptions],
    ) -> HttpResponseBase:
        batch = get_object_or_404(self.get_queryset(request), pk=object_id)
        return confirm_row_action(request, batch, kind, admin=self, given=given, **shown)

    def _ask(
        self,
        request: HttpRequest,
        object_id: str,
        question: Question,
        perform: Callable[[Batch, Any, User, datetime], str | HttpResponseBase],
    ) -> HttpResponseBase:
        batch = get_object_or_404(self.get_queryset(request), pk=object_id)
        assert isinstance(request.user, User)
        by = request.user
        return confirm(
            request,
            admin=self,
            question=question,
            perform=lambda cleaned: perform(batch, cleaned, by, timezone.now()),
            subject=batch,
        )


def actions_for(batch: Batch) -> tuple[str, ...]:
    """Return the actions that a batch's state allows."""
    states = Batch.State
    can_download = batch.origin == Batch.Origin.GENERATED and batch.downloaded_at is None
    ends = ("extend",) if batch.expires_at else ()
    leaves = ("download",) if can_download else ()
    return {
        states.AWAITING_APPROVAL: ("ask_again", "cancel"),
        states.GENERATING: (*ends, "revoke"),
        states.ACTIVE: (*leaves, *ends, "disable", "revoke"),
        states.DISABLED: (*leaves, *ends, "enable", "revoke"),
    }.get(states(batch.state), ())


def _call(service: Callable[..., Any], done: str) -> Callable[[Batch, Any, User, datetime], str]:
    def perform(batch: Batch, cleaned: Any, by: User, now: datetime) -> str:
        service(batch_id=batch.pk, reason=cleaned["reason"], by=by, now=now)
        return done

    return perform


def _as_csv(download: Download) -> StreamingHttpResponse:
    """Stream the codes as CSV while they are derived; they are not stored."""
    answer = StreamingHttpResponse(csv_lines(download), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="vouchers-{download.batch.pk}.csv"'
    add_never_cache_headers(answer)
    return answer


def csv_lines(download: Download) -> Iterator[str]:
    """Yield the lines of the file."""
    batch = download.batch
    yield MARK + csv_line(["code", "amount", "currency", "redemptions", "valid from", "valid until", "tag"])
    rest = [
        decimal_text(batch.amount_micros),
        batch.currency,
        batch.max_redemptions,
        batch.starts_at.isoformat() if batch.starts_at else None,
        batch.expires_at.isoformat() if batch.expires_at else None,
        batch.tag,
    ]
    for code in download.codes():
        yield csv_line([code, *rest])
