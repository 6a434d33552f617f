"""Customers' budgets: created, changed, raised and ended, and named in refused reservations."""

import json
from decimal import Decimal

import pytest
from django.test import Client

from apps.pricing.services import AliasTerms, name_model
from apps.tenants.models import ApiKey
from apps.wallets.models import BudgetAddition
from tests.api.callers import as_bearer, key_of, session_of
from tests.api.documents import assert_described
from tests.factories import create_grant
from tests.pricing.factories import EARLY, make_meter, price
from tests.usage.budgets import assert_proven, put_budget, spent
from tests.usage.factories import event, send

URL = "/v1/billing/budgets"
DAY = {"period": "day", "limit": "10", "mode": "hard"}


@pytest.fixture
def manager(acme, now):
    """A client with a key that sets budgets and reserves, for an organization that has 100."""
    create_grant(acme, "100", now)
    return Client(headers=as_bearer(key_of(acme, "billing:read", "budgets:write", "reservations:write")))


def put(client, slug, **body):
    return client.put(f"{URL}/{slug}", json.dumps({**DAY, **body}), content_type="application/json")


def post(client, path, body, **headers):
    return client.post(path, json.dumps(body), content_type="application/json", headers=headers)


def reserve(client, amount, key, **members):
    body = {"amount": amount, **members}
    return post(client, "/v1/billing/reservations", body, **{"Idempotency-Key": key})


class TestPut:
    def test_makes_a_budget_and_answers_it(self, manager, exact):
        answer = put(manager, "bob", scope={"user": "bob"}, name="Bob")
        assert answer.status_code == 201
        assert_described("putBudget", answer.json(), "201")
        assert exact(answer) == {
            "id": "bob",
            "name": "Bob",
            "scope": {"user": "bob"},
            "period": "day",
            "limit": 10,
            "mode": "hard",
            "thresholds": [50, 80, 100],
            "whenMissing": "ignore",
            "version": 1,
            "state": "active",
            "setBy": "customer",
            "current": {
                "bucket": "",
                "start": "2026-11-18",
                "end": "2026-11-19",
                "limit": 10,
                "added": 0,
                "spent": 0,
                "held": 0,
                "room": 10,
                "percent": 0,
                "status": "ok",
            },
        }

    def test_changes_it_and_repeats(self, manager):
        put(manager, "day")
        changed = put(manager, "day", limit="20", mode="soft", version=1)
        assert (changed.status_code, changed.json()["limit"], changed.json()["version"]) == (200, 20, 2)
        again = put(manager, "day", limit="20", mode="soft")
        assert (again.status_code, again.json()["version"]) == (200, 2)

    @pytest.mark.parametrize(
        ("slug", "body", "code"),
        [
            ("day", {"period": "week"}, "budget_scope_fixed"),
            ("day", {"scope": {"user": "*"}}, "budget_scope_fixed"),
            ("day", {"limit": "9", "version": 2}, "version_conflict"),
            ("other", {"version": 1}, "version_conflict"),
            ("other", {}, "budget_exists"),
        ],
    )
    def test_conflicts_are_named(self, manager, slug, body, code):
        put(manager, "day")
        answer = put(manager, slug, **body)
        assert (answer.status_code, answer.json()["code"]) == (409, code)

    @pytest.mark.parametrize(
        ("body", "location"),
        [
            ({"scope": {"team": "x"}}, "body.scope"),
            ({"scope": {"user": "*", "project": "*"}}, "body.scope"),
            ({"scope": {"user": ""}}, "body.scope"),
            ({"scope": {"user": "a", "project": "b", "tag": "c", "agent": "d"}}, "body.scope"),
            ({"period": "year"}, "body.period"),
            ({"startsOn": "2026-11-18"}, "body.startsOn"),
            ({"period": "once", "startsOn": "2026-11-18", "endsOn": "2026-11-17"}, "body.endsOn"),
            ({"period": "once", "endsOn": "2026-02-30"}, "body.endsOn"),
            ({"limit": -1}, "body.limit"),
            ({"limit": None}, "body.limit"),
            ({"mode": "firm"}, "body.mode"),
            ({"thresholds": [0]}, "body.thresholds[0]"),
            ({"thresholds": list(range(1, 10))}, "body.thresholds"),
            ({"whenMissing": "x"}, "body.whenMissing"),
            ({"state": "active"}, "body.state"),
        ],
    )
    def test_names_the_value_that_is_wrong(self, manager, body, location):
        answer = put(manager, "day", **body)
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["location"].startswith(location)

    def test_cannot_have_the_id_of_the_monthly_limit(self, manager):
        answer = put(manager, "monthly-resource-spend")
        assert (answer.status_code, answer.json()["errors"][0]["location"]) == (422, "path.budget_id")

    def test_may_end_on_the_last_of_all_days(self, manager):
        answer = put(manager, "launch", period="once", startsOn="0001-01-01", endsOn="9999-12-31")
        assert (answer.status_code, answer.json()["endsOn"]) == (201, "9999-12-31")
        assert reserve(manager, "11", "one").json()["limit"]["id"] == "launch"

    def test_refuses_an_id_of_other_letters(self, manager):
        assert put(manager, "Day").json()["errors"][0]["location"] == "path.budget_id"

    def test_is_for_admins_and_keys_with_the_scope(self, acme):
        admin = Client(headers=as_bearer(session_of(acme)))
        member = Client(headers=as_bearer(session_of(acme, role="org:member")))
        reader = Client(headers=as_bearer(key_of(acme, "billing:read")))
        assert put(admin, "day").status_code == 201
        assert [put(each, "day").status_code for each in (member, reader)] == [403, 403]
        assert [each.get(URL).status_code for each in (admin, member, reader)] == [200, 200, 200]

    def test_of_staff_is_not_changed_by_customers(self, manager, acme, now):
        put_budget(acme, "ours", "5", now, set_by="staff")
        addition = post(manager, f"{URL}/ours/additions", {"amount": 1, "reason": "more"})
        for answer in (put(manager, "ours", limit="50"), manager.delete(f"{URL}/ours"), addition):
            assert (answer.status_code, answer.json()["code"]) == (403, "budget_set_by_staff")
        assert manager.get(f"{URL}/ours").json()["limit"] == 5

    def test_are_a_hundred_at_most_and_ten_with_any_value(self, manager, acme, now):
        for number in range(10):
            put(manager, f"any-{number}", scope={"user": "*", "project": f"p{number}"})
        answer = put(manager, "any-10", scope={"user": "*"})
        assert (answer.status_code, answer.json()["code"]) == (409, "too_many_budgets")


class TestReservation:
    def test_is_refused_by_a_budget_that_is_named(self, manager, exact):
        put(manager, "day")
        put(manager, "bob", scope={"user": "bob"}, limit="5", name="Bob")
        made = exact(reserve(manager, "3", "one", dimensions={"user": "bob"}))
        assert [(each["id"], each["room"]) for each in made["budgets"]] == [("day", 7), ("bob", 2)]
        answer = reserve(manager, "2.75", "two", dimensions={"user": "bob"})
        body = exact(answer)
        assert (answer.status_code, body["code"], body["currentBudget"]) == (402, "budget_exceeded", 97)
        assert body["limit"] == {
            "kind": "budget",
            "id": "bob",
            "name": "Bob",
            "scope": {"user": "bob"},
            "bucket": "",
            "period": "day",
            "limit": 5,
            "added": 0,
            "spent": 0,
            "held": 3,
            "resetsAt": "2026-11-19T00:00:00Z",
            "room": 2,
            "requested": Decimal("2.75"),
            "missing": Decimal("0.75"),
        }
        assert_described("createReservation", body, "402")

    def test_lacks_a_dimension_that_a_budget_requires(self, manager):
        put(manager, "each", scope={"user": "*"}, whenMissing="refuse")
        answer = reserve(manager, "1", "one")
        assert (answer.status_code, answer.json()["code"]) == (422, "dimension_required")
        assert answer.json()["errors"][0]["location"] == "body.dimensions.user"
        assert reserve(manager, "1", "one", dimensions={"user": "ann"}).status_code == 201

    def test_needs_no_dimension_of_a_budget_that_has_ended(self, manager):
        dates = {"startsOn": "2026-11-01", "endsOn": "2026-11-17"}
        put(manager, "each", scope={"user": "*"}, whenMissing="refuse", period="once", **dates)
        assert reserve(manager, "1", "one").status_code == 201

    @pytest.mark.parametrize(
        ("user", "named"),
        [("*", {}), ("bob", {"period": "once", "startsOn": "2026-11-01", "endsOn": "2026-11-17"})],
        ids=["a user who is named *", "a user whose own budget has ended"],
    )
    def test_of_any_user_stays_in_the_budget_of_each(self, manager, user, named):
        put(manager, "each", scope={"user": "*"}, limit="1", **({"period": "once"} if named else {}))
        if named:
            put(manager, "bob", scope={"user": "bob"}, limit="50", **named)
        answer = reserve(manager, "2", "one", dimensions={"user": user})
        assert (answer.status_code, answer.json()["limit"]["bucket"]) == (402, user)

    def test_of_a_tag_with_spaces_is_counted_as_its_event_would_be(self, manager):
        put(manager, "spaced", scope={"tag": " a "}, limit="1")
        answer = reserve(manager, "2", "one", dimensions={"tag": " a "})
        assert (answer.status_code, answer.json()["limit"]["id"]) == (402, "spaced")

    def test_of_a_leaked_key_stays_in_the_budget_of_the_key(self, manager, acme):
        prefix = ApiKey.objects.get(organization=acme).prefix
        put(manager, "leaked", scope={"key": prefix}, limit="1")
        answer = reserve(manager, "2", "one", dimensions={"key": "another"})
        assert answer.json()["limit"]["id"] == "leaked"

    def test_counts_usage_by_the_key_that_sent_it_or_the_key_it_names(self, acme, now):
        price(make_meter("units", "service"), micros_per_million=10**12)
        key = key_of(acme, "usage:write")
        prefix = ApiKey.objects.get(organization=acme).prefix
        put_budget(acme, "sender", "9", now, scope={"key": prefix})
        put_budget(acme, "each", "9", now, scope={"key": "*"})
        body = [event("a", "units", quantity=2), event("b", "units", quantity=3, key="theirs")]
        kind = "application/cloudevents-batch+json"
        Client(headers=as_bearer(key)).post("/v1/usage/events", json.dumps(body), content_type=kind)
        assert (spent("sender"), spent("each", prefix), spent("each", "theirs")) == (5, 2, 3)
        assert_proven()


class TestUsageAndAdditions:
    def test_are_listed_by_bucket_with_what_was_spent(self, manager, acme, now, exact):
        price(make_meter("units", "service"), micros_per_million=10**12)
        put(manager, "each", scope={"user": "*"})
        send(acme, now, *(event(user, "units", quantity=number, user=user) for number, user in enumerate("abc", 1)))
        page = exact(manager.get(f"{URL}/each/usage?limit=2"))
        assert [(each["bucket"], each["spent"]) for each in page["data"]] == [("c", 3), ("b", 2)]
        rest = exact(manager.get(f"{URL}/each/usage?limit=2&cursor={page['nextCursor']}"))
        assert [(each["bucket"], each["spent"]) for each in rest["data"]] == [("a", 1)]
        assert "nextCursor" not in rest
        assert_described("getBudgetUsage", manager.get(f"{URL}/each/usage").json())
        assert_proven()

    def test_raise_the_limit_of_the_period_and_keep_the_reason(self, manager, exact):
        put(manager, "day")
        answer = post(manager, f"{URL}/day/additions", {"amount": "2.5", "reason": "Launch"})
        assert (answer.status_code, exact(answer)["room"]) == (201, Decimal("12.5"))
        assert_described("addToBudget", answer.json(), "201")
        row = BudgetAddition.objects.get()
        assert (row.amount_micros, row.reason, row.created_by[:4]) == (2_500_000, "Launch", "key:")
        assert reserve(manager, "12.5", "one").status_code == 201
        answer = post(manager, f"{URL}/day/additions", {"amount": "999999997.500001", "reason": "Launch"})
        assert (answer.status_code, answer.json()["errors"][0]["location"]) == (422, "body.amount")
        assert BudgetAddition.objects.count() == 1

    @pytest.mark.parametrize(("slug", "bucket"), [("each", ""), ("day", "ann")])
    def test_need_a_bucket_where_each_value_has_one(self, manager, slug, bucket):
        put(manager, "day")
        put(manager, "each", scope={"user": "*"})
        answer = post(manager, f"{URL}/{slug}/additions", {"amount": 1, "bucket": bucket, "reason": "x"})
        assert (answer.status_code, answer.json()["errors"][0]["location"]) == (422, "body.bucket")


class TestList:
    def test_has_the_least_specific_first_and_pages(self, manager, exact):
        put(manager, "a", scope={"project": "web", "user": "*"})
        put(manager, "b", scope={"tag": "x"})
        put(manager, "c")
        first = exact(manager.get(f"{URL}?limit=2"))
        assert [each["id"] for each in first["data"]] == ["c", "b"]
        assert [each["id"] for each in exact(manager.get(f"{URL}?cursor={first['nextCursor']}"))["data"]] == ["a"]
        assert [each["id"] for each in exact(manager.get(f"{URL}?project=web"))["data"]] == ["a"]
        assert_described("listBudgets", manager.get(URL).json())

    def test_is_of_the_organization_alone(self, manager, globex, now):
        put_budget(globex, "theirs", "5", now)
        assert manager.get(URL).json()["data"] == []
        for path in ("", "/usage"):
            answer = manager.get(f"{URL}/theirs{path}")
            assert (answer.status_code, answer.json()["code"]) == (404, "budget_not_found")
        assert manager.delete(f"{URL}/theirs").status_code == 404
        assert post(manager, f"{URL}/theirs/additions", {"amount": 1, "reason": "x"}).status_code == 404

    def test_leaves_out_what_was_deleted_and_its_id_is_free(self, manager):
        put(manager, "day")
        assert manager.delete(f"{URL}/day").status_code == 204
        assert (manager.get(URL).json()["data"], manager.get(f"{URL}/day").status_code) == ([], 404)
        assert put(manager, "day", limit="3").status_code == 201


LONG = "\u0390" * 128  # casefolded, this is 384 characters


def test_a_model_is_bounded_under_its_normal_name(manager):
    put(manager, "each", scope={"model": "*"})
    estimate = {"model": LONG, "inputTokens": 1, "maxOutputTokens": 1}
    answers = [
        reserve(manager, "1", "r1", dimensions={"model": LONG}),
        post(manager, "/v1/billing/reservations", {"estimate": estimate}, **{"Idempotency-Key": "r2"}),
        put(manager, "long", scope={"model": LONG}),
        put(manager, "none", scope={"model": "  "}),
    ]
    assert [each.status_code for each in answers] == [422] * 4


def test_a_model_is_meant_by_any_of_its_names(manager, acme, now, exact):
    price(meter := make_meter("chat"), micros_per_million=10**6, model="mini")
    name_model(
        terms=AliasTerms(meter_id=meter.pk, name="lab/mini", target="mini"),
        effective_from=EARLY,
        reason="same",
        created_by="staff:a",
        now=EARLY,
    )
    put(manager, "each", scope={"model": "*"}, mode="soft")
    made = put(manager, "mini", scope={"model": "Lab/Mini"}, limit="3")
    assert (made.status_code, made.json()["scope"]) == (201, {"model": "mini"})
    assert put(manager, "mini", scope={"model": "lab/mini"}, limit="3").status_code == 200
    send(acme, now, event("a", "chat", input_tokens=1_000_000, output_tokens=0, model="LAB/mini"))
    added = post(manager, f"{URL}/each/additions", {"amount": 1, "bucket": "lab/mini", "reason": "x"})
    assert [exact(added)[name] for name in ("bucket", "added", "spent")] == ["mini", 1, 1]
    usage = exact(manager.get(f"{URL}/each/usage?bucket=Lab/Mini"))["data"]
    assert [each["spent"] for each in usage] == [1]
    assert [each["id"] for each in manager.get(f"{URL}?model=lab/mini").json()["data"]] == ["mini"]
    estimate = {"model": "lab/mini", "inputTokens": 3_000_000, "maxOutputTokens": 0}
    refused = [
        reserve(manager, "3", "r1", dimensions={"model": "lab/mini"}),
        reserve(manager, "3", "r2", dimensions={"model": "lab/mini", "meter": "chat"}),
        post(manager, "/v1/billing/reservations", {"estimate": estimate}, **{"Idempotency-Key": "r3"}),
    ]
    assert [(each.status_code, each.json()["limit"]["id"]) for each in refused] == [(402, "mini")] * 3
    assert reserve(manager, "2", "r4", dimensions={"model": "Lab/Mini"}).status_code == 201
    listed = manager.get("/v1/billing/reservations?model=lab/mini").json()["data"]
    assert [each["amount"] for each in listed] == [2]
    assert_proven()
