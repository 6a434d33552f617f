"""The pages that `benchmarks.paths.lists` opens: the same pages in both sizes, with the same number of rows."""

from datetime import timedelta
from typing import Any


def pages(size: int) -> dict[str, str]:
    """Return the addresses to open, by description."""
    from apps.tenants.models import Organization
    from apps.vouchers.models import Batch

    big, small = (Organization.objects.get(slug=f"customer-{number:02}") for number in (1, 7))
    customer = f"/admin/tenants/organization/{big.pk}/change/"
    middle = _middle()
    days = f"recorded_at_from={middle['day']:%Y-%m-%d}&recorded_at_to={middle['day'] + timedelta(days=20):%Y-%m-%d}"
    last = middle["day"] + timedelta(days=18_000 // size)
    few = f"counted_on_from={middle['day']:%Y-%m-%d}&counted_on_to={last:%Y-%m-%d}"
    # Filters whose rows fill exactly one page in both sizes.
    amounts = f"amount_micros_from=0.001030&amount_micros_to={'0.001030' if size > 50_000 else '0.001089'}"
    lists: dict[str, tuple[str, str, dict[str, str]]] = {
        "entries": (
            "ledger/entry",
            str(middle["entry"]),
            {
                "of a large customer": f"account=org:{big.pk}:wallet",
                "of a small customer": f"account=org:{small.pk}:wallet",
                "of all a customer's accounts": f"account=org:{small.pk}:",
                "of some days": days,
                "of an amount": amounts,
                "by a transfer's key": f"q=usage:{size // 2}",
            },
        ),
        "transfers": (
            "ledger/transfer",
            str(middle["transfer"]),
            {
                "of a large customer": f"account=org:{big.pk}:wallet",
                "of a small customer": f"account=org:{small.pk}:wallet",
                "of some days": days,
                "of an amount": amounts,
                "by key": f"q=usage:{size // 2}",
                "by number": f"q={1000 + size // 2}",
            },
        ),
        "usage events": (
            "usage/usageevent",
            str(middle["event"]),
            {
                "of a large customer": "customer=customer-01",
                "of a small customer": "customer=customer-07",
                "of few days": few,
                "on own keys": "customer=customer-07&billing_mode=byok",
                "by id": f"customer=customer-07&q=event-{size // 2}",
            },
        ),
        "usage postings": (
            "usage/usageposting",
            "",
            {"of a large customer": "customer=customer-01", "by transfer": f"q=usage:{size // 2}"},
        ),
        "holds": (
            "ledger/hold",
            "",
            {
                "that are pending": "status__exact=pending",
                "that expired": "status__exact=expired",
                "of a large customer": f"account=org:{big.pk}:wallet",
                "by key": f"q=hold:{size // 2}",
            },
        ),
        "redemptions": (
            "vouchers/redemption",
            "",
            {"of a batch": f"batch={Batch.objects.latest('created_at').pk}", "by customer": "q=customer-07"},
        ),
        "vouchers": ("vouchers/voucher", str(middle["voucher"]), {}),
        "grants": (
            "wallets/grant",
            "",
            {
                "of a large customer": "organization=customer-01",
                "of a small customer": "organization=customer-07",
                "by key": f"q=voucher:{size // 2}",
            },
        ),
        "consumptions": ("wallets/consumption", str(middle["use"]), {"of a customer": "organization=customer-07"}),
        "audit trail": ("auditlog/logentry", "", {"by object": f"q={small.pk}"}),
    }
    found = {"home": "/admin/", "a large customer": customer, "a large customer's ledger": f"{customer}?tab=ledger"}
    found["a large customer's grants"] = f"{customer}?tab=grants"
    found["a large customer's timeline"] = f"{customer}?tab=timeline"
    for name, (path, deep, narrowed) in lists.items():
        found[f"{name}, first page"] = f"/admin/{path}/"
        if deep:
            found[f"{name}, deep page"] = f"/admin/{path}/?before={deep}"
        found |= {f"{name} {how}": f"/admin/{path}/?{query}" for how, query in narrowed.items()}
    return found


def _middle() -> dict[str, Any]:
    """Return the keys of the rows in the middle of each list."""
    from django.db import connection

    tables = {
        "entry": "ledger_entry",
        "transfer": "ledger_transfer",
        "event": "usage_usageevent",
        "voucher": "vouchers_voucher",
        "use": "wallets_consumption",
    }
    found: dict[str, Any] = {}
    with connection.cursor() as cursor:
        for name, table in tables.items():
            cursor.execute(f"SELECT (min(id) + max(id)) / 2 FROM {table}")
            found[name] = cursor.fetchone()[0]
        cursor.execute("SELECT now() - interval '180 days'")
        found["day"] = cursor.fetchone()[0]
    return found
