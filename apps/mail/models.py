"""A customer's contacts, the emails sent to them, and the notices that each unsubscribed from."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint
from django.db.models.functions import Lower

from apps.common.audit_settings import AuditTrail
from apps.common.languages import Language
from apps.common.triggers import FixedFields
from apps.mail.templates import MAIL_TEMPLATES, Purpose
from apps.tenants.models import Organization

PHONE_FORM = r"\+?[0-9][0-9 ()./-]{2,29}"
PHONE = RegexValidator(rf"^{PHONE_FORM}\Z", "Use digits, spaces and ( ) . / -, with + before a country code.")


class Contact(models.Model):
    """A person or mailbox of a customer, and the kinds of email for it."""

    audit_trail = AuditTrail(excluded=("updated_at",))

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="contacts", db_index=False)
    name = models.CharField(max_length=200)
    email = models.EmailField(max_length=254)
    phone = models.CharField(max_length=31, blank=True, validators=[PHONE])
    purposes = ArrayField(models.CharField(max_length=9, choices=Purpose), help_text="Kinds of email that it gets.")
    language = models.CharField(
        max_length=2,
        choices=Language,
        blank=True,
        help_text="Language of emails; empty for the language of the customer's invoices.",
    )
    bounced_at = models.DateTimeField(
        null=True, blank=True, help_text="When an email to the address bounced; none is sent to it since then."
    )
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            UniqueConstraint("organization", Lower("email"), name="mail_contact_address_once_per_customer"),
            CheckConstraint(
                name="mail_contact_known_purposes",
                condition=Q(purposes__contained_by=[*Purpose.values]) & Q(purposes__len__gt=0),
            ),
        ]
        indexes = [Index(Lower("email"), name="mail_contact_email")]

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>"


class MailOptOut(models.Model):
    """A notice that a contact has unsubscribed from."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="opt_outs", db_index=False)
    template = models.CharField(max_length=40)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = "email opt-out"
        constraints = [UniqueConstraint(fields=["contact", "template"], name="mail_mailoptout_once")]

    def __str__(self) -> str:
        return self.template


class MailMessage(models.Model):
    """An email to one contact, with the exact text sent; without a contact, an email that had no recipient.

    Its id is computed from organization, key and contact, so that each contact gets a notice once, and a second send
    after a crash has the same Message-ID.
    """

    audit_trail = AuditTrail(journal="The rows are the log of what was sent.")

    class State(models.TextChoices):
        QUEUED = "queued", "Queued"
        SENT = "sent", "Sent"
        DELIVERED = "delivered", "Delivered"
        BOUNCED = "bounced", "Bounced"
        FAILED = "failed", "Failed"
        SUPPRESSED = "suppressed", "Not sent"

    TRANSITIONS = {
        State.QUEUED: {State.SENT, State.FAILED, State.SUPPRESSED},
        State.SENT: {State.DELIVERED, State.BOUNCED},
        State.DELIVERED: {State.BOUNCED},
        State.BOUNCED: set[State](),
        State.FAILED: set[State](),
        State.SUPPRESSED: set[State](),
    }

    id = models.UUIDField(primary_key=True, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="mails", db_index=False)
    contact = models.ForeignKey(Contact, on_delete=models.SET_NULL, null=True, blank=True, related_name="mails")
    template = models.CharField(
        max_length=40, choices=[(name, each.title) for name, each in MAIL_TEMPLATES.items()], verbose_name="notice"
    )
    key = models.CharField(max_length=250, help_text="Identifies the event of the email, such as an object's id.")
    context = models.TextField(help_text="The notice's data as JSON, from which the email is written.")
    address = models.CharField(max_length=254, blank=True, help_text="Address that it was sent to; empty once erased.")
    subject = models.CharField(max_length=250)
    attached_id = models.UUIDField(null=True, blank=True, help_text="The document whose paper is attached.")
    attached_sha256 = models.CharField("SHA-256 of the attached paper", max_length=64, blank=True)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True, verbose_name="HTML")
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    detail = models.CharField(max_length=500, blank=True, help_text="Why it was not sent, or did not arrive.")
    provider_id = models.CharField(max_length=250, blank=True, help_text="The email's id at the email provider.")
    handled_at = models.DateTimeField(
        null=True, blank=True, help_text="When staff handled an email that did not reach anybody."
    )
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "email"
        constraints = [
            UniqueConstraint(fields=["organization", "key", "contact"], name="mail_mailmessage_once_per_contact"),
            CheckConstraint(
                name="mail_mailmessage_sent_has_a_time",
                condition=Q(state__in=["sent", "delivered", "bounced"], sent_at__isnull=False)
                | Q(state__in=["queued", "failed", "suppressed"], sent_at__isnull=True),
            ),
        ]
        indexes = [
            Index(name="mail_mailmessage_of_customer", fields=["organization", "-created_at", "id"]),
            Index(
                name="mail_mailmessage_by_paper",
                fields=["organization", "attached_id"],
                condition=Q(attached_id__isnull=False),
            ),
            Index(name="mail_mailmessage_by_provider", fields=["provider_id"], condition=~Q(provider_id="")),
            Index(
                name="mail_mailmessage_unhandled",
                fields=["created_at"],
                condition=Q(state__in=["bounced", "failed"], handled_at=None),
            ),
        ]
        triggers = [
            FixedFields(
                *("organization", "template", "key", "context", "subject", "created_at"),
                *("attached_id", "attached_sha256"),
            )
        ]

    def __str__(self) -> str:
        return self.subject
