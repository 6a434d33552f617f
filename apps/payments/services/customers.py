"""The organization's customer at Stripe, and the language of Stripe's own words to it."""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from apps.billing_profiles.selectors import paper_language
from apps.common.strict_json import Json
from apps.payments import issues, stripe_operations
from apps.payments.errors import CustomerDeleted
from apps.payments.models import StripeCustomer, StripeRequest
from apps.payments.services.stripe_requests import obtain
from apps.tenants.models import Organization


def ensure_customer(*, organization: Organization, now: datetime) -> str:
    """Return the id of the organization's customer, created at Stripe if there is none.

    Raises:
        CustomerDeleted: it was deleted at Stripe and staff have not recreated it.
        StripeUnavailable: Stripe does not respond.
    """
    rows = StripeCustomer.objects.filter(organization=organization, livemode=settings.STRIPE_LIVEMODE)
    known = list(
        rows.order_by("pk")
    )  # one query: with two, a customer created in between would look like a deleted one
    found = next((row for row in known if row.deleted_at is None), None)
    if found is not None:
        _follow_language(found, organization, now)
        return found.stripe_id
    if known:
        raise CustomerDeleted
    return _make(organization, f"customer:{organization.pk}", now)


@issues.opens_refused_key_issue("payments.recreate_customer")
def recreate_customer(*, organization: Organization, now: datetime) -> str:
    """Create a new customer after the old one was deleted at Stripe, and return its id; an existing one is kept."""
    rows = StripeCustomer.objects.filter(organization=organization, livemode=settings.STRIPE_LIVEMODE)
    found = rows.filter(deleted_at=None).first()
    if found is not None:
        return found.stripe_id
    return _make(organization, f"customer:{organization.pk}:{rows.count()}", now)


def _make(organization: Organization, reference: str, now: datetime) -> str:
    made = obtain(
        stripe_operations.CREATE_CUSTOMER,
        reference=reference,
        organization=organization,
        params={
            "name": organization.name,
            **_in_language(paper_language(organization.pk)),
            "metadata": {"reference": reference, "organization": str(organization.pk)},
        },
        now=now,
    )
    with transaction.atomic():
        row, _ = StripeCustomer.objects.get_or_create(
            organization=organization,
            livemode=settings.STRIPE_LIVEMODE,
            deleted_at=None,
            defaults={"stripe_id": made.id, "language": made.language, "created_at": now},
        )
    return row.stripe_id


def _follow_language(row: StripeCustomer, organization: Organization, now: datetime) -> None:
    """Send the language of the customer's papers to Stripe if it changed since."""
    language = paper_language(organization.pk)
    if not language or language == row.language:
        return
    done = StripeRequest.objects.filter(
        operation=stripe_operations.UPDATE_CUSTOMER.name, target=row.stripe_id, state=StripeRequest.State.DONE
    )
    obtain(
        stripe_operations.UPDATE_CUSTOMER,
        reference=f"customer-language:{row.stripe_id}:{done.count() + 1}:{language}",
        organization=organization,
        params=_in_language(language),
        target=row.stripe_id,
        now=now,
    )
    StripeCustomer.objects.filter(pk=row.pk).update(language=language)


def _in_language(language: str) -> Json:
    """Return the parameter for the language of Stripe's pages, invoices and emails; Stripe's default without one."""
    return {"preferred_locales": [language]} if language else {}
