"""Finds the form that undoes a transfer: staff reverse a charge, take back a grant or refund one that was paid for, and
undo a refund by bank transfer.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, Subquery
from django.urls import reverse

from apps.common.causes import REGISTRY
from apps.contracts.models import Installment
from apps.ledger.models import Transfer
from apps.wallets.models import Grant, GrantReturn
from apps.wallets.selectors import REVERSIBLE_KINDS, SENT_BY_BANK


class Undo(NamedTuple):
    """The address of a form that undoes a transfer after a review, and the name of the action."""

    href: str = ""
    text: str = ""


NOTHING = Undo()


def undo_of(organization_id: UUID, transfer_ids: Sequence[int]) -> Mapping[int, Undo]:
    """Return the form for each transfer, in two statements; none if it is undone, or belongs to another record."""
    causes = [name for name, kind in REGISTRY.items() if kind.staff_may_reverse]
    rows = Transfer.objects.annotate(refunded=_refunded_grant(organization_id)).filter(
        Q(kind__in=REVERSIBLE_KINDS, cause_type__in=causes) | Q(refunded__isnull=False),
        ~Exists(Transfer.objects.filter(book_id=organization_id, reverses=OuterRef("pk"))),
        book_id=organization_id,
        pk__in=transfer_ids,
        reverses=None,
    )
    found = {
        pk: Undo(reverse("admin:wallets_grant_undo_refund", args=[refunded]), "Undo refund")
        if refunded
        else Undo(reverse("admin:ledger_transfer_reverse", args=[pk]), "Reverse")
        for pk, refunded in rows.values_list("pk", "refunded")
    }
    grants = Grant.objects.filter(organization=organization_id, transfer__in=transfer_ids)
    for pk, transfer_id, paid, left in grants.values_list("pk", "transfer_id", "paid_micros", "remaining_micros"):
        if paid and left > 0:
            found[transfer_id] = Undo(reverse("admin:wallets_grant_refund", args=[pk]), "Refund")
        elif transfer_id in found:
            found[transfer_id] = Undo(reverse("admin:wallets_grant_take_back", args=[pk]), "Take back")
    return found


def _refunded_grant(organization_id: UUID) -> Subquery:
    """Query the grant whose money a transfer refunded by bank; none for a contract's credit, whose installment has the
    form.
    """
    of_contract = Installment.objects.filter(grant=OuterRef("grant"))
    returns = GrantReturn.objects.filter(
        ~Exists(of_contract),
        organization=organization_id,
        transfer=OuterRef("pk"),
        transfer__destination__role__in=SENT_BY_BANK,
    )
    return Subquery(returns.values("grant")[:1])
