"""Row locks, taken in this order: wrong codes, batch, vouchers, then contracts and wallets."""

from uuid import UUID

from apps.common.transitions import transition
from apps.tenants.models import Organization
from apps.vouchers.errors import BatchNotFound, IllegalBatchState, VoucherNotFound
from apps.vouchers.models import Batch, Voucher, WrongCodes


def lock_wrong_codes(organization: Organization) -> WrongCodes:
    """Lock an organization's wrong codes, so that it checks one code at a time."""
    rows = WrongCodes.objects.select_for_update(no_key=True).filter(organization=organization)
    found = rows.first()
    if found is not None:
        return found
    WrongCodes.objects.bulk_create([WrongCodes(organization=organization)], ignore_conflicts=True)
    return rows.get()


def lock_batch(batch_id: UUID, *states: Batch.State) -> Batch:
    """Lock a batch and check that it is in one of `states`, if given.

    Raises:
        BatchNotFound: there is none.
        IllegalBatchState: it is in another state.
    """
    batch = Batch.objects.select_for_update(no_key=True).filter(pk=batch_id).first()
    if batch is None:
        raise BatchNotFound()
    if states and batch.state not in states:
        raise IllegalBatchState(f"The batch is {batch.get_state_display().lower()}.")
    return batch


def lock_voucher(voucher_id: int) -> Voucher:
    """Lock a voucher.

    Raises:
        VoucherNotFound: there is none.
    """
    voucher = Voucher.objects.select_for_update(no_key=True).filter(pk=voucher_id).first()
    if voucher is None:
        raise VoucherNotFound()
    return voucher


def move_batch(batch: Batch, state: Batch.State, *changed: str) -> None:
    """Move a locked batch along a legal transition and save it with the other `changed` fields.

    Raises:
        IllegalBatchState: there is no such transition.
    """
    refusal = IllegalBatchState(f"The batch is {batch.get_state_display().lower()}.")
    transition(batch, state, Batch.TRANSITIONS, refusal)
    batch.save(update_fields=["state", *changed])
