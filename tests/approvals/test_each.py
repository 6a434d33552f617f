"""One action on each of the rows that were chosen in a list."""

import re
from typing import Any

import pytest
from django.test import Client

from apps.approvals.models import Approval, SoloAction
from apps.vouchers.models import Voucher
from apps.wallets.models import Grant
from tests.backoffice.people import PASSWORD, client_of, create_staff
from tests.contracts.factories import active, offer, rows
from tests.factories import create_grant, create_organization
from tests.vouchers.factories import create_batch

pytestmark = pytest.mark.django_db

CUSTOMERS = "/admin/tenants/organization/"
GRANTS = "/admin/wallets/grant/"


@pytest.fixture
def client() -> Client:
    return client_of(create_staff("ada", "Administrator", password=PASSWORD))


def choose(client: Client, address: str, action: str, chosen: Any, **typed: Any) -> tuple[Any, Any]:
    """Choose rows in a list, fill in the form, review it and confirm; return the review and the answer."""
    said: dict[str, Any] = {"action": action, "_selected_action": [str(row.pk) for row in chosen]}
    opened = client.post(address, said)
    token = re.search(r'name="token" value="([^"]+)"', opened.content.decode())
    assert token is not None, opened.headers
    filled = {**said, "token": token[1], "reason": "They asked", "password": PASSWORD, **typed}
    review = client.post(address, {**filled, "_step": "review"})
    return review, client.post(address, {**filled, **dict(review.context["carried"]), **said, "_step": "confirm"})


def said_by(review: Any) -> list[tuple[str, str, str]]:
    return [(change.what, change.before, change.after) for change in review.context["changes"]]


class TestGrantToEach:
    TYPED = {"amount": "50", "source": "bonus", "expires_at_0": "", "expires_at_1": ""}

    def test_shows_each_customer_and_the_sum_and_grants_once(self, client, now):
        chosen = [create_organization(now, name) for name in ("acme", "globex")]
        review, answer = choose(client, CUSTOMERS, "grant_to_each", chosen, **self.TYPED)
        assert said_by(review) == [
            ("Acme, 50.00 USD: Balance", "0.00 USD", "50.00 USD"),
            ("Globex, 50.00 USD: Balance", "0.00 USD", "50.00 USD"),
            ("All in USD", "", "100.00 USD"),
            ("A second person", "", "is not needed"),
        ]
        assert answer.status_code == 302
        assert sorted(Grant.objects.values_list("organization__slug", "amount_micros")) == [
            ("acme", 50_000_000),
            ("globex", 50_000_000),
        ]
        assert SoloAction.objects.count() == 2

    def test_a_second_person_is_asked_for_what_is_above_the_limit(self, client, now, settings):
        chosen = [create_organization(now, name) for name in ("acme", "globex")]
        review, _ = choose(client, CUSTOMERS, "grant_to_each", chosen, **{**self.TYPED, "amount": "1000000"})
        assert said_by(review)[-1] == ("A second person", "", "must approve 2 of 2")
        assert Approval.objects.count() == 2
        assert not Grant.objects.exists()

    def test_refuses_customers_of_two_currencies(self, client, now):
        chosen = [create_organization(now, "acme"), create_organization(now, "globex", currency="EUR")]
        answer = client.post(CUSTOMERS, {"action": "grant_to_each", "_selected_action": [row.pk for row in chosen]})
        assert answer.status_code == 302
        assert "of one currency, not of EUR and USD" in client.get(CUSTOMERS).content.decode()

    def test_is_not_offered_to_who_may_not_move_money(self, now):
        support = client_of(create_staff("sue", "Support"))
        create_organization(now, "acme")
        assert "grant_to_each" not in support.get(CUSTOMERS).content.decode()


def test_a_row_that_refuses_is_left_out_with_the_reason_and_the_others_go_on(client, now):
    contract = active(create_organization(now, "acme"), now, months=2, frequency="monthly")
    review, answer = choose(client, "/admin/contracts/installment/", "void_each", rows(contract))
    total, refused, possible, *_ = said_by(review)
    assert total == ("Rows left out", "", "1 of 2; the others go on")
    assert refused[0].startswith("Left out, Acme: installment due 2026-11-18")
    assert refused[2] == "An installment cannot go from paid to void"
    assert possible[1:] == ("Scheduled", "Void")
    assert answer.status_code == 302
    assert [row.state for row in rows(contract)] == ["paid", "void"]


def test_nothing_is_done_if_each_row_refuses(client, now):
    contract = active(create_organization(now, "acme"), now, months=2, frequency="monthly")
    review, refused = choose(client, "/admin/contracts/installment/", "void_each", rows(contract)[:1])
    assert refused.status_code == 422
    assert "due 2026-11-18" in str(review.context["form"].non_field_errors())
    assert [row.state for row in rows(contract)] == ["paid", "due"]


def test_a_row_that_refuses_since_the_review_is_reviewed_again(client, now):
    acme = create_organization(now, "acme")
    grants = [create_grant(acme, amount, now, key=amount) for amount in ("10", "20")]
    chosen = {"action": "take_back_each", "_selected_action": [str(row.pk) for row in grants]}
    token = client.post(GRANTS, chosen).context["form"]["token"].value()
    filled = {**chosen, "token": token, "reason": "They asked", "password": PASSWORD}
    seen = dict(client.post(GRANTS, {**filled, "_step": "review"}).context["carried"])["_seen"]
    choose(client, GRANTS, "take_back_each", grants[:1])
    answer = client.post(GRANTS, {**filled, "_seen": seen, "_step": "confirm"})
    assert "have changed since they were reviewed" in answer.content.decode()
    assert [each.remaining_micros for each in Grant.objects.order_by("pk")] == [0, 20_000_000]


def test_voids_what_one_person_may_and_asks_for_the_rest(client, now):
    contract = offer(create_organization(now, "acme"), now, months=2, frequency="monthly")
    review, _ = choose(client, "/admin/contracts/installment/", "void_each", rows(contract))
    name = "Acme: installment due 2026-11-18 of the contract from 2026-11-18, 600.00 USD: State"
    assert said_by(review)[0] == (name, "Unpaid", "Void")
    assert said_by(review)[-1] == ("A second person", "", "must approve 1 of 2")
    assert [row.state for row in rows(contract)] == ["void", "due"]
    assert Approval.objects.get().subject_id == str(rows(contract)[1].pk)


def test_takes_back_each_grant(client, now):
    acme = create_organization(now, "acme")
    grants = [create_grant(acme, amount, now, key=amount) for amount in ("10", "20")]
    review, _ = choose(client, GRANTS, "take_back_each", grants)
    assert said_by(review)[-2:] == [("All in USD", "", "30.00 USD"), ("A second person", "", "is not needed")]
    assert [each.remaining_micros for each in Grant.objects.all()] == [0, 0]


def test_revokes_each_code(client, now):
    create_batch(now, count=3)
    codes = list(Voucher.objects.order_by("pk"))
    choose(client, "/admin/vouchers/voucher/", "revoke_each", codes[:2])
    assert [code.revoked_at is None for code in Voucher.objects.order_by("pk")] == [False, False, True]
