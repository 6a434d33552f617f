"""Payment links: one per installment, for the amount left to pay, usable by anyone."""

from datetime import datetime

from apps.contracts.models import Contract, Installment
from apps.payments import issues, stripe_operations
from apps.payments.errors import PaymentInProgress, StripeRefused
from apps.payments.models import PaymentLink
from apps.payments.references import ObjectKind
from apps.payments.selectors import is_invoiced
from apps.payments.services.mandates import is_charged
from apps.payments.services.sessions import line
from apps.payments.services.stripe_requests import obtain
from apps.payments.stripe_texts import installment_text


@issues.opens_refused_key_issue("payments.create_payment_link")
def create_payment_link(*, installment: Installment, created_by: str, now: datetime) -> PaymentLink:
    """Create a link at which anyone can pay an open installment; a current link is reused.

    Raises:
        PaymentInProgress: nothing is left to pay on it, it is charged or invoiced in another way, or it has changed.
        StripeRefused, StripeUnavailable: it could not be created.
    """
    return _current_link(installment, created_by, now)


def _current_link(installment: Installment, created_by: str, now: datetime) -> PaymentLink:
    known = PaymentLink.objects.filter(installment=installment, is_active=True).select_related("organization").first()
    if known is not None and _is_current(known, installment):
        return known
    if known is not None:
        close_link(known, now=now)
    if not installment.is_open or not installment.remaining_micros:
        raise PaymentInProgress("Nothing is left to pay on the installment")
    if is_charged(installment.contract):
        raise PaymentInProgress("It is charged to the saved payment method; if that fails, it is paid at its invoice")
    if is_invoiced(installment.contract):
        raise PaymentInProgress("It is paid by its invoice, which has a payment page of its own")
    link = _make(installment, created_by, now)
    installment.refresh_from_db()
    if not _is_current(link, installment):  # it was paid, changed or canceled while the link was created
        close_link(link, now=now)
        raise PaymentInProgress("The installment changed while the link was created")
    return link


def _is_current(link: PaymentLink, installment: Installment) -> bool:
    return installment.is_open and link.amount_micros == installment.remaining_micros


def _make(installment: Installment, created_by: str, now: datetime) -> PaymentLink:
    organization = installment.contract.organization
    number = PaymentLink.objects.filter(installment=installment).count() + 1
    amount = installment.remaining_micros
    reference = ObjectKind.PAYMENT_LINK.reference(installment.pk, number, amount)
    about = {"reference": reference, "organization": str(organization.pk)}
    made = obtain(
        stripe_operations.CREATE_LINK,
        reference=reference,
        organization=organization,
        params={
            "line_items": [line(installment_text(installment), amount, organization.currency)],
            "metadata": about,
            "payment_intent_data": {"metadata": about},
            "restrictions": {"completed_sessions": {"limit": 1}},
        },
        now=now,
    )
    link, _ = PaymentLink.objects.get_or_create(
        installment=installment,
        is_active=True,
        defaults={
            "organization": organization,
            "amount_micros": amount,
            "currency": organization.currency,
            "stripe_id": made.id,
            "url": made.url,
            "created_by": created_by,
            "created_at": now,
        },
    )
    return link


def close_link(link: PaymentLink, *, now: datetime) -> None:
    """Deactivate a payment link and expire its visitors' open sessions."""
    obtain(
        stripe_operations.UPDATE_LINK,
        reference=f"link-close:{link.stripe_id}",
        organization=link.organization,
        params={"active": False},
        target=link.stripe_id,
        now=now,
    )
    for session in stripe_operations.open_sessions_of(link.stripe_id):
        _expire(link, session.id, now)
    PaymentLink.objects.filter(pk=link.pk).update(is_active=False)


def _expire(link: PaymentLink, session_id: str, now: datetime) -> None:
    try:
        obtain(
            stripe_operations.EXPIRE_SESSION,
            reference=f"link-session:{session_id}:expire",
            organization=link.organization,
            params={},
            target=session_id,
            now=now,
        )
    except StripeRefused:
        return  # it was paid meanwhile; its events will report that


def renew_links(*, contract: Contract, now: datetime) -> None:
    """Replace a contract's links whose amount is no longer what is left to pay; close those of closed installments.

    If installments are charged to a saved payment method, or are on our invoices, all links are closed so that nothing
    is paid twice.
    """
    charged = is_charged(contract) or is_invoiced(contract)
    rows = PaymentLink.objects.filter(installment__contract=contract, is_active=True)
    for link in rows.select_related("organization", "installment"):
        if _is_current(link, link.installment) and not charged:
            continue
        close_link(link, now=now)
        link.installment.contract = contract
        if link.installment.is_open and not charged:
            _current_link(link.installment, link.created_by, now)
