"""The one place that locks ledger rows: always in code order, so that two callers never wait on each other."""

from collections.abc import Collection
from uuid import UUID

from apps.ledger.errors import HoldNotFound, UnknownAccount
from apps.ledger.models import Account, Hold


def lock_accounts(codes: Collection[str]) -> dict[str, Account]:
    """Lock accounts until the transaction ends and return them by code.

    Raises:
        UnknownAccount: one of the codes has no account.
    """
    wanted = set(codes)
    rows = Account.objects.select_for_update(no_key=True).filter(code__in=wanted).order_by("code")
    accounts = {account.code: account for account in rows}
    if len(accounts) != len(wanted):
        raise UnknownAccount(f"No account {sorted(wanted - accounts.keys())[0]}")
    return accounts


def lock_hold(hold_id: UUID, account_code: str) -> Hold:
    """Lock one hold of an account whose row the caller has locked.

    Raises:
        HoldNotFound: the account has no such hold.
    """
    hold = Hold.objects.select_for_update(no_key=True, of=("self",))
    found = hold.filter(pk=hold_id, account__code=account_code).order_by("pk").first()
    if found is None:
        raise HoldNotFound
    return found
