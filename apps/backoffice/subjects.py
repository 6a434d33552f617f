"""What a request for a second person is about: its `<kind>:<id>` in words, and the page of the thing itself."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Model
from django.urls import reverse

from apps.contracts.models import Contract, Installment
from apps.payments.models import StripePayment
from apps.pricing.models import PriceVersion
from apps.tenants.models import Organization
from apps.vouchers.models import Batch


class Subject(NamedTuple):
    """What a request is about; `href` is empty where it is gone or unknown."""

    text: str
    href: str = ""


class _Kind(NamedTuple):
    model: type[Model]
    along: tuple[str, ...]
    words: Callable[[Any], str]


KINDS: Mapping[str, _Kind] = {
    "organization": _Kind(Organization, (), lambda row: str(row.name)),
    "contract": _Kind(
        Contract, ("organization",), lambda row: f"{row.organization.name}: contract from {row.start_date}"
    ),
    "installment": _Kind(
        Installment,
        ("contract__organization",),
        lambda row: f"{row.contract.organization.name}: instalment due {row.due_date}",
    ),
    "payment": _Kind(
        StripePayment,
        ("organization",),
        lambda row: f"{row.organization.name}: payment {row.payment_intent_id or row.key}",
    ),
    "price-version": _Kind(PriceVersion, ("meter", "book"), lambda row: f"{row.book.name}: {row}"),
    "voucher-batch": _Kind(Batch, (), lambda row: f"Voucher batch {row}"),
}


def name_subjects(subjects: Iterable[str]) -> dict[str, Subject]:
    """Return the words and page of each subject, in one statement for each kind there is among them."""
    wanted = set(subjects)
    found = {subject: Subject(subject) for subject in wanted}
    for name, kind in KINDS.items():
        ids = {_id(kind, text): text for text in wanted if text.startswith(f"{name}:")}
        ids.pop(None, None)
        if ids:
            rows = kind.model._default_manager.select_related(*kind.along).in_bulk(list(ids))
            found |= {ids[pk]: Subject(kind.words(row), _page(row)) for pk, row in rows.items()}
    return found


def _id(kind: _Kind, subject: str) -> Any:
    """Return the id that a subject ends with, as the model's key; None where it cannot be one."""
    text = subject.partition(":")[2]
    try:
        return UUID(text) if kind.model._meta.pk.get_internal_type() == "UUIDField" else int(text)
    except ValueError:
        return None


def _page(row: Model) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
