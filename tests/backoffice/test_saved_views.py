"""Saved views of lists: shared with a team, opened by default, and emailed."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.test import Client

from apps.backoffice.models import SavedView
from apps.backoffice.services import queue_saved_views
from tests.backoffice.people import client_of, create_staff
from tests.backoffice.world import create_customer
from tests.outbox.deliveries import deliver_due

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("content_alone")]

LIST = "/admin/tenants/organization/"
MONDAY = datetime(2026, 11, 30, 6, tzinfo=UTC)
TUESDAY = datetime(2026, 12, 1, 6, tzinfo=UTC)


@pytest.fixture
def ada() -> User:
    return create_staff("ada", "Billing", email="ada@example.com")


@pytest.fixture
def client(ada: User) -> Client:
    return client_of(ada)


def save(client: Client, name: str, query: str = "currency=USD", **given: Any) -> None:
    sent = {"list_name": "tenants.organization", "name": name, "query": query, **given}
    assert client.post("/admin/save-view/", sent).headers["Location"] == f"{LIST}?{query}"


def shown_to(person: User) -> list[str]:
    text = client_of(person).get(f"{LIST}?columns=").content.decode()
    return [name for name in ("Mine", "Team", "All") if f">{name}</a>" in text]


def test_a_view_is_for_oneself_a_team_or_everybody(client, ada):
    save(client, "Mine")
    save(client, "Team", shared="Billing")
    save(client, "All", shared="everybody")
    assert shown_to(ada) == ["Mine", "Team", "All"]
    assert shown_to(create_staff("bill", "Billing")) == ["Team", "All"]
    assert shown_to(create_staff("sue", "Support")) == ["All"]
    listed = client_of(create_staff("sam", "Support")).get("/admin/backoffice/savedview/").content.decode()
    assert ("All" in listed, ">Team</a>" in listed) == (True, False)


def test_a_view_for_a_team_that_one_has_left_stays_ones_own(client, ada):
    save(client, "Team", shared="Support")
    assert shown_to(ada) == ["Team"]
    assert shown_to(create_staff("sue", "Support")) == []


def test_a_default_view_opens_with_its_list_until_all_rows_are_asked_for(client):
    create_customer()
    create_customer("euro", currency="EUR")
    assert client.get(LIST).context["cl"].result_count == 2
    save(client, "Dollars", is_default="1")
    assert client.get(LIST, follow=True).context["cl"].result_count == 1
    assert client.get(f"{LIST}?columns=").context["cl"].result_count == 2
    save(client, "Euros", "currency=EUR&columns=slug", is_default="1")
    opened = client.get(LIST, follow=True).context["cl"]
    assert [row.slug for row in opened.result_list] == ["euro"]
    assert [view.name for view in SavedView.objects.filter(is_default=True)] == ["Euros"]
    other = client_of(create_staff("bob", "Billing"))
    assert other.get(LIST).context["cl"].result_count == 2


def test_a_mailed_view_is_sent_once_a_day_or_on_mondays_with_its_rows(client, ada):
    create_customer()
    create_customer("euro", currency="EUR")
    save(client, "Dollars", "currency=USD&columns=slug", mailed="daily")
    save(client, "Euros", "currency=EUR", mailed="weekly")
    save(client, "Quiet", "currency=EUR")
    assert [queue_saved_views(now=at) for at in (MONDAY, MONDAY, TUESDAY)] == [2, 0, 1]
    deliver_due(TUESDAY)
    assert sorted(each.subject for each in mail.outbox) == ["Dollars: 1 rows", "Dollars: 1 rows", "Euros: 1 rows"]
    dollars = next(each for each in mail.outbox if each.subject.startswith("Dollars"))
    ((name, content, kind),) = dollars.attachments
    assert (name[:8], kind) == ("Dollars ", "text/csv")
    assert content.lstrip("\ufeff").split() == ["Name,Slug,Unit", "Acme,acme,USD"]
    assert "https://billing.example/admin/tenants/organization/?currency=USD&columns=slug" in dollars.body


@pytest.mark.parametrize("lost", ["rights", "address", "account", "mailing"])
def test_nothing_is_mailed_to_a_person_who_may_not_see_it(client, ada, lost):
    create_customer()
    save(client, "Dollars", mailed="daily")
    assert queue_saved_views(now=MONDAY) == 1
    if lost == "rights":
        ada.groups.clear()
    if lost == "mailing":
        SavedView.objects.update(mailed="never")
    User.objects.update(is_active=lost != "account", email="" if lost == "address" else "ada@example.com")
    deliver_due(MONDAY)
    assert mail.outbox == []


def test_a_view_says_in_words_which_rows_it_shows(client):
    save(client, "Dollars", "currency=USD&status__exact=past_due&balance_micros_from=5&q=acme&o=1")
    page = client.get(f"/admin/backoffice/savedview/{SavedView.objects.get().pk}/change/").text
    assert "Currency: USD; status: past due; balance from: 5; search: acme. <a" in page
    assert f'href="{LIST}?currency=USD&amp;status__exact=past_due' in page
    assert 'name="query"' not in page
