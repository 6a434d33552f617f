"""A contract canceled at a date: days before it are due, days after it are not, or their money goes back."""

from datetime import date, timedelta

import pytest

from apps.common.money import Micros, to_micros
from apps.contracts import services, tasks
from apps.contracts.cancellation import CancellationTerms, share_after
from apps.contracts.errors import NotPayable, StateForbids
from apps.contracts.models import Contract
from apps.contracts.portions import Portions
from apps.wallets.accounts import Role
from tests.contracts.factories import active, agreed, discount, offer, pay, rows
from tests.factories import charge

pytestmark = pytest.mark.django_db


def cancel(contract, day, now, **terms):
    contract.refresh_from_db()
    return services.cancel_contract_at(
        contract_id=contract.pk,
        seen_revision=contract.revision,
        terms=CancellationTerms(day=date.fromisoformat(day), **terms),
        reason="They moved",
        created_by="staff:ann",
        now=now,
    )


def shown(contract):
    return [(row.state, str(row.period_end), row.amount_micros / 10**6) for row in rows(contract)]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2026-12-18", [("paid", "2026-12-18", 100.0), ("void", "2027-01-18", 100.0), ("void", "2027-02-18", 100.0)]),
        ("2026-12-28", [("paid", "2026-12-18", 100.0), ("due", "2026-12-28", 32.27), ("void", "2027-02-18", 100.0)]),
        ("2027-01-18", [("paid", "2026-12-18", 100.0), ("due", "2027-01-18", 100.0), ("void", "2027-02-18", 100.0)]),
    ],
)
def test_open_installments_are_due_for_the_days_before(acme, now, day, expected):
    contract = active(acme, now, months=3, credit="180", service="120")
    cuts = cancel(contract, day, now, takes_credit=True)
    assert shown(contract) == expected
    assert sum(cut.not_due_micros for cut in cuts) == to_micros("300") - sum(
        to_micros(str(amount)) for state, _, amount in expected if state != "void"
    )
    contract.refresh_from_db()
    assert (contract.status, str(contract.end_date), contract.auto_renew) == ("active", day, False)


def test_the_parts_before_and_after_add_up_to_the_cent(acme, now):
    contract = active(acme, now, months=2, credit="66.67", service="33.33")
    (row,) = rows(contract)[1:]
    cancel(contract, "2027-01-01", now, takes_credit=True)
    cut = rows(contract)[1]
    assert cut.credit_micros + cut.canceled_credit_micros == row.credit_micros
    assert cut.service_micros + cut.canceled_service_micros == row.service_micros
    assert share_after(1_000_000, date(2027, 1, 1), date(2027, 1, 4), date(2027, 1, 2), 10_000) == 660_000


def test_what_was_paid_for_days_after_is_to_go_back(acme, now):
    contract = active(acme, now, months=12, frequency="annual", credit="0", service="365")
    (cut,) = cancel(contract, "2027-02-18", now)
    assert (cut.back, cut.row.state) == (Portions(Micros(0), to_micros("273")), "paid")


def test_a_contract_ends_on_its_day_once_its_installments_are_settled(acme, now):
    contract = active(acme, now, months=3)
    cancel(contract, "2026-12-28", now)
    later = now + timedelta(days=60)
    tasks.end_terms(now=later)
    contract.refresh_from_db()
    assert contract.status == "active"
    pay(rows(contract)[1], later)
    tasks.end_terms(now=later)
    contract.refresh_from_db()
    assert (contract.status, contract.end_reason) == ("cancelled", "They moved")


def test_it_ends_at_once_if_nothing_is_left_to_pay(acme, now):
    contract = active(acme, now, months=1)
    cancel(contract, "2026-11-19", now + timedelta(days=1))
    assert Contract.objects.get(pk=contract.pk).status == "cancelled"


def test_one_time_amounts_are_divided_only_if_asked(acme, now):
    contract = active(acme, now, months=3, onetime_service="90", service="90", credit="0")
    assert not [cut for cut in cancel(contract, "2026-12-18", now) if cut.row.is_one_time]
    other = services.cancellation_cuts(
        Contract.objects.get(pk=contract.pk), CancellationTerms(day=date(2026, 12, 18), divides_one_time=True)
    )
    assert [cut.back.service_micros for cut in other if cut.row.is_one_time] == [to_micros("60.65")]


def test_a_part_payment_within_the_days_settles(acme, now):
    contract = active(acme, now, months=3)
    pay(rows(contract)[1], now, "129.04", key="part")
    cancel(contract, "2026-12-28", now, takes_credit=True)
    assert rows(contract)[1].state == "paid"


def test_a_part_payment_beyond_the_days_is_refunded_first(acme, now):
    contract = active(acme, now, months=3)
    pay(rows(contract)[1], now, "130", key="part")
    with pytest.raises(NotPayable, match=r"refund 0\.96"):
        cancel(contract, "2026-12-28", now, takes_credit=True)


def test_a_discount_shrinks_with_its_installment_and_leaves_something_to_pay(acme, now):
    contract = active(acme, now, months=2, credit="200")
    discount(acme, "99.99", now)
    cancel(contract, "2026-12-19", now, takes_credit=True)
    row = rows(contract)[1]
    assert (row.amount_micros, row.discount_micros, row.discounts.get().amount_micros) == (
        3_230_000,
        3_220_000,
        3_220_000,
    )


@pytest.mark.parametrize("day", ["2026-11-18", "2027-02-19"])
def test_the_day_is_within_the_term(acme, now, day):
    with pytest.raises(StateForbids, match="after 2026-11-18"):
        cancel(active(acme, now, months=3), day, now)


def test_an_offered_contract_is_canceled_at_once_instead(acme, now):
    with pytest.raises(StateForbids):
        cancel(offer(acme, now), "2026-12-18", now)


def test_a_canceled_contract_is_neither_amended_nor_renewed(acme, now):
    contract = active(acme, now, months=3, auto_renew=True)
    cancel(contract, "2026-12-28", now)
    contract.refresh_from_db()
    given = {"contract_id": contract.pk, "seen_revision": contract.revision, "now": now}
    with pytest.raises(StateForbids, match="canceled from 2026-12-28"):
        services.amend_contract(
            amendment=services.Amendment(effective_date=date(2026, 12, 28), agreed=agreed(months=1), reason="r"),
            created_by="staff:ann",
            **given,
        )
    with pytest.raises(StateForbids):
        services.change_details(auto_renew=True, notes="", **given)


def test_it_can_be_canceled_earlier_later_on(acme, now):
    contract = active(acme, now, months=3)
    for day in ("2027-02-08", "2026-12-28"):
        cancel(contract, day, now, takes_credit=True)
    assert shown(contract)[1:] == [("due", "2026-12-28", 129.04), ("void", "2027-02-08", 270.97)]
    assert Micros(rows(contract)[1].canceled_credit_micros) == to_micros("270.96")


def refund(cuts, contract, now):
    """Return by bank what a cancellation gives back, as the payments app does."""
    for cut in cuts:
        order = services.RefundOrder(
            amount=cut.back.total_micros,
            key=f"cancel:{contract.revision}",
            created_by="staff:ann",
            reason="They moved",
            paid_to=Role.MANUAL_RECEIPTS,
            credit=cut.back.credit_micros,
        )
        services.refund_installment(installment_id=cut.row.pk, order=order, now=now)


def test_what_an_earlier_cancellation_returned_is_not_returned_again(acme, now):
    contract = active(acme, now, months=12, frequency="annual", credit="365", service="365")
    refund(cancel(contract, "2027-05-18", now), contract, now)
    (second,) = cancel(contract, "2027-02-18", now, takes_credit=True)
    assert second.back == Portions(to_micros("273"), to_micros("89"))


def test_credit_stays_unless_asked_for(acme, now):
    contract = active(acme, now, months=2, credit="120", service="80")
    cancel(contract, "2026-12-28", now)
    (row,) = rows(contract)[1:]
    assert (row.state, row.credit_micros, row.service_micros) == ("due", to_micros("60"), to_micros("12.91"))


def test_only_unspent_credit_is_taken_back(acme, now):
    contract = active(acme, now, months=12, frequency="annual", credit="365", service="365")
    charge(acme, "300", now)
    (cut,) = cancel(contract, "2027-02-18", now, takes_credit=True)
    assert cut.back == Portions(to_micros("65"), to_micros("273"))


def test_a_paid_installment_of_later_days_goes_back_with_its_credit(acme, now):
    contract = active(acme, now, months=2, credit="120", service="80")
    pay(rows(contract)[1], now)
    (cut,) = cancel(contract, "2026-12-18", now)
    assert (cut.row, cut.back) == (rows(contract)[1], Portions(to_micros("60"), to_micros("40")))


def test_the_discount_on_service_leaves_the_credit_alone(acme, now):
    """Of 600 of credit and 400 of service, money paid 540 and 360; half of the service goes back with its discount."""
    contract = offer(acme, now, "2027-01-01", months=3, frequency="quarterly", credit="600", service="400")
    discount(acme, "100", now)
    pay(rows(contract)[0], now)
    refund(cancel(contract, "2027-02-15", now), contract, now)
    taken = rows(contract)[0].refunds.get()
    assert (taken.credit_micros, taken.promo_credit_micros) == (0, 0)
    assert (taken.unearned_micros, taken.promo_unearned_micros) == (to_micros("180"), to_micros("20"))
