"""A customer's rows refer only to rows of the same customer, so that they can be stored on one node."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db.models import F, ForeignKey, Model

from apps.ledger.models import Book
from apps.tenants.models import Organization
from tests.backoffice.world import create_world
from tests.vouchers.factories import create_voucher, redeem

OWNERS = {"organization": Organization, "book": Book}


def owner_of(model: type[Model]) -> str:
    """Return the field that refers to a row's customer; empty if the table has none."""
    fields = {field.name: field for field in model._meta.local_fields}
    return next(
        (name for name, owner in OWNERS.items() if getattr(fields.get(name), "related_model", None) is owner), ""
    )


def references() -> Iterator[tuple[type[Model], ForeignKey[Any, Any], str, str]]:
    """Yield every foreign key between two tables of customers' rows, with each table's field for the customer."""
    for model in apps.get_models():
        mine = owner_of(model)
        for field in model._meta.local_fields:
            refers = isinstance(field, ForeignKey) and mine and field.name not in OWNERS
            if refers and (theirs := owner_of(field.related_model)):
                yield model, field, mine, theirs


REFERENCES = list(references())


@pytest.mark.django_db
def test_refer_to_rows_of_the_same_customer(now):
    create_world()
    create_voucher(now)
    redeem(Organization.objects.get(slug="acme"), "WELCOME", now)
    astray, seen = [], set()
    for model, field, mine, theirs in REFERENCES:
        rows = model._base_manager.filter(**{f"{field.name}__isnull": False, f"{mine}__isnull": False})
        rows = rows.filter(**{f"{field.name}__{theirs}__isnull": False})
        if rows.exists():
            seen.add(model._meta.label)
        if rows.exclude(**{f"{field.name}__{theirs}_id": F(f"{mine}_id")}).exists():
            astray.append(f"{model._meta.label}.{field.name}")
    assert astray == []
    assert {"contracts.Installment", "contracts.ServiceRevenue", "payments.Refund", "vouchers.Redemption"} <= seen
