"""Email on a document's page: the recipients, the log of its emails, and the button that sends it."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.safestring import SafeString
from unfold.decorators import action

from apps.billing_profiles.selectors import delivers_by_mail
from apps.common.admin import ReadOnlyModelAdmin, shown_once
from apps.invoices import services
from apps.invoices.models import Document
from apps.mail.models import MailMessage
from apps.mail.paper_mails import NOBODY, mail_after_review, mail_log
from apps.mail.selectors import people_reached

NOT_DELIVERED = "Not emailed automatically: the billing profile says that the customer gets no invoices by email."


class MailedDocuments(ReadOnlyModelAdmin[Document]):
    """The part of a document's page about email."""

    def has_mail_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return request.user.has_perm("backoffice.replay_work")

    @admin.display(description="Delivery")
    @shown_once
    def delivery(self, row: Document) -> str:
        """Name the recipients, or say why there are none."""
        people = people_reached(row.organization_id, services.mail_template(row))
        if not people:
            return NOBODY
        if not delivers_by_mail(row.organization_id):
            return NOT_DELIVERED
        return f"By email to {', '.join(map(str, people))}"

    @admin.display(description="Emails")
    @shown_once
    def mails(self, row: Document) -> SafeString:
        """List the emails with its paper, newest first."""
        return mail_log(row.organization_id, row.pk)

    @action(description="Email to the customer", url_path="mail", permissions=["mail"], icon="forward_to_inbox")
    def mail(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Email the document, with its PDF, to the customer's billing contacts."""
        row = get_object_or_404(Document.objects.exclude(number=""), pk=object_id)

        def to() -> str:
            people = people_reached(row.organization_id, services.mail_template(row))
            return ", ".join(map(str, people)) or "nobody"

        def send(key: str) -> list[MailMessage]:
            return services.mail_document(document_id=row.pk, key=key, now=timezone.now())

        return mail_after_review(request, self, row, to=to, send=send)
