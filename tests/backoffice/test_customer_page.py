"""One page per customer: every tab has bounded queries and shows the selectors' figures."""

import html
import json
import re

import pytest
import time_machine
from auditlog.models import LogEntry
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.api.openapi import description
from apps.backoffice.api_answers import PATHS, answer, indented
from apps.backoffice.components import amount_of
from apps.backoffice.customer_page.money_tabs import changelist
from apps.backoffice.customer_page.page import GROUPS, SETTINGS, TABS
from apps.backoffice.customer_page.summary import tab_of, tiles
from apps.backoffice.explain.links import why
from apps.backoffice.models import Note
from apps.backoffice.services import change_status
from apps.billing_profiles.models import Seller
from apps.common.admin import actor_text, with_actor_text
from apps.ledger.models import Hold, Transfer
from apps.plans.services import PlanTerms, define_plan, start_subscription
from apps.tenants.models import Organization
from apps.wallets import services as wallets
from tests.api.routes import INTERNAL
from tests.backoffice.people import client_of, create_staff
from tests.backoffice.world import NOW, create_customer
from tests.factories import cause_of, create_organization
from tests.kept_worlds import kept
from tests.plans.conftest import create_plan
from tests.pricing.factories import make_meter, price
from tests.usage.factories import event, send
from tests.webhooks.factories import record

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("content_alone")]

NAMES = [*(tab.name for tab in TABS), SETTINGS]


@pytest.fixture(scope="module")
def kept_customer(django_db_setup, django_db_blocker):
    with kept(django_db_blocker):
        create_staff("ada", "Support")
        yield create_customer()


@pytest.fixture
def customer(kept_customer, db):
    return Organization.objects.get(pk=kept_customer.pk)


@pytest.fixture
def client(kept_customer, db):
    return client_of(User.objects.get(username="ada"))


@pytest.mark.parametrize("name", NAMES)
def test_every_tab_opens_with_the_figures_above_it(client, customer, name):
    client.get(tab_of(customer, name))
    with CaptureQueriesContext(connection) as queries:
        page = client.get(tab_of(customer, name))
    text = page.content.decode()
    assert page.status_code == 200
    assert "87.654322 USD" in text
    assert "82.654322 USD" in text
    assert f'text-important">{customer.name}</p>' in text
    assert len(queries) <= (35 if name in ("timeline", "usage") else 22), len(queries)


@time_machine.travel(NOW)
def test_the_chart_of_many_meters_adds_the_smallest_and_leads_to_their_days(client):
    acme = create_organization(NOW, "many")
    for number in range(1, 10):
        price(make_meter(f"m{number}", "service"), micros_per_million=1_000_000)
        send(acme, NOW, event(f"e{number}", f"m{number}", quantity=number, time="2026-11-17T10:00:00Z"))
    shown = html.unescape(client.get(tab_of(acme, "usage")).content.decode())
    assert re.findall(r"series-(\d)\"></span>([^<]+)<", shown) == [
        *((str(place), f"m{place + 4}") for place in range(6)),
        ("6", "other meters"),
    ]
    assert "other meters: 0.000006 USD" in shown
    days = changelist(
        "usage_usageday", organization__id__exact=str(acme.pk), day__gte="2026-11-17", day__lte="2026-11-17"
    )
    assert f'"{days}"' in shown


@pytest.mark.parametrize("tab", ["", "ledger", "grants", "usage", "timeline"])
def test_a_longer_history_asks_no_more(client, customer, tab):
    def count():
        with CaptureQueriesContext(connection) as queries:
            client.get(tab_of(customer, tab))
        return len(queries)

    client.get(tab_of(customer, tab))
    before = count()
    from apps.common.money import Micros
    from apps.wallets import services as wallets

    for number in range(8):
        wallets.charge(
            charge=wallets.Charge(
                organization=customer,
                cause=cause_of(customer),
                amount=Micros(1),
                kind="usage",
                key=f"c{number}",
                created_by="staff:test",
            ),
            now=NOW,
        )
    assert count() <= before


def test_the_tabs_are_eight_groups_and_the_open_one_shows_its_own(client, customer):
    page = client.get(tab_of(customer, "grants"))
    assert [title for title, _, _ in page.context["groups"]] == list(GROUPS)
    assert len(GROUPS) == 8
    assert [title for title, _, is_open in page.context["groups"] if is_open] == ["Credit"]
    assert [title for title, _, _ in page.context["tabs"]] == ["Ledger", "Grants", "Holds", "Vouchers"]
    assert {href for _, href, _ in page.context["groups"]} == {
        tab_of(customer, tabs[0].name) for tabs in GROUPS.values()
    }


def test_an_unknown_tab_is_the_overview(client, customer):
    assert client.get(tab_of(customer, "nonsense")).context["subtitle"] == "Overview"


def test_names_are_inert(client, customer):
    customer.name = "<script>alert(1)</script>"
    customer.save(update_fields=["name"])
    for name in NAMES:
        assert "<script>alert(1)" not in client.get(tab_of(customer, name)).content.decode()


def test_a_pinned_note_stands_above_every_tab(client, customer):
    author = create_staff("bob")
    Note.objects.create(organization=customer, text="Calls on Fridays", author=author, created_at=NOW, is_pinned=True)
    assert "Calls on Fridays" in client.get(tab_of(customer, "usage")).content.decode()


def test_a_note_is_its_authors(client, customer):
    note = Note.objects.create(organization=customer, text="Mine", author=create_staff("bob"), created_at=NOW)
    assert client.post(f"/admin/backoffice/note/{note.pk}/change/", {"text": "Yours"}).status_code == 403


class TestWhatTheApiReturns:
    def test_comes_from_the_public_api_and_is_recorded(self, client, customer):
        text = client.get(tab_of(customer, "api", answer="/v1/billing/organization/summary")).content.decode()
        assert "remainingIncludedQuota" in text
        seen = LogEntry.objects.get_for_object(customer).filter(action=LogEntry.Action.ACCESS).get()
        assert seen.additional_data["path"] == "/v1/billing/organization/summary"
        assert seen.actor.username == "ada"

    @pytest.mark.parametrize("path", PATHS)
    def test_every_answer_is_one(self, client, customer, path):
        assert client.get(tab_of(customer, "api", answer=path)).status_code == 200
        status, text = answer(customer, path, NOW)
        missing = (
            "proof_not_found",
            "balance_not_collected",
            "costs_not_collected",
            "contract_not_found",
            "unit_usage_not_included",
            "budget_not_found",
            "endpoint_not_found",
            "event_not_found",
            "invoice_not_found",
        )
        assert status == 200 or json.loads(text)["code"] in missing, text

    def test_a_webhook_event_is_the_newest_one(self, customer):
        record(customer, NOW)
        status, text = answer(customer, "/v1/webhooks/events/{event_id}", NOW)
        assert (status, json.loads(text)["id"]) == (200, customer.webhook_events.get().public_id)

    def test_they_are_chosen_by_what_they_say(self, client, customer):
        blocks = client.get(tab_of(customer, "api")).context["blocks"]
        assert {path.text for block in blocks for _, path in block.rows} == set(PATHS)
        invoices = next(block for block in blocks if block.title == "Invoices")
        assert invoices.rows[0][0].text.startswith("The organization's invoices and credit notes, newest first")
        response = client.get(invoices.rows[0][0].href).context["blocks"][0]
        assert [link.text for link in response.links if link.is_current] == ["/v1/billing/invoices"]

    def test_a_reservation_is_the_newest_one(self, customer):
        _, listed = answer(customer, "/v1/billing/reservations", NOW)
        _, one = answer(customer, "/v1/billing/reservations/{reservation_id}", NOW)
        newest = json.loads(one)
        assert newest.pop("budgets") == []
        assert newest.pop("availableBudget") == 82.654322
        assert newest == json.loads(listed)["data"][0]

    def test_a_reservation_of_a_customer_that_has_none_is_not_found(self, customer):
        other = create_organization(NOW, "globex")
        assert answer(other, "/v1/billing/reservations/{reservation_id}", NOW)[0] == 404

    def test_there_is_one_for_everything_that_a_customer_reads(self):
        public = ("/api/schema", "/api/v1/schemas/{name}.json", "/problems/{code}")
        described = description()["paths"].items()
        readable = {path for path, methods in described if "get" in methods and "/admin/" not in path}
        files = ("/v1/billing/invoices/{invoice_id}/pdf", "/v1/billing/invoices/{invoice_id}/xml")
        assert set(PATHS) == readable - {*public, *files, *INTERNAL}

    def test_nothing_else_can_be_asked_for(self, client, customer):
        text = client.get(tab_of(customer, "api", answer="/admin/auth/user/")).content.decode()
        assert "Choose a response" in text

    def test_is_not_for_viewers(self, customer):
        viewer = client_of(create_staff("viewer", "Viewer"))
        page = viewer.get(tab_of(customer, "api", answer=PATHS[0]))
        assert page.context["subtitle"] == "Overview"

    def test_keeps_every_digit(self):
        assert (
            indented('{"a":1.10,"b":["x,y:{","\\"z"]}') == '{\n  "a": 1.10,\n  "b": [\n    "x,y:{",\n    "\\"z"\n  ]\n}'
        )


def test_a_customer_made_on_screen_has_a_wallet(client):
    maker = client_of(create_staff("maker", "Billing"))
    form = {"name": "Umbrella", "slug": "umbrella", "currency": "EUR", "billing_mode": "prepaid", "anchor_day": "31"}
    form |= {"postpaid_limit_micros": "0", "usd_rate_micros": "1.08", "usage_billing_enabled": "on"}
    answer = maker.post("/admin/tenants/organization/add/", form)
    made = Organization.objects.get(slug="umbrella")
    assert answer["Location"] == tab_of(made)
    assert (made.usd_rate_micros, made.usd_rate_date) == (1_080_000, timezone.now().date())
    assert made.wallet.account.balance_micros == 0
    assert not hasattr(made, "billing_profile")


def test_a_customer_is_made_on_one_page_with_its_profile_and_contact(client):
    seller = Seller.objects.create(legal_name="Example GmbH", tax_currency="EUR", created_at=NOW, updated_at=NOW)
    maker = client_of(create_staff("maker", "Billing"))
    form = {"name": "Umbrella", "slug": "umbrella", "currency": "USD", "billing_mode": "prepaid", "anchor_day": "1"}
    form |= {"seller": seller.pk, "kind": "business", "country": "DE", "vat_number": "136 695 976", "street": "Ring 1"}
    form |= {"contact_name": "Ada", "contact_email": "ada@umbrella.example"}
    refused = maker.post("/admin/tenants/organization/add/", {**form, "vat_number": "1", "contact_name": ""})
    assert {*refused.context["adminform"].form.errors} == {"vat_number", "contact_name"}
    assert maker.post("/admin/tenants/organization/add/", form).status_code == 302
    made = Organization.objects.get(slug="umbrella")
    profile = made.billing_profile
    assert (profile.legal_name, profile.vat_number, profile.seller) == ("Umbrella", "DE136695976", seller)
    contact = made.contacts.get()
    assert (contact.email, contact.purposes) == ("ada@umbrella.example", ["billing"])


def test_what_the_page_of_a_new_customer_refuses(client):
    maker = client_of(create_staff("maker", "Billing"))
    page = "/admin/tenants/organization/add/"
    form = {"name": "Umbrella", "slug": "umbrella", "billing_mode": "prepaid", "anchor_day": "1"}
    for typed, field in (
        ({"currency": "EUR"}, "usd_rate_micros"),
        ({"currency": "EUR", "usd_rate_micros": "1"}, "usd_rate_micros"),
        ({"currency": "EURO"}, "currency"),
        ({"currency": "USD", "street": "Ring 1"}, "seller"),
    ):
        assert {*maker.post(page, form | typed).context["adminform"].form.errors} == {field}
    pegged = {"currency": "BMD", "usd_rate_micros": "1", "pegged": "on"}
    assert maker.post(page, form | pegged).status_code == 302


def test_a_new_customer_is_asked_for_what_a_person_knows(client):
    maker = client_of(create_staff("maker", "Billing"))
    page = maker.get("/admin/tenants/organization/add/").content.decode()
    assert "USD rate date" in page
    assert "Created at" not in page


def test_a_slug_that_is_taken_is_said_on_the_form(customer):
    maker = client_of(create_staff("maker", "Billing"))
    form = {"name": "Acme", "slug": "acme", "currency": "USD", "billing_mode": "prepaid", "anchor_day": "1"}
    answer = maker.post(
        "/admin/tenants/organization/add/", {**form, "usd_rate_micros": "1", "postpaid_limit_micros": "0"}
    )
    assert answer.status_code == 200
    assert answer.context["adminform"].form.errors["slug"]


def test_suspending_asks_first_and_is_recorded(customer):
    maker = client_of(create_staff("maker", "Billing"))
    page = f"/admin/tenants/organization/{customer.pk}/status/"
    token = maker.get(page).context["form"]["token"].value()
    maker.post(page, {"_step": "confirm", "token": str(token), "status": "suspended", "reason": "Unpaid"})
    customer.refresh_from_db()
    assert customer.status == "suspended"
    told = [entry.additional_data for entry in LogEntry.objects.get_for_object(customer) if entry.additional_data]
    assert told[0]["reason"] == "Unpaid"


def test_the_anchor_day_is_shown_and_not_asked_for_once_there_was_a_plan(db):
    maker = client_of(create_staff("maker", "Billing"))
    fresh = create_organization(NOW, "fresh")
    page = f"/admin/tenants/organization/{fresh.pk}/change/?tab={SETTINGS}"
    assert "anchor_day" in maker.get(page).context["adminform"].form.fields
    start_subscription(organization=fresh, plan=create_plan(NOW, "anchored"), created_by="staff:ann", now=NOW)
    assert "anchor_day" not in maker.get(page).context["adminform"].form.fields


def test_the_plan_is_called_as_it_is_named_and_has_no_end_where_there_is_none(customer):
    fresh = create_organization(NOW, "fresh")

    def shown():
        return next((tile.value, tile.note) for tile in tiles(fresh, NOW) if tile.name == "Plan")

    assert shown() == ("None", "")
    plan = define_plan(slug="pro-eu", name="Pro EU", terms=PlanTerms(list_quota_micros=1_000_000), now=NOW)
    start_subscription(organization=fresh, plan=plan, created_by="staff:ann", now=NOW)
    name, note = shown()
    assert (name, note.endswith(", active")) == ("Pro EU", True)


class TestWords:
    def test_say_who_acted_as_people_do(self, client, customer):
        pages = (
            "/admin/ledger/hold/",
            f"/admin/ledger/hold/{Hold.objects.get().pk}/change/",
            tab_of(customer, "holds"),
        )
        for page in (*pages, tab_of(customer, "ledger"), tab_of(customer, "timeline")):
            text = re.sub(r"<[^>]*>", " ", client.get(page).content.decode())
            assert "staff:test" not in text, page
            assert re.search(r"\btest\b", text), page
        assert actor_text("system:included-quota") == "system (included quota)"
        assert actor_text("import of 2027") == "import of 2027"
        assert with_actor_text("staff:ada: Booked by hand, staff:bob knows") == "ada: Booked by hand, staff:bob knows"

    def test_no_page_speaks_of_micros(self, client, customer):
        for name in [*NAMES, "settings"]:
            assert "micros" not in _visible(client.get(tab_of(customer, name)).content.decode()), name

    def test_the_timeline_says_what_changed_from_what_to_what(self, client, customer):
        customer.name = "Acme Robotics"
        customer.save(update_fields=["name"])
        text = client.get(tab_of(customer, "timeline")).content.decode()
        assert "name: Acme → Acme Robotics" in text
        assert "secret_sha256" not in text

    def test_the_timeline_says_what_an_action_did_in_whole_units(self, client, customer):
        recorded = {
            "what": "Grant credit",
            "amount_micros": 10_500_000,
            "reason": "Goodwill",
            "key": "k1",
            "source": "bonus",
        }
        LogEntry.objects.log_create(customer, force_log=True, action=1, changes={}, additional_data=recorded)
        text = client.get(tab_of(customer, "timeline")).content.decode()
        assert "Grant credit; reason: Goodwill; source: bonus; amount: 10.5" in text

    def test_the_timeline_is_filtered_by_kind_and_by_person(self, client, customer):
        person = create_staff("bob", "Billing")
        Note.objects.create(organization=customer, text="Prefers email", author=person, created_at=NOW)
        (every,) = client.get(tab_of(customer, "timeline")).context["blocks"]
        assert {"Note", "Grant", "Usage"} <= {row[1].text for row in every.rows}
        (notes,) = client.get(tab_of(customer, "timeline", kind="notes")).context["blocks"]
        assert [[cell.text for cell in row][1:4] for row in notes.rows] == [["Note", "Prefers email", "bob"]]
        (by_bob,) = client.get(notes.rows[0][3].href).context["blocks"]
        assert by_bob.title == "Timeline of notes by bob"
        (by_test,) = client.get(tab_of(customer, "timeline", by="staff:test")).context["blocks"]
        assert {row[1].text for row in by_test.rows} == {"Grant", "Usage"}

    def test_what_can_be_undone_offers_its_form_until_it_is(self, client, customer):
        person = client_of(create_staff("bob", "Billing"))
        rows = self.undoing(person, customer)
        assert sorted(rows) == ["Reverse", "Take back"]
        assert all(person.get(href).status_code == 200 for href in rows.values())
        entry = Transfer.objects.get(book_id=customer.pk, kind="usage")
        why_page = why("transfer", entry.pk)
        assert rows["Reverse"] in person.get(why_page).content.decode()
        viewer = client_of(create_staff("eve", "Viewer"))
        assert rows["Reverse"] not in viewer.get(why_page).content.decode()
        assert self.undoing(viewer, customer) == {}
        wallets.reverse_transfer(
            organization=customer, transfer_id=entry.pk, cause=cause_of(customer), reason="r", created_by="t", now=NOW
        )
        assert sorted(self.undoing(person, customer)) == ["Take back"]

    def undoing(self, client, customer):
        (table,) = client.get(tab_of(customer, "timeline", kind="money")).context["blocks"]
        return {row[4].text: row[4].href for row in table.rows if row[4].href}

    def test_a_quantity_has_no_cents(self):
        assert amount_of(7_324_738_000_000).text == "7,324,738"
        assert amount_of(53_240_000).text == "53.24"


def _visible(page: str) -> str:
    """Return a page's text, without tags and their attributes."""
    return re.sub(r"<(script|style)\b.*?</\1>|<[^>]+>", " ", page, flags=re.DOTALL)


def test_the_history_of_a_row_is_its_audit_trail(client, customer):
    change_status(organization_id=customer.pk, status=Organization.Status.SUSPENDED, now=NOW)
    text = client.get(f"/admin/tenants/organization/{customer.pk}/history/").content.decode()
    assert "status: active → suspended" in text
    assert "Organization created" in text
