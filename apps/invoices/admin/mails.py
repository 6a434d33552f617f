"""The part of a document's page about mail: who gets it, the log of its mails, and the button that sends it."""

from typing import Any
from uuid import UUID

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from unfold.decorators import action

from apps.billing_profiles.selectors import delivers_by_mail
from apps.common.admin import Change, Question, ReadOnlyModelAdmin, Review, confirm, shown_once, time_text
from apps.invoices import services
from apps.invoices.models import Document
from apps.mail.models import MailMessage
from apps.mail.selectors import mails_about, people_reached

NOBODY = "The customer has no billing contact whose address works, so it cannot be mailed."
NOT_DELIVERED = "It is not mailed by itself: the billing profile says that the customer gets no mail with invoices."


def mail_log(organization_id: UUID, paper_id: UUID) -> SafeString:
    """List the mails with a paper, newest first; each leads to its page, where it is sent again."""
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


class MailedDocuments(ReadOnlyModelAdmin[Document]):
    """The part of a document's page about mail."""

    def has_mail_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return request.user.has_perm("backoffice.replay_work")

    @admin.display(description="Delivery")
    @shown_once
    def delivery(self, row: Document) -> str:
        """Say who gets it by mail, or why nobody does."""
        people = people_reached(row.organization_id, services.mail_template(row))
        if not people:
            return NOBODY
        if not delivers_by_mail(row.organization_id):
            return NOT_DELIVERED
        return f"By mail to {', '.join(map(str, people))}"

    @admin.display(description="Mails")
    @shown_once
    def mails(self, row: Document) -> SafeString:
        """List the mails with its paper, newest first."""
        return mail_log(row.organization_id, row.pk)

    @action(description="Mail to the customer", url_path="mail", permissions=["mail"], icon="forward_to_inbox")
    def mail(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Mail the document, with its PDF, to the customer's billing contacts."""
        row = get_object_or_404(Document.objects.exclude(number=""), pk=object_id)

        def review(_cleaned: Any) -> Review:
            people = people_reached(row.organization_id, services.mail_template(row))
            return Review([Change("To", "", ", ".join(map(str, people)) or "nobody")])

        def perform(cleaned: Any) -> str:
            mails = services.mail_document(document_id=row.pk, key=f"staff:{cleaned['token']}", now=timezone.now())
            to = [mail.address for mail in mails if mail.state == MailMessage.State.QUEUED]
            if not to:
                return f"{row} was mailed before."
            self.log_change(request, row, f"Mailed to {', '.join(to)}: {cleaned['reason']}")
            return f"{row} is being mailed to {', '.join(to)}."

        return confirm(
            request,
            admin=self,
            question=Question(
                title=f"Mail {row} to the customer",
                review=review,
                explanation="The billing contacts get the PDF as it was drawn.",
                button="Mail it",
                always_review=True,
            ),
            perform=perform,
            subject=row,
        )
