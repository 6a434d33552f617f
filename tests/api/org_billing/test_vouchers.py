"""`POST /api/v1/org/vouchers/redeem`, as the contract documents it."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client

from apps.idempotency.models import IdempotentCall
from apps.tenants.session_claims import LONGEST_USER
from apps.vouchers import services
from apps.vouchers.models import Redemption, Voucher
from apps.vouchers.terms import VoucherKind
from tests.api.callers import as_bearer, key_of, session_of
from tests.contracts.factories import offer
from tests.factories import create_grant, create_organization
from tests.vouchers.factories import UNSEEN, create_batch, create_voucher, redeem, staff

REDEEM = "/api/v1/org/vouchers/redeem"


def post(client, code="WELCOME", **headers):
    body = code if isinstance(code, dict) else {"code": code}
    return client.post(REDEEM, json.dumps(body), content_type="application/json", headers=headers)


class TestWhoMay:
    def test_nobody_without_a_credential(self, client, db):
        assert post(client).status_code == 401

    def test_no_api_key(self, acme):
        assert post(Client(headers=as_bearer(key_of(acme)))).status_code == 401

    def test_no_member_who_is_not_an_administrator(self, acme, now):
        create_voucher(now)
        answer = post(Client(headers=as_bearer(session_of(acme, "org:member"))))

        assert answer.status_code == 403
        assert not Redemption.objects.exists()


class TestAnswer:
    def test_is_the_documented_one(self, person, acme, now, exact):
        create_voucher(now, code="welcome-26")
        answer = post(person, " Welcome 26 ")

        assert answer.status_code == 200
        assert list(exact(answer).items()) == [
            ("$schema", "https://billing.example/api/v1/schemas/RedeemVoucherResponse.json"),
            ("creditAmountUsd", 25),
            ("message", "25 USD of credit added."),
            ("newBalance", 25),
            ("voucherCode", "WELCOME26"),
        ]

    @pytest.mark.parametrize("typed", UNSEEN)
    def test_forgives_what_nobody_sees_and_every_dash(self, person, now, typed):
        create_voucher(now, code="FROST-2026-A")

        assert post(person, typed).json()["voucherCode"] == "FROST2026A"

    def test_says_until_when_the_credit_is_valid(self, person, now):
        create_voucher(now, credit_days=30)

        assert post(person).json()["message"] == "25 USD of credit added, valid until 2026-12-18 12:00 UTC."

    def test_converts_what_is_named_usd_and_nothing_else(self, now, frozen, db):
        euro = create_organization(now, "euro", currency="EUR", usd_rate_micros=1_100_000)
        create_grant(euro, "3.5", now)
        create_voucher(now, currency="EUR", amount="10")
        answer = post(Client(headers=as_bearer(session_of(euro)))).json()

        assert (answer["creditAmountUsd"], answer["newBalance"]) == (11, 13.5)

    def test_writes_exact_digits(self, person, now):
        create_voucher(now, amount="0.000001")

        assert b'"creditAmountUsd":0.000001,' in post(person).content.replace(b" ", b"")

    def test_of_a_discount_says_what_it_lowered(self, person, acme, now):
        offer(acme, now)
        create_voucher(now, kind=VoucherKind.DISCOUNT, amount="30")
        answer = post(person).json()

        assert (answer["creditAmountUsd"], answer["newBalance"]) == (0, 0)
        assert answer["message"] == "30 USD off the next unpaid installment of your contract."

    def test_names_who_redeemed(self, person, now):
        create_voucher(now)
        post(person)

        assert Redemption.objects.get().redeemed_by == "user:user_1"

    def test_names_the_longest_user_that_a_token_may_name(self, acme, now):
        create_voucher(now)
        longest = "u" * LONGEST_USER
        answer = post(Client(headers=as_bearer(session_of(acme, user=longest))))

        assert answer.status_code == 200
        assert Redemption.objects.get().redeemed_by == f"user:{longest}"

    def test_gives_a_generated_code_back_as_it_is_printed(self, person, now):
        _, (code,) = create_batch(now, prefix="SPRING")

        assert post(person, code.lower().replace("-", " ")).json()["voucherCode"] == code


def problem(answer):
    body = answer.json()
    assert answer["Content-Type"] == "application/problem+json"
    return {name: body[name] for name in ("status", "code", "title", "detail", "type")}


class TestRefusals:
    def test_are_one_and_the_same_for_unknown_malformed_and_not_yours(self, person, globex, now):
        create_voucher(now, organization_ids=(globex.pk,))
        create_voucher(now, code="EARLY", starts_at=now + timedelta(days=1))
        create_voucher(now, code="EURO", currency="EUR")
        tried = ["NOBODYSCODE", "!!", "WELCOME", "EARLY", "EURO", " ", "-", "' OR 1=1 --", "A" * 64, "\u202ecode"]
        answers = [post(person, code) for code in tried]

        assert [answer.status_code for answer in answers] == [404] * 10
        assert all(problem(answer) == problem(answers[0]) for answer in answers)
        assert len({len(answer.content) for answer in answers}) == 1

    def test_409_where_it_was_redeemed_before(self, person, now):
        create_voucher(now, max_redemptions=2)
        post(person)

        assert problem(post(person))["code"] == "voucher_already_redeemed"
        assert post(person).status_code == 409

    def test_409_where_it_is_used_up(self, person, globex, now):
        create_voucher(now)
        redeem(globex, "WELCOME", now)

        assert (post(person).status_code, problem(post(person))["code"]) == (409, "voucher_used_up")

    def test_410_where_it_has_expired(self, person, now):
        create_voucher(now - timedelta(days=2), expires_at=now)

        assert (post(person).status_code, problem(post(person))["code"]) == (410, "voucher_expired")

    def test_410_where_it_was_revoked_or_switched_off(self, person, now):
        voucher = create_voucher(now)
        services.disable_batch(batch_id=voucher.batch_id, reason="Leaked", by=staff(), now=now)
        assert post(person).status_code == 410

        services.revoke_batch(batch_id=voucher.batch_id, reason="Leaked", by=staff(), now=now)
        assert (post(person).status_code, problem(post(person))["code"]) == (410, "voucher_revoked")

    def test_409_where_a_discount_finds_nothing_to_lower(self, person, now):
        create_voucher(now, kind=VoucherKind.DISCOUNT)

        assert (post(person).status_code, problem(post(person))["code"]) == (409, "no_installment_to_discount")

    def test_429_after_ten_wrong_codes_whatever_headers_say(self, person, now):
        for number in range(10):
            assert post(person, f"WRONG{number}", **{"X-Forwarded-For": f"10.0.0.{number}"}).status_code == 404
        create_voucher(now)
        answer = post(person, **{"X-Forwarded-For": "192.0.2.1", "X-Real-IP": "192.0.2.2"})

        assert (answer.status_code, answer["Retry-After"]) == (429, "3600")
        assert problem(answer)["code"] == "too_many_wrong_codes"

    def test_429_counts_for_every_member(self, person, acme):
        for number in range(10):
            post(person, f"WRONG{number}")

        assert post(Client(headers=as_bearer(session_of(acme, user="user_2"))), "WRONG").status_code == 429

    @pytest.mark.parametrize(
        "body",
        [
            {},
            {"code": ""},
            {"code": None},
            {"code": 123},
            {"code": True},
            {"code": ["WELCOME"]},
            {"code": {"a": 1}},
            {"code": "A" * 65},
            {"code": "WEL\x00COME"},
            {"code": "WEL\ud800COME"},
            {"code": "WELCOME", "amount": 1000},
            {"code": "WELCOME", "tenantId": "x"},
            {"Code": "WELCOME"},
        ],
    )
    def test_422_for_a_body_that_is_not_the_documented_one(self, person, now, body):
        create_voucher(now)
        answer = post(person, body)

        assert answer.status_code == 422
        assert answer.json()["errors"][0]["location"].startswith("body.")
        assert not Redemption.objects.exists()

    def test_never_repeats_the_code(self, person, now):
        answer = post(person, {"code": "SECRETCODE", "more": 1})

        assert b"SECRETCODE" not in answer.content

    def test_takes_the_schema_that_documented_clients_send(self, person, now):
        create_voucher(now)

        assert post(person, {"$schema": "https://x.example/y.json", "code": "WELCOME"}).status_code == 200


class TestIdempotencyKey:
    def test_gives_the_first_answer_again_and_redeems_once(self, person, now):
        create_voucher(now, max_redemptions=9, max_per_organization=9)
        key = {"Idempotency-Key": str(uuid4())}
        first, again = post(person, **key), post(person, **key)

        assert (first.status_code, again.status_code) == (200, 200)
        assert first.json() == again.json()
        assert again["Idempotent-Replayed"] == "true"
        assert Voucher.objects.get().redemption_count == 1

    def test_is_for_one_body(self, person, now):
        create_voucher(now)
        key = {"Idempotency-Key": str(uuid4())}
        post(person, **key)

        assert post(person, "OTHER", **key).status_code == 409

    def test_counts_a_wrong_code_once(self, person, now):
        key = {"Idempotency-Key": str(uuid4())}
        assert [post(person, "WRONG", **key).status_code for _ in range(15)] == [404] * 15

    def test_keeps_no_code_in_the_database(self, person, now):
        _, (code,) = create_batch(now, max_redemptions=9)
        post(person, code, **{"Idempotency-Key": str(uuid4())})

        kept = str(list(IdempotentCall.objects.values()))
        assert code not in kept
        assert code.replace("-", "") not in kept
