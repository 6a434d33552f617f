"""What caused a transfer, read from the fact its key is made of."""

from collections.abc import Sequence
from uuid import UUID

from apps.backoffice.at_stripe import at_stripe
from apps.backoffice.blocks import Block, Cell, Facts
from apps.backoffice.why.links import why
from apps.contracts.models import Installment, InstallmentPayment
from apps.ledger.models import Transfer
from apps.payments.models import StripePayment
from apps.usage.models import UsagePosting
from apps.wallets.models import Grant


def causes(transfer: Transfer) -> Sequence[Block]:
    """Return the facts behind a transfer; nothing where a person or the clock is the cause, whom it names itself."""
    found = [*_usage(transfer), *_grant(transfer), *_installment(transfer), *_payment(transfer), *_metadata(transfer)]
    return [Facts(title="What caused it", rows=found)] if found else []


def _usage(transfer: Transfer) -> list[tuple[str, Cell]]:
    posting = UsagePosting.objects.filter(transfer=transfer).first()
    if posting is None:
        return []
    text = f"{posting.item_count} of {posting.get_kind_display().lower()}"
    return [("Usage", Cell(text, why("posting", posting.pk)))]


def _grant(transfer: Transfer) -> list[tuple[str, Cell]]:
    grant = Grant.objects.filter(organization=transfer.book_id, transfer=transfer).first()
    return [("Made the grant", Cell(grant.get_source_display(), why("grant", grant.pk)))] if grant else []


def _installment(transfer: Transfer) -> list[tuple[str, Cell]]:
    payment = InstallmentPayment.objects.filter(transfer=transfer).first()
    row = payment.installment_id if payment else _named_installment(transfer)
    if row is None or not Installment.objects.filter(pk=row).exists():
        return []
    return [("Installment", Cell(f"Installment {row}", why("installment", row)))]


def _payment(transfer: Transfer) -> list[tuple[str, Cell]]:
    """Return the payment at Stripe that bought the grant which this transfer made."""
    payment = StripePayment.objects.filter(grant__transfer=transfer).first()
    if payment is None:
        return []
    text = payment.payment_intent_id or payment.key
    return [("Paid at Stripe", Cell(text, at_stripe("payments", payment.payment_intent_id)))]


def _named_installment(transfer: Transfer) -> int | None:
    """Return the installment in a key such as `installment:<id>:credit`."""
    parts = transfer.key.split(":")
    named = len(parts) > 1 and parts[0] in ("installment", "installment") and parts[1].isdecimal()
    return int(parts[1]) if named else None


def _metadata(transfer: Transfer) -> list[tuple[str, Cell]]:
    return [(name, _linked(name, str(value))) for name, value in sorted(transfer.metadata.items())]


def _linked(name: str, text: str) -> Cell:
    """Return a value of the metadata, leading to the transfer that it names where it names one."""
    if name in ("reverses", "owedFor"):
        other = Transfer.objects.filter(key=text).values_list("pk", flat=True).first()
        return Cell(text, why("transfer", other)) if isinstance(other, UUID) else Cell(text)
    return Cell(text)
