"""Discounts in a contract's terms: spread exactly, subtracted from the payments, booked as cost of promotions."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from apps.common.money import to_micros
from apps.contracts import services
from apps.contracts.errors import ImpossibleTerms
from apps.contracts.models import Contract
from apps.contracts.renewal import next_term
from apps.contracts.schedule import build_schedule
from apps.wallets.accounts import Role
from tests.contracts.factories import agreed, discount, draft_fields, pay, rows
from tests.contracts.test_schedule import terms


class TestDiscounts:
    """A discount in the terms lowers the payment exactly, but not the credit and service of an installment."""

    def discounts(self, **given):
        agreed = {"term_months": 3, "service_portion_micros": to_micros("99.99"), "credit_portion_micros": 0} | given
        return [row.discount_micros // 10_000 for row in build_schedule(terms(**agreed))]

    @pytest.mark.parametrize(
        ("given", "expected"),
        [
            ({"discount_percent_micros": 10_000_000}, [334, 333, 333]),
            ({"discount_micros": to_micros("10.01")}, [334, 334, 333]),
            ({"discount_micros": to_micros("10.01"), "discount_periods": 2}, [501, 500, 0]),
            ({"discount_percent_micros": 12_500_000, "discount_until": date(2026, 2, 1)}, [417, 0, 0]),
            ({"onetime_service_micros": 9_990_000, "discount_percent_micros": 10_000_000}, [100, 300, 300, 300]),
        ],
    )
    def test_are_spread_by_amount_and_add_up(self, given, expected):
        assert self.discounts(**given) == expected

    @pytest.mark.parametrize(
        ("given", "field"),
        [
            ({"discount_percent_micros": 100_000_000}, "discount_percent_micros"),
            ({"discount_percent_micros": -1}, "discount_percent_micros"),
            ({"discount_micros": 1}, "discount_micros"),
            ({"discount_micros": to_micros("99.99")}, "discount_micros"),
            ({"discount_micros": 10_000, "discount_percent_micros": 1}, "discount_micros"),
            ({"discount_periods": 2}, "discount_periods"),
            ({"discount_micros": 10_000, "discount_periods": 0}, "discount_periods"),
            ({"discount_micros": 10_000, "discount_until": date(2026, 1, 1)}, "discount_micros"),
            ({"discount_micros": 10_000, "discount_periods": 1, "discount_until": date(2026, 3, 1)}, "discount_until"),
        ],
    )
    def test_that_cannot_be_are_refused_with_their_field(self, given, field):
        with pytest.raises(ImpossibleTerms) as refused:
            self.discounts(**given)
        assert refused.value.field == field

    def test_a_percentage_on_all_installments_is_renewed_and_an_amount_is_not(self):
        year = terms(term_months=12, discount_percent_micros=5_000_000)
        assert next_term(year, term_start=year.start_date).discount_percent_micros == 5_000_000
        for fields in ({"discount_micros": 10_000}, {"discount_percent_micros": 5_000_000, "discount_periods": 1}):
            renewed = next_term(terms(term_months=12, **fields), term_start=year.start_date)
            assert (renewed.discount_micros, renewed.discount_percent_micros, renewed.discount_periods) == (0, 0, None)


@pytest.fixture
def contract(acme, now) -> Contract:
    """Three months of 100 of credit and 50 of service, with 10 % off, offered."""
    given = draft_fields(months=3, credit="300", service="150", auto_renew=True)
    given = replace(given, agreed=replace(given.agreed, discount_percent_micros=10_000_000))
    made = services.draft_contract(organization=acme, draft=given, created_by="staff:ann", now=now)
    return services.offer_contract(contract_id=made.pk, seen_revision=made.revision, now=now)


@pytest.mark.django_db
class TestInForce:
    def test_the_customer_pays_less_and_gets_all(self, acme, contract, now, balance):
        pay(rows(contract)[0], now, "135")
        assert rows(contract)[0].state == "paid"
        assert (balance(acme, Role.WALLET), balance(acme, Role.DEFERRED)) == (to_micros("100"), to_micros("50"))
        assert balance(acme, Role.PROMOTIONS) == -to_micros("15")

    def test_a_voucher_comes_on_top_and_is_carried_on_alone(self, acme, contract, now):
        discount(acme, "5", now)
        assert rows(contract)[0].discount_micros == to_micros("20")
        contract.refresh_from_db()
        services.amend_contract(
            contract_id=contract.pk,
            seen_revision=contract.revision,
            amendment=services.Amendment(
                effective_date=contract.start_date,
                agreed=replace(agreed(months=3, credit="300"), discount_micros=to_micros("30"), discount_periods=1),
                reason="Another discount",
            ),
            created_by="staff:ann",
            now=now,
        )
        assert [row.discount_micros // 10**6 for row in rows(contract)] == [0, 0, 0, 35, 0, 0]

    def test_a_renewal_keeps_it(self, contract, now):
        for row in rows(contract):
            pay(row, now)
        services.end_term(contract_id=contract.pk, now=now + timedelta(days=200))
        assert [row.agreed_discount_micros // 10**6 for row in rows(contract)[3:]] == [15, 15, 15]
