"""The rows that services lock, in this order: wrong codes, batch, vouchers; then contracts and wallets below."""

from uuid import UUID

from apps.tenants.models import Organization
from apps.vouchers.errors import BatchNotFound, IllegalBatchState, VoucherNotFound
from apps.vouchers.models import Batch, Voucher, WrongCodes


def lock_wrong_codes(organization: Organization) -> WrongCodes:
    """Lock what an organization tried before, so that it examines one code at a time."""
    rows = WrongCodes.objects.select_for_update(no_key=True).filter(organization=organization)
    found = rows.first()
    if found is not None:
        return found
    WrongCodes.objects.bulk_create([WrongCodes(organization=organization)], ignore_conflicts=True)
    return rows.get()


def lock_batch(batch_id: UUID, *states: Batch.State) -> Batch:
    """Lock a batch that is in one of these states.

    Raises:
        BatchNotFound: there is none.
        IllegalBatchState: it is in another.
    """
    batch = Batch.objects.select_for_update(no_key=True).filter(pk=batch_id).first()
    if batch is None:
        raise BatchNotFound()
    if states and batch.state not in states:
        raise IllegalBatchState(f"The batch is {batch.get_state_display().lower()}.")
    return batch


def lock_voucher(voucher_id: int) -> Voucher:
    """Lock one code.

    Raises:
        VoucherNotFound: there is none.
    """
    voucher = Voucher.objects.select_for_update(no_key=True).filter(pk=voucher_id).first()
    if voucher is None:
        raise VoucherNotFound()
    return voucher


def move_batch(batch: Batch, state: Batch.State, *changed: str) -> None:
    """Save a locked batch in its next state, with the other fields that changed.

    Raises:
        IllegalBatchState: it cannot go there from where it is.
    """
    if state not in Batch.TRANSITIONS[Batch.State(batch.state)]:
        raise IllegalBatchState(f"The batch is {batch.get_state_display().lower()}.")
    batch.state = state
    batch.save(update_fields=["state", *changed])
