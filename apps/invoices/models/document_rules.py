"""What holds for every row of the documents, as constraints of its table."""

from django.db.models import CheckConstraint, F, Q, UniqueConstraint

NOT_LEFT = F("paid_micros") + F("credited_net_micros") + F("credited_tax_micros") + F("written_off_micros")

CONSTRAINTS = [
    UniqueConstraint(
        fields=["seller", "number"], condition=~Q(number=""), name="invoices_document_number_once_per_seller"
    ),
    UniqueConstraint(fields=["number_range", "sequence"], name="invoices_document_sequence_once_per_range"),
    CheckConstraint(
        name="invoices_document_finalized_has_number",
        condition=Q(
            state="draft",
            number="",
            sequence=None,
            number_range=None,
            issue_date=None,
            due_date=None,
            finalized_at=None,
        )
        | ~Q(state="draft")
        & ~Q(number="")
        & Q(
            sequence__isnull=False,
            number_range__isnull=False,
            issue_date__isnull=False,
            due_date__gte=F("issue_date"),
            tax_date__isnull=False,
            finalized_at__isnull=False,
            is_held=False,
        ),
    ),
    CheckConstraint(
        name="invoices_document_window_of_usage",
        condition=Q(kind="usage", type="invoice", book_number__isnull=False, period_end__isnull=False)
        | Q(kind="credit_used", book_number__isnull=False, period_end__isnull=False)
        | Q(
            book_number=None,
            exact_micros=0,
            carried_in_micros=0,
            carried_out_micros=0,
            given_micros=0,
            finalize_on=None,
            is_held=False,
            freed_at=None,
        ),
    ),
    CheckConstraint(
        name="invoices_document_of_an_installment",
        condition=Q(kind="installment", installment__isnull=False) | ~Q(kind="installment") & Q(installment=None),
    ),
    CheckConstraint(
        name="invoices_document_of_an_agreement",
        condition=Q(kind="agreement", agreement__isnull=False) | ~Q(kind="agreement") & Q(agreement=None),
    ),
    CheckConstraint(
        name="invoices_document_on_account_sells_credit", condition=Q(is_on_account=False) | Q(kind="top_up")
    ),
    UniqueConstraint(
        fields=["organization", "agreement", "period_key"],
        condition=Q(kind="agreement", type="invoice"),
        name="invoices_document_period_of_agreement_once",
    ),
    CheckConstraint(
        name="invoices_document_total_is_net_and_tax",
        condition=Q(total_micros=F("net_micros") + F("tax_micros"), net_micros__gte=0, tax_micros__gte=0),
    ),
    CheckConstraint(
        name="invoices_document_tax_currency_has_rate",
        condition=Q(tax_currency="", converted_tax_micros=0, exchange_rate_micros=None, exchange_rate_on=None)
        | ~Q(tax_currency="") & Q(exchange_rate_micros__gt=0, exchange_rate_on__isnull=False),
    ),
    CheckConstraint(
        name="invoices_document_left_not_negative",
        condition=Q(total_micros__gte=NOT_LEFT)
        & Q(
            paid_micros__gte=0,
            written_off_micros__gte=0,
            credited_net_micros__range=(0, F("net_micros")),
            credited_tax_micros__range=(0, F("tax_micros")),
        ),
    ),
    CheckConstraint(
        name="invoices_document_credit_note_credits",
        condition=Q(type="invoice", credited=None, returned_net_micros=0, returned_tax_micros=0)
        | Q(type="credit_note", credited__isnull=False, state__in=["draft", "final"], paid_micros=0)
        & Q(returned_net_micros__range=(0, F("net_micros")), returned_tax_micros__range=(0, F("tax_micros"))),
    ),
    CheckConstraint(
        name="invoices_document_state_fits_what_is_left",
        condition=Q(state__in=["draft", "uncollectible"])
        | Q(type="credit_note", state="final")
        | Q(type="invoice", state="open", paid_micros=0, total_micros__gt=NOT_LEFT)
        | Q(type="invoice", state="part_paid", paid_micros__gt=0, total_micros__gt=NOT_LEFT)
        | Q(type="invoice", state="paid", total_micros=NOT_LEFT)
        | Q(type="invoice", state="void", paid_micros=0, total_micros=NOT_LEFT),
    ),
    CheckConstraint(
        name="invoices_document_period_is_one",
        condition=Q(period_start=None, period_end=None) | Q(period_end__gt=F("period_start")),
    ),
]
