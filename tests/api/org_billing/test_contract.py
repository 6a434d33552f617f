"""GET /api/v1/org/contract"""

from decimal import Decimal

import pytest
from django.test import Client

from apps.common.money import convert
from apps.contracts import services
from apps.contracts.models import Contract
from apps.contracts.selectors import current_schedule
from tests.api.callers import as_bearer, key_of, session_of
from tests.api.documents import assert_described, assert_documented
from tests.contracts.factories import active, discount, draft, draft_fields, offer, pay, rows
from tests.contracts.test_amendments import amend
from tests.factories import create_organization

URL = "/api/v1/org/contract"
UNSET = {"creditPeriodLimit", "servicePeriodLimit", "notes", "paymentLinkUrl", "stripePriceId", "stripeSubscriptionId"}


class TestContract:
    def test_asks_who_is_calling(self, client):
        assert client.get(URL).status_code == 401

    def test_takes_sessions_only(self, acme):
        assert Client(headers=as_bearer(key_of(acme))).get(URL).status_code == 401

    def test_is_404_where_there_is_none(self, person, acme, globex, now):
        draft(acme, now)
        offer(globex, now)
        answer = person.get(URL)
        assert (answer.status_code, answer.json()["code"]) == (404, "contract_not_found")

    def test_leaves_out_what_is_unset(self, person, acme, now):
        offer(acme, now)
        answer = person.get(URL).json()
        assert_documented("getEnterpriseContract", answer, omitted=UNSET)
        assert_described("getEnterpriseContract", answer)

    def test_shows_all_documented_members(self, person, acme, now):
        draft = services.ContractDraft(**{**_whole_draft(), "notes": "Pays by card"})
        contract = services.draft_contract(organization=acme, draft=draft, created_by="staff:ann", now=now)
        services.offer_contract(contract_id=contract.pk, seen_revision=1, now=now)
        services.record_payment_address(contract_id=contract.pk, url="https://pay.example/1", now=now)
        answer = person.get(URL).json()
        assert_documented("getEnterpriseContract", answer, omitted={"stripePriceId", "stripeSubscriptionId"})
        assert_described("getEnterpriseContract", answer)

    def test_adds_up(self, person, acme, now, exact):
        fields = {"credit": "1000", "service": "500.01", "onetime_credit": "100", "onetime_service": "50"}
        offer(acme, now, **fields, bonus="25", months=7)
        answer = exact(person.get(URL))
        schedule = answer["paymentSchedule"]
        recurring = [row for row in schedule if not row["isOneTime"]]
        assert answer["totalValueUsd"] == Decimal("1500.01") == sum(row["amountUsd"] for row in schedule)
        assert answer["creditPortionUsd"] == 1000 == sum(row["creditUsd"] for row in schedule)
        assert answer["servicePortionUsd"] == Decimal("500.01") == sum(row["serviceUsd"] for row in schedule)
        assert answer["onetimeAmountUsd"] == 150
        assert answer["totalValueUsd"] == answer["onetimeAmountUsd"] + sum(row["amountUsd"] for row in recurring)
        assert answer["paymentAmountUsd"] == recurring[0]["amountUsd"]
        assert (answer["paymentCreditUsd"], answer["paymentServiceUsd"]) == (Decimal("128.58"), Decimal("64.29"))

    def test_shows_dates_and_periods(self, person, acme, now):
        offer(acme, now, "2027-01-31", months=3)
        answer = person.get(URL).json()
        assert (answer["startDate"], answer["endDate"]) == ("2027-01-31T00:00:00Z", "2027-04-30T00:00:00Z")
        assert [row["period"] for row in answer["paymentSchedule"]] == [
            "2027-01-31/2027-02-28",
            "2027-02-28/2027-03-31",
            "2027-03-31/2027-04-30",
        ]
        assert answer["paymentSchedule"][1]["dueDate"] == "2027-02-28T00:00:00Z"

    def test_shows_what_is_paid_and_the_bonus(self, person, acme, now):
        active(acme, now, months=2, bonus="10")
        answer = person.get(URL).json()
        assert [row["paid"] for row in answer["paymentSchedule"]] == [True, False]
        assert (answer["bonusCreditsPaid"], answer["bonusCreditsUsd"], answer["status"]) == (True, 10, "active")

    def test_shows_the_rows_as_agreed_beside_a_discount(self, person, acme, now):
        offer(acme, now, months=2)
        discount(acme, "100", now)
        assert [row["amountUsd"] for row in person.get(URL).json()["paymentSchedule"]] == [600, 600]

    def test_converts_to_dollars_at_the_stored_rate(self, acme, now, exact):
        euro = create_organization(now, "euro", currency="EUR", usd_rate_micros=1_100_000)
        offer(euro, now, months=3, credit="100")
        answer = exact(Client(headers=as_bearer(session_of(euro))).get(URL))
        assert [row["amountUsd"] for row in answer["paymentSchedule"]] == [
            Decimal("36.674"),
            Decimal("36.663"),
            Decimal("36.663"),
        ]
        assert answer["totalValueUsd"] == 110

    @pytest.mark.parametrize("rate", [1_083_333, 777_777, 1_234_567])
    def test_adds_up_in_dollars_whatever_the_rate(self, acme, now, exact, rate):
        euro = create_organization(now, "euro", currency="EUR", usd_rate_micros=rate)
        portions = {"credit": "1000", "service": "500.01", "onetime_credit": "100", "onetime_service": "50"}
        amend(active(euro, now, **portions, months=7), now, "2027-01-18", months=5, credit="333.33", service="100.07")
        answer = exact(Client(headers=as_bearer(session_of(euro))).get(URL))
        schedule = answer["paymentSchedule"]
        once = [row for row in schedule if row["isOneTime"]]
        assert all(row["amountUsd"] == row["creditUsd"] + row["serviceUsd"] for row in schedule)
        assert answer["totalValueUsd"] == sum(row["amountUsd"] for row in schedule)
        in_euros = sum(row.amount_micros for row in current_schedule(Contract.objects.get()))
        assert answer["totalValueUsd"] == Decimal(convert(in_euros, rate)).scaleb(-6)
        assert answer["totalValueUsd"] == answer["creditPortionUsd"] + answer["servicePortionUsd"]
        assert answer["onetimeAmountUsd"] == sum(row["amountUsd"] for row in once)
        assert answer["onetimeAmountUsd"] == answer["onetimeCreditUsd"] + answer["onetimeServiceUsd"]
        assert answer["paymentAmountUsd"] == answer["paymentCreditUsd"] + answer["paymentServiceUsd"]

    def test_shows_the_payment_that_the_frequency_is_of(self, person, acme, now):
        amend(active(acme, now), now, "2027-02-18", months=9, frequency="quarterly", credit="2700")
        answer = person.get(URL).json()
        assert (answer["paymentFrequency"], answer["paymentAmountUsd"]) == ("quarterly", 900)

    def test_prefers_the_running_then_the_offered_then_the_newest_ended(self, person, acme, now):
        first = active(acme, now)
        second = offer(acme, now, "2027-11-18")
        assert person.get(URL).json()["contractId"] == str(first.pk)
        services.cancel_contract(contract_id=first.pk, reason="x", now=now)
        assert person.get(URL).json()["contractId"] == str(second.pk)
        services.cancel_contract(contract_id=second.pk, reason="x", now=now)
        assert person.get(URL).json()["status"] == "cancelled"

    def test_never_shows_a_draft_not_even_a_canceled_one(self, person, acme, now):
        contract = draft(acme, now)
        services.cancel_contract(contract_id=contract.pk, reason="x", now=now)
        assert person.get(URL).status_code == 404

    @pytest.mark.parametrize("frequency", ["one_time", "monthly", "quarterly", "semiannual", "annual"])
    def test_names_the_frequency(self, person, acme, now, frequency):
        offer(acme, now, frequency=frequency)
        assert person.get(URL).json()["paymentFrequency"] == frequency

    def test_takes_a_bounded_number_of_statements(self, person, acme, now, django_assert_max_num_queries):
        contract = offer(acme, now, months=240, credit="2400")
        pay(rows(contract)[0], now)
        with django_assert_max_num_queries(6):
            person.get(URL)


def _whole_draft():
    whole = draft_fields(credit_limit=3, service_limit=6, service="120")
    return {"start_date": whole.start_date, "agreed": whole.agreed, "auto_renew": True}
