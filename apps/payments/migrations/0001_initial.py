import apps.common.model_creation
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.fields.json
import pgtrigger.compiler
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("contracts", "0001_initial"),
        ("invoices", "0001_initial"),
        ("tenants", "0001_initial"),
        ("top_ups", "0001_initial"),
        ("wallets", "0001_initial"),
    ]

    operations = [
        apps.common.model_creation.CreateModels(
            models=[
                migrations.CreateModel(
                    name="Payout",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("stripe_id", models.CharField(max_length=255, unique=True)),
                        ("amount_micros", models.BigIntegerField()),
                        ("currency", models.CharField(max_length=3)),
                        ("status", models.CharField(help_text="Stripe's status, unchanged.", max_length=40)),
                        (
                            "is_automatic",
                            models.BooleanField(
                                default=True,
                                help_text="Stripe lists the transactions only of automatic payouts.",
                                verbose_name="automatic",
                            ),
                        ),
                        ("arrival_date", models.DateField()),
                        ("created_at", models.DateTimeField(help_text="When Stripe made it.")),
                        (
                            "split_at",
                            models.DateTimeField(
                                blank=True,
                                help_text="When it was split over the books that it pays.",
                                null=True,
                                verbose_name="shared out at",
                            ),
                        ),
                        (
                            "undone_at",
                            models.DateTimeField(
                                blank=True, help_text="When its postings were undone because it failed.", null=True
                            ),
                        ),
                    ],
                    options={
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'payments_payout is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="65c2fe182becce9f306bc97b421dc8d0ff7ae386",
                                    operation="DELETE",
                                    pgid="pgtrigger_kept_08532",
                                    table="payments_payout",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="not_emptied",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'payments_payout is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="5ae3fe0a8354f2e1db593be66572c1d108a517d6",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_not_emptied_4ff80",
                                    table="payments_payout",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="facts",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.stripe_id IS DISTINCT FROM NEW.stripe_id OR OLD.amount_micros IS DISTINCT FROM NEW.amount_micros OR OLD.currency IS DISTINCT FROM NEW.currency OR OLD.created_at IS DISTINCT FROM NEW.created_at)",
                                    func="RAISE EXCEPTION 'the facts of payments_payout never change' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="7c42b8ac7ae3c5c008cd388dfb7818c44b66ef59",
                                    operation='UPDATE OF "stripe_id", "amount_micros", "currency", "created_at"',
                                    pgid="pgtrigger_facts_7cded",
                                    table="payments_payout",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PayoutPart",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("amount_micros", models.BigIntegerField()),
                        ("posted_at", models.DateTimeField(blank=True, null=True)),
                        ("undone_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "organization",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="tenants.organization",
                            ),
                        ),
                        (
                            "payout",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="parts", to="payments.payout"
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("organization", "payout"),
                                name="payments_payoutpart_once_per_book",
                                nulls_distinct=False,
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("amount_micros", 0), _negated=True),
                                name="payments_payoutpart_moves",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("undone_at", None), ("posted_at__isnull", False), _connector="OR"),
                                name="payments_payoutpart_undone_was_posted",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'payments_payoutpart is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="f73c91e28814863c14bab5e277e8ecf4ccb46d84",
                                    operation="DELETE",
                                    pgid="pgtrigger_kept_fc79a",
                                    table="payments_payoutpart",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="not_emptied",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'payments_payoutpart is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="4e3315d9f7181735a5079e7ad70901e004c23449",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_not_emptied_4d091",
                                    table="payments_payoutpart",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="facts",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.payout_id IS DISTINCT FROM NEW.payout_id OR OLD.organization_id IS DISTINCT FROM NEW.organization_id OR OLD.amount_micros IS DISTINCT FROM NEW.amount_micros)",
                                    func="RAISE EXCEPTION 'the facts of payments_payoutpart never change' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="fbc24b42083ad0533558770ebcb8a06e74c56faa",
                                    operation='UPDATE OF "payout_id", "organization_id", "amount_micros"',
                                    pgid="pgtrigger_facts_f1be2",
                                    table="payments_payoutpart",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Refund",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ("stripe_id", models.CharField(blank=True, max_length=255, null=True, unique=True)),
                        ("amount_micros", models.BigIntegerField()),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("requested", "Requested"),
                                    ("pending", "Under way"),
                                    ("succeeded", "Paid back"),
                                    ("failed", "Failed"),
                                    ("refused", "Refused by Stripe"),
                                ],
                                max_length=9,
                            ),
                        ),
                        (
                            "taken_micros",
                            models.BigIntegerField(default=0, help_text="The part taken from the customer, in micros."),
                        ),
                        (
                            "lost_micros",
                            models.BigIntegerField(
                                default=0,
                                help_text="The part that was already returned before and is our loss, in micros.",
                            ),
                        ),
                        ("booked_at", models.DateTimeField(blank=True, help_text="When it was posted.", null=True)),
                        (
                            "undone_at",
                            models.DateTimeField(
                                blank=True,
                                help_text="When its posting was reversed, since it failed after it had succeeded.",
                                null=True,
                            ),
                        ),
                        ("reason", models.CharField(blank=True, max_length=500)),
                        ("failure", models.CharField(blank=True, max_length=500)),
                        (
                            "requested_by",
                            models.CharField(
                                blank=True, help_text="Empty if it was started at Stripe.", max_length=200
                            ),
                        ),
                        ("request_key", models.CharField(blank=True, max_length=200)),
                        ("created_at", models.DateTimeField()),
                        ("updated_at", models.DateTimeField()),
                        (
                            "organization",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="tenants.organization",
                            ),
                        ),
                        (
                            "payment",
                            models.ForeignKey(
                                help_text="Payment to take from first; others of the same intent give the rest.",
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="refunds",
                                to="payments.stripepayment",
                            ),
                        ),
                        (
                            "credit_micros",
                            models.BigIntegerField(
                                blank=True,
                                help_text="How much of that part is taken from its credit, in micros. Empty: in proportion.",
                                null=True,
                            ),
                        ),
                        (
                            "part",
                            models.ForeignKey(
                                blank=True,
                                help_text="The part of the payment to take from first. Empty: from its last installment first.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="payments.paymentpart",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("request_key", ""), _negated=True),
                                fields=("organization", "request_key"),
                                name="payments_refund_request_key_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("amount_micros__gt", 0)), name="payments_refund_amount_positive"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("credit_micros", None), ("part", None)),
                                    models.Q(("credit_micros__gte", 0), ("part__isnull", False)),
                                    _connector="OR",
                                ),
                                name="payments_refund_credit_is_of_a_part",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("undone_at", None),
                                    models.Q(("booked_at__isnull", False), ("state", "failed")),
                                    _connector="OR",
                                ),
                                name="payments_refund_undone_was_booked",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'payments_refund is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="0aa56c549ca037f4fa130342ab4da1c1f22e568c",
                                    operation="DELETE",
                                    pgid="pgtrigger_kept_fd094",
                                    table="payments_refund",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="not_emptied",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'payments_refund is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="35fd247f2b2d0c39701fd126b0e92ad498cbcc06",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_not_emptied_28b2c",
                                    table="payments_refund",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="StripeCustomer",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("stripe_id", models.CharField(max_length=255, unique=True)),
                        ("livemode", models.BooleanField(verbose_name="live mode")),
                        ("created_at", models.DateTimeField()),
                        (
                            "deleted_at",
                            models.DateTimeField(blank=True, help_text="When it was deleted at Stripe.", null=True),
                        ),
                        (
                            "organization",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenants.organization"
                            ),
                        ),
                        (
                            "language",
                            models.CharField(
                                blank=True,
                                help_text="Language of Stripe's own words to the customer, as it was sent there.",
                                max_length=10,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "Stripe customer",
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("deleted_at", None)),
                                fields=("organization", "livemode"),
                                name="payments_stripecustomer_one_per_organization_and_mode",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="StripeEvent",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("event_id", models.CharField(max_length=255, unique=True)),
                        ("type", models.CharField(max_length=100)),
                        (
                            "object_id",
                            models.CharField(
                                blank=True,
                                db_index=True,
                                help_text="Stripe's id of the object that the event is about.",
                                max_length=255,
                            ),
                        ),
                        ("api_version", models.CharField(blank=True, max_length=100)),
                        ("livemode", models.BooleanField(verbose_name="live mode")),
                        (
                            "account",
                            models.CharField(
                                blank=True, help_text="Set on events of connected accounts.", max_length=255
                            ),
                        ),
                        (
                            "is_thin",
                            models.BooleanField(
                                default=False,
                                help_text="A thin event, which has no object; these cannot be handled.",
                                verbose_name="thin",
                            ),
                        ),
                        (
                            "source",
                            models.CharField(
                                choices=[("webhook", "Webhook"), ("sweep", "Sweep")], default="webhook", max_length=7
                            ),
                        ),
                        ("payload", models.TextField(help_text="The body that Stripe signed.")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("received", "Received"),
                                    ("handled", "Handled"),
                                    ("ignored", "Ignored"),
                                    ("parked", "Parked for staff"),
                                ],
                                default="received",
                                max_length=8,
                            ),
                        ),
                        ("attempts", models.PositiveIntegerField(default=0, help_text="Failed attempts.")),
                        (
                            "waits_for",
                            models.CharField(
                                blank=True,
                                help_text="Stripe's id of the object that must arrive first.",
                                max_length=255,
                            ),
                        ),
                        ("error", models.TextField(blank=True)),
                        ("note", models.CharField(blank=True, help_text="Why staff closed it.", max_length=500)),
                        ("created_at", models.DateTimeField(help_text="When it happened at Stripe.")),
                        ("received_at", models.DateTimeField()),
                        ("next_attempt_at", models.DateTimeField()),
                        (
                            "settled_at",
                            models.DateTimeField(
                                blank=True, help_text="When it was handled, ignored or parked.", null=True
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "Stripe event",
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state", "received")),
                                fields=["next_attempt_at"],
                                name="payments_event_due",
                            ),
                            models.Index(
                                condition=models.Q(("state", "parked")),
                                fields=["received_at"],
                                name="payments_event_parked",
                            ),
                            models.Index(
                                condition=models.Q(("state", "received"), models.Q(("waits_for", ""), _negated=True)),
                                fields=["waits_for"],
                                name="payments_event_waiting",
                            ),
                            models.Index(fields=["-received_at", "-id"], name="payments_event_newest"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("settled_at", None), ("state", "received")),
                                    models.Q(
                                        models.Q(("state", "received"), _negated=True), ("settled_at__isnull", False)
                                    ),
                                    _connector="OR",
                                ),
                                name="payments_stripeevent_settled_has_moment",
                            )
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'payments_stripeevent is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="795e36efabe2a76d5cc996c5a79681eba8443196",
                                    operation="DELETE",
                                    pgid="pgtrigger_kept_f982e",
                                    table="payments_stripeevent",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="not_emptied",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'payments_stripeevent is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="8ae41e7c8737eae2a3398404758f63f9ce3554ac",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_not_emptied_36486",
                                    table="payments_stripeevent",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="StripeInvoice",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "purpose",
                            models.CharField(
                                choices=[("document", "Invoice of ours"), ("installments", "Installments")],
                                max_length=12,
                            ),
                        ),
                        (
                            "reference",
                            models.CharField(
                                help_text="Stored in the invoice's metadata at Stripe.", max_length=200, unique=True
                            ),
                        ),
                        ("stripe_id", models.CharField(blank=True, max_length=255, null=True, unique=True)),
                        (
                            "amount_micros",
                            models.BigIntegerField(
                                help_text="The amount to collect, in micros; for an invoice of ours with its tax."
                            ),
                        ),
                        (
                            "paid_micros",
                            models.BigIntegerField(
                                default=0,
                                help_text="The part paid at Stripe, elsewhere or from the balance at Stripe, in micros.",
                            ),
                        ),
                        (
                            "total_micros",
                            models.BigIntegerField(
                                default=0,
                                help_text="The total of Stripe's invoice, with tax, at its last payment, in micros.",
                            ),
                        ),
                        (
                            "tax_micros",
                            models.BigIntegerField(
                                default=0, help_text="The part of the total that is tax, in micros."
                            ),
                        ),
                        (
                            "coupon_micros",
                            models.BigIntegerField(default=0, help_text="Discount by coupons at Stripe, in micros."),
                        ),
                        (
                            "credited_micros",
                            models.BigIntegerField(
                                default=0, help_text="Reduction by credit notes before payment, in micros."
                            ),
                        ),
                        (
                            "balance_micros",
                            models.BigIntegerField(
                                default=0, help_text="The part paid from the customer's balance at Stripe, in micros."
                            ),
                        ),
                        ("currency", models.CharField(max_length=3)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("requested", "Requested"),
                                    ("open", "Open"),
                                    ("paid", "Paid"),
                                    ("void", "Void"),
                                    ("uncollectible", "Written off"),
                                ],
                                default="requested",
                                max_length=13,
                            ),
                        ),
                        (
                            "charged_to",
                            models.CharField(
                                blank=True,
                                help_text="The payment method that Stripe charges; empty if the invoice is sent.",
                                max_length=255,
                            ),
                        ),
                        ("number", models.CharField(blank=True, max_length=100)),
                        ("hosted_url", models.CharField(blank=True, max_length=2048)),
                        ("due_at", models.DateTimeField(blank=True, null=True)),
                        ("overdue_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "failed_at",
                            models.DateTimeField(
                                blank=True, help_text="When the last attempt to collect it failed.", null=True
                            ),
                        ),
                        (
                            "retry_at",
                            models.DateTimeField(
                                blank=True,
                                help_text="When Stripe charges it again after a failed attempt; empty if it does not.",
                                null=True,
                            ),
                        ),
                        (
                            "ended_by_us",
                            models.BooleanField(
                                default=False,
                                help_text="We ended it at Stripe ourselves; the amount may still be owed.",
                            ),
                        ),
                        ("created_at", models.DateTimeField()),
                        ("updated_at", models.DateTimeField()),
                        (
                            "contract",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="contracts.contract",
                            ),
                        ),
                        (
                            "document",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="invoices.document",
                            ),
                        ),
                        (
                            "organization",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenants.organization"
                            ),
                        ),
                        (
                            "noted_micros",
                            models.BigIntegerField(
                                default=0,
                                help_text="The part of Stripe's credit notes for which our invoice was credited, in micros.",
                            ),
                        ),
                        (
                            "settled_here_micros",
                            models.BigIntegerField(
                                default=0,
                                help_text="The rest of a partly paid invoice, in micros, that was settled here instead and that we recorded at Stripe as paid out of band.",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "Stripe invoice",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("amount_micros__gte", 0)),
                                name="payments_stripeinvoice_amount_not_negative",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("paid_micros__gte", 0)),
                                name="payments_stripeinvoice_paid_not_negative",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("contract", None), ("document__isnull", False), ("purpose", "document")),
                                    models.Q(
                                        ("contract__isnull", False), ("document", None), ("purpose", "installments")
                                    ),
                                    _connector="OR",
                                ),
                                name="payments_stripeinvoice_of_its_purpose",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("state__in", ["requested", "open"])),
                                fields=("organization", "document"),
                                name="payments_stripeinvoice_one_open_per_document",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="StripePayment",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "key",
                            models.CharField(
                                help_text="Identifies the external payment, so that it is posted once.", max_length=200
                            ),
                        ),
                        (
                            "payment_intent_id",
                            models.CharField(
                                blank=True,
                                db_index=True,
                                help_text="Empty if none is known. One intent may pay several invoices.",
                                max_length=255,
                            ),
                        ),
                        ("charge_id", models.CharField(blank=True, db_index=True, max_length=255)),
                        ("amount_micros", models.BigIntegerField(help_text="Amount received, in micros.")),
                        ("tax_micros", models.BigIntegerField(default=0, help_text="The part that is tax, in micros.")),
                        (
                            "unapplied_micros",
                            models.BigIntegerField(
                                default=0,
                                help_text="The part without a purpose here, kept on the unapplied account, in micros.",
                            ),
                        ),
                        (
                            "unapplied_reason",
                            models.CharField(
                                blank=True, help_text="Why that part has no purpose here.", max_length=500
                            ),
                        ),
                        (
                            "applied_micros",
                            models.BigIntegerField(
                                default=0,
                                help_text="The unapplied part that later invoices used from the balance at Stripe, in micros.",
                            ),
                        ),
                        (
                            "refunded_micros",
                            models.BigIntegerField(default=0, help_text="Returned by refunds, in micros."),
                        ),
                        (
                            "disputed_micros",
                            models.BigIntegerField(default=0, help_text="Returned by lost disputes, in micros."),
                        ),
                        (
                            "recovered_micros",
                            models.BigIntegerField(
                                default=0,
                                help_text="The part of our losses on it that disputes returned to us, in micros.",
                            ),
                        ),
                        ("currency", models.CharField(max_length=3)),
                        (
                            "received_in",
                            models.CharField(
                                choices=[
                                    ("cash", "Stripe"),
                                    ("manual_receipts", "Elsewhere"),
                                    ("unapplied", "Balance at Stripe"),
                                ],
                                default="cash",
                                help_text="How it was received: through Stripe, elsewhere, or from the customer's balance at Stripe.",
                                max_length=15,
                            ),
                        ),
                        (
                            "settled_at",
                            models.DateTimeField(
                                blank=True, help_text="When it was posted; empty if it is not posted yet.", null=True
                            ),
                        ),
                        (
                            "flagged_at",
                            models.DateTimeField(
                                blank=True,
                                help_text="When Stripe warned of fraud.",
                                null=True,
                                verbose_name="fraud warning at",
                            ),
                        ),
                        ("created_at", models.DateTimeField()),
                        (
                            "checkout",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="payments.checkoutsession",
                            ),
                        ),
                        (
                            "grant",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="wallets.grant",
                            ),
                        ),
                        (
                            "invoice",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="payments",
                                to="payments.stripeinvoice",
                            ),
                        ),
                        (
                            "organization",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenants.organization"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "Stripe payment",
                        "indexes": [
                            models.Index(fields=["organization", "created_at"], name="payments_payment_newest"),
                            models.Index(fields=["key"], name="payments_payment_by_key"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("organization", "key"), name="payments_stripepayment_key_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("amount_micros__gt", 0)),
                                name="payments_stripepayment_amount_positive",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("refunded_micros__gte", 0)),
                                name="payments_stripepayment_refunded_not_negative",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("applied_micros__gte", 0),
                                    ("tax_micros__gte", 0),
                                    ("unapplied_micros__gte", 0),
                                    ("applied_micros__lte", models.F("unapplied_micros")),
                                    (
                                        "amount_micros__gte",
                                        django.db.models.expressions.CombinedExpression(
                                            models.F("tax_micros"), "+", models.F("unapplied_micros")
                                        ),
                                    ),
                                ),
                                name="payments_stripepayment_shares_within_amount",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'payments_stripepayment is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="5a0f4b028c9a03b7cccb1dc4965b566dd99bc150",
                                    operation="DELETE",
                                    pgid="pgtrigger_kept_2d320",
                                    table="payments_stripepayment",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="not_emptied",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'payments_stripepayment is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="c9bc59a3476769fd263e6f7dfeefe364d6821e79",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_not_emptied_bb5f7",
                                    table="payments_stripepayment",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="StripeRequest",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "reference",
                            models.CharField(
                                help_text="Identifies the effect; stored in the metadata of the object made at Stripe.",
                                max_length=200,
                                unique=True,
                            ),
                        ),
                        (
                            "operation",
                            models.CharField(
                                help_text="The operation at Stripe, such as checkout.create.", max_length=40
                            ),
                        ),
                        (
                            "target",
                            models.CharField(
                                blank=True, help_text="Stripe's id of the object it changes.", max_length=255
                            ),
                        ),
                        (
                            "params",
                            models.JSONField(
                                help_text="The parameters sent; a key is always sent with the same parameters."
                            ),
                        ),
                        ("key", models.CharField(help_text="Stripe's idempotency key.", max_length=255, unique=True)),
                        ("attempt", models.PositiveIntegerField(default=1, help_text="Number of keys used.")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("prepared", "Prepared"),
                                    ("unknown", "Outcome unknown"),
                                    ("broken", "Stripe answered 5xx"),
                                    ("refused", "Refused by Stripe"),
                                    ("done", "Done"),
                                ],
                                default="prepared",
                                max_length=8,
                            ),
                        ),
                        ("stripe_id", models.CharField(blank=True, max_length=255)),
                        (
                            "answer",
                            models.JSONField(
                                blank=True, help_text="The part of Stripe's answer that is kept.", null=True
                            ),
                        ),
                        ("error", models.TextField(blank=True)),
                        (
                            "key_stored_at",
                            models.DateTimeField(help_text="When the key was made; Stripe forgets keys after a day."),
                        ),
                        ("created_at", models.DateTimeField()),
                        ("updated_at", models.DateTimeField()),
                        (
                            "organization",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="tenants.organization",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "Stripe request",
                        "indexes": [
                            models.Index(
                                django.db.models.fields.json.KeyTextTransform(
                                    "invoice", django.db.models.fields.json.KeyTextTransform("metadata", "params")
                                ),
                                condition=models.Q(
                                    ("operation__in", ["tax_transaction.create", "tax_transaction.reverse"])
                                ),
                                name="payments_request_tax",
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "done"), _negated=True),
                                    ("answer__isnull", False),
                                    _connector="OR",
                                ),
                                name="payments_striperequest_done_has_answer",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SweepMark",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("livemode", models.BooleanField(unique=True, verbose_name="live mode")),
                        ("swept_until", models.DateTimeField()),
                    ],
                ),
                migrations.CreateModel(
                    name="CheckoutSession",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        (
                            "purpose",
                            models.CharField(
                                choices=[
                                    ("top_up", "Top-up"),
                                    ("installment", "Installment"),
                                    ("setup", "Payment method for a contract"),
                                    ("save_card", "Card for automatic top-up"),
                                    ("confirmation", "Confirmation of an automatic top-up"),
                                ],
                                max_length=12,
                            ),
                        ),
                        (
                            "amount_micros",
                            models.BigIntegerField(
                                help_text="The amount to pay in the session, in micros, without added tax."
                            ),
                        ),
                        (
                            "tax_micros",
                            models.BigIntegerField(
                                default=0, help_text="Tax that is charged on top of the credit, in micros."
                            ),
                        ),
                        (
                            "saves_method",
                            models.BooleanField(
                                default=False, help_text="Whether it saves the payment method for later installments."
                            ),
                        ),
                        ("currency", models.CharField(max_length=3)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("requested", "Requested"),
                                    ("open", "Open"),
                                    ("processing", "Payment in progress"),
                                    ("paid", "Paid"),
                                    ("failed", "Failed"),
                                    ("expired", "Expired"),
                                ],
                                default="requested",
                                max_length=10,
                            ),
                        ),
                        ("stripe_id", models.CharField(blank=True, max_length=255, null=True, unique=True)),
                        (
                            "customer_id",
                            models.CharField(
                                blank=True, help_text="Stripe's id of the paying customer.", max_length=255
                            ),
                        ),
                        ("payment_intent_id", models.CharField(blank=True, db_index=True, max_length=255)),
                        ("url", models.TextField(blank=True)),
                        ("expires_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "request_key",
                            models.CharField(
                                blank=True,
                                help_text="The caller's idempotency key: the same key returns the same session.",
                                max_length=255,
                            ),
                        ),
                        ("last_failure", models.TextField(blank=True, help_text="Why the last attempt to pay failed.")),
                        ("created_by", models.CharField(max_length=200)),
                        ("created_at", models.DateTimeField()),
                        ("updated_at", models.DateTimeField()),
                        (
                            "attempt",
                            models.ForeignKey(
                                blank=True,
                                help_text="The automatic top-up that the customer authenticates and pays in this session.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="top_ups.topupattempt",
                            ),
                        ),
                        (
                            "contract",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="contracts.contract",
                            ),
                        ),
                        (
                            "organization",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenants.organization"
                            ),
                        ),
                        (
                            "tax_category",
                            models.CharField(blank=True, help_text="Empty where no tax is shown.", max_length=2),
                        ),
                        (
                            "tax_rate",
                            models.PositiveIntegerField(
                                default=0, help_text="In thousandths of a percent: 19000 is 19 %."
                            ),
                        ),
                        ("tax_reason", models.CharField(blank=True, help_text="Why there is no tax.", max_length=300)),
                        ("tax_vatex_code", models.CharField(blank=True, max_length=30, verbose_name="VATEX code")),
                        (
                            "tax_rule",
                            models.BigIntegerField(blank=True, help_text="The row of the tax table.", null=True),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("amount_micros__gte", 0), ("tax_micros__gte", 0)),
                                name="payments_checkoutsession_amount_not_negative",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("state__in", ["requested", "failed"]),
                                    ("stripe_id__isnull", False),
                                    _connector="OR",
                                ),
                                name="payments_checkoutsession_known_at_stripe_once_open",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("attempt", None), ("contract", None), ("purpose__in", ["top_up", "save_card"])
                                    ),
                                    models.Q(
                                        ("attempt__isnull", False), ("contract", None), ("purpose", "confirmation")
                                    ),
                                    models.Q(
                                        ("attempt", None),
                                        ("contract__isnull", False),
                                        ("purpose__in", ["installment", "setup"]),
                                    ),
                                    _connector="OR",
                                ),
                                name="payments_checkoutsession_purpose_has_its_row",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("request_key", ""), _negated=True),
                                fields=("organization", "request_key"),
                                name="payments_checkoutsession_one_per_request_key",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("contract__isnull", False), ("state__in", ["requested", "open"])),
                                fields=("organization", "contract"),
                                name="payments_checkoutsession_one_open_per_contract",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("attempt__isnull", False), ("state__in", ["requested", "open"])),
                                fields=("organization", "attempt"),
                                name="payments_checkoutsession_one_open_per_attempt",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CheckoutPart",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("position", models.PositiveSmallIntegerField()),
                        ("amount_micros", models.BigIntegerField()),
                        (
                            "installment",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="contracts.installment",
                            ),
                        ),
                        (
                            "organization",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="tenants.organization",
                            ),
                        ),
                        (
                            "session",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="parts",
                                to="payments.checkoutsession",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("organization", "session", "position"),
                                name="payments_checkoutpart_position_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("amount_micros__gt", 0)),
                                name="payments_checkoutpart_amount_positive",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Dispute",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("stripe_id", models.CharField(max_length=255, unique=True)),
                        (
                            "amount_micros",
                            models.BigIntegerField(
                                help_text="Disputed amount, or the withdrawn one after the withdrawal, in micros of the payment's currency."
                            ),
                        ),
                        (
                            "claimed_micros",
                            models.BigIntegerField(
                                help_text="The amount the payer claims, in micros of the currency of the claim."
                            ),
                        ),
                        ("claimed_currency", models.CharField(max_length=3)),
                        (
                            "outcome",
                            models.CharField(
                                choices=[
                                    ("open", "Open"),
                                    ("inquiry", "Inquiry"),
                                    ("won", "Won"),
                                    ("lost", "Lost"),
                                    ("closed", "Closed without loss"),
                                ],
                                default="open",
                                max_length=7,
                            ),
                        ),
                        ("status", models.CharField(help_text="Stripe's status, unchanged.", max_length=40)),
                        ("reason", models.CharField(blank=True, max_length=100)),
                        (
                            "respond_by",
                            models.DateTimeField(
                                blank=True, help_text="Deadline for evidence; empty if Stripe names none.", null=True
                            ),
                        ),
                        (
                            "holds",
                            models.JSONField(default=list, help_text="The holds that freeze the disputed credit."),
                        ),
                        ("frozen_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "withdrawn_at",
                            models.DateTimeField(blank=True, help_text="When Stripe withdrew the money.", null=True),
                        ),
                        (
                            "withdrawn_micros",
                            models.BigIntegerField(default=0, help_text="The total that Stripe withdrew, in micros."),
                        ),
                        (
                            "reinstated_at",
                            models.DateTimeField(blank=True, help_text="When Stripe first gave money back.", null=True),
                        ),
                        (
                            "reinstated_micros",
                            models.BigIntegerField(default=0, help_text="The total that Stripe gave back, in micros."),
                        ),
                        (
                            "taken_micros",
                            models.BigIntegerField(
                                default=0, help_text="The amount taken from the customer when it was lost, in micros."
                            ),
                        ),
                        (
                            "lost_micros",
                            models.BigIntegerField(
                                default=0,
                                help_text="The part that was already returned before and is our loss, in micros.",
                            ),
                        ),
                        ("closed_at", models.DateTimeField(blank=True, null=True)),
                        ("created_at", models.DateTimeField()),
                        ("updated_at", models.DateTimeField()),
                        (
                            "organization",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="tenants.organization",
                            ),
                        ),
                        (
                            "payment",
                            models.ForeignKey(
                                help_text="Payment to take from first; others of the same intent give the rest.",
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="disputes",
                                to="payments.stripepayment",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("amount_micros__gt", 0)), name="payments_dispute_amount_positive"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("reinstated_micros__gte", 0), ("withdrawn_micros__gte", 0)),
                                name="payments_dispute_moved_not_negative",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'payments_dispute is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="9018bb21e5c89962caa9e32fccdbb8d7a915cd98",
                                    operation="DELETE",
                                    pgid="pgtrigger_kept_dce58",
                                    table="payments_dispute",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="not_emptied",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'payments_dispute is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="735bc8d43527bbf135cbe45d1134de5b860900c4",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_not_emptied_7ed11",
                                    table="payments_dispute",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="InvoicePart",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("position", models.PositiveSmallIntegerField()),
                        ("amount_micros", models.BigIntegerField()),
                        (
                            "installment",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="contracts.installment",
                            ),
                        ),
                        (
                            "organization",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="tenants.organization",
                            ),
                        ),
                        (
                            "invoice",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="parts",
                                to="payments.stripeinvoice",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("organization", "invoice", "position"),
                                name="payments_invoicepart_position_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("amount_micros__gt", 0)),
                                name="payments_invoicepart_amount_positive",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Mandate",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "customer_id",
                            models.CharField(help_text="Stripe's id of the paying customer.", max_length=255),
                        ),
                        (
                            "payment_method_id",
                            models.CharField(
                                blank=True,
                                db_index=True,
                                help_text="Charged for installments; empty after its owner removed it.",
                                max_length=255,
                            ),
                        ),
                        (
                            "customer_default_id",
                            models.CharField(
                                blank=True,
                                help_text="The customer's default payment method at checkout; a default chosen later is charged instead.",
                                max_length=255,
                            ),
                        ),
                        ("given_at", models.DateTimeField()),
                        ("updated_at", models.DateTimeField()),
                        (
                            "contract",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="contracts.contract"
                            ),
                        ),
                        (
                            "organization",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="tenants.organization",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("organization", "contract"), name="payments_mandate_one_per_contract"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PaymentIssue",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "key",
                            models.CharField(
                                help_text="Identifies the finding, so that one row is open for it.", max_length=255
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("clearing", "Stripe and the books differ"),
                                    ("missing_payment", "A payment at Stripe is not in the books"),
                                    ("refunds_differ", "Refunds at Stripe and here differ"),
                                    ("refund_failed", "A refund failed"),
                                    ("schedule", "Stripe and the schedule differ"),
                                    ("debt", "Returned money had been spent"),
                                    ("dispute", "Disputed"),
                                    ("fraud_warning", "Fraud is likely"),
                                    ("our_loss", "Money was returned twice"),
                                    ("payment_failed", "A payment failed"),
                                    ("unasked", "Payment of something no longer due"),
                                    ("unapplied", "Payment without a matching claim"),
                                    ("underpaid", "Paid less than was due"),
                                    ("credit_note", "A credit note was issued at Stripe"),
                                    ("not_booked", "An event about money could not be booked"),
                                    ("customer_deleted", "The customer was deleted at Stripe"),
                                    ("too_small", "Amount due is below the smallest invoice"),
                                    ("method_removed", "The payment method of a contract was removed"),
                                    ("subscription", "A subscription's collection is paused"),
                                    ("tax", "Stripe Tax refused a document"),
                                    ("key_refused", "Stripe refuses our key"),
                                    ("stripe_emails", "Stripe emails customers"),
                                ],
                                max_length=16,
                            ),
                        ),
                        (
                            "subject",
                            models.CharField(
                                help_text="Id of the object in question, at Stripe or here.", max_length=255
                            ),
                        ),
                        ("detail", models.TextField()),
                        ("expected_micros", models.BigIntegerField(blank=True, null=True)),
                        ("actual_micros", models.BigIntegerField(blank=True, null=True)),
                        (
                            "currency",
                            models.CharField(
                                blank=True,
                                help_text="Currency of the amounts; empty for the organization's own.",
                                max_length=3,
                            ),
                        ),
                        ("opened_at", models.DateTimeField()),
                        ("seen_at", models.DateTimeField(help_text="When it was last found.")),
                        ("resolved_at", models.DateTimeField(blank=True, null=True)),
                        ("resolved_by", models.CharField(blank=True, max_length=200)),
                        ("resolution", models.CharField(blank=True, max_length=500)),
                        (
                            "organization",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="tenants.organization",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("resolved_at", None)),
                                fields=["opened_at"],
                                name="payments_issue_open",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("resolved_at", None)),
                                fields=("key",),
                                name="payments_paymentissue_one_open_per_finding",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PaymentLink",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("amount_micros", models.BigIntegerField(help_text="Amount to pay, in micros.")),
                        ("currency", models.CharField(max_length=3)),
                        ("stripe_id", models.CharField(max_length=255, unique=True)),
                        ("url", models.CharField(max_length=2048)),
                        ("is_active", models.BooleanField(default=True)),
                        ("created_by", models.CharField(max_length=200)),
                        ("created_at", models.DateTimeField()),
                        (
                            "installment",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="contracts.installment",
                            ),
                        ),
                        (
                            "organization",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenants.organization"
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("is_active", True)),
                                fields=("organization", "installment"),
                                name="payments_paymentlink_one_per_installment",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PaymentPart",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "key",
                            models.CharField(help_text="The key of the payment on the installment.", max_length=200),
                        ),
                        ("amount_micros", models.BigIntegerField()),
                        (
                            "returned_micros",
                            models.BigIntegerField(
                                default=0, help_text="The part that refunds and lost disputes returned, in micros."
                            ),
                        ),
                        (
                            "installment",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="contracts.installment",
                            ),
                        ),
                        (
                            "organization",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="tenants.organization",
                            ),
                        ),
                        (
                            "payment",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="parts",
                                to="payments.stripepayment",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("organization", "key"), name="payments_paymentpart_key_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("amount_micros__gte", 0)),
                                name="payments_paymentpart_amount_not_negative",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("returned_micros__gte", 0), ("returned_micros__lte", models.F("amount_micros"))
                                ),
                                name="payments_paymentpart_returned_within_amount",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'payments_paymentpart is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="1ed02757788495d54b36a71ac5a6f66418088ad1",
                                    operation="DELETE",
                                    pgid="pgtrigger_kept_d1017",
                                    table="payments_paymentpart",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="not_emptied",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'payments_paymentpart is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="e0b9d9f5489f0e785dc71fc94353e6192d8b71b3",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_not_emptied_35de6",
                                    table="payments_paymentpart",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PaymentReturn",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("amount_micros", models.BigIntegerField(help_text="Taken from the customer, in micros.")),
                        (
                            "tax_micros",
                            models.BigIntegerField(default=0, help_text="The part that was tax, in micros."),
                        ),
                        (
                            "unapplied_micros",
                            models.BigIntegerField(
                                default=0, help_text="The part that had no purpose here, in micros."
                            ),
                        ),
                        (
                            "undone_at",
                            models.DateTimeField(
                                blank=True,
                                help_text="When it was reversed, since the refund failed after it had succeeded.",
                                null=True,
                            ),
                        ),
                        (
                            "dispute",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="returns",
                                to="payments.dispute",
                            ),
                        ),
                        (
                            "organization",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="tenants.organization",
                            ),
                        ),
                        (
                            "refund",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="returns",
                                to="payments.refund",
                            ),
                        ),
                        (
                            "payment",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="returns",
                                to="payments.stripepayment",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("organization", "refund", "payment"),
                                name="payments_paymentreturn_one_per_refund",
                            ),
                            models.UniqueConstraint(
                                fields=("organization", "dispute", "payment"),
                                name="payments_paymentreturn_one_per_dispute",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("dispute__isnull", False), ("refund", None)),
                                    models.Q(("dispute", None), ("refund__isnull", False)),
                                    _connector="OR",
                                ),
                                name="payments_paymentreturn_refund_or_dispute",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("amount_micros__gt", 0),
                                    ("tax_micros__gte", 0),
                                    ("unapplied_micros__gte", 0),
                                    (
                                        "amount_micros__gte",
                                        django.db.models.expressions.CombinedExpression(
                                            models.F("tax_micros"), "+", models.F("unapplied_micros")
                                        ),
                                    ),
                                ),
                                name="payments_paymentreturn_shares_within_amount",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'payments_paymentreturn is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="663758cd46662fde3fbe7583eab7f2656f227af4",
                                    operation="DELETE",
                                    pgid="pgtrigger_kept_b2554",
                                    table="payments_paymentreturn",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="not_emptied",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'payments_paymentreturn is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="66514aee7a6ceab6396d42d0a04dd7011969e9ad",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_not_emptied_01190",
                                    table="payments_paymentreturn",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="BalanceTransaction",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("stripe_id", models.CharField(max_length=255, unique=True)),
                        ("type", models.CharField(max_length=60)),
                        (
                            "category",
                            models.CharField(blank=True, help_text="Stripe's reporting category.", max_length=60),
                        ),
                        ("source_id", models.CharField(blank=True, max_length=255)),
                        ("payment_intent_id", models.CharField(blank=True, max_length=255)),
                        (
                            "amount_micros",
                            models.BigIntegerField(help_text="Before the fee; negative if paid out or returned."),
                        ),
                        ("fee_micros", models.BigIntegerField(help_text="Stripe's fee.")),
                        ("currency", models.CharField(max_length=3)),
                        (
                            "is_exchanged",
                            models.BooleanField(
                                default=False,
                                help_text="Whether Stripe converted it from another currency.",
                                verbose_name="exchanged",
                            ),
                        ),
                        ("created_at", models.DateTimeField(help_text="When Stripe made it.")),
                        ("fetched_at", models.DateTimeField()),
                        (
                            "booked_at",
                            models.DateTimeField(
                                blank=True, help_text="When its fee, or all of it, was booked.", null=True
                            ),
                        ),
                        (
                            "organization",
                            models.ForeignKey(
                                blank=True,
                                help_text="The customer whose money it is, if any.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="tenants.organization",
                            ),
                        ),
                        (
                            "payout",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="transactions",
                                to="payments.payout",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["created_at"], name="payments_movement_newest"),
                            models.Index(fields=["organization", "created_at"], name="payments_movement_of"),
                            models.Index(
                                condition=models.Q(("payment_intent_id", ""), _negated=True),
                                fields=["payment_intent_id"],
                                name="payments_movement_intent",
                            ),
                            models.Index(
                                condition=models.Q(("booked_at", None)),
                                fields=["id"],
                                name="payments_movement_unbooked",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'payments_balancetransaction is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="1395fb3cbd25a2a78c8f5cc3506cb0ece41234b1",
                                    operation="DELETE",
                                    pgid="pgtrigger_kept_9649c",
                                    table="payments_balancetransaction",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="not_emptied",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'payments_balancetransaction is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="ad66465134f3083674545d9c06c21b3fa25ff478",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_not_emptied_4d835",
                                    table="payments_balancetransaction",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="facts",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.stripe_id IS DISTINCT FROM NEW.stripe_id OR OLD.type IS DISTINCT FROM NEW.type OR OLD.amount_micros IS DISTINCT FROM NEW.amount_micros OR OLD.fee_micros IS DISTINCT FROM NEW.fee_micros OR OLD.currency IS DISTINCT FROM NEW.currency OR OLD.created_at IS DISTINCT FROM NEW.created_at)",
                                    func="RAISE EXCEPTION 'the facts of payments_balancetransaction never change' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="b120bb84f55ce4c22f5b5f25a6116e2c4af91cfa",
                                    operation='UPDATE OF "stripe_id", "type", "amount_micros", "fee_micros", "currency", "created_at"',
                                    pgid="pgtrigger_facts_cf947",
                                    table="payments_balancetransaction",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="TopUpInvoice",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "organization",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="tenants.organization",
                            ),
                        ),
                        (
                            "payment",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="top_up_invoices",
                                to="payments.stripepayment",
                            ),
                        ),
                        (
                            "document",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="invoices.document"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "top-up invoice",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("organization", "document"), name="payments_topupinvoice_document_once"
                            )
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'payments_topupinvoice is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="20f379fcb2c5b87e54b2735ebde576435b32386d",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_kept_b3180",
                                    table="payments_topupinvoice",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="not_emptied",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'payments_topupinvoice is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="d44806a4460efe1a002459d428bc28c9a7dd6cdf",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_not_emptied_7028c",
                                    table="payments_topupinvoice",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
            ],
        ),
    ]
