"""Fill the database at DATABASE_URL with this many rows of each kind: `python -m benchmarks.rows SIZE`.

Customers and the price are created by the services, the other rows in bulk by SQL, with arbitrary hashes. It prints a
JSON object: the `cookies` of a signed-in member of staff, and the `pages` to open by description.
"""

import json
import sys
from datetime import timedelta
from pathlib import Path

CUSTOMERS = 10


def main() -> None:
    """Fill the database."""
    import django

    django.setup()
    from django.contrib.auth.models import User
    from django.db import connection
    from django.test import Client

    from benchmarks.list_pages import pages

    size = int(sys.argv[1])
    make_rows(size)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    person = User.objects.create(username="benchmark", is_staff=True, is_superuser=True)
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())
    print(json.dumps({"cookies": cookies, "pages": pages(size)}))


def make_rows(size: int) -> None:
    """Create customers, a price and this many rows of each kind."""
    from django.db import connection
    from django.utils import timezone

    from apps.common.periods import add_months
    from apps.tenants.services import provision_organization
    from apps.usage.services import make_partition
    from apps.wallets.services import open_wallet, take_checkpoints
    from benchmarks.growth import make_catalog

    now = timezone.now()
    then = now - timedelta(days=400)
    make_catalog(now)
    for number in range(1, CUSTOMERS + 1):
        made = provision_organization(name=f"Customer {number}", slug=f"customer-{number:02}", now=then)
        open_wallet(organization=made, now=then)
    for months in range(15):  # from that time to now
        make_partition(add_months(then.date().replace(day=1), months))
    with connection.cursor() as cursor:
        cursor.execute((Path(__file__).parent / "sql" / "million.sql").read_text().format(size=size))
    while take_checkpoints(now=now):
        pass


if __name__ == "__main__":
    main()
