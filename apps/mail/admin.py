"""Pages of contacts and of the log of emails; failed emails can be sent again."""

from collections.abc import Collection, Iterator
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin
from django.db.models.functions import Lower
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from apps.common.admin import (
    Concern,
    ConfirmForm,
    Line,
    Menu,
    OffersByState,
    Question,
    ReadOnlyModelAdmin,
    Role,
    Section,
    TimestampedModelAdmin,
    confirm,
)
from apps.common.admin.pages import ROWS_PER_COLUMN
from apps.mail import services
from apps.mail.models import Contact, MailMessage
from apps.mail.templates import Purpose

State = MailMessage.State
STATES = {
    State.QUEUED: "info",
    State.SENT: "info",
    State.DELIVERED: "success",
    State.BOUNCED: "danger",
    State.FAILED: "danger",
    State.SUPPRESSED: "warning",
}


class ContactForm(forms.ModelForm):  # type: ignore[type-arg]
    """A contact, with its purposes as boxes to tick."""

    purposes = forms.MultipleChoiceField(choices=Purpose.choices, widget=UnfoldAdminCheckboxSelectMultipleWidget)


@admin.register(Contact)
class ContactAdmin(OffersByState[Contact], TimestampedModelAdmin[Contact]):
    """Contacts of customers. Deleting one erases its address in the log of emails too."""

    menu = Menu(Section.CUSTOMERS, 25, "contact_mail")
    form = ContactForm
    list_display = ("name", "email", "organization", "listed_purposes", "labeled_bounce")
    list_filter = (("bounced_at", admin.EmptyFieldListFilter),)
    list_select_related = ("organization",)
    search_fields = ("name", "email", "organization__name")
    ordering = ("name", "id")
    autocomplete_fields = ("organization",)
    fields = ("organization", "name", "email", "phone", "purposes", "language", "bounced_at", "created_at")
    readonly_fields = ("bounced_at", "created_at")
    actions_detail = ("lift_bounce",)

    def buttons_for(self, row: Contact) -> Collection[str]:
        return ("lift_bounce",) if row.bounced_at else ()

    def rows_with_id(self, text: str) -> Iterator[Contact]:
        """Return the contacts with this email address."""
        if "@" in text:
            rows = Contact.objects.alias(address=Lower("email")).filter(address=text.lower())
            yield from rows.select_related("organization")[:ROWS_PER_COLUMN]

    @admin.display(description="Purposes")
    def listed_purposes(self, contact: Contact) -> str:
        return ", ".join(str(Purpose(each).label) for each in contact.purposes)

    @display(description="Address", label={"works": "success", "bounced": "danger"})
    def labeled_bounce(self, contact: Contact) -> str:
        return "bounced" if contact.bounced_at else "works"

    def get_readonly_fields(self, request: HttpRequest, obj: Contact | None = None) -> Any:
        return [*super().get_readonly_fields(request, obj), *(["organization"] if obj else [])]

    def save_model(self, request: HttpRequest, obj: Contact, form: Any, change: bool) -> None:
        """Save it; a changed address clears the bounce."""
        if "email" in form.changed_data:
            obj.bounced_at = None
        super().save_model(request, obj, form, change)

    def delete_model(self, request: HttpRequest, obj: Contact) -> None:
        services.erase_contact(contact_id=obj.pk)

    def has_bounce_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self.has_change_permission(request)

    @action(description="Email this address again", url_path="lift", permissions=["bounce"], icon="restart_alt")
    def lift_bounce(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """End the suspension of an address, after the customer says that it works."""
        contact = get_object_or_404(Contact, pk=object_id)
        question = Question(
            title=f"Email {contact.email} again",
            form=ConfirmForm,
            explanation="An email to this address bounced, so no further ones are sent to it. Emails that were not "
            "sent in the meantime stay unsent.",
            button="Email again",
            history=[contact],
        )

        def perform(_cleaned: Any) -> str:
            services.lift_bounce(contact_id=contact.pk, now=timezone.now())
            return f"Email is sent to {contact.email} again."

        return confirm(
            request,
            admin=self,
            question=question,
            perform=perform,
            back=reverse("admin:mail_contact_change", args=[contact.pk]),
        )


@admin.register(MailMessage)
class MailMessageAdmin(OffersByState[MailMessage], ReadOnlyModelAdmin[MailMessage]):
    """The log of emails."""

    menu = Menu(Section.CUSTOMERS, 27, "mail", (Role.SUPPORT,))
    concern = Concern(
        title="Emails that reached nobody",
        rank=112,
        rows=lambda _: MailMessage.objects.filter(state__in=[State.FAILED, State.BOUNCED], handled_at=None),
        query={"state__in": "failed,bounced", "handled_at__isempty": "1"},
        line=lambda row: Line(organization=row.organization, day=row.created_at.date(), item=row.subject),
        order="created_at",
        related=("organization",),
    )
    list_display = ("subject", "organization", "address", "labeled_state", "detail", "created_at")
    list_filter = ("state", "template", ("handled_at", admin.EmptyFieldListFilter))
    list_select_related = ("organization",)
    search_fields = ("address", "organization__name")
    ordering = ("-created_at", "id")
    actions_detail = ("send_again", "mark_handled")
    fieldsets = (
        (None, {"fields": ("organization", "contact", "address", "template", "labeled_state", "detail")}),
        ("Email", {"fields": ("attached_sha256", "subject", "readable_text", "shown_html")}),
        ("History", {"fields": ("key", "provider_id", "created_at", "sent_at", "handled_at")}),
    )

    def buttons_for(self, row: MailMessage) -> Collection[str]:
        reached_nobody = row.state in (State.FAILED, State.BOUNCED) and row.handled_at is None
        return ("send_again", "mark_handled") if reached_nobody else ("send_again",)

    @display(description="State", label=STATES)
    def labeled_state(self, mail: MailMessage) -> tuple[str, str]:
        return mail.state, mail.get_state_display()

    @admin.display(description="Text")
    def readable_text(self, mail: MailMessage) -> str:
        return format_html("<pre>{}</pre>", mail.text)

    @admin.display(description="HTML")
    def shown_html(self, mail: MailMessage) -> str:
        href = reverse("admin:mail_html", args=[mail.pk])
        return format_html('<a href="{}" target="_blank" rel="noopener">Show it in its own tab</a>', href)

    def has_send_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return request.user.has_perm("backoffice.replay_work")

    @action(description="Send again", url_path="again", permissions=["send"], icon="forward_to_inbox")
    def send_again(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Send the email again to the customer's current contacts."""
        mail = _found(object_id)
        question = Question(
            title=f"Send again: {mail.subject}",
            form=ConfirmForm,
            explanation="It is written again from the same data and sent to the same contact, or if that address does "
            "not work, to the customer's other contacts for such emails.",
            button="Send again",
            history=[mail],
        )

        def perform(_cleaned: Any) -> str:
            sent = services.send_again(message_id=mail.pk, now=timezone.now())
            return f"Sent again to {', '.join(each.address for each in sent)}."

        return confirm(request, admin=self, question=question, perform=perform, back=_page(mail))

    @action(description="Needs no email", url_path="handled", permissions=["send"], icon="done")
    def mark_handled(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Mark an email that reached nobody as handled."""
        mail = _found(object_id)
        question = Question(
            title=f"Needs no email: {mail.subject}",
            form=ConfirmForm,
            explanation="It no longer counts among the emails that reached nobody.",
            button="Needs no email",
            history=[mail],
        )

        def perform(_cleaned: Any) -> str:
            count = services.mark_handled(message_ids=[mail.pk], now=timezone.now())
            return "Marked." if count else "The email reached somebody, or was already marked."

        return confirm(request, admin=self, question=question, perform=perform, back=_page(mail))


def _found(object_id: str) -> MailMessage:
    try:
        return get_object_or_404(MailMessage, pk=UUID(object_id))
    except ValueError as error:
        raise Http404 from error


def _page(mail: MailMessage) -> str:
    return reverse("admin:mail_mailmessage_change", args=[mail.pk])
