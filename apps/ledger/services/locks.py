"""The one place that locks ledger rows: always in code order, so that two callers never wait on each other."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import QuerySet

from apps.common.prepared import PreparedRows
from apps.ledger.errors import HoldNotFound, UnknownAccount
from apps.ledger.models import Account, Hold


def lock_accounts(codes: Collection[str]) -> dict[str, Account]:
    """Lock accounts until the transaction ends and return them by code.

    Raises:
        UnknownAccount: one of the codes has no account.
    """
    wanted = set(codes)
    accounts = {account.code: account for account in _ACCOUNTS.rows(codes=sorted(wanted))}
    if len(accounts) != len(wanted):
        raise UnknownAccount(f"No account {sorted(wanted - accounts.keys())[0]}")
    return accounts


def _accounts(*, codes: Collection[str]) -> QuerySet[Account]:
    return Account.objects.select_for_update(no_key=True).filter(code__in=codes).order_by("code")


_ACCOUNTS = PreparedRows[Account](_accounts)


def lock_hold(hold_id: UUID, account_code: str) -> Hold:
    """Lock one hold of an account whose row the caller has locked.

    Raises:
        HoldNotFound: the account has no such hold.
    """
    found = _HOLD.first(hold_id=hold_id, account_code=account_code)
    if found is None:
        raise HoldNotFound
    return found


def _hold(*, hold_id: UUID, account_code: str) -> QuerySet[Hold]:
    hold = Hold.objects.select_for_update(no_key=True, of=("self",))
    return hold.filter(pk=hold_id, account__code=account_code)


_HOLD = PreparedRows[Hold](_hold)
