"""Every posting that staff can cause goes through an action, which a limit guards; what does not is named here."""

import ast

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from apps.approvals.actions import REGISTRY
from apps.common.admin import ReadOnlyModelAdmin
from tests.backoffice.people import client_of, create_staff
from tests.callgraph import graph, modules, reaching, resolve, subclasses

POST = "apps.ledger.services.posting.post"
# Where an action is carried out, after its limit, or rehearsed and rolled back.
GUARDED = {
    "apps.approvals.actions.submit",
    "apps.approvals.actions.execute",
    "apps.approvals.actions._rehearse",
    "apps.usage.actions._rehearsed",
}
# Pages of staff that lead to a posting beside the actions, each with the reason why no limit is needed.
BESIDE = {
    "contracts.admin.agreements.ServiceAgreementAdmin.stop": "bills what the clock bills that day in any case",
    "payments.admin.inbox.StripeEventAdmin._replay": "applies what Stripe says, once, as the webhook would have",
    "payments.admin.inbox.StripeEventAdmin.replay": "as above",
    "payments.admin.inbox.StripeEventAdmin.replay_one": "as above",
    "payments.admin.inbox.StripeEventAdmin.replay_all": "as above",
}
# Services that pages of staff call themselves: what each writes leads to no posting, by the clock or by a customer.
WITHOUT_MONEY = {
    "approvals.services.approve": "decides on an action",
    "approvals.services.reject": "ends a request",
    "contracts.services.agreements.stop_agreement": "see BESIDE",
    "contracts.services.drafting.draft_contract": "a draft asks for nothing until it is offered, by an action",
    "contracts.services.drafting.edit_contract": "for drafts; an offered contract is edited by an action",
    "contracts.services.ending.renewal_terms": "reads",
    "outbox.services.retry_parked": "sends again what was asked for before, with the same key",
    "payments.services.customers.recreate_customer": "makes a customer at Stripe",
    "payments.services.inbox.dismiss_event": "applies nothing",
    "payments.services.inbox.replay_event": "see BESIDE",
    "payments.services.links.create_payment_link": "lets a customer pay what is asked for already",
    "plans.services.subscriptions.cancel_subscription": "the quota of the period stays, and no other follows",
    "plans.services.subscriptions.mark_past_due": "quota waits",
    "pricing.services.drafting.check_terms": "reads",
    "snapshots.services.sources.choose_source": "collects figures of others",
    "tenants.services.issue_api_key": "gives a credential",
    "tenants.services.lock_organization": "reads",
    "tenants.services.provision_organization": "makes a customer, who may owe nothing",
    "tenants.services.revoke_api_key": "takes a credential",
    "tenants.services.set_status": "stops credentials; what is owed stays owed",
    "vouchers.services.batches.cancel_batch": "its codes never worked",
    "vouchers.services.batches.create_batch": "its codes do not work before the action that it submits",
    "vouchers.services.chosen.create_chosen": "its code does not work before the action that it submits",
    "vouchers.services.chosen.import_codes": "its codes do not work before the action that it submits",
    "vouchers.services.chosen.preview_import": "reads",
    "vouchers.services.downloading.claim_download": "reads",
    "vouchers.services.switching.disable_batch": "what was given stays",
    "vouchers.services.switching.disable_voucher": "what was given stays",
    "wallets.services.opening.open_wallet": "an empty wallet",
}
# Models that staff fill in forms of, without a service.
FORMS = {
    "backoffice.Note": "words",
    "backoffice.SavedView": "a filter",
    "pricing.PriceBook": "where prices stand",
    "pricing.Meter": "what is counted; nothing costs before a price is published, by an action",
    "pricing.PriceVersion": "drafts; published by an action",
    "plans.Plan": "what it includes is fixed once somebody is on it; putting somebody on it is an action",
    "tenants.IdentityLink": "who signs in",
    "tenants.Organization": "without its limit, which an action changes",
    "tenants.Project": "a name",
}
# What the clock or a customer turns into postings, and which action leads there.
FED_BY = {
    "contracts.services.agreements.write_agreement": "contracts.write_agreement",
    "contracts.services.agreements.change_agreement": "contracts.change_agreement",
    "contracts.services.agreements.resume_agreement": "contracts.resume_agreement",
    "contracts.services.amending.amend_contract": "contracts.amend",
    "contracts.services.drafting.change_details": "contracts.change_renewal",
    "contracts.services.drafting.offer_contract": "contracts.offer",
    "contracts.services.ending.cancel_contract": "contracts.cancel",
    "plans.services.subscriptions.activate_subscription": "plans.activate",
    "plans.services.subscriptions.change_plan": "plans.change",
    "plans.services.subscriptions.start_subscription": "plans.start",
    "pricing.services.publishing.end_price_version": "pricing.end",
    "pricing.services.publishing.publish_price_version": "pricing.publish",
    "pricing.services.publishing.withdraw_price_version": "pricing.withdraw",
    "payments.services.refunding.request_refund": "payments.refund",
    "usage.services.rerating.rate_selection": "usage.rate",
    "vouchers.services.opening.open_batch": "vouchers.start_batch",
    "vouchers.services.revoking.revoke_batch": "vouchers.revoke_batch",
    "vouchers.services.revoking.revoke_voucher": "vouchers.revoke_code",
    "vouchers.services.switching.change_limit": "vouchers.change_limit",
    "vouchers.services.switching.enable_batch": "vouchers.enable_batch",
    "vouchers.services.switching.enable_voucher": "vouchers.enable_code",
    "vouchers.services.switching.extend_batch": "vouchers.extend_batch",
}


def guarded() -> set[str]:
    """What is not followed: an action's own doing, which `submit` and `execute` alone call."""
    actions = subclasses("apps.approvals.actions.Action")
    return GUARDED | {f"{name}.{method}" for name in actions for method in ("perform", "preview", "close")}


def is_page(name: str) -> bool:
    """Say whether a function is one of staff's pages, or of what these are made of."""
    parts = name.split(".")
    return (parts[1] == "backoffice" and "management" not in parts) or "admin" in parts or parts[2] == "pages"


def short(names: set[str]) -> set[str]:
    return {name.removeprefix("apps.") for name in names}


def test_every_posting_that_staff_can_cause_goes_through_an_action() -> None:
    ways = reaching({POST}, without=guarded())
    classes = {name.rpartition(".")[0] for name in graph() if name.split(".")[-2][:1].isupper()}
    found = {name.removeprefix("apps."): way for name, way in ways.items() if is_page(name) and name not in classes}
    beside = {name: " > ".join(way) for name, way in found.items() if name not in BESIDE}
    assert beside == {}
    assert set(BESIDE) == set(found), "an exception that is none any more"


def test_no_page_carries_an_action_out_beside_submit_and_execute() -> None:
    beside = {
        name
        for name, module in modules().items()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute) and node.attr == "perform" and ast.unparse(node.value) != "super()"
    }
    assert beside == {"apps.approvals.actions"}


def test_every_service_that_staffs_pages_call_is_known_to_move_no_money() -> None:
    called = {
        target
        for name, targets in graph().items()
        if is_page(name)
        for target in targets
        if ".services." in target and target in graph() and not target.startswith("apps.backoffice.")
    }
    functions = {name for name in called if name.rpartition(".")[2].islower()}
    assert short(functions) == set(WITHOUT_MONEY)


def test_every_form_without_a_service_is_known_to_move_no_money() -> None:
    ours = {
        model._meta.label
        for model, page in admin.site._registry.items()
        if type(page).__module__.startswith("apps.") and not isinstance(page, ReadOnlyModelAdmin)
    }
    theirs = {"auth.User", "auth.Group"} | {label for label in ours if label.startswith("django_celery_beat.")}
    assert ours - theirs == set(FORMS)


@pytest.mark.parametrize(("service", "kind"), FED_BY.items())
def test_what_the_clock_turns_into_postings_is_written_by_actions_alone(service: str, kind: str) -> None:
    name = f"apps.{service}"
    assert name in graph(), "there is no such service"
    assert kind in REGISTRY
    pages = {caller for caller, called in graph().items() if is_page(caller) and name in called}
    assert pages == set()
    cls = REGISTRY[kind]
    performing = f"{cls.__module__}.{cls.__name__}.perform"
    assert name in graph()[performing]


def test_the_graph_sees_what_it_is_asked_about() -> None:
    ways = reaching({POST}, without=set())
    for name in ("plans.services.subscriptions.change_plan", "usage.services.rerating.rate_selection"):
        assert ways[f"apps.{name}"][-1] == POST
    assert resolve("apps.wallets.services.grant_credits") == "apps.wallets.services.grants.grant_credits"
    assert "apps.vouchers.services.revoking.revoke_batch" in ways, "a task that is asked for by its name"


@pytest.mark.django_db
def test_a_new_customer_has_no_limit_that_one_person_typed() -> None:
    client: Client = client_of(create_staff("ada", "Administrator"))
    page = client.get(reverse("admin:tenants_organization_add")).content.decode()
    assert 'name="postpaid_limit_micros"' not in page
    assert 'name="billing_mode"' in page
