"""Run one query for every wallet, a hundred wallets in one statement."""

from collections.abc import Callable, Iterator
from typing import TypeVar

from apps.common.queries import Query, fetch_together
from apps.tenants.models import Organization
from apps.wallets.models import Wallet

T = TypeVar("T")
BATCH = 100


def of_each_wallet(
    ask: Callable[[Organization], Query[T]], *, organization: Organization | None = None
) -> Iterator[tuple[Organization, T]]:
    """Yield each organization with a wallet, or the given one, with its result of the query; oldest wallet first."""
    wallets = Wallet.objects.select_related("organization").order_by("pk")
    if organization is not None:
        wallets = wallets.filter(organization=organization)
    last = 0
    while some := list(wallets.filter(pk__gt=last)[:BATCH]):
        answers = fetch_together(*[ask(wallet.organization) for wallet in some])
        yield from zip([wallet.organization for wallet in some], answers, strict=True)
        last = some[-1].pk
