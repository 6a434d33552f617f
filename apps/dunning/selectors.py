"""Reads of dunning: a customer's policy, overdue invoices, and what would happen to a case on a day."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Sum

from apps.billing_profiles.models import Seller
from apps.dunning import rules
from apps.dunning.errors import CaseNotFound
from apps.dunning.models import (
    CustomerPolicy,
    DisputedInvoice,
    DunningCase,
    DunningEvent,
    DunningPolicy,
    SkippedFirstStep,
)
from apps.dunning.rules import Decision, Letter, Policy, Progress, Step, UnpaidInvoice
from apps.invoices.models import Document
from apps.invoices.models.documents import OUTSTANDING
from apps.invoices.selectors import overdue_invoices
from apps.mail.selectors import people_reached
from apps.payments.models import Dispute, StripeInvoice
from apps.tenants.models import Organization

TEMPLATE = "dunning_letter"


class Debtor(NamedTuple):
    """A customer as the debtor of a seller in a currency; a debtor has at most one open case."""

    organization_id: UUID
    seller_id: int
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """A debtor's overdue invoices, policy and case on a day, and the decision that follows from them."""

    organization: Organization
    seller: Seller
    today: date
    documents: Sequence[Document]
    policy: Policy | None
    case: DunningCase | None
    decision: Decision
    skipped: SkippedFirstStep | None = None

    @property
    def overdue_micros(self) -> int:
        """What is left to pay of the overdue invoices."""
        return sum(document.left_micros for document in self.documents)

    @property
    def oldest_due(self) -> date | None:
        """The oldest due date of the overdue invoices, without late fees."""
        chased = [document.due_date for document in self.documents if document.kind != Document.Kind.FEE]
        return min((due for due in chased if due is not None), default=None)

    @property
    def step(self) -> Step | None:
        """The step to take on that day, or else the next one that is planned."""
        index = self.case.steps_done if self.case else 0
        return self.policy.steps[index] if self.policy and index < len(self.policy.steps) else None


def waiting_for_staff(_now: datetime | None = None) -> QuerySet[DunningCase]:
    """Return the open cases that take no step until staff act, and the cases with a fee to credit."""
    waits = Q(closed_at=None, wait__in=rules.FOR_STAFF)
    return DunningCase.objects.filter(waits | Exists(steps_with_fee_to_credit().filter(case=OuterRef("pk"))))


def steps_with_fee_to_credit() -> QuerySet[DunningEvent]:
    """Return the steps whose fee was charged for invoices that count as paid in time, by money that came later.

    Their invoices were overdue on the step's day; since then all were paid, with value dates up to their due dates. A
    fee with a credit note is left out.
    """
    documents = Document.objects.filter(
        *(~Q(kind=Document.Kind.FEE), Q(type=Document.Type.INVOICE)),
        organization=OuterRef("organization"),
        seller=OuterRef("fee__seller"),
        currency=OuterRef("fee__currency"),
        due_date__lt=OuterRef("happened_on"),
    )
    came_later = documents.filter(applications__created_at__gt=OuterRef("created_at"), applications__undoes=None)
    unpaid = documents.filter(state__in=(*OUTSTANDING, Document.State.UNCOLLECTIBLE))
    rows = DunningEvent.objects.filter(fee__state__in=(*OUTSTANDING, Document.State.PAID))
    return rows.filter(
        Exists(came_later.filter(paid_on__lte=F("due_date"))),
        ~Exists(came_later.filter(paid_on__gt=F("due_date"))),
        ~Exists(unpaid),
        ~Exists(Document.objects.filter(credited=OuterRef("fee"))),
    )


def concerned_micros(case: DunningCase) -> int:
    """Return what a case is about: what is overdue, or once it is closed, its fees to credit; in micros."""
    if case.closed_at is None:
        return case.overdue_micros
    fees = steps_with_fee_to_credit().filter(case=case)
    return int(fees.aggregate(total=Sum("fee__total_micros", default=0))["total"])


def policy_row(debtor: Debtor) -> DunningPolicy | None:
    """Return a customer's own policy, or else the default policy of the seller in the currency."""
    rows = DunningPolicy.objects.filter(seller=debtor.seller_id, currency=debtor.currency, is_used=True)
    own = CustomerPolicy.objects.filter(pk=debtor.organization_id).first()
    if own is None:
        return rows.filter(is_default=True).first()
    return rows.filter(pk=own.policy_id).first() if own.policy_id else None


def policy_terms(row: DunningPolicy) -> Policy:
    """Return a policy as a value."""
    return Policy(
        steps=[
            Step(step.days, Letter(step.letter), step.fee_micros, rules.Restriction(step.restriction))
            for step in row.steps.order_by("position")
        ],
        minimum_micros=row.minimum_micros,
        grace_days=row.grace_days,
        is_automatic=row.is_automatic,
    )


def debtors(now: datetime) -> list[Debtor]:
    """Return the debtors with an overdue invoice or an open case, in a fixed order."""
    names = ("organization_id", "seller_id", "currency")
    found = set(overdue_invoices(now).values_list(*names))
    found |= set(DunningCase.objects.filter(closed_at=None).values_list(*names))
    return sorted((Debtor(*each) for each in found), key=lambda debtor: (str(debtor[0]), *debtor[1:]))


def settled_debtors(now: datetime) -> list[Debtor]:
    """Return the debtors of open cases in which nothing but fees and disputed invoices is overdue."""
    chased = _chased(now).filter(
        organization=OuterRef("organization"), seller=OuterRef("seller"), currency=OuterRef("currency")
    )
    rows = DunningCase.objects.filter(~Exists(chased), closed_at=None).order_by("pk")
    return [Debtor(*each) for each in rows.values_list("organization_id", "seller_id", "currency")]


def invoices_behind_pauses(organization_id: UUID, now: datetime) -> list[Document]:
    """Return the overdue invoices that must be paid before the pauses of a customer's cases end, oldest first."""
    pausing = DunningCase.objects.filter(
        Q(paused_postpaid=True) | Q(suspended_work=True),
        organization=OuterRef("organization"),
        seller=OuterRef("seller"),
        currency=OuterRef("currency"),
        closed_at=None,
    )
    return list(_chased(now).filter(Exists(pausing), organization=organization_id).order_by("due_date", "number"))


def _chased(now: datetime) -> QuerySet[Document]:
    """Return the overdue invoices of all customers without fees and disputed ones."""
    rows = overdue_invoices(now).exclude(kind=Document.Kind.FEE)
    return rows.filter(~Exists(_open_disputes(document=OuterRef("pk"))))


def assess(debtor: Debtor, today: date, case: DunningCase | None = None) -> Assessment:
    """Assess a debtor on a day; nothing is written. `case` is the open case, if the caller has locked it."""
    seller = Seller.objects.get(pk=debtor.seller_id)
    organization = Organization.objects.get(pk=debtor.organization_id)
    case = case or open_cases(debtor).first()
    rows = Document.objects.filter(
        organization=organization, seller=seller, currency=debtor.currency, state__in=OUTSTANDING, due_date__lt=today
    )
    documents = list(rows.order_by("due_date", "number"))
    debts = _debts_of(documents, seller)
    row = policy_row(debtor)
    policy = policy_terms(row) if row else None
    decision = rules.decide(
        [debts[document.pk] for document in documents],
        policy,
        _progress(case) if case else None,
        today=today,
        can_mail=bool(people_reached(organization.pk, TEMPLATE)),
        ended_on=None if case else _ended_by_hand_on(debtor, seller),
    )
    assessment = Assessment(
        organization=organization,
        seller=seller,
        today=today,
        documents=[document for document in documents if rules.overdue([debts[document.pk]], today)],
        policy=policy,
        case=case,
        decision=decision,
    )
    if decision.step == 0:
        skipped = SkippedFirstStep.objects.filter(
            organization=organization, seller=seller, currency=debtor.currency, due_date__in=[assessment.oldest_due]
        )
        assessment = replace(assessment, skipped=skipped.first())
    return assessment


def open_cases(debtor: Debtor) -> QuerySet[DunningCase]:
    """Return the query of a debtor's open case."""
    return DunningCase.objects.filter(
        organization=debtor.organization_id, seller=debtor.seller_id, currency=debtor.currency, closed_at=None
    )


def debtor_of(case: DunningCase) -> Debtor:
    """Return the debtor of a case."""
    return Debtor(case.organization_id, case.seller_id, case.currency)


def find_case(case_id: UUID) -> DunningCase:
    """Return a case with its customer and seller.

    Raises:
        CaseNotFound: there is none.
    """
    case = DunningCase.objects.select_related("organization", "seller").filter(pk=case_id).first()
    if case is None:
        raise CaseNotFound
    return case


def outcome_text(case: DunningCase, now: datetime) -> str:
    """Name the invoices that were overdue while a case was open, each with how it ended or that it is disputed."""
    documents = Document.objects.filter(
        Q(state__in=OUTSTANDING) | Q(updated_at__gte=case.opened_at, updated_at__date__gt=F("due_date")),
        ~Q(kind=Document.Kind.FEE),
        type=Document.Type.INVOICE,
        organization=case.organization_id,
        seller=case.seller_id,
        currency=case.currency,
        due_date__lt=case.seller.day_of(now),
    ).exclude(number="")
    disputed = {each.document_id: each.reason for each in disputed_invoices(case.organization_id)}
    return "; ".join(_ending(each, disputed.get(each.pk)) for each in documents.order_by("due_date", "number"))[:1000]


def _ending(document: Document, disputed: str | None) -> str:
    if document.state in OUTSTANDING:
        return f"{document}: disputed" + (f" ({disputed})" if disputed else " at Stripe")
    return f"{document}: {document.get_state_display().lower()}"


def disputed_invoices(organization_id: UUID) -> QuerySet[DisputedInvoice]:
    """Return a customer's invoices that are disputed now."""
    return _open_disputes(organization=organization_id).select_related("document")


def customers_of(policy: DunningPolicy) -> int:
    """Return how many customers a policy covers."""
    own = CustomerPolicy.objects.filter(organization=OuterRef("pk"))
    of_seller = Organization.objects.filter(billing_profile__seller=policy.seller_id, currency=policy.currency)
    count = of_seller.filter(dunning_policy__policy=policy.pk).count() if policy.pk else 0
    return count + of_seller.filter(~Exists(own)).count() if policy.is_default else count


def _ended_by_hand_on(debtor: Debtor, seller: Seller) -> date | None:
    rows = DunningCase.objects.filter(
        organization=debtor.organization_id,
        seller=debtor.seller_id,
        currency=debtor.currency,
        closed_because=DunningCase.CloseReason.BY_HAND,
    )
    last = rows.order_by("-closed_at").values_list("closed_at", flat=True).first()
    return seller.day_of(last) if last else None


def _open_disputes(**where: Any) -> QuerySet[DisputedInvoice]:
    return DisputedInvoice.objects.filter(decided_at=None, **where)


def _debts_of(documents: Sequence[Document], seller: Seller) -> dict[UUID, UnpaidInvoice]:
    """Return each document's debt, with whether it is disputed here or at Stripe, and when Stripe charges it again."""
    disputed = set(_open_disputes(document__in=documents).values_list("document_id", flat=True))
    at_stripe = StripeInvoice.objects.filter(document__in=documents)
    disputed |= set(
        at_stripe.filter(payments__disputes__outcome=Dispute.Outcome.OPEN).values_list("document_id", flat=True)
    )
    retried = dict(
        at_stripe.filter(state=StripeInvoice.State.OPEN, retry_at__isnull=False).values_list("document_id", "retry_at")
    )
    found = {}
    for document in documents:
        assert document.due_date is not None, "a numbered document has its dates"
        again = retried.get(document.pk)
        found[document.pk] = UnpaidInvoice(
            document.due_date,
            document.left_micros,
            document.kind == Document.Kind.FEE,
            document.pk in disputed,
            seller.day_of(again) if again else None,
        )
    return found


def _progress(case: DunningCase) -> Progress:
    return Progress(
        steps_done=case.steps_done,
        last_on=case.last_on,
        last_days=case.last_days,
        held_until=case.held_until,
        promised_on=case.promised_on,
    )
