"""What dunning will do tomorrow, as a page and as CSV; a customer's policy; and invoices that are disputed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from unfold.decorators import action

from apps.approvals.actions import person
from apps.approvals.pages import ask, stated
from apps.backoffice.components import Cell, Link, Table, money
from apps.backoffice.customer_page.summary import tab_of
from apps.billing_profiles.selectors import profile_of
from apps.common.admin import Change, PageExtension, Question, Review, confirm, register_extension
from apps.common.csv_text import MARK, csv_line
from apps.common.money import decimal_text
from apps.dunning import services
from apps.dunning.actions import AssignPolicy
from apps.dunning.forms import AssignForm, SkipFirstStepForm
from apps.dunning.letters import letter_text
from apps.dunning.models import CustomerPolicy, DisputedInvoice, DunningCase, DunningPolicy, DunningStep
from apps.dunning.rules import Letter
from apps.dunning.selectors import Place, Standing, places, standing_at
from apps.invoices.models import Document
from apps.invoices.models.documents import ASKING
from apps.invoices.services.dates import day_of
from apps.tenants.models import Organization

COLUMNS = ("Customer", "What", "Overdue", "Fee", "Stops", "Letter")
EXPLANATION = (
    "What the next run would do if nothing is paid until then. Open the case to skip its step with a reason, to hold "
    "it, or to note a promise; a first step that comes with its case is skipped by its link."
)


@dataclass(frozen=True, slots=True)
class Planned:
    """What happens at one place tomorrow."""

    standing: Standing
    what: str
    subject: str = ""
    text: str = ""


def planned_steps(now: datetime, only: Place | None = None) -> list[Planned]:
    """Return what dunning does tomorrow by what is owed now: each step, and each case that waits or closes.

    `only` is the place to look at; without it, all are.
    """
    found = []
    for place in [only] if only else places(now + timedelta(days=1)):
        standing = standing_at(place, now.date())
        today = day_of(standing.seller, now)
        standing = standing_at(place, today + timedelta(days=1))
        if standing.case or standing.decision.opens:
            found.append(_planned(standing))
    return found


def _planned(standing: Standing) -> Planned:
    decision, step = standing.decision, standing.step
    if standing.skipped:
        return Planned(standing, f"Step 1 is skipped: {standing.skipped.reason}")
    if decision.closes:
        return Planned(standing, f"Closes: {DunningCase.Closed(decision.closes).label.lower()}")
    if decision.wait:
        return Planned(standing, f"Waits: {DunningCase.Wait(decision.wait).label.lower()}")
    if decision.step is None or step is None:
        opens = "Opens; the" if decision.opens else "The"
        return Planned(standing, f"{opens} next step is on {decision.next_on}")
    written = letter_text(standing, step) if step.letter != Letter.NONE else None
    what = f"Step {decision.step + 1}: {DunningStep.Letter(step.letter).label.lower()}"
    return Planned(standing, what, written.subject if written else "", written.text if written else "")


@register_extension(DunningCase)
class PlannedSteps(PageExtension[DunningCase]):
    """A button of the list of cases."""

    actions_list = ("tomorrow",)

    def has_tomorrow_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return request.user.has_perm("dunning.view_dunningcase")

    @action(description="Tomorrow", url_path="tomorrow", permissions=["tomorrow"], icon="event_upcoming")
    def tomorrow(self, request: HttpRequest) -> HttpResponse:
        rows = planned_steps(timezone.now())
        if request.GET.get("format") == "csv":
            return _csv(rows)
        table = Table(
            title="Tomorrow",
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


def _cells(row: Planned) -> list[Cell]:
    standing, step = row.standing, _taken(row)
    case = standing.case
    page = reverse("admin:dunning_dunningcase_change", args=[case.pk]) if case else ""
    if not case and _taken(row):
        page = reverse("admin:tenants_organization_skip_first_step", args=[standing.organization.pk])
    currency = standing.organization.currency
    return [
        Cell(standing.organization.name, tab_of(standing.organization, "dunning")),
        Cell(row.what, page),
        money(standing.overdue_micros, currency),
        money(step.fee_micros if step else None, currency),
        Cell(DunningStep.Act(step.act).label if step else ""),
        Cell(f"{row.subject}\n\n{row.text}".strip()),
    ]


def _taken(row: Planned) -> Any:
    standing = row.standing
    return standing.step if standing.decision.step is not None and not standing.skipped else None


def _csv(rows: Sequence[Planned]) -> HttpResponse:
    text = csv_line(["customer", "what", "currency", "overdue", "fee", "stops", "subject", "text"])
    for row in rows:
        standing, step = row.standing, _taken(row)
        text += csv_line(
            [
                standing.organization.name,
                row.what,
                standing.organization.currency,
                decimal_text(standing.overdue_micros),
                decimal_text(step.fee_micros) if step else "",
                DunningStep.Act(step.act).label if step else "",
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
                **stated(cleaned),
            )

        return ask(
            request,
            admin=self,
            action=AssignPolicy,
            build=build,
            form=AssignForm,
            form_options={"policies": policies},
            initial={"policy": (str(own.policy_id) if own.policy_id else AssignForm.NONE) if own else "follows"},
            explanation="Its steps count from the next run; an open case goes on from where it is.",
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
        place = Place(organization.pk, profile.seller_id, organization.currency) if profile else None
        planned = next((each for each in planned_steps(now, place) if _taken(each)), None) if place else None
        standing = planned.standing if planned and not planned.standing.case else None

        def perform(cleaned: Any) -> str:
            assert place is not None
            services.skip_first_step(
                place=place,
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
            initial={"due": standing.oldest_due if standing else None},
            explanation="It is not taken when the case opens tomorrow: no letter, no fee, and nothing is stopped."
            if standing
            else "No case of this customer opens tomorrow with a step.",
            review=lambda _: Review([Change("Step tomorrow", planned.what if planned else "none", "skipped")]),
            button="Skip",
            always_review=True,
        )
        back = tab_of(organization, "dunning")
        return confirm(request, admin=self, question=question, perform=perform, back=back, subject=organization)


@register_extension(Document)
class DisputedDocument(PageExtension[Document]):
    """Buttons of an invoice's page."""

    added_buttons = ("dispute", "decide")

    def fitting(self, row: Document) -> Any:
        is_disputed = DisputedInvoice.objects.filter(document=row.pk, decided_at=None).exists()
        more = ["decide"] if is_disputed else ["dispute"] if row.state in ASKING else []
        return [*super().fitting(row), *more]  # type: ignore[misc]

    def has_dunning_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return request.user.has_perm("dunning.change_dunningcase")

    @action(description="Disputed", url_path="dispute", permissions=["dunning"], icon="gavel")
    def dispute(self, request: HttpRequest, object_id: str) -> HttpResponse:
        row = get_object_or_404(Document.objects.exclude(number=""), pk=object_id)

        def perform(cleaned: Any) -> str:
            services.dispute_invoice(
                document_id=row.pk, reason=cleaned["reason"], created_by=person(request.user), now=timezone.now()
            )
            self.log_change(request, row, f"Disputed: {cleaned['reason']}")
            return f"{row} is left out of dunning."

        return confirm(
            request,
            admin=self,
            question=Question(
                title="The customer disputes this invoice",
                explanation="It is left out of dunning until the dispute is decided; it stays due.",
                review=lambda _: Review([Change("Disputed", "no", "yes")]),
                button="Leave it out",
                always_review=True,
            ),
            perform=perform,
            subject=row,
        )

    @action(description="Dispute decided", url_path="dispute-decided", permissions=["dunning"], icon="gavel")
    def decide(self, request: HttpRequest, object_id: str) -> HttpResponse:
        row = get_object_or_404(Document.objects.exclude(number=""), pk=object_id)

        def perform(cleaned: Any) -> str:
            services.decide_dispute(document_id=row.pk, now=timezone.now())
            self.log_change(request, row, f"Dispute decided: {cleaned['reason']}")
            return f"{row} counts in dunning again while it is unpaid."

        return confirm(
            request,
            admin=self,
            question=Question(
                title="The dispute is decided",
                explanation="If the customer was right, write a credit note. What is still due is dunned again.",
                review=lambda _: Review([Change("Disputed", "yes", "no")]),
                button="It is decided",
                always_review=True,
            ),
            perform=perform,
            subject=row,
        )
