"""Stripe's billing portal, where a customer sees invoices and changes payment methods."""

from datetime import datetime

from django.conf import settings

from apps.payments import issues, stripe_operations
from apps.payments.services.customers import ensure_customer
from apps.payments.services.stripe_requests import obtain
from apps.payments.stripe_texts import page_language
from apps.tenants.models import Organization

RETURN_PATH = "/checkout/closed"


@issues.opens_refused_key_issue("payments.open_portal")
def open_portal(*, organization: Organization, request_key: str, now: datetime) -> str:
    """Return the URL of a new, short-lived portal session; a repeat creates another one.

    Raises:
        CustomerDeleted, StripeRefused: it cannot be opened. StripeUnavailable: retry.
    """
    customer_id = ensure_customer(organization=organization, now=now)
    made = obtain(
        stripe_operations.CREATE_PORTAL,
        reference=f"portal:{organization.pk}:{request_key}",
        organization=organization,
        params={
            "customer": customer_id,
            "return_url": f"{settings.PUBLIC_BASE_URL}{RETURN_PATH}",
            **page_language(organization.pk),
        },
        now=now,
    )
    return made.url
