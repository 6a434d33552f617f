"""Three customers: prepaid in US dollars, postpaid in euros, and one in yen, which has no decimals."""

from datetime import datetime, timedelta

from apps.tenants import services
from apps.tenants.models import Organization
from apps.wallets.services import open_wallet

ACME, GLOBEX, INITECH = "acme", "globex", "initech"
BUYER = "dunder"  # of `more_customers`; it has no contract, and buys credit with a card
HISTORY = timedelta(days=400)


def make_organizations(now: datetime) -> dict[str, Organization]:
    """Create the customers as of the beginning of the history, each with its wallet."""
    then = now - HISTORY
    made = (
        services.provision_organization(name="Acme Robotics", slug=ACME, now=then, anchor_day=15),
        services.provision_organization(
            name="Globex",
            slug=GLOBEX,
            now=then,
            currency="EUR",
            billing_mode=Organization.BillingMode.POSTPAID,
            postpaid_limit_micros=500_000_000,
            usd_rate_micros=1_080_000,
            usd_rate_date=then.date(),
        ),
        services.provision_organization(
            name="Initech",
            slug=INITECH,
            now=then,
            currency="JPY",
            usd_rate_micros=6_700,
            usd_rate_date=then.date(),
        ),
    )
    for organization in made:
        open_wallet(organization=organization, now=then)
    return {organization.slug: organization for organization in made}
