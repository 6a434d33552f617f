"""The parts of a paper's page about email: the log of its emails, and the button that sends it."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from apps.common.admin import Change, ModelAdmin, Question, Review, confirm, time_text
from apps.mail.models import MailMessage
from apps.mail.selectors import mails_about

NOBODY = "The customer has no billing contact whose address works, so it cannot be emailed."


def mail_log(organization_id: UUID, paper_id: UUID) -> SafeString:
    """List the emails with a paper, newest first; each links to its page, where it can be sent again."""
    lines = format_html_join(
        "",
        '<li><a class="font-medium text-link" href="{}">{} UTC</a> {} to {}: {}{}. SHA-256 {}</li>',
        (
            (
                reverse("admin:mail_mailmessage_change", args=[mail.pk]),
                time_text(mail.created_at),
                mail.get_template_display(),
                mail.address or "nobody",
                mail.get_state_display(),
                f", {mail.detail}" if mail.detail else f", {mail.provider_id}" if mail.provider_id else "",
                mail.attached_sha256,
            )
            for mail in mails_about(organization_id, paper_id)
        ),
    )
    return format_html("<ul>{}</ul>", lines) if lines else SafeString("None yet.")


def mail_after_review(
    request: HttpRequest,
    admin: ModelAdmin[Any],
    row: Model,
    *,
    to: Callable[[], str],
    send: Callable[[str], Sequence[MailMessage]],
) -> HttpResponse:
    """Show the recipients of a paper, and send it after confirmation; `send` gets a key of its own each time."""

    def review(_cleaned: Any) -> Review:
        return Review([Change("To", "", to())])

    def perform(cleaned: Any) -> str:
        mails = send(f"staff:{cleaned['token']}")
        addresses = [mail.address for mail in mails if mail.state == MailMessage.State.QUEUED]
        if not addresses:
            return f"{row} was emailed before."
        admin.log_change(request, row, f"Emailed to {', '.join(addresses)}: {cleaned['reason']}")
        return f"{row} is being emailed to {', '.join(addresses)}."

    question = Question(
        title="Email to the customer",
        review=review,
        explanation="The billing contacts get the PDF as it was drawn.",
        button="Email it",
        always_review=True,
    )
    return confirm(request, admin=admin, question=question, perform=perform, subject=row)
