"""Tab for dunning: the customer's policy, its cases with their next steps, and the steps taken and skipped."""

from collections.abc import Sequence
from datetime import datetime

from django.http import HttpRequest
from django.urls import reverse

from apps.backoffice.components import Block, Cell, Facts, Link, Table, moment, money, state
from apps.backoffice.customer_page.contract_tabs import change_page
from apps.backoffice.customer_page.money_tabs import SHOWN, changelist
from apps.billing_profiles.selectors import profile_of
from apps.common.admin import actor_text
from apps.dunning.actions import AssignPolicy, step_text
from apps.dunning.models import CustomerPolicy, DunningCase, DunningEvent
from apps.dunning.rules import FOR_STAFF
from apps.dunning.selectors import Debtor, disputed_invoices, policy_row
from apps.tenants.models import Organization

STATES = {"running": "info", "waiting": "default", "person": "warning", "closed": "success"}


def dunning(request: HttpRequest, organization: Organization, now: datetime) -> Sequence[Block]:
    """The policy, the cases, the steps taken and skipped, and disputed invoices."""
    return [
        _policy(request, organization),
        _cases(organization),
        _events(organization),
        *_disputes(organization),
    ]


def _policy(request: HttpRequest, organization: Organization) -> Facts:
    profile = profile_of(organization)
    debtor = Debtor(organization.pk, profile.seller_id, organization.currency) if profile else None
    policy = policy_row(debtor) if debtor else None
    own = CustomerPolicy.objects.filter(pk=organization.pk).exists()
    whose = "its own" if own else "default of the seller"
    rows = [("Policy", Cell("None"))]
    if policy:
        rows = [("Policy", Cell(f"{policy}, {whose}", change_page("dunning_dunningpolicy", policy.pk)))]
        steps = policy.steps.order_by("position")
        rows += [(f"Step {step.position + 1}", Cell(step_text(step, policy.currency))) for step in steps]
    links = []
    if request.user.has_perm(AssignPolicy.permission):
        address = reverse("admin:tenants_organization_choose_policy", args=[organization.pk])
        links.append(Link("Choose the policy", address, "rule"))
    return Facts(title="Dunning policy", rows=rows, links=links)


def _cases(organization: Organization) -> Table:
    rows = [
        [
            moment(case.opened_at, change_page("dunning_dunningcase", case.pk)),
            _state(case),
            money(case.overdue_micros, case.currency),
            Cell(str(case.steps_done)),
            moment(case.next_on),
            moment(case.promised_on),
            Cell(case.closed_note or case.problem or case.hold_reason),
        ]
        for case in DunningCase.objects.filter(organization=organization).order_by("-opened_at", "pk")[:SHOWN]
    ]
    links = [Link("All", changelist("dunning_dunningcase", organization__id__exact=str(organization.pk)))]
    columns = ["Opened", "State", "Overdue", "Steps done", "Next step", "Promised", "Why"]
    return Table(title="Cases", columns=columns, rows=rows, links=links, empty="No dunning case so far.")


def _state(case: DunningCase) -> Cell:
    if case.closed_at:
        return state("closed", case.get_closed_because_display(), STATES)
    if case.wait:
        return state("person" if case.wait in FOR_STAFF else "waiting", case.get_wait_display(), STATES)
    return state("running", "Running", STATES)


def _events(organization: Organization) -> Table:
    rows = [
        [
            moment(event.happened_on),
            Cell(event.get_outcome_display()),
            Cell(event.get_letter_display()),
            Cell(event.get_restriction_display()),
            Cell(str(event.fee or ""), change_page("invoices_document", event.fee.pk) if event.fee else ""),
            money(event.overdue_micros, event.case.currency),
            Cell(event.reason or actor_text(event.created_by)),
        ]
        for event in DunningEvent.objects.filter(organization=organization)
        .select_related("case", "fee")
        .order_by("-created_at", "-pk")[:SHOWN]
    ]
    columns = ["Day", "Step", "Letter", "Pause", "Fee", "Overdue at the time", "Reason or person"]
    return Table(title="Steps taken and skipped", columns=columns, rows=rows, empty="None.")


def _disputes(organization: Organization) -> list[Table]:
    rows = [
        [
            Cell(str(each.document), change_page("invoices_document", each.document_id)),
            money(each.document.left_micros, each.document.currency),
            Cell(each.reason),
            moment(each.opened_at),
        ]
        for each in disputed_invoices(organization.pk).order_by("opened_at")
    ]
    columns = ["Invoice", "Left to pay", "Why", "Since"]
    return [Table(title="Disputed invoices", columns=columns, rows=rows)] if rows else []
