"""Checks of the causes of posted transfers: a registered type, an existing row, and a page that opens."""

from django.contrib.auth.models import User

from apps.common.cause_rows import page_of
from apps.common.causes import REGISTRY
from apps.ledger.models import Transfer
from apps.wallets.accounts import Role
from tests.backoffice.people import client_of

Family = tuple[str, str, str, str]
WALLET, REVENUE, CASH, PROMOTIONS = Role.WALLET, Role.REVENUE, Role.CASH, Role.PROMOTIONS
INSTALLMENTS, RECEIVABLE, DEFERRED = Role.INSTALLMENTS, Role.RECEIVABLE, Role.DEFERRED
BANK, WRITE_OFFS = Role.MANUAL_RECEIPTS, Role.WRITE_OFFS

# Kind, source, destination, type of the cause.
FAMILIES: set[Family] = {
    ("usage", WALLET, REVENUE, "usage.posting"),
    ("usage", REVENUE, WALLET, "usage.posting"),
    ("character", WALLET, REVENUE, "usage.posting"),
    ("character", REVENUE, WALLET, "usage.posting"),
    ("usage", WALLET, REVENUE, "ledger.hold"),
    ("service", WALLET, REVENUE, "contracts.service_agreement"),
    ("adjustment", RECEIVABLE, WALLET, "ledger.transfer"),
    ("adjustment", WALLET, RECEIVABLE, "ledger.transfer"),
    ("adjustment", WALLET, REVENUE, "ledger.transfer"),
    ("grant", RECEIVABLE, WALLET, "ledger.transfer"),
    ("grant", PROMOTIONS, WALLET, "tenants.organization"),
    ("grant", PROMOTIONS, WALLET, "plans.subscription"),
    ("grant", PROMOTIONS, WALLET, "vouchers.redemption"),
    ("grant", CASH, WALLET, "payments.checkout_session"),
    ("payment", CASH, Role.TAX, "payments.checkout_session"),
    ("payment", CASH, Role.UNAPPLIED, "payments.checkout_session"),
    ("payment", CASH, Role.TAX, "payments.stripe_payment"),
    ("payment", CASH, Role.UNAPPLIED, "payments.stripe_payment"),
    ("installment", CASH, INSTALLMENTS, "contracts.installment"),
    ("installment", BANK, INSTALLMENTS, "contracts.installment"),
    ("discount", PROMOTIONS, INSTALLMENTS, "contracts.installment"),
    ("grant", INSTALLMENTS, WALLET, "contracts.installment"),
    ("deferral", INSTALLMENTS, DEFERRED, "contracts.installment"),
    ("grant", PROMOTIONS, WALLET, "contracts.contract"),
    ("refund", WALLET, PROMOTIONS, "contracts.contract"),
    ("recognition", DEFERRED, REVENUE, "contracts.service_revenue"),
    *(
        ("refund", source, destination, "contracts.installment_refund")
        for source in (INSTALLMENTS, WALLET, DEFERRED, REVENUE)
        for destination in (CASH, BANK, PROMOTIONS)
    ),
    *(
        ("dispute", source, Role.DISPUTES, "contracts.installment_refund")
        for source in (INSTALLMENTS, WALLET, DEFERRED, REVENUE)
    ),
    *(("refund", source, CASH, "payments.refund") for source in (WALLET, RECEIVABLE, Role.TAX, Role.UNAPPLIED)),
    *(("dispute", source, Role.DISPUTES, "payments.dispute") for source in (WALLET, RECEIVABLE, Role.TAX)),
    ("dispute", Role.DISPUTES, CASH, "payments.dispute"),
    ("dispute", CASH, Role.DISPUTES, "payments.dispute"),
    ("dispute", Role.DISPUTES, WRITE_OFFS, "payments.dispute"),
    ("write_off", WRITE_OFFS, CASH, "payments.refund"),
    ("write_off", WRITE_OFFS, Role.DISPUTES, "payments.dispute"),
    ("payment", CASH, RECEIVABLE, "payments.stripe_payment"),
    ("grant", CASH, WALLET, "payments.stripe_payment"),
    ("write_off", WRITE_OFFS, RECEIVABLE, "payments.stripe_invoice"),
    ("grant", PROMOTIONS, WALLET, "approvals.action"),
    ("adjustment", WALLET, PROMOTIONS, "approvals.action"),
    ("payment", BANK, RECEIVABLE, "approvals.action"),
    ("grant", BANK, WALLET, "approvals.action"),
    ("write_off", WRITE_OFFS, RECEIVABLE, "approvals.action"),
    ("refund", WALLET, BANK, "approvals.action"),
    ("expiry", WALLET, Role.BREAKAGE, "wallets.grant"),
    ("expiry", WALLET, PROMOTIONS, "wallets.grant"),
    *(
        ("invoice", Role.INVOICED, other, "invoices.invoice")
        for other in (REVENUE, Role.LATE_FEES, Role.BILLED, Role.TAX, Role.TAX_PENDING)
    ),
    *(("payment", source, Role.INVOICED, "invoices.invoice") for source in (BANK, CASH, Role.UNAPPLIED)),
    ("installment", Role.BILLED, INSTALLMENTS, "contracts.installment"),
    ("grant", Role.BILLED, WALLET, "invoices.sold_credit"),
    ("refund", WALLET, Role.BILLED, "invoices.sold_credit"),
    *(
        ("refund", source, Role.BILLED, "contracts.installment_refund")
        for source in (INSTALLMENTS, WALLET, DEFERRED, REVENUE)
    ),
    ("payment", Role.INVOICED, Role.BILLED, "invoices.invoice"),
    *(("refund", Role.INVOICED, to, "invoices.invoice") for to in (CASH, Role.DISPUTES)),
    ("write_off", Role.BILLED, Role.INVOICED, "invoices.invoice"),
    ("write_off", Role.INVOICED, Role.BILLED, "invoices.invoice"),
    ("payment", CASH, Role.UNAPPLIED, "invoices.money"),
    ("payment", CASH, RECEIVABLE, "invoices.invoice"),
    ("refund", RECEIVABLE, CASH, "invoices.invoice"),
    ("payment", Role.TAX_PENDING, Role.TAX, "invoices.invoice"),
    ("payment", Role.INVOICED, WRITE_OFFS, "invoices.invoice"),
    ("payment", BANK, Role.UNAPPLIED, "invoices.money"),
    ("refund", Role.UNAPPLIED, BANK, "invoices.money"),
    ("refund", Role.INVOICED, BANK, "invoices.invoice"),
    *(
        ("fee", source, destination, "payments.balance_transaction")
        for source, destination in ((Role.FEES, CASH), (CASH, Role.FEES))
    ),
    *(
        ("payment", source, destination, "payments.balance_transaction")
        for source, destination in ((CASH, Role.UNIDENTIFIED), (Role.UNIDENTIFIED, CASH))
    ),
    *(("payout", source, destination, "payments.payout") for source, destination in ((BANK, CASH), (CASH, BANK))),
    ("write_off", WRITE_OFFS, BANK, "invoices.money"),
    ("payment", BANK, Role.UNIDENTIFIED, "bank.line"),
    ("payment", Role.UNIDENTIFIED, BANK, "bank.line"),
    ("write_off", WRITE_OFFS, Role.INVOICED, "invoices.invoice"),
    ("write_off", Role.INVOICED, WRITE_OFFS, "invoices.invoice"),
    *(
        ("credit_note", source, destination, "invoices.credit_note")
        for source in (REVENUE, Role.BILLED, Role.TAX)
        for destination in (Role.INVOICED, Role.UNAPPLIED, BANK, CASH, Role.DISPUTES)
    ),
    *(
        ("reversal", "", "", kind)
        for kind in (
            "approvals.action",
            "vouchers.redemption",
            "contracts.contract",
            "contracts.installment_refund",
            "payments.refund",
            "payments.stripe_invoice",
        )
    ),
}


def posted_families() -> set[Family]:
    """Return the posted transfers as (kind, source, destination, type of the cause); all reversals count as one."""
    return {
        ("reversal", "", "", transfer.cause_type)
        if transfer.reverses_id
        else (transfer.kind, Role(transfer.source.role), Role(transfer.destination.role), transfer.cause_type)
        for transfer in Transfer.objects.select_related("source", "destination")
    }


def dead_ends() -> list[str]:
    """Return the causes without a page that answers 200, one transfer of each kind and type of cause."""
    person = User.objects.filter(username="looks-at-causes").first() or User.objects.create_user(
        "looks-at-causes", is_staff=True, is_superuser=True
    )
    client, found = client_of(person), []
    for transfer in Transfer.objects.order_by("cause_type", "kind", "pk").distinct("cause_type", "kind"):
        page = page_of(transfer.cause, transfer.book_id) if transfer.cause_type in REGISTRY else ""
        if not page or client.get(page).status_code != 200:
            found.append(f"{transfer.key}: {transfer.cause} leads to {page or 'nothing'}")
    return found
