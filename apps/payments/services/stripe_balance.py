"""Book the balance at Stripe: fees once known, and payouts once paid, split over the books that they pay.

A payment's amount is booked with the payment, so a customer's balance transaction books only its fee. A transaction
without a customer is booked in full in our own book. Everything can be repeated without effect, because rows and
postings are identified by Stripe's ids.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from uuid import UUID

from apps.bank.services.books import SellerTransfer, post_own, seller_book
from apps.billing_profiles.models import Seller
from apps.billing_profiles.value_dates import open_time, seller_or_none
from apps.common.money import Micros, from_minor_units
from apps.common.transactions import serialized
from apps.outbox.services import enqueue
from apps.payments import issues, stripe_operations
from apps.payments.causes import BALANCE_TRANSACTION, PAYOUT
from apps.payments.models import BalanceTransaction, Dispute, Payout, PayoutPart, Refund, StripePayment
from apps.payments.stripe_objects import BalanceFacts, PayoutFacts
from apps.tenants.models import Organization
from apps.wallets.accounts import Role
from apps.wallets.bookings import Booking
from apps.wallets.models import BookingKind
from apps.wallets.services.movements import post_together, transfer_movement

BOOK_PAYOUT = "payments.book_payout"
SLICE, BATCH = 500, 100
OVERLAP, LOOKED_BACK = timedelta(days=1), timedelta(days=30)
# How long to wait for a payment's own event; afterward a transaction without a payment here has no customer.
ON_ITS_WAY = timedelta(hours=2)
# Payouts are balance transactions too, but are booked separately.
OF_PAYOUTS = ("payout", "payout_failure", "payout_cancel")
BY = "system:payments"


def fetch_balance(*, now: datetime) -> None:
    """Fetch new balance transactions and payouts from Stripe and book what can be booked.

    Raises:
        StripeUnavailable: Stripe does not respond; the next run fetches what this one has not stored.
    """
    with issues.refused_key_issue("balance_transactions.list", now=now):
        since = _since(now)
        if since is None:
            return
        # oldest first: the next run begins at the newest stored one, so a run that breaks off must not leave a gap
        movements = stripe_operations.movements_since(int(since.timestamp()))
        while batch := list(islice(movements, BATCH)):
            store_balance_transactions(batch, now=now)
        book_movements(now=now)
        for facts in stripe_operations.payouts_since(int((now - LOOKED_BACK).timestamp())):
            update_payout(facts, now=now)


def update_payout(facts: PayoutFacts, *, now: datetime) -> None:
    """Store a payout's state; split a paid one over the books that it pays, and undo a failed one."""
    payout = store_payout(facts)
    is_undone = facts.status in ("failed", "canceled")
    if facts.status == "paid" and payout.split_at is None and facts.is_reconciled:
        paid = list(stripe_operations.movements_of(facts.id)) if facts.is_automatic else []
        store_balance_transactions(paid, now=now)
        book_movements(now=now)
        if not split_payout(payout.pk, [each.id for each in paid], now=now):
            return
        payout.split_at = now
    if payout.undone_at is None and payout.split_at is not None and (facts.status == "paid" or is_undone):
        key = f"payout:{facts.id}:{facts.status}"
        enqueue(BOOK_PAYOUT, now=now, key=key, arguments={"payout_id": payout.pk, "undo": is_undone})


@serialized
def store_balance_transactions(found: Sequence[BalanceFacts], *, now: datetime) -> None:
    """Store new balance transactions, each with the customer whose money it is."""
    known = BalanceTransaction.objects.filter(stripe_id__in=[each.id for each in found])
    new = {each.id: each for each in found}
    for key in known.values_list("stripe_id", flat=True):
        new.pop(key, None)
    BalanceTransaction.objects.bulk_create(
        (
            BalanceTransaction(
                stripe_id=each.id,
                type=each.type,
                category=each.category,
                source_id=each.source,
                payment_intent_id=each.payment_intent,
                amount_micros=from_minor_units(each.amount, each.currency),
                fee_micros=from_minor_units(each.fee, each.currency),
                currency=each.currency,
                is_exchanged=each.is_exchanged,
                created_at=datetime.fromtimestamp(each.created, UTC),
                fetched_at=now,
            )
            for each in new.values()
        ),
        ignore_conflicts=True,
    )


def book_movements(*, now: datetime) -> None:
    """Book new balance transactions in the books of their customers, or without a customer in our own book."""
    waiting = list(BalanceTransaction.objects.filter(booked_at=None).order_by("pk"))
    owners = _owners(waiting)
    by_owner: dict[UUID | None, list[int]] = defaultdict(list)
    for each in waiting:
        owner = owners.get(each.pk)
        if owner is not None or each.type in OF_PAYOUTS or each.created_at <= now - ON_ITS_WAY:
            by_owner[owner].append(each.pk)
    for owner, ids in by_owner.items():
        for start in range(0, len(ids), SLICE):
            _book_movements(owner, ids[start : start + SLICE], now)


@serialized
def _book_movements(owner: UUID | None, ids: Sequence[int], now: datetime) -> None:
    rows = list(BalanceTransaction.objects.select_for_update(no_key=True).filter(pk__in=ids, booked_at=None))
    organization = Organization.objects.get(pk=owner) if owner is not None else None
    of_customer = [each for each in rows if organization is not None and each.currency == organization.currency]
    of_customer = [each for each in of_customer if not each.is_exchanged]
    if organization is not None:
        _post_fees(organization, of_customer, now)
    kept = {each.pk for each in of_customer}
    own = [each for each in rows if each.pk not in kept and each.type not in OF_PAYOUTS]
    if own and not _book_own(own, now):
        rows = [each for each in rows if each not in own]
    for each in rows:
        each.organization, each.booked_at = organization, now
        each.is_exchanged = organization is not None and each.pk not in kept
        if each.is_exchanged and organization is not None:
            _open_exchange_issue(each, organization, now)
    BalanceTransaction.objects.bulk_update(rows, ["organization", "booked_at", "is_exchanged"])


def _post_fees(organization: Organization, rows: Iterable[BalanceTransaction], now: datetime) -> None:
    seller = seller_or_none(organization.pk)
    movements = {
        each.stripe_id: transfer_movement(
            Booking(
                source=Role.FEES if each.fee_micros > 0 else Role.CASH,
                destination=Role.CASH if each.fee_micros > 0 else Role.FEES,
                amount=Micros(abs(each.fee_micros)),
                kind=BookingKind.FEE,
                key=f"balance-transaction:{each.stripe_id}",
                cause=BALANCE_TRANSACTION.of(each.pk),
                created_by=BY,
                description=f"Stripe's fee of {each.source_id or each.type}",
                effective_at=open_time(seller, each.created_at),
            )
        )
        for each in rows
        if each.fee_micros
    }
    if movements:
        post_together(organization=organization, movements=movements, now=now)


def _book_own(rows: Sequence[BalanceTransaction], now: datetime) -> bool:
    """Book a transaction without a customer in our own book; return whether there is a seller to book it for."""
    seller = _holder()
    if seller is None:
        return False
    by_currency: dict[str, list[SellerTransfer]] = defaultdict(list)
    for each in rows:
        by_currency[each.currency] += _own_moves(each, seller)
    for currency, moves in sorted(by_currency.items()):
        post_own(seller_book(seller, currency, now=now), moves, now=now)
    return True


def _own_moves(row: BalanceTransaction, seller: Seller) -> list[SellerTransfer]:
    beside = Role.FEES if row.category == "fee" else Role.UNIDENTIFIED
    parts = (("amount", beside, row.amount_micros), ("fee", Role.FEES, -row.fee_micros))
    return [
        SellerTransfer(
            source=Role.CASH if amount > 0 else role,
            destination=role if amount > 0 else Role.CASH,
            amount=Micros(abs(amount)),
            key=f"balance-transaction:{row.stripe_id}:{part}",
            cause=BALANCE_TRANSACTION.of(row.pk),
            kind=BookingKind.FEE if role == Role.FEES else BookingKind.PAYMENT,
            text=f"Without a customer: {row.type} {row.source_id}".strip(),
            created_by=BY,
            effective_at=open_time(seller, row.created_at),
        )
        for part, role, amount in parts
        if amount
    ]


def store_payout(facts: PayoutFacts) -> Payout:
    """Store a payout with its state."""
    kept, _ = Payout.objects.update_or_create(
        stripe_id=facts.id,
        defaults={"status": facts.status},
        create_defaults={
            "amount_micros": from_minor_units(facts.amount, facts.currency),
            "currency": facts.currency,
            "status": facts.status,
            "is_automatic": facts.is_automatic,
            "arrival_date": datetime.fromtimestamp(facts.arrival_date, UTC).date(),
            "created_at": datetime.fromtimestamp(facts.created, UTC),
        },
    )
    return kept


@serialized
def split_payout(payout_id: int, paid: Sequence[str], *, now: datetime) -> bool:
    """Split a paid payout over the customers whose transactions it pays, and the rest. Return whether it was split.

    It waits while a transaction may still get its customer. Any difference goes to the part without a customer, so that
    the payout is booked in full.
    """
    payout = Payout.objects.select_for_update(no_key=True).get(pk=payout_id)
    if payout.split_at is not None:
        return True
    rows = list(BalanceTransaction.objects.filter(stripe_id__in=paid))
    if any(each.booked_at is None for each in rows):
        return False
    parts: dict[UUID | None, int] = defaultdict(int)
    for each in rows:
        if each.type in OF_PAYOUTS and each.source_id != payout.stripe_id:
            earlier = PayoutPart.objects.filter(payout__stripe_id=each.source_id)
            for owner, amount in earlier.values_list("organization_id", "amount_micros"):
                parts[owner] += amount
        elif each.organization_id is not None and not each.is_exchanged:
            parts[each.organization_id] += each.net_micros
    parts[None] = payout.amount_micros - sum(amount for owner, amount in parts.items() if owner is not None)
    PayoutPart.objects.bulk_create(
        PayoutPart(payout=payout, organization_id=owner, amount_micros=amount)
        for owner, amount in sorted(parts.items(), key=lambda part: str(part[0]))
        if amount
    )
    BalanceTransaction.objects.filter(pk__in=[each.pk for each in rows]).update(payout=payout)
    payout.split_at = now
    payout.save(update_fields=["split_at"])
    return True


def book_payout(*, payout_id: int, undo: bool, now: datetime) -> None:
    """Post or undo the parts of a payout in batches; the next batch is a message of its own."""
    rows = PayoutPart.objects.filter(payout=payout_id)
    waiting = rows.filter(posted_at__isnull=False, undone_at=None) if undo else rows.filter(posted_at=None)
    ids = list(waiting.order_by("pk").values_list("pk", flat=True)[: SLICE + 1])
    for part_id in ids[:SLICE]:
        _post_part(part_id, undo, now)
    if len(ids) > SLICE:
        key = f"payout:{payout_id}:{undo}:after:{ids[SLICE - 1]}"
        enqueue(BOOK_PAYOUT, now=now, key=key, arguments={"payout_id": payout_id, "undo": undo})
    elif undo:
        Payout.objects.filter(pk=payout_id, undone_at=None).update(undone_at=now)


@serialized
def _post_part(part_id: int, undo: bool, now: datetime) -> None:
    part = PayoutPart.objects.select_related("payout", "organization").get(pk=part_id)
    came = (part.amount_micros > 0) != undo
    source, destination = (Role.MANUAL_RECEIPTS, Role.CASH) if came else (Role.CASH, Role.MANUAL_RECEIPTS)
    key = f"payout:{part.payout.stripe_id}{':undone' if undo else ''}"
    amount, text = Micros(abs(part.amount_micros)), f"Payout {part.payout} of Stripe{' failed' if undo else ''}"
    cause = PAYOUT.of(part.payout_id)
    if part.organization is not None:
        movement = transfer_movement(
            Booking(
                source=source,
                destination=destination,
                amount=amount,
                kind=BookingKind.PAYOUT,
                key=key,
                cause=cause,
                created_by=BY,
                description=text,
            )
        )
        post_together(organization=part.organization, movements={key: movement}, now=now)
    else:
        seller = _holder()
        if seller is None:
            return
        book = seller_book(seller, part.payout.currency, now=now)
        move = SellerTransfer(
            source=source,
            destination=destination,
            amount=amount,
            key=key,
            cause=cause,
            kind=BookingKind.PAYOUT,
            text=text,
            created_by=BY,
        )
        post_own(book, [move], now=now)
    PayoutPart.objects.filter(pk=part_id).update(**{"undone_at" if undo else "posted_at": now})


def payout_at_bank(amount_micros: int, currency: str, day: date) -> str:
    """Return the payout that a sum at the bank matches, within five days of its arrival, as text; empty if none."""
    rows = Payout.objects.filter(amount_micros=amount_micros, currency=currency, undone_at=None)
    near = rows.filter(arrival_date__range=(day - timedelta(days=5), day + timedelta(days=5)))
    found = near.order_by("arrival_date").first()
    return f"Payout {found} of Stripe" if found else ""


def _owners(rows: Sequence[BalanceTransaction]) -> dict[int, UUID]:
    """Return the customers of transactions, by their payments, refunds and disputes."""
    intents = [each.payment_intent_id for each in rows if each.payment_intent_id]
    sources = [each.source_id for each in rows if each.source_id]
    by_intent = dict(
        StripePayment.objects.filter(payment_intent_id__in=intents).values_list("payment_intent_id", "organization_id")
    )
    by_source: dict[str, UUID] = {}
    for model, name in ((StripePayment, "charge_id"), (Refund, "stripe_id"), (Dispute, "stripe_id")):
        by_source |= dict(
            model._default_manager.filter(**{f"{name}__in": sources}).values_list(name, "organization_id")
        )
    found = {each.pk: by_intent.get(each.payment_intent_id) or by_source.get(each.source_id) for each in rows}
    return {key: owner for key, owner in found.items() if owner is not None}


def _since(now: datetime) -> datetime | None:
    """Return when to fetch from: a day before the newest transaction, or the first payment; None without payments."""
    newest = BalanceTransaction.objects.order_by("-created_at").values_list("created_at", flat=True).first()
    if newest is not None:
        return newest - OVERLAP
    first = StripePayment.objects.order_by("created_at").values_list("created_at", flat=True).first()
    return None if first is None else first - LOOKED_BACK


def _holder() -> Seller | None:
    """Return the seller who holds the account at Stripe: the first one."""
    return Seller.objects.order_by("pk").first()


def _open_exchange_issue(row: BalanceTransaction, organization: Organization, now: datetime) -> None:
    issues.open_issue(
        issues.Kind.CLEARING,
        subject=row.stripe_id,
        organization=organization,
        detail=(
            f"Stripe settled {row.source_id} in {row.currency}. It is in our own book, and the customer's clearing "
            "account keeps the payment in its currency."
        ),
        sums=issues.IssueSums(actual_micros=row.amount_micros, currency=row.currency),
        now=now,
    )
