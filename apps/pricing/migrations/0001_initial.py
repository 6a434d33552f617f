import apps.common.model_creation
import django.db.models.deletion
import pgtrigger.compiler
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
                    name="ModelAlias",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "name",
                            models.CharField(
                                help_text="As callers send it, or provider/name. In a pattern, * stands for any text and # for a digit.",
                                max_length=128,
                                verbose_name="name or pattern",
                            ),
                        ),
                        (
                            "expression",
                            models.CharField(
                                blank=True,
                                editable=False,
                                help_text="The pattern as a regular expression; empty for a name.",
                                max_length=650,
                            ),
                        ),
                        (
                            "target",
                            models.CharField(
                                help_text="The model whose price applies. For a pattern, * is the text that its * matches.",
                                max_length=128,
                                verbose_name="stands for",
                            ),
                        ),
                        ("effective_from", models.DateTimeField(help_text="First moment of usage that it applies to.")),
                        (
                            "effective_to",
                            models.DateTimeField(
                                help_text="First moment at which it no longer applies; empty for no end.", null=True
                            ),
                        ),
                        ("reason", models.CharField(max_length=500)),
                        ("created_by", models.CharField(max_length=200)),
                        ("created_at", models.DateTimeField()),
                        (
                            "approval",
                            models.CharField(
                                blank=True,
                                help_text="Id of the request that a second person approved, if one was needed.",
                                max_length=20,
                            ),
                        ),
                        (
                            "meter",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="aliases",
                                to="pricing.meter",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "alias of a model",
                        "verbose_name_plural": "aliases of models",
                        "indexes": [models.Index(fields=["meter", "name"], name="pricing_alias_by_name")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("effective_to__isnull", True),
                                    ("effective_to__gt", models.F("effective_from")),
                                    _connector="OR",
                                ),
                                name="pricing_modelalias_ends_after_it_starts",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("name", ""), _negated=True),
                                    models.Q(("target", ""), _negated=True),
                                    models.Q(("name", models.F("target")), _negated=True),
                                    models.Q(("name__regex", "[A-Z]|^\\s|\\s$"), _negated=True),
                                ),
                                name="pricing_modelalias_in_normal_form",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("expression", ""), ("name__regex", "^[^*#]+$")),
                                    models.Q(models.Q(("expression", ""), _negated=True), ("name__regex", "[*#]")),
                                    _connector="OR",
                                ),
                                name="pricing_modelalias_patterns_have_an_expression",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="facts",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.meter_id IS DISTINCT FROM NEW.meter_id OR OLD.name IS DISTINCT FROM NEW.name OR OLD.expression IS DISTINCT FROM NEW.expression OR OLD.target IS DISTINCT FROM NEW.target OR OLD.effective_from IS DISTINCT FROM NEW.effective_from OR OLD.reason IS DISTINCT FROM NEW.reason OR OLD.created_by IS DISTINCT FROM NEW.created_by OR OLD.created_at IS DISTINCT FROM NEW.created_at OR OLD.approval IS DISTINCT FROM NEW.approval)",
                                    func="RAISE EXCEPTION 'an alias of a model never changes; it can end' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="d3e085f3b02dba47fcb649a3cc1e4b857d3bca01",
                                    operation='UPDATE OF "meter_id", "name", "expression", "target", "effective_from", "reason", "created_by", "created_at", "approval"',
                                    pgid="pgtrigger_facts_c5d03",
                                    table="pricing_modelalias",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="ends_once",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.effective_to IS NOT NULL AND OLD.effective_to IS DISTINCT FROM NEW.effective_to)",
                                    func="RAISE EXCEPTION 'an alias of a model ends once' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="389ef479ed21306b22642a9b5bb1f2e3b5a94fc4",
                                    operation="UPDATE",
                                    pgid="pgtrigger_ends_once_33f34",
                                    table="pricing_modelalias",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'an alias of a model is kept' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="cf97b47ccc7b6823890aa7ee3da9914200fdcdd0",
                                    operation="DELETE",
                                    pgid="pgtrigger_kept_7ec2f",
                                    table="pricing_modelalias",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PriceBook",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=100)),
                        ("currency", models.CharField(help_text="ISO 4217 code of its prices.", max_length=3)),
                        (
                            "purpose",
                            models.CharField(
                                choices=[("charge", "Charges customers"), ("cost", "Our own cost")],
                                default="charge",
                                help_text="A cost book has what we pay a provider; its prices charge nobody.",
                                max_length=6,
                            ),
                        ),
                        ("created_at", models.DateTimeField()),
                        (
                            "organization",
                            models.ForeignKey(
                                blank=True,
                                help_text="The organization whose own prices these are. Empty: the list prices of the currency.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="tenants.organization",
                            ),
                        ),
                        (
                            "account",
                            models.CharField(
                                blank=True,
                                help_text="Only for a cost book: the provider or account that events name as their provider. Empty: the default book, for usage that no book of an account prices.",
                                max_length=64,
                                verbose_name="provider account",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("organization__isnull", True)),
                                fields=("currency", "purpose", "account"),
                                name="pricing_pricebook_one_list_a_currency",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("purpose", "charge"), ("organization__isnull", True), _connector="OR"
                                ),
                                name="pricing_pricebook_cost_is_ours",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("account", ""),
                                    models.Q(
                                        ("purpose", "cost"),
                                        models.Q(("account__regex", "[A-Z]|^\\s|\\s$"), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="pricing_pricebook_account_of_costs",
                                violation_error_message="Only a cost book is for an account of a provider.",
                            ),
                            models.UniqueConstraint(
                                fields=("organization",), name="pricing_pricebook_one_override_an_organization"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("currency__regex", "^[A-Z]{3}$")),
                                name="pricing_pricebook_currency_code",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="purpose",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.purpose IS DISTINCT FROM NEW.purpose OR OLD.account IS DISTINCT FROM NEW.account)",
                                    func="RAISE EXCEPTION 'the facts of pricing_pricebook never change' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="ea4f50ef6437524f9a0e1bc9043f7611afe65c25",
                                    operation='UPDATE OF "purpose", "account"',
                                    pgid="pgtrigger_purpose_3cf86",
                                    table="pricing_pricebook",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="currency",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="IF EXISTS (SELECT 1 FROM tenants_organization WHERE id = NEW.organization_id AND currency <> NEW.currency) THEN RAISE EXCEPTION 'a price book must be in the currency of its organization' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW;",
                                    hash="f011fe5041f6e6afed6a64caca02bdf71205c3bb",
                                    operation="INSERT OR UPDATE",
                                    pgid="pgtrigger_currency_4c1a5",
                                    table="pricing_pricebook",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PriceLink",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.BigIntegerField(help_text="1, 2, 3 … in its book, without gaps.")),
                        (
                            "what",
                            models.CharField(
                                choices=[
                                    ("published", "Published"),
                                    ("end", "End changed"),
                                    ("withdrawn", "Withdrawn"),
                                ],
                                max_length=9,
                            ),
                        ),
                        (
                            "body",
                            models.JSONField(help_text="The terms or the new end, and the id of the approved request."),
                        ),
                        (
                            "hash",
                            models.BinaryField(
                                help_text="SHA-256 over the previous hash and this record.", max_length=32
                            ),
                        ),
                        ("recorded_at", models.DateTimeField()),
                        (
                            "book",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="pricing.pricebook",
                            ),
                        ),
                        (
                            "version",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="links",
                                to="pricing.priceversion",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("book", "number"), name="pricing_pricelink_number_once_per_book"
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("what", "published")),
                                fields=("version",),
                                name="pricing_pricelink_published_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("number__gt", 0)), name="pricing_pricelink_number_positive"
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'pricing_pricelink is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="46d1b46b456643d66c397d1cd17145780c286187",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_kept_b67af",
                                    table="pricing_pricelink",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="not_emptied",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'pricing_pricelink is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="f4edff75e5bb3225a4f53ffc1a26949963a39918",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_not_emptied_8fee3",
                                    table="pricing_pricelink",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PriceListImport",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("file_name", models.CharField(max_length=200)),
                        (
                            "sha256",
                            models.CharField(help_text="Of the uploaded file.", max_length=64, verbose_name="SHA-256"),
                        ),
                        ("content", models.BinaryField(help_text="The file, compressed with gzip.")),
                        (
                            "effective_from",
                            models.DateTimeField(
                                help_text="When its prices take effect: the time planned at import; the publication may set another."
                            ),
                        ),
                        (
                            "markup_ppm",
                            models.BigIntegerField(
                                default=0,
                                help_text="Added to each price, in millionths of it; rounded half to even at the 24th decimal.",
                            ),
                        ),
                        (
                            "markups",
                            models.JSONField(
                                default=dict,
                                help_text="Markups that replace the general one, in millionths, by model; a final `*` stands for any text.",
                            ),
                        ),
                        (
                            "rate_micros",
                            models.BigIntegerField(
                                default=1000000,
                                help_text="Units of the book's currency for a dollar of the file, in micros.",
                            ),
                        ),
                        (
                            "other_tiers_standard",
                            models.BooleanField(
                                default=False,
                                help_text="Otherwise usage of a service tier without a price waits for one.",
                                verbose_name="other service tiers at the standard price",
                            ),
                        ),
                        ("model_count", models.IntegerField(help_text="Models with a price in the file.")),
                        ("new_count", models.IntegerField()),
                        ("changed_count", models.IntegerField()),
                        ("same_count", models.IntegerField()),
                        ("gone", models.JSONField(help_text="Models with a current price that are not in the file.")),
                        ("problems", models.JSONField(help_text="Reasons why models could not be read, by name.")),
                        (
                            "warnings",
                            models.JSONField(help_text="Warnings to check before publishing: pairs of model and text."),
                        ),
                        (
                            "aliases",
                            models.JSONField(
                                help_text="Aliases of models in the file, which have no price of their own."
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[("draft", "Draft"), ("published", "Published"), ("discarded", "Discarded")],
                                default="draft",
                                max_length=9,
                            ),
                        ),
                        ("reason", models.CharField(help_text="Why it was imported.", max_length=500)),
                        (
                            "discarded_for",
                            models.CharField(blank=True, help_text="Why it was discarded.", max_length=500),
                        ),
                        ("created_by", models.CharField(max_length=200)),
                        ("created_at", models.DateTimeField()),
                        (
                            "book",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pricing.pricebook"
                            ),
                        ),
                        (
                            "meter",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pricing.meter"
                            ),
                        ),
                        (
                            "step_micros",
                            models.BigIntegerField(
                                default=0,
                                help_text="Prices of a million tokens are multiples of this, in micros, rounded half to even; 0: not rounded.",
                                verbose_name="rounded to",
                            ),
                        ),
                        (
                            "ends_gone",
                            models.BooleanField(
                                default=False,
                                help_text="Otherwise models that the file no longer names keep their price.",
                                verbose_name="end prices not listed",
                            ),
                        ),
                        (
                            "unread",
                            models.JSONField(
                                default=dict,
                                help_text="Fields that may be prices and are not read, with the number of models that have them.",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "price list",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("markup_ppm__range", (-1000000, 100000000)),
                                    ("rate_micros__gt", 0),
                                    ("step_micros__gte", 0),
                                ),
                                name="pricing_pricelistimport_markup_bounds",
                            )
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="facts",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.book_id IS DISTINCT FROM NEW.book_id OR OLD.meter_id IS DISTINCT FROM NEW.meter_id OR OLD.file_name IS DISTINCT FROM NEW.file_name OR OLD.sha256 IS DISTINCT FROM NEW.sha256 OR OLD.content IS DISTINCT FROM NEW.content OR OLD.markup_ppm IS DISTINCT FROM NEW.markup_ppm OR OLD.markups IS DISTINCT FROM NEW.markups OR OLD.rate_micros IS DISTINCT FROM NEW.rate_micros OR OLD.step_micros IS DISTINCT FROM NEW.step_micros OR OLD.reason IS DISTINCT FROM NEW.reason OR OLD.other_tiers_standard IS DISTINCT FROM NEW.other_tiers_standard OR OLD.ends_gone IS DISTINCT FROM NEW.ends_gone OR OLD.created_by IS DISTINCT FROM NEW.created_by OR OLD.created_at IS DISTINCT FROM NEW.created_at)",
                                    func="RAISE EXCEPTION 'the facts of pricing_pricelistimport never change' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="7c759bb3c8c273b34765ab9a14b38b7e4e16a360",
                                    operation='UPDATE OF "book_id", "meter_id", "file_name", "sha256", "content", "markup_ppm", "markups", "rate_micros", "step_micros", "reason", "other_tiers_standard", "ends_gone", "created_by", "created_at"',
                                    pgid="pgtrigger_facts_57709",
                                    table="pricing_pricelistimport",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="start",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN ((OLD.state <> 'draft') AND (OLD.effective_from IS DISTINCT FROM NEW.effective_from))",
                                    func="RAISE EXCEPTION 'the start of a price list is fixed once it is published' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="2599851aaa0727e3fa7bdac52ef70c4fdafc5454",
                                    operation='UPDATE OF "effective_from"',
                                    pgid="pgtrigger_start_a83c2",
                                    table="pricing_pricelistimport",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PriceVersion",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "model",
                            models.CharField(
                                blank=True,
                                help_text="Model it applies to, in any case. Empty: the price for any model.",
                                max_length=128,
                            ),
                        ),
                        (
                            "scheme",
                            models.CharField(
                                choices=[
                                    ("per_unit", "Per unit"),
                                    ("per_token", "Per token, in and out"),
                                    ("graduated", "Graduated: each tier's units at its price"),
                                    ("volume", "Volume: all units at the reached tier's price"),
                                    ("package", "Package: each started package"),
                                    ("cells", "Model calls: by token kind, tier and size"),
                                ],
                                max_length=9,
                            ),
                        ),
                        (
                            "micros_per_million",
                            models.BigIntegerField(
                                blank=True,
                                help_text="Micros per million units; for tokens the blended price.",
                                null=True,
                            ),
                        ),
                        (
                            "input_micros_per_million",
                            models.BigIntegerField(blank=True, help_text="Per million input tokens.", null=True),
                        ),
                        (
                            "output_micros_per_million",
                            models.BigIntegerField(blank=True, help_text="Per million output tokens.", null=True),
                        ),
                        (
                            "tiers",
                            models.JSONField(
                                blank=True,
                                default=list,
                                help_text='Rows of {"up_to_micros", "micros_per_million", "flat_micros"}; the last has no up_to_micros.',
                            ),
                        ),
                        (
                            "cells",
                            models.JSONField(
                                blank=True,
                                default=dict,
                                help_text="The price table of model calls: cells in yoctos, tier multipliers, and the dimensions of `match`.",
                            ),
                        ),
                        (
                            "package_size_micros",
                            models.BigIntegerField(default=0, help_text="Units in a package, in micros."),
                        ),
                        (
                            "package_price_micros",
                            models.BigIntegerField(default=0, help_text="Price of each started package, in micros."),
                        ),
                        (
                            "minimum_micros",
                            models.BigIntegerField(
                                default=0,
                                help_text="Minimum charge of a month with usage, in micros; the difference is posted at month close.",
                            ),
                        ),
                        ("effective_from", models.DateTimeField(help_text="First moment at which it is in force.")),
                        (
                            "effective_to",
                            models.DateTimeField(
                                blank=True,
                                help_text="First moment at which it is no longer in force. Empty: no end.",
                                null=True,
                            ),
                        ),
                        (
                            "end_set_at",
                            models.DateTimeField(
                                editable=False,
                                help_text="When its end was last changed after it was published.",
                                null=True,
                            ),
                        ),
                        (
                            "status",
                            models.CharField(
                                choices=[("draft", "Draft"), ("published", "Published"), ("withdrawn", "Withdrawn")],
                                default="draft",
                                editable=False,
                                max_length=9,
                            ),
                        ),
                        ("created_by", models.CharField(editable=False, max_length=200)),
                        ("created_at", models.DateTimeField(editable=False)),
                        ("published_by", models.CharField(blank=True, editable=False, max_length=200)),
                        ("published_at", models.DateTimeField(editable=False, null=True)),
                        (
                            "approval",
                            models.CharField(
                                blank=True,
                                editable=False,
                                help_text="Id of the request that a second person approved; empty where none was needed.",
                                max_length=20,
                            ),
                        ),
                        (
                            "book",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="versions",
                                to="pricing.pricebook",
                            ),
                        ),
                        (
                            "meter",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="versions", to="pricing.meter"
                            ),
                        ),
                        (
                            "price_list",
                            models.ForeignKey(
                                editable=False,
                                help_text="The imported price list that it comes from.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="versions",
                                to="pricing.pricelistimport",
                            ),
                        ),
                        (
                            "took_over_from",
                            models.ForeignKey(
                                editable=False,
                                help_text="The open version that this one ended where it starts.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="pricing.priceversion",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["meter", "effective_from"], name="pricing_version_by_meter")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("effective_to__isnull", True),
                                    ("effective_to__gt", models.F("effective_from")),
                                    _connector="OR",
                                ),
                                name="pricing_priceversion_ends_after_it_starts",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("micros_per_million__isnull", True),
                                        ("micros_per_million__gte", 0),
                                        _connector="OR",
                                    ),
                                    models.Q(
                                        ("input_micros_per_million__isnull", True),
                                        ("input_micros_per_million__gte", 0),
                                        _connector="OR",
                                    ),
                                    models.Q(
                                        ("output_micros_per_million__isnull", True),
                                        ("output_micros_per_million__gte", 0),
                                        _connector="OR",
                                    ),
                                    ("minimum_micros__gte", 0),
                                    ("package_price_micros__gte", 0),
                                    ("package_size_micros__gte", 0),
                                ),
                                name="pricing_priceversion_amounts_not_negative",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("micros_per_million__isnull", False), ("scheme", "per_unit")),
                                    models.Q(("micros_per_million__isnull", False), ("scheme", "per_token")),
                                    models.Q(("input_micros_per_million__isnull", False), ("scheme", "per_token")),
                                    models.Q(("output_micros_per_million__isnull", False), ("scheme", "per_token")),
                                    models.Q(
                                        ("scheme__in", ["graduated", "volume"]), models.Q(("tiers", []), _negated=True)
                                    ),
                                    models.Q(("package_size_micros__gt", 0), ("scheme", "package")),
                                    models.Q(("scheme", "cells"), models.Q(("cells", {}), _negated=True)),
                                    _connector="OR",
                                ),
                                name="pricing_priceversion_scheme_has_its_terms",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("published_at__isnull", True), ("status", "draft")),
                                    models.Q(
                                        models.Q(("status", "draft"), _negated=True), ("published_at__isnull", False)
                                    ),
                                    _connector="OR",
                                ),
                                name="pricing_priceversion_published_says_when",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("model__regex", "[A-Z]|^\\s|\\s$"), _negated=True),
                                name="pricing_priceversion_model_in_normal_form",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("status", "published")),
                                fields=("book", "meter", "model", "effective_from"),
                                name="pricing_priceversion_one_start",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="facts",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN ((OLD.status <> 'draft') AND (OLD.book_id IS DISTINCT FROM NEW.book_id OR OLD.meter_id IS DISTINCT FROM NEW.meter_id OR OLD.model IS DISTINCT FROM NEW.model OR OLD.scheme IS DISTINCT FROM NEW.scheme OR OLD.micros_per_million IS DISTINCT FROM NEW.micros_per_million OR OLD.input_micros_per_million IS DISTINCT FROM NEW.input_micros_per_million OR OLD.output_micros_per_million IS DISTINCT FROM NEW.output_micros_per_million OR OLD.tiers IS DISTINCT FROM NEW.tiers OR OLD.cells IS DISTINCT FROM NEW.cells OR OLD.package_size_micros IS DISTINCT FROM NEW.package_size_micros OR OLD.package_price_micros IS DISTINCT FROM NEW.package_price_micros OR OLD.minimum_micros IS DISTINCT FROM NEW.minimum_micros OR OLD.effective_from IS DISTINCT FROM NEW.effective_from OR OLD.created_by IS DISTINCT FROM NEW.created_by OR OLD.created_at IS DISTINCT FROM NEW.created_at OR OLD.published_by IS DISTINCT FROM NEW.published_by OR OLD.published_at IS DISTINCT FROM NEW.published_at OR OLD.approval IS DISTINCT FROM NEW.approval))",
                                    func="RAISE EXCEPTION 'a published price never changes' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="94b0767d6eeb795432f061b0ea8e57ff303fff33",
                                    operation='UPDATE OF "book_id", "meter_id", "model", "scheme", "micros_per_million", "input_micros_per_million", "output_micros_per_million", "tiers", "cells", "package_size_micros", "package_price_micros", "minimum_micros", "effective_from", "created_by", "created_at", "published_by", "published_at", "approval"',
                                    pgid="pgtrigger_facts_ccc45",
                                    table="pricing_priceversion",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="stays_published",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.status <> 'draft' AND (NEW.status = 'draft' OR (OLD.status = 'withdrawn' AND NEW.status <> 'withdrawn')))",
                                    func="RAISE EXCEPTION 'a published price never changes' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="84534a9d32b87ae60ada91b0a56f1fecd6a495ad",
                                    operation="UPDATE",
                                    pgid="pgtrigger_stays_published_2749c",
                                    table="pricing_priceversion",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.status <> 'draft')",
                                    func="RAISE EXCEPTION 'a published price never changes' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="44782383aeb32f52dd15f62b21b0f5de0f4ba41f",
                                    operation="DELETE",
                                    pgid="pgtrigger_kept_56633",
                                    table="pricing_priceversion",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="end",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.status = 'published' AND OLD.effective_to IS DISTINCT FROM NEW.effective_to AND (NEW.end_set_at IS NULL OR NEW.end_set_at < OLD.end_set_at OR OLD.effective_to < NEW.end_set_at OR NEW.effective_to < NEW.end_set_at))",
                                    func="RAISE EXCEPTION 'the end of a published price can only move from a future time to a future time' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="bc711f18aebba0adfe3d515a79c32b4ba5a1a8ec",
                                    operation="UPDATE",
                                    pgid="pgtrigger_end_8acf1",
                                    table="pricing_priceversion",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="KeptPrices",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "until",
                            models.DateTimeField(
                                help_text="First moment at which the list applies. Empty: never.", null=True
                            ),
                        ),
                        ("created_by", models.CharField(max_length=200)),
                        ("created_at", models.DateTimeField()),
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
                            "price_list",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="kept",
                                to="pricing.pricelistimport",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name_plural": "kept prices",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("organization", "price_list"), name="pricing_keptprices_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Meter",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "slug",
                            models.SlugField(
                                help_text="The `type` of its events. Fixed once priced.", max_length=64, unique=True
                            ),
                        ),
                        ("name", models.CharField(max_length=100)),
                        (
                            "unit",
                            models.CharField(
                                help_text="Name of one unit, in the singular: token, call, GB-hour.", max_length=32
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("token", "Tokens"),
                                    ("event", "Context engine events"),
                                    ("service", "Services"),
                                    ("character", "Active characters"),
                                    ("other", "Other quantities"),
                                ],
                                help_text="Decides which usage endpoint shows it.",
                                max_length=9,
                            ),
                        ),
                        (
                            "counts",
                            models.CharField(
                                choices=[
                                    ("quantity", "The quantity each event carries"),
                                    ("events", "The events themselves, one each"),
                                    ("tokens", "Input, output and unsplit tokens"),
                                    ("characters", "Distinct characters active in the month"),
                                    ("max", "The greatest quantity of the month"),
                                    ("latest", "The latest quantity of the month"),
                                    ("unique", "Distinct values of a dimension in the month"),
                                ],
                                help_text="What is added up.",
                                max_length=10,
                            ),
                        ),
                        (
                            "unique_of",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("user", "User"),
                                    ("key", "Key"),
                                    ("project", "Project"),
                                    ("session", "Session"),
                                    ("agent", "Agent"),
                                    ("tag", "Tag"),
                                ],
                                help_text="Only for a meter that counts distinct values: of which dimension. Fixed once priced.",
                                max_length=7,
                                verbose_name="distinct values of",
                            ),
                        ),
                        (
                            "is_message",
                            models.BooleanField(
                                default=False, help_text="Whether each event is a message.", verbose_name="message"
                            ),
                        ),
                        (
                            "is_persistent_resource",
                            models.BooleanField(
                                default=False,
                                help_text="Whether it counts toward the monthly cap on persistent resources.",
                                verbose_name="persistent resource",
                            ),
                        ),
                        (
                            "explorer_units_micros",
                            models.BigIntegerField(
                                default=0,
                                help_text="Explorer units that one unit consumes, in micros.",
                                verbose_name="explorer units",
                            ),
                        ),
                        (
                            "developer_units_micros",
                            models.BigIntegerField(
                                default=0,
                                help_text="Developer units that one unit consumes, in micros.",
                                verbose_name="developer units",
                            ),
                        ),
                        (
                            "credits_micros",
                            models.BigIntegerField(
                                default=0,
                                help_text="Credits that one unit consumes on a legacy plan, in micros.",
                                verbose_name="legacy credits",
                            ),
                        ),
                        (
                            "unknown_models",
                            models.CharField(
                                choices=[
                                    ("quarantine", "Wait in quarantine for a price"),
                                    ("any_model", "Cost the price for any model"),
                                ],
                                default="quarantine",
                                help_text="What happens to usage of a model without its own price while other models have one. If no model has its own price, the price for any model applies to all.",
                                max_length=10,
                                verbose_name="models without their own price",
                            ),
                        ),
                        (
                            "breakdowns",
                            models.JSONField(
                                blank=True,
                                default=list,
                                help_text='Sums kept by dimensions of events: rows of {"by": "key,model", "since": first complete day}.',
                            ),
                        ),
                        ("created_at", models.DateTimeField()),
                        (
                            "kind_weights",
                            models.JSONField(
                                blank=True,
                                default=dict,
                                help_text="Share of these units that a token of a kind consumes, in millionths, by kind; others consume all.",
                                verbose_name="weights of token kinds",
                            ),
                        ),
                        (
                            "cost_from",
                            models.CharField(
                                choices=[
                                    ("event", "The event, else the cost book"),
                                    ("book", "The cost book, else the event"),
                                ],
                                default="event",
                                help_text="Which one decides if an event reports its cost and the cost book has a price.",
                                max_length=5,
                                verbose_name="our cost comes from",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("credits_micros__gte", 0),
                                    ("developer_units_micros__gte", 0),
                                    ("explorer_units_micros__gte", 0),
                                ),
                                name="pricing_meter_units_not_negative",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("counts", "characters"), ("kind", "character")),
                                    models.Q(
                                        models.Q(("kind", "character"), _negated=True),
                                        models.Q(("counts", "characters"), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="pricing_meter_characters_count_characters",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("counts", "tokens"), ("kind", "token")),
                                    models.Q(
                                        models.Q(("kind", "token"), _negated=True),
                                        models.Q(("counts", "tokens"), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="pricing_meter_tokens_count_tokens",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("counts", "tokens"), ("kind_weights", {}), _connector="OR"),
                                name="pricing_meter_weights_of_tokens",
                                violation_error_message="Only a meter of tokens has weights of token kinds.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("counts", "unique"), models.Q(("unique_of", ""), _negated=True)),
                                    models.Q(models.Q(("counts", "unique"), _negated=True), ("unique_of", "")),
                                    _connector="OR",
                                ),
                                name="pricing_meter_unique_of_a_dimension",
                                violation_error_message="A meter of distinct values, and no other, names their dimension.",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("kind", "character")),
                                fields=("kind",),
                                name="pricing_meter_one_counts_characters",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="priced",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.slug IS DISTINCT FROM NEW.slug OR OLD.kind IS DISTINCT FROM NEW.kind OR OLD.counts IS DISTINCT FROM NEW.counts OR OLD.unique_of IS DISTINCT FROM NEW.unique_of OR OLD.explorer_units_micros IS DISTINCT FROM NEW.explorer_units_micros OR OLD.developer_units_micros IS DISTINCT FROM NEW.developer_units_micros OR OLD.credits_micros IS DISTINCT FROM NEW.credits_micros OR OLD.kind_weights IS DISTINCT FROM NEW.kind_weights)",
                                    func="IF EXISTS (SELECT 1 FROM pricing_priceversion WHERE meter_id = OLD.id AND status <> 'draft') THEN RAISE EXCEPTION 'what a priced meter counts cannot be changed' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW;",
                                    hash="2e3db7aa6ee077ddaa10c296bc93316576c05533",
                                    operation='UPDATE OF "slug", "kind", "counts", "unique_of", "explorer_units_micros", "developer_units_micros", "credits_micros", "kind_weights"',
                                    pgid="pgtrigger_priced_bd309",
                                    table="pricing_meter",
                                    when="BEFORE",
                                ),
                            )
                        ],
                    },
                ),
            ],
        ),
    ]
