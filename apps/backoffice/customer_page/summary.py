"""The figures above every tab of a customer's page."""

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse

from apps.backoffice.components import Tile
from apps.backoffice.models import Note
from apps.billing_profiles.selectors import missing_for_invoices
from apps.common.admin import day_text, money_text, time_text
from apps.contracts import selectors as contracts
from apps.plans import selectors as plans
from apps.tenants.models import Organization
from apps.wallets import selectors as wallets
from apps.wallets.errors import WalletNotFound


def tab_of(organization: Organization | UUID, tab: str = "", **query: str) -> str:
    """Return the address of a tab of the customer's page."""
    owner = organization if isinstance(organization, UUID) else organization.pk
    page = reverse("admin:tenants_organization_change", args=[owner])
    wanted = {**({"tab": tab} if tab else {}), **query}
    return f"{page}?{urlencode(wanted)}" if wanted else page


def pinned_notes(organization: Organization) -> list[Note]:
    """Return the pinned notes on the customer, which everybody sees."""
    return list(Note.objects.filter(organization=organization, is_pinned=True).select_related("author"))


def tiles(organization: Organization, now: datetime) -> Sequence[Tile]:
    """Return the headline figures; without a wallet there are none about money."""
    try:
        return [*_money_tiles(organization, now), *_agreement_tiles(organization, now)]
    except WalletNotFound:
        return [Tile(name="Wallet", value="None yet", note="A customer gets one when it is created", alarm=True)]


def _money_tiles(organization: Organization, now: datetime) -> list[Tile]:
    figures, unit = wallets.wallet_figures(organization, now), organization.currency

    def tile(name: str, amount: int, tab: str, note: str = "", *, alarm: bool = False) -> Tile:
        return Tile(name=name, value=money_text(amount, unit), href=tab_of(organization, tab), note=note, alarm=alarm)

    rows = [
        tile(
            "Balance",
            figures.balance_micros,
            "why",
            _balance_note(organization, figures, now),
            alarm=figures.balance_micros < 0,
        ),
        tile(
            "Available",
            figures.available_micros,
            "why",
            _pause_note(organization),
            alarm=figures.available_micros <= 0 or organization.work_paused_at is not None,
        ),
        tile("Held", figures.held_micros, "holds"),
        tile("Outstanding", figures.outstanding_micros, "ledger", alarm=figures.outstanding_micros > 0),
    ]
    if figures.outstanding_micros and (lacking := missing_for_invoices(organization.pk)):
        rows.append(
            Tile(name="Invoices", value="Not possible", href=tab_of(organization, "billing"), note=lacking, alarm=True)
        )
    if figures.unapplied_micros:
        rows.append(tile("Unapplied", figures.unapplied_micros, "invoices", "received, not used by an invoice"))
    if figures.wallet_row_micros != figures.journal_micros:
        difference = figures.wallet_row_micros - figures.journal_micros
        rows.append(
            tile("Books differ by", difference, "ledger", "stored balance less the sum of its entries", alarm=True)
        )
    return rows


def _pause_note(organization: Organization) -> str:
    if organization.work_paused_at is None:
        return ""
    return f"new work paused since {time_text(organization.work_paused_at)}: {organization.work_pause_reason}"


def _balance_note(organization: Organization, figures: wallets.WalletFigures, now: datetime) -> str:
    """Describe the parts that are not plain credit: overspent, paid beyond the debt, or starting later."""
    unit, notes = organization.currency, []
    if figures.overspend_micros:
        notes.append(f"overspent by {money_text(figures.overspend_micros, unit)}")
    if overpaid := wallets.overpaid_micros(organization):
        notes.append(f"includes {money_text(overpaid, unit)} from overpayments")
    if upcoming := wallets.upcoming_credit(organization, now):
        notes.append(f"{money_text(upcoming.amount_micros, unit)} more from {day_text(upcoming.starts_at)}")
    return ", ".join(notes)


def _agreement_tiles(organization: Organization, now: datetime) -> list[Tile]:
    plan = plans.current_subscription(organization, now)
    has_plan = plan.tier != plans.NO_PLAN
    contract = contracts.shown_contract(organization)
    status = contract.get_status_display() if contract else "None"
    return [
        Tile(
            name="Plan",
            value=plan.tier if has_plan else "None",
            note=f"until {day_text(plan.billing.end)}, {plan.status}" if has_plan else "",
        ),
        Tile(
            name="Contract",
            value=status,
            href=tab_of(organization, "contracts"),
            note=f"until {day_text(contract.end_date)}" if contract else "",
            alarm=contract is not None and contract.status == "past_due",
        ),
    ]
