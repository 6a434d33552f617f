"""Store the answers of Stripe Tax, then tax or finalize the drafts that waited for them."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from apps.billing_profiles.models import Seller
from apps.billing_profiles.value_dates import day_of
from apps.common.strict_json import Json
from apps.common.transactions import serialized
from apps.invoices.models import Document, TaxCalculation
from apps.invoices.services.agreements import INVOICER
from apps.invoices.services.drafts import refresh_tax
from apps.invoices.services.finalization import finalize_invoice, finalize_or_hold
from apps.invoices.stripe_tax import read_answer
from apps.outbox.services import enqueue, enqueue_many

Kind = Document.Kind
State = TaxCalculation.State
REFRESH = "invoices.refresh_tax"
# The countries in which Stripe needs a postal code to know the tax.
NEED_POSTAL_CODE = ("US", "CA")
# A draft that is older than this is taxed again only when staff ask for it, since Stripe charges each calculation.
YOUNG = timedelta(days=30)


def waiting_drafts(row: TaxCalculation) -> list[UUID]:
    """Return the ids of the drafts whose tax comes from a calculation."""
    drafts = Document.objects.filter(tax_calculation=row, state=Document.State.DRAFT)
    return list(drafts.order_by("created_at", "pk").values_list("pk", flat=True))


@serialized
def keep_tax_answer(*, calculation_id: int, answer: Json, now: datetime) -> None:
    """Store Stripe's answer, and tax the drafts that wait for it.

    Raises:
        CalculationMismatch: the answer does not match the request; nothing is stored.
    """
    row = TaxCalculation.objects.select_for_update(no_key=True).get(pk=calculation_id)
    read_answer(row.question, answer, language="en", exempt_text="")
    row.state, row.answer, row.error, row.answered_at = State.ANSWERED, answer, "", now
    row.stripe_id, row.expires_at = answer["id"], datetime.fromtimestamp(answer["expires_at"], UTC)
    row.save(update_fields=["state", "answer", "error", "answered_at", "stripe_id", "expires_at"])
    for document_id in waiting_drafts(row):
        refresh_tax(document_id=document_id, now=now)


@serialized
def refuse_tax(*, calculation_id: int, reason: str, now: datetime) -> TaxCalculation:
    """Store the reason why Stripe refused a calculation."""
    row = TaxCalculation.objects.select_for_update(no_key=True).get(pk=calculation_id)
    row.state, row.error, row.answered_at = State.REFUSED, reason[:500] or "No reason was given.", now
    row.save(update_fields=["state", "error", "answered_at"])
    return row


def finalize_taxed(*, document_id: UUID, now: datetime) -> None:
    """Finalize a draft that waited only for its tax; one for an installment is finalized by a queued task.

    Drafts written by hand stay drafts until staff finalize them, drafts in review until their review days are over.
    """
    document = Document.objects.select_related("installment", "seller").filter(pk=document_id).first()
    if document is None or document.state != Document.State.DRAFT:
        return
    if document.kind == Kind.AGREEMENT:
        finalize_invoice(document_id=document_id, total=None, created_by=INVOICER, now=now)
    elif document.installment is not None:
        contract = str(document.installment.contract_id)
        key = f"arrange-contract:{contract}:taxed:{document.tax_calculation_id}:{now.isoformat()}"
        enqueue("payments.arrange_contract", now=now, key=key, arguments={"contract_id": contract})
    elif document.is_reviewed(now):
        finalize_or_hold(document_id, now=now)


def refresh_dated_drafts(*, now: datetime) -> int:
    """Queue the taxation of drafts whose tax date is their day of issue, because Stripe's rates of that day apply.

    Returns how many.
    """
    drafts = Document.objects.filter(
        state=Document.State.DRAFT,
        kind__in=(Kind.MANUAL, Kind.TOP_UP),
        period_end=None,
        seller__tax_engine=Seller.TaxEngine.STRIPE,
        updated_at__gt=now - YOUNG,
    )
    stale = [each for each in drafts.select_related("seller") if each.tax_date != day_of(each.seller, now)]
    enqueue_many(
        REFRESH,
        now=now,
        arguments_by_key={f"{REFRESH}:{each.pk}:{now:%Y-%m-%dT%H}": {"document_id": str(each.pk)} for each in stale},
    )
    return len(stale)


@serialized
def change_tax_engine(*, seller_id: int, engine: Seller.TaxEngine, now: datetime) -> None:
    """Change where a seller's tax comes from, and queue the taxation of its drafts."""
    seller = Seller.objects.select_for_update(no_key=True).get(pk=seller_id)
    seller.tax_engine, seller.updated_at = engine, now
    seller.save(update_fields=["tax_engine", "updated_at"])
    refresh_drafts_of(seller_id=seller_id, now=now)


def refresh_drafts_of(*, seller_id: int, now: datetime) -> None:
    """Queue the taxation of all drafts of a seller."""
    drafts = Document.objects.filter(seller=seller_id, state=Document.State.DRAFT, type=Document.Type.INVOICE)
    enqueue_many(
        REFRESH,
        now=now,
        arguments_by_key={
            f"{REFRESH}:{each}:{now.isoformat()}": {"document_id": str(each)}
            for each in drafts.values_list("pk", flat=True)
        },
    )
