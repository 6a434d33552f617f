"""Unique rules begin with the customer, so that a customer's rows can be on any node.

Every unique rule of a customer's own tables begins with the customer: the book in the ledger, the organization in the
other apps. The exceptions are listed here, each with its reason.
"""

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db.models import Model, UniqueConstraint

APPS = (
    "ledger",
    "wallets",
    "tenants",
    "idempotency",
    "pricing",
    "plans",
    "contracts",
    "vouchers",
    "invoices",
    "usage",
    "payments",
    "snapshots",
    "approvals",
    "outbox",
    "backoffice",
)
FIRST = {"ledger": "book"}

STRIPE = "Stripe's id, by which the row is found before the customer is known"
CODE = "a code exists before it has a customer, and its uses are counted over all customers"
FOUND_BY = "how a customer is found"
REFERENCE = "reference data, the same on every node"
COMPANY = "the company's own"
NUMBERS = "a seller's numbers run over all customers"
# Primary keys are not checked: Django's admin and foreign keys require a key of one column in every table.
ELSEWHERE: dict[tuple[str, tuple[str, ...]], str] = {
    ("invoices.document", ("seller", "number")): NUMBERS,
    ("invoices.document", ("number_range", "sequence")): NUMBERS,
    ("payments.balancetransaction", ("stripe_id",)): STRIPE,
    ("payments.checkoutsession", ("stripe_id",)): STRIPE,
    ("payments.payout", ("stripe_id",)): STRIPE,
    ("payments.dispute", ("stripe_id",)): STRIPE,
    ("payments.paymentissue", ("key",)): "about an object at Stripe, whose customer may be unknown or none",
    ("payments.paymentlink", ("stripe_id",)): STRIPE,
    ("payments.refund", ("stripe_id",)): STRIPE,
    ("payments.stripecustomer", ("stripe_id",)): STRIPE,
    ("payments.stripeevent", ("event_id",)): STRIPE,
    ("payments.stripeinvoice", ("reference",)): "read from Stripe's metadata, before the customer is known",
    ("payments.stripeinvoice", ("stripe_id",)): STRIPE,
    ("payments.striperequest", ("key",)): "Stripe's idempotency key",
    ("payments.striperequest", ("reference",)): "read from Stripe's metadata, before the customer is known",
    ("vouchers.voucher", ("batch", "number")): CODE,
    ("vouchers.voucher", ("code_hash",)): CODE,
    ("vouchers.redemption", ("voucher", "number")): CODE,
    ("tenants.apikey", ("prefix",)): FOUND_BY,
    ("tenants.identitylink", ("issuer", "external_organization_id")): FOUND_BY,
    ("tenants.organization", ("slug",)): FOUND_BY,
    ("plans.plan", ("slug",)): REFERENCE,
    ("pricing.meter", ("kind",)): REFERENCE,
    ("pricing.meter", ("slug",)): REFERENCE,
    ("pricing.pricebook", ("currency", "purpose", "account")): REFERENCE,
    ("pricing.pricelink", ("book", "number")): REFERENCE,
    ("pricing.pricelink", ("version",)): REFERENCE,
    ("pricing.priceversion", ("book", "meter", "model", "effective_from")): REFERENCE,
    ("approvals.approval", ("fingerprint",)): COMPANY,
    ("approvals.soloaction", ("key",)): COMPANY,
    ("approvals.bulkrun", ("key",)): COMPANY,
    ("approvals.bulkrow", ("key",)): COMPANY,
    ("backoffice.preference", ("user",)): COMPANY,
    ("backoffice.importedfile", ("kind", "sha256")): COMPANY,
    ("outbox.heartbeat", ("job",)): COMPANY,
    ("usage.costrun", ("undoes",)): COMPANY,
    ("outbox.outboxmessage", ("key",)): COMPANY,
    ("payments.sweepmark", ("livemode",)): COMPANY,
    ("backoffice.savedview", ("owner", "list_name", "name")): COMPANY,
    ("backoffice.savedview", ("owner", "list_name")): COMPANY,
}


def unique_rules(model: type[Model]) -> Iterator[tuple[str, ...]]:
    """Yield the fields of every unique rule of a model, except its primary key."""
    for constraint in model._meta.constraints:
        if isinstance(constraint, UniqueConstraint):
            yield constraint.fields
    yield from (tuple(names) for names in model._meta.unique_together)
    yield from ((field.name,) for field in model._meta.local_fields if field.unique and not field.primary_key)


MODELS = [model for label in APPS for model in apps.get_app_config(label).get_models()]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label_lower)
def test_every_unique_rule_begins_with_the_customer(model):
    first = FIRST.get(model._meta.app_label, "organization")
    label = model._meta.label_lower
    others = [rule for rule in unique_rules(model) if rule[0] != first and (label, rule) not in ELSEWHERE]
    assert others == []


def test_every_exception_is_a_rule_that_exists():
    rules = {(model._meta.label_lower, rule) for model in MODELS for rule in unique_rules(model)}
    assert ELSEWHERE.keys() <= rules
