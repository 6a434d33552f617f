"""Adds to other apps' pages: tomorrow's dunning as a page and as CSV, a customer's policy, and disputed invoices."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from unfold.decorators import action

from apps.approvals.actions import person
from apps.approvals.pages import confirm_action, reason_and_key
from apps.backoffice.components import Cell, Link, Table, money
from apps.backoffice.customer_page.summary import tab_of
from apps.billing_profiles.models import Seller
from apps.billing_profiles.selectors import profile_of
from apps.common.admin import (
    Change,
    PageExtension,
    Question,
    Review,
    confirm,
    confirm_step,
    day_text,
    register_extension,
)
from apps.common.csv_text import MARK, csv_line
from apps.common.money import decimal_text
from apps.dunning import services
from apps.dunning.actions import AssignPolicy
from apps.dunning.forms import AssignForm, SkipFirstStepForm
from apps.dunning.letters import letter_text
from apps.dunning.models import CustomerPolicy, DisputedInvoice, DunningCase, DunningPolicy, DunningStep
from apps.dunning.rules import Letter
from apps.dunning.selectors import Assessment, Debtor, assess, debtors
from apps.invoices.models import Document
from apps.invoices.models.documents import OUTSTANDING
from apps.tenants.models import Organization

COLUMNS = ("Customer", "What", "Overdue", "Fee", "Pause", "Letter")
EXPLANATION = (
    "What the next run would do if nothing is paid until then. Open the case to skip its step with a reason, to hold "
    "it, or to record a promise. To skip the first step of a case that is not open yet, follow its link."
)


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """The next step for one debtor, due tomorrow: a short text, and the letter's subject and text, if any."""

    assessment: Assessment
    what: str
    subject: str = ""
    text: str = ""


def planned_steps(now: datetime, only: Debtor | None = None) -> list[PlannedStep]:
    """Return what dunning does tomorrow if nothing is paid until then: each step, and each case that waits or closes.

    `only` limits it to one debtor.
    """
    found = []
    for debtor in [only] if only else debtors(now + timedelta(days=1)):
        today = Seller.objects.get(pk=debtor.seller_id).day_of(now)
        assessment = assess(debtor, today + timedelta(days=1))
        if assessment.case or assessment.decision.opens:
            found.append(_planned(assessment))
    return found


def _planned(assessment: Assessment) -> PlannedStep:
    decision, step = assessment.decision, assessment.step
    if assessment.skipped:
        return PlannedStep(assessment, f"Step 1 is skipped: {assessment.skipped.reason}")
    if decision.closes:
        return PlannedStep(assessment, f"Closes: {DunningCase.CloseReason(decision.closes).label.lower()}")
    if decision.wait:
        return PlannedStep(assessment, f"Waits: {DunningCase.WaitReason(decision.wait).label.lower()}")
    if decision.step is None or step is None:
        opens = "Opens; the" if decision.opens else "The"
        return PlannedStep(assessment, f"{opens} next step is on {day_text(decision.next_on)}")
    written = letter_text(assessment, step) if step.letter != Letter.NONE else None
    what = f"Step {decision.step + 1}: {DunningStep.Letter(step.letter).label.lower()}"
    return PlannedStep(assessment, what, written.subject if written else "", written.text if written else "")


@register_extension(DunningCase)
class PlannedDunning(PageExtension[DunningCase]):
    """A button of the list of cases."""

    added_list_buttons = ("tomorrow",)

    def has_tomorrow_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return request.user.has_perm("dunning.view_dunningcase")

    @action(description="Tomorrow's steps", url_path="tomorrow", permissions=["tomorrow"], icon="event_upcoming")
    def tomorrow(self, request: HttpRequest) -> HttpResponse:
        rows = planned_steps(timezone.now())
        if request.GET.get("format") == "csv":
            return _csv(rows)
        table = Table(
            title="Steps that fall due by tomorrow",
            columns=COLUMNS,
            rows=[_cells(row) for row in rows],
            links=[Link("As CSV", f"?{urlencode({'format': 'csv'})}")],
            explanation=EXPLANATION,
            empty="Nothing is overdue.",
        )
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Dunning tomorrow",
            "blocks": [table],
        }
        return TemplateResponse(request, "admin/report.html", context)


def _cells(row: PlannedStep) -> list[Cell]:
    assessment, step = row.assessment, _taken(row)
    case = assessment.case
    page = reverse("admin:dunning_dunningcase_change", args=[case.pk]) if case else ""
    if not case and _taken(row):
        page = reverse("admin:tenants_organization_skip_first_step", args=[assessment.organization.pk])
    currency = assessment.organization.currency
    return [
        Cell(assessment.organization.name, tab_of(assessment.organization, "dunning")),
        Cell(row.what, page),
        money(assessment.overdue_micros, currency),
        money(step.fee_micros if step else None, currency),
        Cell(DunningStep.Restriction(step.restriction).label if step else ""),
        Cell(f"{row.subject}\n\n{row.text}".strip()),
    ]


def _taken(row: PlannedStep) -> Any:
    assessment = row.assessment
    return assessment.step if assessment.decision.step is not None and not assessment.skipped else None


def _csv(rows: Sequence[PlannedStep]) -> HttpResponse:
    text = csv_line(["customer", "what", "currency", "overdue", "fee", "stops", "subject", "text"])
    for row in rows:
        assessment, step = row.assessment, _taken(row)
        text += csv_line(
            [
                assessment.organization.name,
                row.what,
                assessment.organization.currency,
                decimal_text(assessment.overdue_micros),
                decimal_text(step.fee_micros) if step else "",
                DunningStep.Restriction(step.restriction).label if step else "",
                row.subject,
                row.text,
            ]
        )
    answer = HttpResponse(MARK + text, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="dunning-tomorrow.csv"'
    return answer


@register_extension(Organization)
class PolicyOfCustomer(PageExtension[Organization]):
    """Buttons of a customer's page."""

    added_buttons = ({"title": "Dunning", "icon": "rule", "items": ["choose_policy", "skip_first_step"]},)

    def has_policy_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return request.user.has_perm(AssignPolicy.permission)

    @action(description="Dunning policy", url_path="dunning-policy", permissions=["policy"], icon="rule")
    def choose_policy(self, request: HttpRequest, object_id: str) -> HttpResponse:
        organization = get_object_or_404(Organization, pk=object_id)
        profile = profile_of(organization)
        rows = DunningPolicy.objects.filter(
            seller=profile.seller_id if profile else None, currency=organization.currency, is_used=True
        )
        policies = list(rows.order_by("name"))
        own = CustomerPolicy.objects.filter(pk=organization.pk).first()

        def build(cleaned: Any) -> AssignPolicy:
            chosen = next((each for each in policies if str(each.pk) == cleaned["policy"]), None)
            return AssignPolicy(
                organization_id=organization.pk,
                currency=organization.currency,
                amount_micros=sum(step.fee_micros for step in chosen.steps.all()) if chosen else 0,
                policy_id=chosen.pk if chosen else None,
                follows_seller=cleaned["policy"] == AssignForm.FOLLOWS,
                **reason_and_key(cleaned),
            )

        return confirm_action(
            request,
            admin=self,
            action=AssignPolicy,
            build=build,
            form=AssignForm,
            form_options={"policies": policies},
            initial={"policy": (str(own.policy_id) if own.policy_id else AssignForm.NONE) if own else "follows"},
            explanation="It applies from the next run; an open case continues with its next step.",
            back=tab_of(organization, "dunning"),
            subject=organization,
        )

    def has_dunning_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return request.user.has_perm("dunning.change_dunningcase")

    @action(
        description="Skip the first dunning step",
        url_path="skip-first-dunning-step",
        permissions=["dunning"],
        icon="skip_next",
    )
    def skip_first_step(self, request: HttpRequest, object_id: str) -> HttpResponse:
        organization = get_object_or_404(Organization, pk=object_id)
        profile, now = profile_of(organization), timezone.now()
        if profile is None:
            raise Http404  # nobody reminds a customer who cannot be invoiced
        debtor = Debtor(organization.pk, profile.seller_id, organization.currency)
        planned = next((each for each in planned_steps(now, debtor) if _taken(each)), None)
        assessment = planned.assessment if planned and not planned.assessment.case else None

        def perform(cleaned: Any) -> str:
            services.skip_first_step(
                debtor=debtor,
                due=cleaned["due"],
                reason=cleaned["reason"],
                created_by=person(request.user),
                now=timezone.now(),
            )
            self.log_change(request, organization, f"First dunning step skipped: {cleaned['reason']}")
            return "Skipped: the case opens without its first step."

        question = Question(
            title="Skip the first dunning step",
            form=SkipFirstStepForm,
            initial={"due": assessment.oldest_due if assessment else None},
            explanation="The step is skipped when the case opens tomorrow: no letter, no fee, no pause."
            if assessment
            else "No case of this customer opens tomorrow with a step.",
            review=lambda _: Review([Change("Step tomorrow", planned.what if planned else "none", "skipped")]),
            rehearsal=perform,
            button="Skip",
            always_review=True,
        )
        back = tab_of(organization, "dunning")
        return confirm(request, admin=self, question=question, perform=perform, back=back, subject=organization)


@register_extension(Document)
class DisputedDocument(PageExtension[Document]):
    """Buttons of an invoice's page."""

    added_buttons = ("dispute", "decide")

    def buttons_for(self, row: Document) -> Any:
        is_disputed = DisputedInvoice.objects.filter(document=row.pk, decided_at=None).exists()
        more = ["decide"] if is_disputed else ["dispute"] if row.state in OUTSTANDING else []
        return [*super().buttons_for(row), *more]  # type: ignore[misc]

    def has_dunning_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return request.user.has_perm("dunning.change_dunningcase")

    @action(description="Disputed", url_path="dispute", permissions=["dunning"], icon="gavel")
    def dispute(self, request: HttpRequest, object_id: str) -> HttpResponse:
        row = get_object_or_404(Document.objects.exclude(number=""), pk=object_id)
        return confirm_step(
            request,
            row,
            admin=self,
            question=Question(
                title="The customer disputes this invoice",
                explanation="Dunning excludes it until the dispute is decided; it stays due.",
                review=lambda _: Review([Change("Disputed", "no", "yes")]),
                button="Exclude it",
                always_review=True,
            ),
            perform=lambda cleaned: services.dispute_invoice(
                document_id=row.pk, reason=cleaned["reason"], created_by=person(request.user), now=timezone.now()
            ),
            done=f"{row} is disputed, and dunning excludes it.",
        )

    @action(description="Dispute decided", url_path="dispute-decided", permissions=["dunning"], icon="gavel")
    def decide(self, request: HttpRequest, object_id: str) -> HttpResponse:
        row = get_object_or_404(Document.objects.exclude(number=""), pk=object_id)
        return confirm_step(
            request,
            row,
            admin=self,
            question=Question(
                title="The dispute is decided",
                explanation="If the customer was right, write a credit note. What is still due is dunned again.",
                review=lambda _: Review([Change("Disputed", "yes", "no")]),
                button="Confirm",
                always_review=True,
            ),
            perform=lambda _: services.decide_dispute(document_id=row.pk, now=timezone.now()),
            done=f"The dispute of {row} is decided; dunning includes it again while it is unpaid.",
        )
