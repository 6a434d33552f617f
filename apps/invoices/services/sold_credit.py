"""Credit sold on account: invoiced first, and granted for what is paid of the invoice without tax.

The invoice's net is on the billed account. A payment grants its net from there; a return or a credit note takes the
same credit back, the newest first, and what the customer has spent of it becomes a shortfall.
"""

from datetime import datetime

from django.db.models import F, QuerySet

from apps.billing_profiles.selectors import complete_profile, tax_on_credit
from apps.billing_profiles.tax_amounts import net_of, tax_on
from apps.common.errors import BillingError
from apps.common.languages import say
from apps.common.money import Micros, payable_step
from apps.common.transactions import serialized
from apps.invoices.causes import SOLD_CREDIT
from apps.invoices.models import Document, DocumentLine
from apps.invoices.paper_words import BOUGHT_CREDIT
from apps.invoices.services.drafts import LineTerms, refuse_unpayable, write_draft
from apps.tenants.models import Organization
from apps.tenants.services import lock_open_organization
from apps.wallets import services as wallets
from apps.wallets.accounts import Role
from apps.wallets.models import Grant

CREDIT = "credit"


@serialized
def draft_credit_sale(
    *, organization: Organization, amount: Micros, reason: str, created_by: str, now: datetime
) -> Document:
    """Draft the invoice for credit of an amount, in micros, that the customer pays later; tax is added to it.

    Raises:
        ProfileIncomplete, NoTaxRule, VatNumberMissing: what an invoice needs is missing; the detail names it.
        NotPayable: the amount is not a payable amount. OrganizationArchived: the customer is archived.
    """
    lock_open_organization(organization.pk)
    profile = complete_profile(organization.pk)
    document = Document(
        organization=organization,
        kind=Document.Kind.TOP_UP,
        is_on_account=True,
        seller=profile.seller,
        currency=organization.currency,
        created_by=created_by,
        created_at=now,
        updated_at=now,
    )
    refuse_unpayable(LineTerms(text="", amount=amount), document, "amount")
    line = DocumentLine(
        organization_id=organization.pk,
        document=document,
        position=0,
        product=CREDIT,
        text=say(profile.language or profile.seller.language, BOUGHT_CREDIT),
        amount_micros=amount,
        is_given=False,
        reason=reason,
    )
    write_draft(document, [line], profile, now)
    return document


def follow_sold_credit(document: Document, change: int, *, key: str, created_by: str, now: datetime) -> None:
    """Grant the credit for a change of the net paid on an invoice, in micros, or take it back, once per key."""
    cause = SOLD_CREDIT.of(document.pk)
    if change > 0:
        wallets.grant_credits(
            organization=document.organization,
            grant=wallets.NewGrant(
                amount=Micros(change),
                source=wallets.Source.TOP_UP,
                key=f"{key}:credit",
                cause=cause,
                created_by=created_by,
                description=f"Invoice {document}",
                paid_micros=change,
                funded_by=Role.BILLED,
            ),
            now=now,
        )
        return
    wanted = -change
    for grant in _grants(document).order_by("-pk"):
        if part := min(wanted, grant.paid_micros - grant.returned_micros):
            wallets.refund_grant(
                grant=grant,
                amount=Micros(part),
                order=wallets.Instruction(
                    key=f"{key}:credit:{grant.pk}",
                    cause=cause,
                    created_by=created_by,
                    description=f"Invoice {document}",
                ),
                now=now,
                to_role=Role.BILLED,
            )
            wanted -= part
    assert not wanted, "no more is taken back than was granted"


def sold_micros(document: Document) -> int:
    """Return the credit that payments of an invoice brought and that was not taken back, in micros."""
    rows = _grants(document).annotate(kept=F("paid_micros") - F("returned_micros"))
    return sum(rows.values_list("kept", flat=True))


def net_within(organization: Organization, amount: int, now: datetime) -> Micros:
    """Return the credit that an amount pays for with its tax, in micros; all of it if the tax is not known yet."""
    step = payable_step(organization.currency)
    try:
        choice = tax_on_credit(organization, Micros(amount), now).choice
    except BillingError:
        choice = None
    net = amount // step * step if choice is None else net_of(amount, choice.rate, step)
    while choice is not None and net + tax_on(Micros(net), choice.rate, step) > amount:
        net -= step
    return Micros(net)


def _grants(document: Document) -> QuerySet[Grant]:
    cause = SOLD_CREDIT.of(document.pk)
    return Grant.objects.filter(
        organization=document.organization_id,
        source=Grant.Source.TOP_UP,
        transfer__cause_type=cause.type,
        transfer__cause_id=cause.id,
    ).select_related("organization")
