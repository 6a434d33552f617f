"""Database constraints of contracts: fixed paid installments, append-only tables, one active contract; the check."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from apps.common.money import to_micros
from apps.contracts import services
from apps.contracts.consistency import contract_mismatches
from apps.contracts.models import (
    Contract,
    ContractVersion,
    Installment,
    InstallmentDiscount,
    InstallmentPayment,
    InstallmentRefund,
    InstallmentSurplus,
    ServiceAgreement,
    ServiceRevenue,
)
from apps.tenants.models import Organization
from apps.wallets import services as wallets
from apps.wallets.accounts import Role
from tests.contracts.factories import active, agreement, discount, draft, offer, pay, refund, rows
from tests.factories import cause_of, charge, create_grant, create_organization
from tests.table_truncation import without_triggers

FROZEN = {
    "due_date": F("due_date") + timedelta(days=1),
    "period_end": F("period_end") + timedelta(days=1),
    "is_one_time": True,
    "amount_micros": F("amount_micros") + 1,
    "credit_micros": F("credit_micros") - 1,
    "discount_micros": 1,
    "paid_micros": 0,
    "settled_at": None,
    "grant": None,
    "state": "due",
    "position": 99,
}


class TestAPaidRow:
    @pytest.mark.parametrize("column", FROZEN)
    def test_never_changes(self, acme, now, column):
        row = rows(active(acme, now))[0]
        with pytest.raises(DatabaseError), transaction.atomic():
            Installment.objects.filter(pk=row.pk).update(**{column: FROZEN[column]})

    def test_is_never_deleted_nor_one_that_money_came_for(self, acme, now):
        contract = active(acme, now)
        second = rows(contract)[1]
        pay(second, now, "1")
        for row in (rows(contract)[0], second):
            with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("DELETE FROM contracts_installment WHERE id = %s", [row.pk])

    def test_is_only_undone_by_a_counter_posting(self, acme, now):
        row = rows(active(acme, now))[0]
        with pytest.raises(DatabaseError), transaction.atomic():
            Installment.objects.filter(pk=row.pk).update(state="reversed")
        refund(row, "100", now)
        row.refresh_from_db()
        assert row.state == "reversed"


class TestARowIsPaidExactlyWhenItsPostingsExist:
    @pytest.mark.parametrize(
        "fields",
        [
            {"state": "paid"},
            {"state": "paid", "paid_micros": F("amount_micros")},
            {"settled_at": "2026-11-18T00:00Z"},
            {"state": "partially_paid"},
            {"paid_micros": 1},
            {"refunded_micros": 1},
            {"paid_micros": F("amount_micros") + 1, "state": "processing"},
        ],
    )
    def test_no_state_without_its_facts(self, acme, now, fields):
        row = rows(offer(acme, now))[0]
        with pytest.raises(IntegrityError), transaction.atomic():
            Installment.objects.filter(pk=row.pk).update(**fields)

    def test_no_service_without_its_deferral(self, acme, now):
        contract = offer(acme, now, service="120")
        pay(rows(contract)[0], now)
        grant = rows(contract)[0].grant
        fields = {"state": "paid", "paid_micros": F("amount_micros"), "settled_at": now, "grant": grant}
        with pytest.raises(IntegrityError), transaction.atomic():
            Installment.objects.filter(pk=rows(contract)[1].pk).update(**fields)


class TestARowsPortions:
    @pytest.mark.parametrize("fields", [{"credit_micros": 1}, {"service_micros": -1}, {"amount_micros": 5}])
    def test_are_its_amount(self, acme, now, fields):
        row = rows(draft(acme, now))[0]
        with pytest.raises(IntegrityError), transaction.atomic():
            Installment.objects.filter(pk=row.pk).update(**fields)


class TestContracts:
    def test_run_one_at_a_time(self, acme, now):
        active(acme, now)
        second = offer(acme, now, "2027-11-18")
        with pytest.raises(IntegrityError), transaction.atomic():
            Contract.objects.filter(pk=second.pk).update(status="past_due", activated_at=now)

    @pytest.mark.parametrize("fields", [{"status": "cancelled"}, {"status": "active"}, {"bonus_credits_micros": -1}])
    def test_hold_no_state_without_its_moment(self, acme, now, fields):
        contract = offer(acme, now)
        with pytest.raises(IntegrityError), transaction.atomic():
            Contract.objects.filter(pk=contract.pk).update(**fields)

    def test_are_never_erased(self, acme, now):
        contract = draft(acme, now)
        contract.installments.all().delete()
        contract.versions.all().delete()
        with pytest.raises(DatabaseError), transaction.atomic():
            contract.delete()


class TestRecords:
    def test_of_money_never_change_or_vanish(self, acme, now):
        row = rows(active(acme, now, service="120"))[0]
        refund(row, "10", now)
        with pytest.raises(DatabaseError), transaction.atomic():
            InstallmentPayment.objects.update(amount_micros=1)
        for model in (InstallmentPayment, InstallmentRefund, ServiceRevenue):
            with pytest.raises(DatabaseError), transaction.atomic():
                model.objects.all().delete()

    def test_of_what_came_beyond_never_change_or_vanish(self, acme, now):
        row = rows(active(acme, now))[0]
        services.receive_payment(
            services.Receipt(
                installment_id=row.pk,
                amount=to_micros("100"),
                key="pi_2",
                received_in=Role.CASH,
                reference="",
                created_by="system:stripe",
            ),
            now=now,
        )
        for fields in ({"amount_micros": 1}, {"key": "pi_3"}, {"returned_micros": to_micros("100.01")}):
            with pytest.raises(DatabaseError), transaction.atomic():
                InstallmentSurplus.objects.update(**fields)
        with pytest.raises(DatabaseError), transaction.atomic():
            InstallmentSurplus.objects.all().delete()

    @pytest.mark.parametrize("model", list(apps.get_app_config("contracts").get_models()))
    def test_are_not_emptied_at_once(self, acme, now, model):
        active(acme, now, service="120")
        agreement(acme, now)
        table, before = model._meta.db_table, model.objects.count()
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # a pending deferred check would refuse TRUNCATE first
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {table} CASCADE")
        assert model.objects.count() == before


class TestCheckContracts:
    def test_says_that_all_is_right(self, acme, now, capsys):
        active(acme, now)
        call_command("check_contracts")
        assert "15 rules hold" in capsys.readouterr().out

    def test_accepts_credit_that_paid_the_debt_of_another_refund(self, acme, now):
        bought = create_grant(acme, "10", now, source="top_up", paid_micros=to_micros("10"))
        charge(acme, "10", now)
        wallets.refund_grant(
            grant=bought,
            amount=to_micros("10"),
            order=wallets.Instruction(
                cause=cause_of(bought.organization),
                key="refund:re_9",
                created_by="s",
            ),
            now=now,
        )
        active(acme, now)
        assert [str(each) for each in contract_mismatches()] == []

    @pytest.mark.tampers
    @pytest.mark.parametrize(
        ("statement", "rule"),
        [
            ("UPDATE contracts_installmentpayment SET amount_micros = amount_micros - 1", "the paid amount"),
            ("UPDATE contracts_servicerevenue SET recognized_micros = 1", "deferred revenue"),
            (
                "UPDATE contracts_installment SET paid_micros = 1 WHERE state = 'partially_paid'",
                "the installments account",
            ),
            ("UPDATE contracts_contractversion SET credit_portion_micros = 1", "a version's installments"),
            (
                "UPDATE contracts_installment SET period_start = '2026-11-19' WHERE position = 1",
                "the periods of a term",
            ),
            (
                "UPDATE contracts_installmentrefund SET amount_micros = amount_micros - 1,"
                " credit_micros = credit_micros - 1",
                "a refund was posted with",
            ),
            ("UPDATE contracts_installmentrefund SET undone_at = created_at", "a refund's transfers"),
            ("UPDATE contracts_installmentrefund SET promo_credit_micros = 1000000000", "refunds of a portion"),
            (
                "UPDATE ledger_transfer SET cause_type = 'payments.refund' WHERE kind = 'refund'",
                "a contract's credit",
            ),
        ],
    )
    def test_names_what_was_tampered_with(self, acme, now, statement, rule, capsys):
        contract = active(acme, now, service="120")
        pay(rows(contract)[1], now, "1")
        refund(rows(contract)[0], "11", now)
        with without_triggers(connection), connection.cursor() as cursor:
            cursor.execute(statement)
        assert any(str(each).startswith(rule) for each in contract_mismatches())
        with pytest.raises(SystemExit):
            call_command("check_contracts")
        assert rule in capsys.readouterr().err


class TestStatements:
    def test_settling_takes_as_many_for_a_long_schedule_as_for_a_short_one(self, now, db):
        short = rows(offer(create_organization(now, "short"), now, months=2))[0]
        long = rows(offer(create_organization(now, "long"), now, months=240))[0]
        counts = []
        for row in (short, long):
            with CaptureQueriesContext(connection) as captured:
                services.settle_installment(
                    services.Receipt(
                        installment_id=row.pk,
                        amount=row.amount_micros,
                        key=f"inpay_{row.pk}",
                        received_in=Role.CASH,
                        reference="",
                        created_by="system:stripe",
                    ),
                    now=now,
                )
            counts.append(len(captured))
        assert counts[0] == counts[1] <= 50


def billed_once(organization, now):
    written = agreement(organization, now, charge_type="one_time")
    services.bill_agreement(agreement_id=written.pk, now=now)
    return ServiceAgreement.objects.filter(pk=written.pk)


def refunded(organization, now):
    refund(rows(active(organization, now))[0], "10", now)
    return InstallmentRefund.objects.all()


def discounted(organization, now):
    offer(organization, now)
    discount(organization, "10", now)
    return InstallmentDiscount.objects.all()


def withdrawn(organization, now):
    found = discounted(organization, now)
    services.withdraw_discount(organization=Organization.objects.get(slug="acme"), key="redemption:1", now=now)
    return found


def deferred(organization, now):
    active(organization, now, credit="0", service="1200")
    return ServiceRevenue.objects.all()


def given(organization, now):
    return Contract.objects.filter(pk=active(organization, now, bonus="5").pk)


def agreed_terms(organization, now):
    return ContractVersion.objects.filter(contract=draft(organization, now))


@pytest.mark.parametrize(
    ("made", "column", "value"),
    [
        (billed_once, "amount_micros", 1),
        (billed_once, "start_date", "2026-01-01"),
        (billed_once, "charge_type", "annual"),
        (refunded, "amount_micros", F("amount_micros") + 1),
        (refunded, "credit_micros", 0),
        (refunded, "order_key", "another"),
        (discounted, "asked_micros", F("asked_micros") + 1),
        (withdrawn, "withdrawn_at", None),
        (withdrawn, "amount_micros", 1),
        (deferred, "amount_micros", F("amount_micros") + 1),
        (deferred, "period_end", F("period_end") + timedelta(days=1)),
        (given, "bonus_credits_micros", 1),
        (given, "bonus_granted_at", None),
        (agreed_terms, "credit_portion_micros", F("credit_portion_micros") + 1),
        (agreed_terms, "first_month", 3),
    ],
)
def test_facts_stay_as_they_were_written(acme, now, made, column, value):
    found = made(acme, now)
    with pytest.raises(DatabaseError, match="facts of"), transaction.atomic():
        found.update(**{column: value})


def test_what_is_no_fact_yet_may_change(acme, now):
    assert ServiceAgreement.objects.filter(pk=agreement(acme, now).pk).update(amount_micros=1) == 1
    assert refunded(acme, now).update(undone_at=None) == 1
