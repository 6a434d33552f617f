import apps.common.model_creation
import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import pgtrigger.compiler
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("tenants", "0001_initial"),
    ]

    operations = [
        apps.common.model_creation.CreateModels(
            models=[
                migrations.CreateModel(
                    name="Contact",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ("name", models.CharField(max_length=200)),
                        ("email", models.EmailField(max_length=254)),
                        (
                            "phone",
                            models.CharField(
                                blank=True,
                                max_length=31,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "^\\+?[0-9][0-9 ()./-]{2,29}\\Z",
                                        "Use digits, spaces and ( ) . / -, with + before a country code.",
                                    )
                                ],
                            ),
                        ),
                        (
                            "purposes",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(
                                    choices=[("billing", "Billing"), ("alerts", "Alerts"), ("technical", "Technical")],
                                    max_length=9,
                                ),
                                help_text="Kinds of email that it gets.",
                                size=None,
                            ),
                        ),
                        (
                            "language",
                            models.CharField(
                                blank=True,
                                choices=[("en", "English"), ("de", "German"), ("fr", "French")],
                                help_text="Language of emails; empty for the language of the customer's invoices.",
                                max_length=2,
                            ),
                        ),
                        (
                            "bounced_at",
                            models.DateTimeField(
                                blank=True,
                                help_text="When an email to the address bounced; none is sent to it since then.",
                                null=True,
                            ),
                        ),
                        ("created_at", models.DateTimeField()),
                        ("updated_at", models.DateTimeField()),
                        (
                            "organization",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="contacts",
                                to="tenants.organization",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(django.db.models.functions.text.Lower("email"), name="mail_contact_email")
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                models.F("organization"),
                                django.db.models.functions.text.Lower("email"),
                                name="mail_contact_address_once_per_customer",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("purposes__contained_by", ["billing", "alerts", "technical"]),
                                    ("purposes__len__gt", 0),
                                ),
                                name="mail_contact_known_purposes",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="MailMessage",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        (
                            "template",
                            models.CharField(
                                choices=[
                                    ("balance_low", "Balance is low"),
                                    ("units_low", "Few units are left"),
                                    ("budget_threshold", "Budget reached a threshold"),
                                    ("budget_exceeded", "Budget is used up"),
                                    ("budget_recovered", "Budget has room again"),
                                    ("budget_digest", "Budgets that are used up"),
                                    ("resources_paused", "Resources reached their monthly limit"),
                                    ("resources_resumed", "Resources may run again"),
                                    ("top_up_succeeded", "Top-up paid"),
                                    ("top_up_declined", "Top-up declined"),
                                    ("top_up_stopped", "Automatic top-up stopped"),
                                    ("top_up_action_required", "Top-up needs a confirmation"),
                                    ("top_up_capped", "Automatic top-up reached its cap"),
                                    ("card_expires_soon", "Card expires soon"),
                                    ("payment_settled", "Payment received"),
                                    ("refund_made", "Payment refunded"),
                                    ("dispute_opened", "Payment disputed"),
                                    ("contract_changed", "Contract changed"),
                                    ("installment_due", "Installment due"),
                                    ("invoice_paid", "Invoice paid"),
                                    ("dunning_letter", "Overdue invoices"),
                                    ("invoice_issued", "Invoice"),
                                    ("invoice_overdue", "Invoice overdue"),
                                    ("credit_note_issued", "Credit note"),
                                    ("order_form_sent", "Order form"),
                                    ("receipt_sent", "Receipt"),
                                    ("statement_sent", "Statement of account"),
                                    ("endpoint_failing", "Webhook endpoint fails"),
                                    ("endpoint_disabled", "Webhook endpoint disabled"),
                                    ("secret_rotated", "Webhook secret rotated"),
                                    ("key_created", "API key created"),
                                ],
                                max_length=40,
                                verbose_name="notice",
                            ),
                        ),
                        (
                            "key",
                            models.CharField(
                                help_text="Identifies the event of the email, such as an object's id.", max_length=250
                            ),
                        ),
                        (
                            "context",
                            models.TextField(help_text="The notice's data as JSON, from which the email is written."),
                        ),
                        (
                            "address",
                            models.CharField(
                                blank=True, help_text="Address that it was sent to; empty once erased.", max_length=254
                            ),
                        ),
                        ("subject", models.CharField(max_length=250)),
                        (
                            "attached_id",
                            models.UUIDField(blank=True, help_text="The document whose paper is attached.", null=True),
                        ),
                        (
                            "attached_sha256",
                            models.CharField(blank=True, max_length=64, verbose_name="SHA-256 of the attached paper"),
                        ),
                        ("text", models.TextField(blank=True)),
                        ("html", models.TextField(blank=True, verbose_name="HTML")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("queued", "Queued"),
                                    ("sent", "Sent"),
                                    ("delivered", "Delivered"),
                                    ("bounced", "Bounced"),
                                    ("failed", "Failed"),
                                    ("suppressed", "Not sent"),
                                ],
                                default="queued",
                                max_length=10,
                            ),
                        ),
                        (
                            "detail",
                            models.CharField(
                                blank=True, help_text="Why it was not sent, or did not arrive.", max_length=500
                            ),
                        ),
                        (
                            "provider_id",
                            models.CharField(
                                blank=True, help_text="The email's id at the email provider.", max_length=250
                            ),
                        ),
                        (
                            "handled_at",
                            models.DateTimeField(
                                blank=True,
                                help_text="When staff handled an email that did not reach anybody.",
                                null=True,
                            ),
                        ),
                        ("created_at", models.DateTimeField()),
                        ("sent_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "contact",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="mails",
                                to="mail.contact",
                            ),
                        ),
                        (
                            "organization",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="mails",
                                to="tenants.organization",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "email",
                        "indexes": [
                            models.Index(
                                fields=["organization", "-created_at", "id"], name="mail_mailmessage_of_customer"
                            ),
                            models.Index(
                                condition=models.Q(("attached_id__isnull", False)),
                                fields=["organization", "attached_id"],
                                name="mail_mailmessage_by_paper",
                            ),
                            models.Index(
                                condition=models.Q(("provider_id", ""), _negated=True),
                                fields=["provider_id"],
                                name="mail_mailmessage_by_provider",
                            ),
                            models.Index(
                                condition=models.Q(("handled_at", None), ("state__in", ["bounced", "failed"])),
                                fields=["created_at"],
                                name="mail_mailmessage_unhandled",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("organization", "key", "contact"), name="mail_mailmessage_once_per_contact"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("sent_at__isnull", False), ("state__in", ["sent", "delivered", "bounced"])
                                    ),
                                    models.Q(
                                        ("sent_at__isnull", True), ("state__in", ["queued", "failed", "suppressed"])
                                    ),
                                    _connector="OR",
                                ),
                                name="mail_mailmessage_sent_has_a_time",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="facts",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.organization_id IS DISTINCT FROM NEW.organization_id OR OLD.template IS DISTINCT FROM NEW.template OR OLD.key IS DISTINCT FROM NEW.key OR OLD.context IS DISTINCT FROM NEW.context OR OLD.subject IS DISTINCT FROM NEW.subject OR OLD.created_at IS DISTINCT FROM NEW.created_at OR OLD.attached_id IS DISTINCT FROM NEW.attached_id OR OLD.attached_sha256 IS DISTINCT FROM NEW.attached_sha256)",
                                    func="RAISE EXCEPTION 'the facts of mail_mailmessage never change' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="b522d14a56f8441fa22b5af17b69b0435534b5b6",
                                    operation='UPDATE OF "organization_id", "template", "key", "context", "subject", "created_at", "attached_id", "attached_sha256"',
                                    pgid="pgtrigger_facts_8033d",
                                    table="mail_mailmessage",
                                    when="BEFORE",
                                ),
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="MailOptOut",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("template", models.CharField(max_length=40)),
                        ("created_at", models.DateTimeField()),
                        (
                            "contact",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="opt_outs",
                                to="mail.contact",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "email opt-out",
                        "constraints": [
                            models.UniqueConstraint(fields=("contact", "template"), name="mail_mailoptout_once")
                        ],
                    },
                ),
            ],
        ),
    ]
