"""Find the payments of a refund, dispute or fraud warning, and reverse their effects."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.db.models import Q

from apps.common.causes import Cause
from apps.common.money import Micros, from_minor_units, payable_step
from apps.contracts import services as contracts
from apps.contracts.models import Installment, InstallmentRefund
from apps.invoices import services as invoices
from apps.payments import issues, stripe_operations
from apps.payments.debts import open_debt_issue
from apps.payments.errors import NotReadyYet
from apps.payments.event_context import EventContext
from apps.payments.models import PaymentPart, PaymentReturn, StripeInvoice, StripePayment
from apps.payments.selectors import returned_of
from apps.payments.services.locks import lock_settled
from apps.payments.shares import Shares, spread, taken_next
from apps.payments.stripe_objects import ChargeFacts, DisputeFacts, RefundFacts
from apps.wallets import services as wallets
from apps.wallets.accounts import Role
from apps.wallets.models import BookingKind


@dataclass(frozen=True, slots=True)
class StripeContext:
    """Data from Stripe: (payment key, invoice id) of payments to settle first, and a charge's refunds."""

    siblings: tuple[tuple[str, str], ...] = ()
    refunds: tuple[RefundFacts, ...] = ()


def look_up_sibling_payments(facts: RefundFacts | DisputeFacts | ChargeFacts) -> StripeContext:
    """Fetch the payments of the same invoices from Stripe, except of invoices that it collected in full.

    If more is returned than is left of the known payments, the intent may have paid other invoices of ours as well.
    """
    named = StripePayment.objects.filter(payment_intent_id=facts.payment_intent).exclude(payment_intent_id="")
    payments = list(named.select_related("invoice").order_by("pk"))
    rows = {each.invoice.stripe_id: each.invoice for each in payments if each.invoice is not None}
    asked = facts.amount_refunded if isinstance(facts, ChargeFacts) else facts.amount
    if rows and from_minor_units(asked, facts.currency) > sum(each.ours_micros for each in payments):
        paid = stripe_operations.invoices_paid_by(facts.payment_intent)
        rows |= {row.stripe_id: row for row in StripeInvoice.objects.filter(stripe_id__in=paid).order_by("pk")}
    siblings = []
    for invoice_id, row in rows.items():
        if not invoice_id or (row.state == StripeInvoice.State.PAID and not row.settled_here_micros):
            continue
        made = stripe_operations.fetch_invoice(invoice_id).payments or ()
        siblings += [(one.id, invoice_id) for one in made if one.status == "paid" and one.is_at_stripe]
    return StripeContext(tuple(siblings))


def require_settled_siblings(looked: StripeContext | None) -> None:
    """Make sure that all payments of the same invoices are settled before money is returned.

    Raises:
        NotReadyYet: a payment of the invoices is not settled yet.
    """
    told = looked.siblings if looked else ()
    keys = StripePayment.objects.filter(key__in=[key for key, _ in told], settled_at__isnull=False)
    settled = set(keys.values_list("key", flat=True))
    for key, invoice_id in told:
        if key not in settled:
            raise NotReadyYet("Another payment of its invoice is not settled yet", invoice_id)


def lock_payments(
    payment_intent: str, charge: str, looked: StripeContext | None = None, known: Iterable[int] = ()
) -> list[StripePayment]:
    """Lock the settled payments of an intent or charge, and before them what `locks` says; wallets are locked later.

    One intent may have paid several invoices, each with its own payment row. Money is returned from payments in the
    order of the result: first those found earlier (`known`), then the newest.

    Raises:
        NotReadyYet: no payment is settled yet, or another payment of their invoices is not.
    """
    named = Q(payment_intent_id=payment_intent) if payment_intent else Q(charge_id=charge)
    first = set(known)
    payments = lock_settled(named | Q(pk__in=first))
    if not payments:
        raise NotReadyYet("Its payment is not settled here yet", waits_for=payment_intent or charge)
    require_settled_siblings(looked)
    return sorted(payments, key=lambda each: (each.pk not in first, -each.pk))


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyOut:
    """Money of a payment to return, in micros: `key` names the outside event, `cause` its row, `to` the account.

    It is taken from the part `part_id` first, if any: `credit` from its credit, the rest from its service.
    """

    payment: StripePayment
    amount: Micros
    key: str
    cause: Cause
    to: Role
    reason: str
    context: EventContext
    part_id: int | None = None
    credit: Micros | None = None

    @property
    def is_dispute(self) -> bool:
        """Whether a dispute takes it, rather than a refund."""
        return self.to == Role.DISPUTES

    @property
    def kind(self) -> BookingKind:
        """The booking kind of its transfers."""
        return BookingKind.DISPUTE if self.is_dispute else BookingKind.REFUND


def shares_next(payment: StripePayment, amount_micros: int) -> Shares:
    """Split the next amount to return of a payment into unapplied money, tax and net; in micros."""
    step = payable_step(payment.currency)
    return taken_next(amount_micros, before=returned_of(payment), whole=payment.whole, step_micros=step)


def return_from_each(payments: Sequence[StripePayment], taking: MoneyOut) -> list[PaymentReturn]:
    """Reverse an amount over payments in order, up to what each has left; return an unsaved row for each one used."""
    rows = []
    for payment, share in zip(payments, spread(taking.amount, (each.ours_micros for each in payments)), strict=True):
        if share:
            one = replace(taking, payment=payment, amount=Micros(share), key=f"{taking.key}:{payment.pk}")
            taken = take_back(one)
            tax, unapplied = taken.tax_micros, taken.unapplied_micros
            rows.append(
                PaymentReturn(
                    organization_id=payment.organization_id,
                    payment=payment,
                    amount_micros=share,
                    tax_micros=tax,
                    unapplied_micros=unapplied,
                )
            )
    return rows


def take_back(taking: MoneyOut) -> Shares:
    """Reverse an amount of a payment: unapplied money first, then tax in proportion; return the shares taken.

    Unspent credit is taken; a spent part becomes a debt, which stops spending and opens an issue.
    """
    shares = shares_next(taking.payment, taking.amount)
    _take_from(taking, Role.UNAPPLIED, Micros(shares.unapplied_micros))
    _take_from(taking, Role.TAX, Micros(shares.tax_micros))
    _take_net(replace(taking, amount=Micros(shares.net_micros)))
    return shares


def _take_from(taking: MoneyOut, role: Role, amount: Micros) -> None:
    if not amount:
        return
    wallets.post_transfer(
        organization=taking.payment.organization,
        booking=wallets.Booking(
            source=role,
            destination=taking.to,
            amount=amount,
            kind=taking.kind,
            key=f"{taking.key}:{role}",
            cause=taking.cause,
            created_by=taking.context.created_by,
            description=taking.reason,
        ),
        now=taking.context.now,
        currency=taking.payment.currency,
    )


def _take_net(taking: MoneyOut) -> None:
    if not taking.amount:
        return
    if taking.payment.parts.exists():
        _take_from_installments(taking)
    elif taking.payment.invoice_id is not None:
        _take_from_document(taking)
    else:
        _take_from_grant(taking, taking.amount, taking.key)
    open_debt_issue(taking.payment.organization, reason=taking.reason, now=taking.context.now)


def parts_to_take(payment: StripePayment, amount: int, first: int | None = None) -> list[tuple[PaymentPart, int]]:
    """Return the parts that an amount is taken from, each with its share in micros: `first`, then the last ones."""
    shares = []
    for part in sorted(payment.parts.order_by("-pk"), key=lambda each: each.pk != first):
        share = min(part.amount_micros - part.returned_micros, amount)
        amount -= share
        if share:
            shares.append((part, share))
    return shares


def _take_from_installments(taking: MoneyOut) -> None:
    """Take the money from installments, first from their overpayments, which granted nothing.

    Amounts that staff already refunded on them by other means are our loss.
    """
    beyond = 0
    for part, share in parts_to_take(taking.payment, taking.amount, taking.part_id):
        order = _order(taking, part, share)
        rest = share - contracts.refund_surplus(installment_id=part.installment_id, order=order, now=taking.context.now)
        row = Installment.objects.get(pk=part.installment_id)
        taken = min(rest, row.paid_micros - row.refunded_micros)
        beyond += rest - taken
        if taken:
            contracts.refund_installment(
                installment_id=part.installment_id, order=_order(taking, part, taken), now=taking.context.now
            )
        part.returned_micros += share
        part.save(update_fields=["returned_micros"])
    if beyond:
        book_loss(taking.payment, beyond, f"{taking.key}:beyond", taking.cause, taking.context, to=taking.to)


def _order(taking: MoneyOut, part: PaymentPart, amount: int) -> contracts.RefundOrder:
    return contracts.RefundOrder(
        amount=Micros(amount),
        key=f"{taking.key}:{part.pk}",
        created_by=taking.context.created_by,
        reason=taking.reason,
        kind=InstallmentRefund.Kind.DISPUTE if taking.is_dispute else InstallmentRefund.Kind.REFUND,
        paid_to=taking.to,
        credit=taking.credit if part.pk == taking.part_id else None,
    )


def book_loss(
    payment: StripePayment, amount_micros: int, key: str, cause: Cause, context: EventContext, to: Role = Role.CASH
) -> None:
    """Book money that was returned twice as our loss and open an issue; the second refund or dispute is the cause."""
    wallets.post_transfer(
        organization=payment.organization,
        booking=wallets.Booking(
            source=Role.WRITE_OFFS,
            destination=to,
            amount=Micros(amount_micros),
            kind=BookingKind.WRITE_OFF,
            key=f"{key}:loss",
            cause=cause,
            created_by=context.created_by,
            description=f"Returned twice: {payment}",
        ),
        now=context.now,
        currency=payment.currency,
    )
    issues.open_issue(
        issues.Kind.OUR_LOSS,
        organization=payment.organization,
        subject=key,
        detail=f"Refunds and disputes of payment {payment} exceed what was paid.",
        sums=issues.IssueSums(actual_micros=amount_micros, currency=payment.currency),
        now=context.now,
    )


def _take_from_document(taking: MoneyOut) -> None:
    """Take the money from an invoice of ours, which asks for it again."""
    payment = taking.payment
    taken = invoices.return_collected(
        organization=payment.organization,
        part=invoices.CollectedPart(key=f"stripe:{payment.key}", amount=taking.amount, account=taking.to),
        reason=taking.reason,
        created_by=taking.context.created_by,
        now=taking.context.now,
    )
    if beyond := taking.amount - taken:
        book_loss(payment, beyond, f"{taking.key}:beyond", taking.cause, taking.context, to=taking.to)


def _take_from_grant(taking: MoneyOut, amount: Micros, key: str) -> None:
    grant, context = taking.payment.grant, taking.context
    assert grant is not None, "a payment without installments and invoice bought credit"
    order = wallets.Instruction(key=key, cause=taking.cause, created_by=context.created_by, description=taking.reason)
    if taking.is_dispute:
        wallets.claw_back_grant(grant=grant, amount=amount, order=order, now=context.now)
    else:
        wallets.refund_grant(grant=grant, amount=amount, order=order, now=context.now, to_role=taking.to)
