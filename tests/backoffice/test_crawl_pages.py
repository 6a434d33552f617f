"""Opens all other pages for every group: buttons, tabs, explanations, PDFs, files; the response fits the rights."""

from collections.abc import Iterator

import pytest
from django.contrib import admin
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, reverse
from pytest_django import DjangoDbBlocker

from apps.approvals.models import Approval
from apps.backoffice.customer_page.page import SETTINGS, TABS
from apps.backoffice.customer_page.summary import tab_of
from apps.backoffice.customer_page.timeline_tab import SOURCES
from apps.backoffice.explain.figures import FIGURES
from apps.backoffice.explain.links import why
from apps.backoffice.explain.pages import PAGES
from apps.contracts.models import Contract, Installment
from apps.ledger.models import Entry, Transfer
from apps.mail.models import MailMessage
from apps.tenants.models import Organization
from apps.usage.models import UsageEvent
from apps.wallets.models import Grant
from tests.backoffice.formats import GERMAN, foreign
from tests.backoffice.people import client_of, create_staff
from tests.backoffice.test_crawl import PEOPLE, opener, person_in
from tests.backoffice.world import NOW, create_world
from tests.cases import all_checks
from tests.kept_worlds import kept
from tests.pricing.factories import make_meter, price
from tests.usage.factories import event, send

pytestmark = pytest.mark.django_db

# Pages that `test_crawl` opens.
KNOWN = ("changelist", "add", "change", "history", "delete")
# Allowed statuses: the page, a redirect, no permission, not for this row, POST only.
FINE = (200, 302, 403, 404, 405)


def make_world() -> Organization:
    """A row for every page, and a day's usage."""
    create_world()
    customer = Organization.objects.get(slug="acme")
    price(make_meter(), micros_per_million=2_000_000)
    send(customer, NOW, event("a", quantity=4000))
    return customer


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Organization]:
    with kept(django_db_blocker):
        yield make_world()


def buttons_pages():
    """Return the addresses of pages of a list or a row, except the usual five, with the model."""
    for model, page in admin.site._registry.items():
        row = model._default_manager.order_by("pk").first()
        for pattern in page.get_urls():
            name = pattern.name or ""
            if not name or name.rpartition("_")[2] in KNOWN or name.endswith("_autocomplete"):
                continue
            for arguments in ([], [row.pk] if row is not None else []):
                try:
                    yield reverse(f"admin:{name}", args=arguments), model
                except NoReverseMatch:
                    continue


def identities(customer):
    """Return one subject of each kind of explanation, and every figure."""
    event_row = UsageEvent.objects.filter(organization=customer).latest("pk")
    known = {
        "action": Approval.objects.latest("pk").key,
        "grant": Grant.objects.latest("pk").pk,
        "transfer": Transfer.objects.latest("pk").pk,
        "posting": event_row.posting_id,
        "event": event_row.pk,
        "usage": f"{customer.pk}:2026-11",
        "day": f"{customer.pk}:2026-11-18:chat",
        "installment": Installment.objects.latest("pk").pk,
        "movements": "charged:USD:2026-11-18",
        "owed": "USD:0",
    }
    assert {*known, "figure"} == set(PAGES)
    return [*known.items(), *(("figure", f"{name}:USD") for name in FIGURES)]


def by_right(customer):
    """Return addresses with the permission that opens them."""
    yield from ((PAGES[what][0], why(what, identity)) for what, identity in identities(customer))
    yield "ledger.view_entry", reverse("admin:statement", args=[customer.pk, "2026-11"])
    yield "contracts.view_contract", reverse("admin:order_form", args=[Contract.objects.latest("created_at").pk])
    for tab in (*(tab.name for tab in TABS), SETTINGS):
        yield "tenants.view_organization", tab_of(customer, tab)


@pytest.mark.parametrize("group", PEOPLE)
def test_every_page_opens_by_right(world, group, request):
    """Every role opens the customer's tabs; of all roles with the same rights to an explanation, one opens it."""
    person = person_in(group)
    client = client_of(person)
    if group == "superuser":
        client.post("/admin/preferences/", GERMAN)
    else:
        request.getfixturevalue("content_alone")
    with all_checks() as check:
        for permission, address in by_right(world):
            if opener(Entry, group, permission) != group and "/why/" in address:
                continue
            with check(group=group, page=address):
                page = client.get(address)
                assert page.status_code == (200 if person.has_perm(permission) else 403)
                assert group != "superuser" or page.streaming or "pdf" in page["Content-Type"] or foreign(page) == []


@pytest.mark.usefixtures("content_alone")
@pytest.mark.parametrize("group", PEOPLE)
def test_no_buttons_page_fails(world, group, monkeypatch):
    """Each role requests each page; of all roles with the same rights over the model, it is rendered for one."""
    client = client_of(person_in(group))
    addresses = dict(buttons_pages())
    assert len(addresses) > 40
    with all_checks() as check:
        for address, model in sorted(addresses.items()):
            with check(group=group, page=address), monkeypatch.context() as patch:
                if opener(model, group) != group:
                    patch.setattr(TemplateResponse, "rendered_content", "")
                status = client.get(address).status_code
                assert status in FINE
                assert group != "nobody" or status in (302, 403, 404)


@pytest.mark.usefixtures("content_alone")
@pytest.mark.parametrize("group", PEOPLE)
def test_every_list_is_a_file_for_those_who_may(world, group):
    person = person_in(group)
    client = client_of(person)
    with all_checks() as check:
        for model in admin.site._registry:
            options = model._meta
            if opener(model, group, "backoffice.export_lists") != group:
                continue
            with check(group=group, list=options.label):
                answer = client.get(reverse("admin:export", args=[options.app_label, options.model_name, "csv"]))
                may = person.has_perm(f"{options.app_label}.view_{options.model_name}")
                may = may or person.has_perm(f"{options.app_label}.change_{options.model_name}")
                assert answer.status_code == (200 if may and person.has_perm("backoffice.export_lists") else 403)
                if answer.status_code == 200 and group == "superuser":
                    assert b"".join(answer.streaming_content)


def test_what_belongs_to_everybody_opens_for_all(world):
    for group in PEOPLE:
        client = client_of(person_in(group))
        for address in ("/admin/", "/admin/keys/", "/admin/password_change/", "/admin/search/?s=acme&extended=1"):
            assert client.get(address).status_code == 200, (group, address)
        from django.contrib.auth.models import User

        User.objects.filter(username="crawler").update(username=f"crawler-{group}")


def test_the_timeline_of_a_customer_has_every_kind_of_event(world):
    client = client_of(create_staff("ada", "Support"))
    own = {"id": world.pk, "organization": world, "created_at": NOW}
    MailMessage.objects.create(**own, template="balance_low", key="k", context="{}", subject="Balance is low")
    tabs = {kind: client.get(tab_of(world, "timeline", kind=kind)) for kind in SOURCES}
    empty = [kind for kind, tab in tabs.items() if not tab.context["blocks"][0].rows]
    assert empty == ["vouchers"], "nobody redeems one in this world"
