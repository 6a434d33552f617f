import apps.common.model_creation
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.core.validators
import django.db.models.deletion
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "__first__"),
        ("tenants", "0001_initial"),
    ]

    operations = [
        apps.common.model_creation.CreateModels(
            models=[
                migrations.CreateModel(
                    name="Seller",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("street", models.CharField(blank=True, max_length=200)),
                        (
                            "street_extra",
                            models.CharField(blank=True, max_length=200, verbose_name="street, second line"),
                        ),
                        ("postal_code", models.CharField(blank=True, max_length=20)),
                        ("city", models.CharField(blank=True, max_length=100)),
                        (
                            "region",
                            models.CharField(
                                blank=True,
                                help_text="State or province, as the second part of its ISO 3166-2 code, such as CA.",
                                max_length=6,
                            ),
                        ),
                        (
                            "country",
                            models.CharField(
                                blank=True,
                                help_text="ISO 3166-1 code, such as DE.",
                                max_length=2,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "^[A-Z]{2}\\Z", "The country must be two capital letters, such as DE."
                                    )
                                ],
                            ),
                        ),
                        ("legal_name", models.CharField(max_length=200)),
                        (
                            "trade_name",
                            models.CharField(
                                blank=True, help_text="The name that staff see. Empty: the legal name.", max_length=200
                            ),
                        ),
                        (
                            "register_text",
                            models.CharField(
                                blank=True,
                                help_text="The entry in the company register, such as HRB 12345, Berlin.",
                                max_length=200,
                            ),
                        ),
                        (
                            "vat_number",
                            models.CharField(
                                blank=True,
                                help_text="Including the country's letters.",
                                max_length=20,
                                verbose_name="VAT number",
                            ),
                        ),
                        (
                            "tax_number",
                            models.CharField(
                                blank=True, help_text="The number at the local tax office.", max_length=30
                            ),
                        ),
                        (
                            "logo",
                            models.BinaryField(
                                blank=True, default=bytes, help_text="PNG or JPEG, shown at the top of papers."
                            ),
                        ),
                        (
                            "footer",
                            models.TextField(
                                blank=True, help_text="Printed at the foot of each page.", max_length=1000
                            ),
                        ),
                        (
                            "terms_text",
                            models.TextField(
                                blank=True, help_text="Payment terms, printed below the sums.", max_length=2000
                            ),
                        ),
                        (
                            "language",
                            models.CharField(
                                choices=[("en", "English"), ("de", "German"), ("fr", "French")],
                                default="en",
                                help_text="Language of papers, unless the customer has one.",
                                max_length=2,
                            ),
                        ),
                        (
                            "time_zone",
                            models.CharField(
                                default="UTC", help_text="Time zone of the dates on papers.", max_length=60
                            ),
                        ),
                        (
                            "tax_currency",
                            models.CharField(
                                help_text="The currency in which tax is declared.",
                                max_length=3,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "^[A-Z]{3}\\Z", "The currency must be three capital letters, such as EUR."
                                    )
                                ],
                            ),
                        ),
                        (
                            "tax_engine",
                            models.CharField(
                                choices=[
                                    ("none", "No tax is charged"),
                                    ("table", "The tax table"),
                                    ("stripe", "Stripe Tax"),
                                ],
                                default="none",
                                max_length=6,
                            ),
                        ),
                        (
                            "untaxed_category",
                            models.CharField(
                                choices=[("O", "Outside the scope of tax"), ("E", "Exempt")],
                                default="O",
                                help_text="The tax category of all lines if no tax is charged.",
                                max_length=1,
                            ),
                        ),
                        (
                            "untaxed_reason",
                            models.CharField(
                                blank=True,
                                help_text="Why no tax is charged, printed on invoices without tax.",
                                max_length=200,
                            ),
                        ),
                        (
                            "prices_include_tax",
                            models.BooleanField(default=False, help_text="Whether all prices include tax."),
                        ),
                        (
                            "tax_point",
                            models.CharField(
                                choices=[("invoice", "When invoiced"), ("payment", "When paid")],
                                default="invoice",
                                help_text="When tax is owed to the tax authority.",
                                max_length=7,
                            ),
                        ),
                        (
                            "bad_debt_relief",
                            models.CharField(
                                choices=[("none", "None"), ("at_write_off", "When written off")],
                                default="none",
                                help_text="Whether the authority refunds the tax on a written-off debt.",
                                max_length=12,
                            ),
                        ),
                        (
                            "terms_days",
                            models.PositiveSmallIntegerField(
                                default=30,
                                help_text="Days until an invoice is due.",
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(365),
                                ],
                            ),
                        ),
                        (
                            "review_days",
                            models.PositiveSmallIntegerField(
                                default=3,
                                help_text="Days for the review of drafts for usage before they are finalized. 0: at once.",
                                validators=[django.core.validators.MaxValueValidator(28)],
                            ),
                        ),
                        (
                            "credit_notes_share_numbers",
                            models.BooleanField(
                                default=False,
                                help_text="Whether credit notes take their numbers from the range of invoices.",
                            ),
                        ),
                        (
                            "closed_through",
                            models.DateField(
                                blank=True,
                                help_text="Last day of the closed books: money with a value date up to it counts from the day after.",
                                null=True,
                            ),
                        ),
                        ("created_at", models.DateTimeField()),
                        ("updated_at", models.DateTimeField()),
                        (
                            "usage_tax_code",
                            models.CharField(
                                blank=True,
                                help_text="Such as txcd_10103001 for software as a service; empty for the default of Stripe's settings.",
                                max_length=13,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "^txcd_[0-9]{8}\\Z",
                                        "The tax code must be txcd_ and eight digits, as Stripe lists them.",
                                    )
                                ],
                                verbose_name="Stripe's tax code of usage",
                            ),
                        ),
                        (
                            "service_tax_code",
                            models.CharField(
                                blank=True,
                                help_text="Such as txcd_20030000 for services; empty for the default of Stripe's settings.",
                                max_length=13,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "^txcd_[0-9]{8}\\Z",
                                        "The tax code must be txcd_ and eight digits, as Stripe lists them.",
                                    )
                                ],
                                verbose_name="Stripe's tax code of services",
                            ),
                        ),
                        (
                            "credit_tax_code",
                            models.CharField(
                                blank=True,
                                help_text="Of prepaid credit; empty for the default of Stripe's settings.",
                                max_length=13,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "^txcd_[0-9]{8}\\Z",
                                        "The tax code must be txcd_ and eight digits, as Stripe lists them.",
                                    )
                                ],
                                verbose_name="Stripe's tax code of credit",
                            ),
                        ),
                        (
                            "mail_sender",
                            models.CharField(
                                blank=True,
                                help_text="Such as Example GmbH <billing@example.de>; the mail server must be allowed to send for it. Empty: the site's sender.",
                                max_length=254,
                                verbose_name="sender of emails",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("legal_name",), name="billing_profiles_seller_name_once"),
                            models.CheckConstraint(
                                condition=models.Q(("terms_days__range", (1, 365))),
                                name="billing_profiles_seller_terms",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="BillingProfile",
                    fields=[
                        ("street", models.CharField(blank=True, max_length=200)),
                        (
                            "street_extra",
                            models.CharField(blank=True, max_length=200, verbose_name="street, second line"),
                        ),
                        ("postal_code", models.CharField(blank=True, max_length=20)),
                        ("city", models.CharField(blank=True, max_length=100)),
                        (
                            "region",
                            models.CharField(
                                blank=True,
                                help_text="State or province, as the second part of its ISO 3166-2 code, such as CA.",
                                max_length=6,
                            ),
                        ),
                        (
                            "country",
                            models.CharField(
                                blank=True,
                                help_text="ISO 3166-1 code, such as DE.",
                                max_length=2,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "^[A-Z]{2}\\Z", "The country must be two capital letters, such as DE."
                                    )
                                ],
                            ),
                        ),
                        (
                            "organization",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                primary_key=True,
                                related_name="billing_profile",
                                serialize=False,
                                to="tenants.organization",
                            ),
                        ),
                        ("legal_name", models.CharField(help_text="The buyer's name on invoices.", max_length=200)),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("business", "Business"),
                                    ("consumer", "Consumer"),
                                    ("public", "Public authority"),
                                ],
                                default="business",
                                max_length=8,
                            ),
                        ),
                        (
                            "vat_number",
                            models.CharField(
                                blank=True,
                                help_text="Including the country's letters.",
                                max_length=20,
                                verbose_name="VAT number",
                            ),
                        ),
                        (
                            "exemption_reason",
                            models.CharField(
                                blank=True,
                                help_text="Why no tax is charged, printed on invoices; empty for no exemption.",
                                max_length=200,
                            ),
                        ),
                        (
                            "exemption_certificate",
                            models.CharField(blank=True, help_text="The certificate's number.", max_length=100),
                        ),
                        (
                            "exempt_from",
                            models.DateField(blank=True, help_text="First day of the exemption.", null=True),
                        ),
                        (
                            "exempt_to",
                            models.DateField(
                                blank=True, help_text="Last day of the exemption; empty for no end.", null=True
                            ),
                        ),
                        (
                            "language",
                            models.CharField(
                                blank=True,
                                choices=[("en", "English"), ("de", "German"), ("fr", "French")],
                                help_text="Language of papers. Empty: the seller's.",
                                max_length=2,
                            ),
                        ),
                        (
                            "terms_days",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                help_text="Days until an invoice is due. Empty: as set for the seller.",
                                null=True,
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(365),
                                ],
                            ),
                        ),
                        (
                            "delivery",
                            models.CharField(
                                choices=[("email", "By email to the billing contacts"), ("none", "Not at all")],
                                default="email",
                                help_text="How invoices and credit notes are sent once they have a number.",
                                max_length=5,
                            ),
                        ),
                        (
                            "e_invoice",
                            models.CharField(
                                choices=[
                                    ("none", "None"),
                                    ("facturx", "Factur-X, XML in the profile EN 16931 inside the PDF"),
                                ],
                                default="none",
                                help_text="The electronic invoice inside the PDF of invoices and credit notes.",
                                max_length=7,
                                verbose_name="e-invoice",
                            ),
                        ),
                        (
                            "purchase_order",
                            models.CharField(blank=True, help_text="The customer's order number.", max_length=100),
                        ),
                        (
                            "buyer_reference",
                            models.CharField(
                                blank=True,
                                help_text="A reference that the customer asked to see on invoices.",
                                max_length=100,
                            ),
                        ),
                        (
                            "tags",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=40), blank=True, default=list, size=None
                            ),
                        ),
                        ("created_at", models.DateTimeField()),
                        ("updated_at", models.DateTimeField()),
                        (
                            "owner",
                            models.ForeignKey(
                                blank=True,
                                help_text="Who looks after this customer on our side.",
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "seller",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="profiles",
                                to="billing_profiles.seller",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            django.contrib.postgres.indexes.GinIndex(fields=["tags"], name="billing_profiles_tags"),
                            models.Index(
                                condition=models.Q(("vat_number", ""), _negated=True),
                                fields=["vat_number"],
                                name="billing_profiles_vat_number",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("exempt_to", None), ("exempt_to__gte", models.F("exempt_from")), _connector="OR"
                                ),
                                name="billing_profiles_billingprofile_exemption_days",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        models.Q(("exemption_reason", ""), _negated=True),
                                        ("exempt_from__isnull", False),
                                    ),
                                    models.Q(
                                        ("exempt_from", None),
                                        ("exempt_to", None),
                                        ("exemption_certificate", ""),
                                        ("exemption_reason", ""),
                                    ),
                                    _connector="OR",
                                ),
                                name="billing_profiles_billingprofile_exemption_dated",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SellerBankAccount",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "currency",
                            models.CharField(
                                max_length=3,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "^[A-Z]{3}\\Z", "The currency must be three capital letters, such as EUR."
                                    )
                                ],
                            ),
                        ),
                        ("iban", models.CharField(max_length=34, verbose_name="IBAN")),
                        ("bic", models.CharField(blank=True, max_length=11, verbose_name="BIC")),
                        ("bank_name", models.CharField(blank=True, max_length=100)),
                        (
                            "seller",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="bank_accounts",
                                to="billing_profiles.seller",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("iban",), name="billing_profiles_sellerbankaccount_once"),
                            models.UniqueConstraint(
                                fields=("seller", "currency"),
                                name="billing_profiles_sellerbankaccount_one_per_currency",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="TaxRate",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "product",
                            models.CharField(
                                choices=[
                                    ("any", "Anything"),
                                    ("usage", "Usage"),
                                    ("service", "Service"),
                                    ("credit", "Credit"),
                                    ("fee", "Late fee"),
                                ],
                                default="any",
                                max_length=7,
                            ),
                        ),
                        (
                            "country",
                            models.CharField(
                                blank=True,
                                help_text="The customer's country; empty for all others.",
                                max_length=2,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "^[A-Z]{2}\\Z", "The country must be two capital letters, such as DE."
                                    )
                                ],
                            ),
                        ),
                        (
                            "region",
                            models.CharField(
                                blank=True, help_text="The customer's region; empty for all.", max_length=6
                            ),
                        ),
                        (
                            "customer_kind",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("business", "Business"),
                                    ("consumer", "Consumer"),
                                    ("public", "Public authority"),
                                ],
                                help_text="Empty for all kinds of customers.",
                                max_length=8,
                            ),
                        ),
                        (
                            "needs_vat_number",
                            models.BooleanField(
                                default=False,
                                help_text="Whether it applies only to customers with a VAT number.",
                                verbose_name="needs a VAT number",
                            ),
                        ),
                        (
                            "category",
                            models.CharField(
                                choices=[
                                    ("S", "Standard or reduced rate"),
                                    ("Z", "Zero rate"),
                                    ("E", "Exempt"),
                                    ("AE", "Reverse charge"),
                                    ("G", "Export"),
                                    ("O", "Outside the scope of tax"),
                                ],
                                max_length=2,
                            ),
                        ),
                        (
                            "rate_thousandths",
                            models.PositiveIntegerField(
                                default=0,
                                help_text="In thousandths of a percent: 19000 is 19 %.",
                                validators=[django.core.validators.MaxValueValidator(100000)],
                            ),
                        ),
                        (
                            "reason",
                            models.CharField(
                                blank=True, help_text="Printed on invoices; required if no tax is due.", max_length=200
                            ),
                        ),
                        (
                            "vatex_code",
                            models.CharField(
                                blank=True,
                                help_text="Code of the reason in electronic invoices, such as VATEX-EU-AE.",
                                max_length=30,
                                verbose_name="VATEX code",
                            ),
                        ),
                        ("valid_from", models.DateField(help_text="First day.")),
                        ("valid_to", models.DateField(blank=True, help_text="Last day; empty for no end.", null=True)),
                        (
                            "used",
                            models.BooleanField(
                                default=False, editable=False, help_text="Whether a document has used it."
                            ),
                        ),
                        ("created_by", models.CharField(editable=False, max_length=200)),
                        ("created_at", models.DateTimeField(editable=False)),
                        (
                            "seller",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="tax_rates",
                                to="billing_profiles.seller",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("valid_to", None), ("valid_to__gte", models.F("valid_from")), _connector="OR"
                                ),
                                name="billing_profiles_taxrate_days",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("category", "S"), ("rate_thousandths__range", (1, 100000))),
                                    models.Q(models.Q(("category", "S"), _negated=True), ("rate_thousandths", 0)),
                                    _connector="OR",
                                ),
                                name="billing_profiles_taxrate_rate_of_category",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("category__in", ["S", "Z"]),
                                    models.Q(("reason", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="billing_profiles_taxrate_untaxed_has_reason",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("region", ""), models.Q(("country", ""), _negated=True), _connector="OR"
                                ),
                                name="billing_profiles_taxrate_region_of_country",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="facts",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN ((OLD.used) AND (OLD.seller_id IS DISTINCT FROM NEW.seller_id OR OLD.product IS DISTINCT FROM NEW.product OR OLD.country IS DISTINCT FROM NEW.country OR OLD.region IS DISTINCT FROM NEW.region OR OLD.customer_kind IS DISTINCT FROM NEW.customer_kind OR OLD.needs_vat_number IS DISTINCT FROM NEW.needs_vat_number OR OLD.category IS DISTINCT FROM NEW.category OR OLD.rate_thousandths IS DISTINCT FROM NEW.rate_thousandths OR OLD.reason IS DISTINCT FROM NEW.reason OR OLD.vatex_code IS DISTINCT FROM NEW.vatex_code OR OLD.valid_from IS DISTINCT FROM NEW.valid_from OR OLD.created_by IS DISTINCT FROM NEW.created_by OR OLD.created_at IS DISTINCT FROM NEW.created_at))",
                                    func="RAISE EXCEPTION 'a tax rate that a document has used is only ended' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="77ff3e79428eb840b388667f716149f5f268c8e4",
                                    operation='UPDATE OF "seller_id", "product", "country", "region", "customer_kind", "needs_vat_number", "category", "rate_thousandths", "reason", "vatex_code", "valid_from", "created_by", "created_at"',
                                    pgid="pgtrigger_facts_b4b00",
                                    table="billing_profiles_taxrate",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.used)",
                                    func="RAISE EXCEPTION 'a tax rate that a document has used is only ended' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="8eba5c6f3f7fb141b5702d3eebb5fc0abead2171",
                                    operation="DELETE",
                                    pgid="pgtrigger_kept_c50cd",
                                    table="billing_profiles_taxrate",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ExternalId",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("system", models.CharField(help_text="The other system, such as crm.", max_length=40)),
                        ("value", models.CharField(max_length=100, verbose_name="id")),
                        (
                            "profile",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="external_ids",
                                to="billing_profiles.billingprofile",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "external id",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("value", "system"), name="billing_profiles_externalid_once_per_system"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="NumberRange",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("invoice", "Invoices"),
                                    ("credit_note", "Credit notes"),
                                    ("receipt", "Receipts"),
                                    ("order_form", "Order forms"),
                                ],
                                max_length=11,
                            ),
                        ),
                        (
                            "year",
                            models.PositiveSmallIntegerField(
                                validators=[
                                    django.core.validators.MinValueValidator(2000),
                                    django.core.validators.MaxValueValidator(9999),
                                ]
                            ),
                        ),
                        (
                            "pattern",
                            models.CharField(
                                help_text="How numbers look, such as EX-{year}-{n:05}; fixed by the first number. A year without a range takes the pattern of the year before.",
                                max_length=40,
                            ),
                        ),
                        ("next_number", models.PositiveIntegerField(default=1, editable=False)),
                        (
                            "last_issue_date",
                            models.DateField(editable=False, help_text="The issue date of the last number.", null=True),
                        ),
                        (
                            "seller",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="number_ranges",
                                to="billing_profiles.seller",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("seller", "kind", "year"), name="billing_profiles_numberrange_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("last_issue_date", None), ("next_number", 1)),
                                    models.Q(("last_issue_date__year", models.F("year")), ("next_number__gt", 1)),
                                    _connector="OR",
                                ),
                                name="billing_profiles_numberrange_dated",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="facts",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.seller_id IS DISTINCT FROM NEW.seller_id OR OLD.kind IS DISTINCT FROM NEW.kind OR OLD.year IS DISTINCT FROM NEW.year)",
                                    func="RAISE EXCEPTION 'the facts of billing_profiles_numberrange never change' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="57c15db3ad97676b5e1abb8b04ccbb4ec1c43c7b",
                                    operation='UPDATE OF "seller_id", "kind", "year"',
                                    pgid="pgtrigger_facts_b1f14",
                                    table="billing_profiles_numberrange",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="pattern",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN ((OLD.next_number > 1) AND (OLD.pattern IS DISTINCT FROM NEW.pattern))",
                                    func="RAISE EXCEPTION 'the facts of billing_profiles_numberrange never change' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="c30c3bb83b46928fad59f4a387f8a1243101082f",
                                    operation='UPDATE OF "pattern"',
                                    pgid="pgtrigger_pattern_ec31c",
                                    table="billing_profiles_numberrange",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="forward",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (NEW.next_number < OLD.next_number OR NEW.last_issue_date < OLD.last_issue_date)",
                                    func="RAISE EXCEPTION 'the numbers of a range never go back' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="fe00b9419f89b582de4e1155d65e5915007db39a",
                                    operation="UPDATE",
                                    pgid="pgtrigger_forward_a772b",
                                    table="billing_profiles_numberrange",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.next_number > 1)",
                                    func="RAISE EXCEPTION 'a range that has given numbers is kept' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="b879dc82422269b2b8afec66ff33228fca36acee",
                                    operation="DELETE",
                                    pgid="pgtrigger_kept_4cd52",
                                    table="billing_profiles_numberrange",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ExchangeRate",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "currency",
                            models.CharField(
                                help_text="The currency of the invoices.",
                                max_length=3,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "^[A-Z]{3}\\Z", "The currency must be three capital letters, such as EUR."
                                    )
                                ],
                            ),
                        ),
                        ("day", models.DateField(help_text="The day for which the rate was published.")),
                        (
                            "rate_micros",
                            models.BigIntegerField(
                                help_text="Value of one unit in the seller's tax currency, in micros.",
                                validators=[django.core.validators.MinValueValidator(1)],
                                verbose_name="rate",
                            ),
                        ),
                        (
                            "source",
                            models.CharField(
                                help_text="Who published it, such as ECB; printed on invoices.", max_length=100
                            ),
                        ),
                        (
                            "seller",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="exchange_rates",
                                to="billing_profiles.seller",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "exchange rate",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("seller", "currency", "day"), name="billing_profiles_exchangerate_once_per_day"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("rate_micros__gt", 0)),
                                name="billing_profiles_exchangerate_positive",
                            ),
                        ],
                    },
                ),
            ],
        ),
    ]
