"""One question asked of every wallet, many of them in one statement."""

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
    """Ask of each organization that has a wallet, oldest wallet first, or of one; a statement asks for a hundred."""
    wallets = Wallet.objects.select_related("organization").order_by("pk")
    if organization is not None:
        wallets = wallets.filter(organization=organization)
    last = 0
    while some := list(wallets.filter(pk__gt=last)[:BATCH]):
        answers = fetch_together(*[ask(wallet.organization) for wallet in some])
        yield from zip([wallet.organization for wallet in some], answers, strict=True)
        last = some[-1].pk
