"""Every posting that staff can cause goes through an action with a limit; the exceptions are listed here."""

import ast
from functools import cache
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin import AdminSite
from django.contrib.auth.models import User
from django.db.models import Model
from django.urls import get_resolver, path

from apps.approvals.actions import REGISTRY
from apps.plans.models import Plan
from apps.pricing.models import PriceBook, PriceVersion
from apps.tenants.models import Organization
from tests.approvals import unapproved_pages
from tests.approvals.entry_points import POST, EntryPoints, forms_of
from tests.callgraph import Code, product

# Entry points that lead to a posting without an action, each with the reason why no limit is needed.
BESIDE = {
    "backoffice.admin.customer_budgets.CustomerBudgetsMixin.end_budget": "changes a budget's counters; moves no money",
    "backoffice.admin.customer_budgets.CustomerBudgetsMixin.set_budget": "as above",
    "contracts.admin.contract_actions.ContractActions.edit": "saves a contract without payments at once; only its "
    "`keep` can also collect rows for a posting",
    "backoffice.admin.customer_budgets.CustomerBudgetsMixin.add_to_budget": "raises a limit on work; adds no credit",
    "backoffice.admin.customer_budgets.CustomerBudgetsMixin.pause_work": "pauses new work; moves no money",
    "backoffice.admin.customers.OrganizationAdmin.change_status": "switches automatic top-up off, which buys nothing",
    "backoffice.admin.customers.OrganizationAdmin.change_view": "reads budgets through a decision that writes nothing",
    "backoffice.site.BackofficeSite.get_urls": "only routes to the pages below",
    "backoffice.admin.months.MonthsOfCustomer.close_month": "locks the book while its review drafts, and rolls back",
    "backoffice.admin.months.MonthsOfCustomer.close_month_of_each": "as above",
    "backoffice.views.cost.cost_page": "computes the decision on a reservation, and writes nothing",
    "backoffice.admin.customers.OrganizationAdmin.save_model": "compares resources with a changed limit; posts nothing",
    "contracts.admin.agreements.ServiceAgreementAdmin.stop": "bills what the scheduled job bills that day anyway",
    "invoices.admin.documents.DocumentAdmin.add_view": "Stripe's answer only taxes a draft written by hand; "
    "it finalizes only drafts that the scheduled job would finalize",
    "invoices.admin.documents.DocumentAdmin.discard": "as above",
    "invoices.admin.documents.DocumentAdmin.edit": "as above",
    "invoices.admin.sold_credit.SoldCreditMixin.sell_credit": "as above",
    "invoices.admin.stripe_tax.StripeTaxMixin.ask_tax": "as above",
    "invoices.admin.stripe_tax.StripeTaxMixin.report_tax": "asks Stripe about a numbered invoice, which stays as it is",
    "invoices.admin.usage_drafts.UsageDraftMixin.drop_line": "as above",
    "usage.admin.months.MonthCloseAdmin.draft_invoice": "locks the book while it makes a draft, which posts nothing",
    "payments.admin.inbox.StripeEventAdmin._replay": "applies what Stripe says, once, as the webhook would have",
    "payments.admin.inbox.StripeEventAdmin.replay": "as above",
    "payments.admin.inbox.StripeEventAdmin.replay_one": "as above",
    "payments.admin.inbox.StripeEventAdmin.replay_all": "as above",
    "backoffice.admin.dunning.DisputedDocument.decide": "may close a case, which lets work begin again; posts nothing",
    "backoffice.admin.dunning.DisputedDocument.dispute": "as above",
    "dunning.admin.cases.DunningCaseAdmin.hold": "locks the customer's book; delays the next step",
    "dunning.admin.cases.DunningCaseAdmin.promise": "as above",
    "dunning.admin.cases.DunningCaseAdmin.skip": "locks the customer's book; skips a letter and its fee",
    "backoffice.admin.dunning.PolicyOfCustomer.skip_first_step": "as above",
    "dunning.admin.cases.DunningCaseAdmin.end": "closes a case, which lets work begin again; posts nothing",
    "payments.webhooks.stripe_webhook": "accepts only events that Stripe signed",
}
# Services that staff's code calls directly: what they write causes no posting, neither by a job nor by a customer.
WITHOUT_MONEY = {
    "approvals.services.approve": "decides on an action",
    "approvals.services.reject": "ends a request",
    "backoffice.services.archival.change_status": "stops credentials; what is owed stays owed",
    "backoffice.services.file_imports.import_file": "makes customers who owe nothing, and drafts",
    "backoffice.services.file_imports.upload_file": "checks a file",
    "backoffice.services.new_customers.create_customer": "makes a customer, who may owe nothing",
    "backoffice.services.invitations.ask_to_join": "emails a colleague",
    "backoffice.services.invitations.invite": "makes an account, whose requests its maker cannot approve",
    "papers.services.issuance.credit_receipt_of": "makes a paper",
    "papers.services.issuance.order_form_of": "makes a paper",
    "papers.services.issuance.receipt_of": "makes a paper",
    "papers.services.issuance.statement_of": "makes a paper",
    "papers.services.mails.mail_paper": "emails a paper",
    "papers.services.mails.template_of": "reads",
    "bank.services.files.import_bank_file": "stores lines, which only an action books",
    "bank.services.files.read_bank_file": "reads",
    "backoffice.services.notes.mention": "emails a colleague",
    "backoffice.services.notes.mentioned_in": "reads",
    "backoffice.services.notes.page_of": "reads",
    "backoffice.services.notes.row_of": "reads",
    "backoffice.services.notes.subject_of": "reads",
    "backoffice.services.saved_views.default_query": "reads",
    "backoffice.services.saved_views.save_view": "a list's columns and filters",
    "backoffice.services.saved_views.views_for": "reads",
    "bank.services.files.upload_bank_file": "checks a file",
    "bank.services.lines.ignore_line": "books nothing",
    "bank.services.lines.reopen_line": "as above",
    "bank.services.proposals.match_lines": "proposes matches, which only an action books",
    "bank.services.proposals.proposals_of": "reads",
    "bank.services.proposals.reason_to_ignore": "reads",
    "bank.services.proposals.sure_lines": "reads",
    "billing_profiles.services.closed_books.unfinished": "reads",
    "contracts.services.agreements.charge_key": "reads",
    "contracts.services.agreements.stop_agreement": "see BESIDE",
    "contracts.services.amendments.amended_terms": "reads",
    "contracts.services.cancellations.cancellation_cuts": "reads",
    "contracts.services.cancellations.money_left": "reads",
    "contracts.services.drafts.draft_contract": "nothing is due on a draft until an action offers it",
    "contracts.services.drafts.edit_contract": "for drafts; an offered contract is edited by an action",
    "contracts.services.contract_end.given_up": "reads",
    "contracts.services.contract_end.renewal_terms": "reads",
    "contracts.services.locks.refuse_stale": "reads",
    "invoices.services.credit_note_content.credit_total": "reads",
    "invoices.services.credit_note_content.left_of_lines": "reads",
    "invoices.services.drafts.discard_draft": "nothing is due on a draft until an action finalizes it",
    "invoices.services.drafts.draft_invoice": "as above",
    "invoices.services.drafts.edit_draft": "as above",
    "invoices.services.sold_credit.draft_credit_sale": "as above",
    "invoices.services.sold_credit.net_within": "reads",
    "invoices.services.drafts.refresh_tax": "as above",
    "invoices.services.tax_answers.change_tax_engine": "drafts are taxed again; documents with a number stay",
    "invoices.services.draft_tax.report_again": "reports booked tax to Stripe Tax, once",
    "dunning.services.staff_steps.decide_dispute": "an invoice counts in dunning again, as it was sent",
    "dunning.services.staff_steps.dispute_invoice": "leaves an invoice out of dunning; it stays due",
    "dunning.services.staff_steps.end_case": "lets work begin again; what is owed stays owed",
    "dunning.services.staff_steps.hold_case": "delays the next step",
    "dunning.services.staff_steps.note_promise": "delays the next step",
    "dunning.services.staff_steps.skip_first_step": "as above",
    "dunning.services.staff_steps.skip_step": "skips a letter and its fee",
    "invoices.services.announcements.mail_document": "sends an email",
    "invoices.services.announcements.mail_template": "reads",
    "invoices.services.papers.mark_paper_handled": "stores a text",
    "invoices.services.papers.paper_of": "makes a paper",
    "invoices.services.usage_drafts.drop_line": "takes back a line of a draft, which an action added",
    "invoices.services.usage_drafts.hold_draft": "nothing is due on a draft",
    "invoices.services.usage_drafts.release_draft": "the scheduled job finalizes it, like every other",
    "mail.services.contacts.erase_contact": "changes who gets which email",
    "mail.services.contacts.lift_bounce": "changes who gets which email",
    "mail.services.contacts.unsubscribe": "changes who gets which email",
    "mail.services.messages.mark_handled": "stores a text",
    "mail.services.messages.send_again": "sends an email",
    "outbox.services.enqueue": "the page of meters enqueues usage.fill_breakdown alone, which writes totals",
    "outbox.services.retry_parked": "sends earlier messages again, with the same keys",
    "payments.services.cancellations.refund_plans": "reads",
    "payments.services.customers.recreate_customer": "makes a customer at Stripe",
    "payments.services.inbox.dismiss_event": "applies nothing",
    "payments.services.inbox.replay_event": "see BESIDE",
    "payments.services.inbox.store_event": "see BESIDE",
    "payments.services.links.create_payment_link": "lets a customer pay what is already due",
    "payments.services.parked_events.moved_by": "reads",
    "payments.services.reversals.shares_next": "computes; nothing is written",
    "payments.services.top_up_sessions.confirm_top_up": "leads a customer to Stripe's page, to pay there",
    "plans.services.subscriptions.cancel_subscription": "ends later quotas; that of this period stays",
    "plans.services.subscriptions.mark_past_due": "suspends later quotas",
    "pricing.services.aliases.end_alias": "later usage of the name waits, or has the price for any model",
    "pricing.services.drafts.check_terms": "reads",
    "pricing.services.kept_prices.choose_kept_prices": "a choice about drafts, which an action publishes",
    "pricing.services.price_lists.ending_models": "reads",
    "pricing.services.price_lists.discard_price_list": "deletes drafts",
    "pricing.services.price_lists.export_price_list": "reads",
    "pricing.services.price_lists.import_price_list": "drafts; published by an action",
    "pricing.services.publication.terms_text": "reads",
    "snapshots.services.sources.choose_source": "chooses where figures are collected from",
    "tenants.services.new_api_key": "makes up a text",
    "tenants.services.revoke_api_key": "takes a credential away",
    "webhooks.services.deliveries.replay": "sends events again",
    "webhooks.services.deliveries.retry_delivery": "sends an event again",
    "webhooks.services.deliveries.send_test": "sends an event without any figure",
    "webhooks.services.endpoints.change_endpoint": "disables or enables an endpoint",
    "vouchers.services.batches.cancel_batch": "its codes never worked",
    "vouchers.services.batches.create_batch": "its codes do not work until the action that it submits",
    "vouchers.services.custom_codes.create_chosen": "its code does not work until the action that it submits",
    "vouchers.services.custom_codes.import_codes": "its codes do not work until the action that it submits",
    "vouchers.services.custom_codes.preview_import": "reads",
    "vouchers.services.code_download.claim_download": "reads",
    "vouchers.services.batch_state.disable_batch": "credit that was granted stays",
    "vouchers.services.batch_state.disable_voucher": "credit that was granted stays",
    "usage.services.costs.enter_vendor_bill": "what a vendor billed us; no customer is charged",
    "usage.services.budgets.put_budget": "see BESIDE",
    "usage.services.usage_invoices.draft_usage_invoice": "see BESIDE",
    "usage.services.usage_invoices.invoices_to_come": "see BESIDE",
    "usage.services.month_close.lacking_minimum": "reads",
    "usage.services.costs.correct_costs": "corrects what usage cost us; no customer is charged",
    "usage.services.costs.undo_cost_run": "as above",
    "usage.services.reports.close_report_endpoint": "takes a credential away",
    "usage.services.reports.new_report_secret": "replaces the secret of an endpoint that an action opened",
    "wallets.services.reservations.admission": "reads",
    "usage.services.budgets.add_to_budget": "see BESIDE",
    "wallets.services.budgets.budget_statuses": "reads",
    "wallets.services.budgets.end_budget": "see BESIDE",
    "wallets.services.budgets.recount_resources": "see BESIDE",
    "wallets.services.budgets.resources_status": "reads",
    "wallets.services.alerts.set_work_pause": "see BESIDE",
}
# Functions outside services that write rows, or call a method whose name looks like it.
WRITING = {
    "api.problems.rpc_status._status_message": "describes a protobuf message",
    "backoffice.access_changes.write": "who changed whose access",
    "backoffice.exports.files.workbook": "writes a file",
    "backoffice.second_factor.confirm_device": "a person's own second factor",
    "backoffice.second_factor.forget_devices": "a second factor",
    "backoffice.second_factor.pending_device": "a person's own second factor",
    "backoffice.second_factor.renew_recovery_codes": "a person's own second factor",
    "backoffice.views.preferences.preferences": "how a person reads days and amounts",
    "approvals.runs.store_run": "rows that wait until an action is approved",
    "invoices.tax_report.reliefs_in": "reads",
    "outbox.jobs.finish_job": "when a job ran",
    "outbox.jobs.start_job": "when a job ran",
    "payments.issues.resolve_issue": "closes an issue; the money stays where it is",
    "usage.actions.prices.drafts_digest": "adds bytes to a digest",
    "usage.event_files.hash_of": "adds bytes to a digest",
    "usage.partitions.attached_months": "reads",
    "usage.selectors.call_groups.call_groups": "reads",
    "billing_site.health._database": "reads",
}
# Models that staff edit in forms without a service.
FORMS = {
    "auth.Group": "rights; each change is recorded, and its maker cannot approve requests of those it concerns",
    "auth.User": "people, likewise",
    "backoffice.Note": "a text",
    "backoffice.SavedView": "a filter",
    "bank.CsvFormat": "how a bank writes its files",
    "billing_profiles.BillingProfile": "who is billed; counts from the next draft of an invoice",
    "billing_profiles.ExchangeRate": "restates the tax of the next documents in another currency; for administrators",
    "billing_profiles.ExternalId": "a name",
    "billing_profiles.NumberRange": "how the numbers of documents look",
    "billing_profiles.Seller": "who bills; for administrators, counts from the next draft of an invoice",
    "billing_profiles.SellerBankAccount": "where customers pay to; for administrators",
    "billing_profiles.TaxRate": "the tax of the next documents; for administrators, each change is recorded",
    "mail.Contact": "who gets email",
    "outbox.Heartbeat": "whether a job runs; jobs and times are in the code",
    "pricing.Meter": "what is counted; it costs nothing until an action publishes a price",
    "pricing.PriceBook": "the name of a list of prices",
    "pricing.PriceVersion": "drafts; published by an action",
    "plans.Plan": "what it includes is fixed once somebody is on it; putting somebody on it is an action",
    "tenants.IdentityLink": "can only be removed; an action makes it",
    "tenants.Organization": "without the postpaid limit, which an action changes",
    "tenants.Project": "a name",
}
# Amounts that are typed in those forms, each with the reason why no limit is needed.
TYPED = {
    "billing_profiles.ExchangeRate rate_micros": "restates the tax of an invoice; what is owed does not change",
    "pricing.Meter credits_micros": "only converts a unit for display",
    "pricing.Meter developer_units_micros": "likewise",
    "pricing.Meter explorer_units_micros": "likewise",
    "pricing.PriceVersion input_micros_per_million": "of a draft; published by an action",
    "pricing.PriceVersion micros_per_million": "likewise",
    "pricing.PriceVersion minimum_micros": "likewise",
    "pricing.PriceVersion output_micros_per_million": "likewise",
    "pricing.PriceVersion package_price_micros": "likewise",
    "pricing.PriceVersion package_size_micros": "likewise",
    "plans.Plan credits_micros": "an allocation that is only shown",
    "plans.Plan developer_units_micros": "likewise",
    "plans.Plan explorer_units_micros": "likewise",
    "plans.Plan list_quota_micros": "fixed once somebody is on the plan; putting somebody on it is an action",
    "tenants.Organization monthly_resource_spend_limit_usd_micros": "a limit on spending, not an amount to pay",
    "tenants.Organization usd_rate_micros": "for display, and to state tax in dollars; limits have rates of their own",
}
# Services whose rows a scheduled job or a customer later turns into postings, and the action that performs each.
FED_BY = {
    "contracts.services.agreements.write_agreement": "contracts.write_agreement",
    "contracts.services.agreements.change_agreement": "contracts.change_agreement",
    "contracts.services.agreements.resume_agreement": "contracts.resume_agreement",
    "contracts.services.amendments.amend_contract": "contracts.amend",
    "contracts.services.drafts.change_details": "contracts.change_renewal",
    "contracts.services.drafts.offer_contract": "contracts.offer",
    "contracts.services.prices.publish_agreed_prices": "contracts.offer",
    "payments.services.cancellations.cancel_contract_at": "contracts.cancel_at",
    "contracts.services.contract_end.cancel_contract": "contracts.cancel",
    "plans.services.subscriptions.activate_subscription": "plans.activate",
    "plans.services.subscriptions.change_plan": "plans.change",
    "plans.services.subscriptions.start_subscription": "plans.start",
    "pricing.services.publication.end_price_version": "pricing.end",
    "pricing.services.publication.publish_price_version": "pricing.publish",
    "pricing.services.publication.withdraw_price_version": "pricing.withdraw",
    "pricing.services.price_lists.publish_price_list": "pricing.publish_list",
    "payments.services.refunds.request_refund": "payments.refund",
    "tenants.services.add_api_key": "tenants.issue_key",
    "tenants.services.link_identity": "tenants.link_identity",
    "usage.services.reports.open_report_endpoint": "usage.open_endpoint",
    "usage.services.quarantine_rating.rate_selection": "usage.rate",
    "usage.services.month_close.close_month_of": "usage.close_month",
    "usage.services.aliases.name_and_rate": "usage.name_model",
    "pricing.services.aliases.name_listed_models": "usage.name_listed_models",
    "vouchers.services.batch_start.open_batch": "vouchers.start_batch",
    "vouchers.services.revocation.revoke_batch": "vouchers.revoke_batch",
    "vouchers.services.revocation.revoke_voucher": "vouchers.revoke_code",
    "vouchers.services.batch_state.change_limit": "vouchers.change_limit",
    "vouchers.services.batch_state.enable_batch": "vouchers.enable_batch",
    "vouchers.services.batch_state.enable_voucher": "vouchers.enable_code",
    "vouchers.services.batch_state.extend_batch": "vouchers.extend_batch",
}
FEEDING = {f"apps.{name}" for name in FED_BY}


@cache
def of_staff() -> EntryPoints:
    """Return everything that staff can reach in the running site."""
    return EntryPoints(product(), admin.site, get_resolver().url_patterns)


def short(name: str) -> str:
    return name.removeprefix("apps.")


def paths_by_name(ways: dict[str, list[str]]) -> dict[str, str]:
    return {short(name): " > ".join(way) for name, way in ways.items()}


def amounts(fields: set[str]) -> set[str]:
    return {name for name in fields if "micros" in name}


def test_every_posting_that_staff_can_cause_goes_through_an_action() -> None:
    found = paths_by_name(of_staff().postings())
    assert {name: way for name, way in found.items() if name not in BESIDE} == {}
    assert set(BESIDE) == set(found), "an exception that is no longer needed"


def test_what_the_clock_turns_into_postings_is_out_of_reach_but_for_actions() -> None:
    assert paths_by_name(of_staff().leading_to(FEEDING)) == {}


def test_every_service_that_staffs_code_calls_is_known_to_move_no_money() -> None:
    assert set(map(short, of_staff().services())) == set(WITHOUT_MONEY)


def test_every_write_beside_a_service_is_known_to_move_no_money() -> None:
    assert {short(name): calls for name, calls in of_staff().writes().items() if short(name) not in WRITING} == {}
    assert set(map(short, of_staff().writes())) == set(WRITING)


@pytest.mark.django_db
def test_every_form_without_a_service_is_known_to_move_no_money() -> None:
    forms = {model._meta.label: fields for model, fields in forms_of(admin.site, superuser()).items()}
    assert set(forms) == set(FORMS)
    assert {f"{label} {name}" for label, fields in forms.items() for name in amounts(fields)} == set(TYPED)


def test_no_page_carries_an_action_out_beside_submit_and_execute() -> None:
    beside = {
        name
        for name, module in product().modules.items()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute) and node.attr == "perform" and ast.unparse(node.value) != "super()"
    }
    assert beside == {"apps.approvals.actions", "apps.approvals.submission"}


@pytest.mark.parametrize(("service", "kind"), FED_BY.items())
def test_each_service_that_feeds_the_clock_is_what_its_action_carries_out(service: str, kind: str) -> None:
    assert f"apps.{service}" in product().graph, "there is no such service"
    cls = REGISTRY[kind]
    assert f"apps.{service}" in product().graph[f"{cls.__module__}.{cls.__name__}.perform"]


def test_the_graph_sees_what_it_is_asked_about() -> None:
    ways = product().reaching({POST}, without=set())
    for name in ("plans.services.subscriptions.change_plan", "usage.services.quarantine_rating.rate_selection"):
        assert ways[f"apps.{name}"][-1] == POST
    assert product().resolve("apps.wallets.services.grant_credits") == "apps.wallets.services.grants.grant_credits"
    assert "apps.vouchers.services.revocation.revoke_batch" in ways, "a task that is enqueued by its name"


def superuser() -> Any:
    return User.objects.create_superuser("ann", is_staff=True)


class TestPlanted:
    """A page that posts without an action is found wherever it is."""

    def entries(self, *pages: tuple[type[Model], Any], view: Any = None) -> EntryPoints:
        site = AdminSite(name="planted")
        for model, page in pages:
            site.register(model, page)
        addresses = [*site.get_urls(), *([path("planted", view)] if view else [])]
        return EntryPoints(code(), site, addresses)

    def test_a_service_that_a_method_of_a_page_calls(self) -> None:
        entries = self.entries((Organization, unapproved_pages.CallsService))
        assert "tests.approvals.unapproved_pages.CallsService.give" in entries.postings()
        assert "apps.wallets.services.grants.grant_credits" in entries.services()

    @pytest.mark.parametrize("view", [unapproved_pages.staff_view, unapproved_pages.StaffView.as_view()])
    def test_a_view_of_staff_in_any_module(self, view: Any) -> None:
        entries = self.entries(view=view)
        assert {way[-1] for way in entries.postings().values()} == {POST}
        assert "apps.wallets.services.grants.grant_credits" in entries.services()

    def test_a_service_that_the_clock_turns_into_postings(self) -> None:
        entries = self.entries((PriceVersion, unapproved_pages.FeedsTheClock))
        assert "tests.approvals.unapproved_pages.FeedsTheClock.publish" in entries.leading_to(FEEDING)

    @pytest.mark.parametrize(
        ("model", "page", "writing"),
        [
            (Organization, unapproved_pages.WritesInSave, "WritesInSave.save_model"),
            (Plan, unapproved_pages.WritesInForm, "QuotaForm.clean"),
        ],
    )
    def test_a_write_beside_services(self, model: Any, page: Any, writing: str) -> None:
        assert f"tests.approvals.unapproved_pages.{writing}" in self.entries((model, page)).writes()

    @pytest.mark.django_db
    def test_an_amount_that_is_typed_in_a_form_or_beneath_it(self) -> None:
        forms = forms_of(self.entries((PriceBook, unapproved_pages.TypesPrices)).site, superuser())
        assert amounts(forms[PriceVersion]) == {"minimum_micros", "package_price_micros"}


@cache
def code() -> Code:
    return Code(beside=[unapproved_pages.__name__])
