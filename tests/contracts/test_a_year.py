"""A year of daily jobs with payments on time, late, in parts and by bank; the books hold."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from apps.common.money import decimal_text, to_micros
from apps.contracts import services, tasks
from apps.contracts.consistency import contract_mismatches
from apps.contracts.models import Contract
from apps.contracts.selectors import current_schedule
from apps.wallets.accounts import Role
from apps.wallets.consistency import book_mismatches
from apps.wallets.selectors import wallet_figures
from tests.contracts.factories import agreed, agreement, discount, offer, pay, refund, rows

JOBS = (tasks.mark_overdue, tasks.end_terms, tasks.recognize_service_revenue, tasks.bill_service_agreements)
TimelineEvent = Callable[[Contract, datetime], object]


def month_row(contract: Contract, number: int):
    return [row for row in current_schedule(contract) if not row.is_one_time][number]


def amend(contract: Contract, at: datetime) -> object:
    return services.amend_contract(
        contract_id=contract.pk,
        seen_revision=contract.revision,
        amendment=services.Amendment(
            effective_date=date(2027, 8, 31),
            agreed=agreed(months=5, credit="1000", service="100.05"),
            reason="More credit from September",
        ),
        created_by="staff:ann",
        now=at,
    )


# What happens on which day of a contract that starts on 31 January 2027 and renews automatically.
HAPPENINGS: dict[str, TimelineEvent] = {
    "2027-01-31": lambda contract, at: [pay(row, at) for row in current_schedule(contract)[:2]],
    "2027-02-28": lambda contract, at: pay(month_row(contract, 1), at),
    "2027-04-03": lambda contract, at: pay(month_row(contract, 2), at, received_in=Role.MANUAL_RECEIPTS),
    "2027-04-30": lambda contract, at: pay(month_row(contract, 3), at, "40", key="first part"),
    "2027-05-02": lambda contract, at: pay(month_row(contract, 3), at, key="last part"),
    "2027-05-20": lambda contract, at: discount(contract.organization, "25", at),
    "2027-05-31": lambda contract, at: pay(month_row(contract, 4), at),
    "2027-06-15": lambda contract, at: refund(month_row(contract, 4), "30", at),
    "2027-06-30": lambda contract, at: pay(month_row(contract, 5), at),
    "2027-07-31": lambda contract, at: pay(month_row(contract, 6), at),
    "2027-08-20": amend,
    "2027-08-31": lambda contract, at: pay(month_row(contract, 7), at),
    "2027-09-30": lambda contract, at: pay(month_row(contract, 8), at),
    "2027-10-31": lambda contract, at: pay(month_row(contract, 9), at),
    "2027-11-30": lambda contract, at: pay(month_row(contract, 10), at),
    "2027-12-31": lambda contract, at: pay(month_row(contract, 11), at),
    "2028-01-31": lambda contract, at: pay(month_row(contract, 0), at),
}


def live_through(contract: Contract, first: date, last: date) -> dict[str, str]:
    """Run each day; return the days on which the contract's status changed."""
    changes: dict[str, str] = {}
    status = contract.status
    for number in range((last - first).days + 1):
        at = datetime.combine(first + timedelta(days=number), datetime.min.time(), UTC) + timedelta(hours=3)
        for job in JOBS:
            job(now=at)
        contract.refresh_from_db()
        HAPPENINGS.get(f"{at:%Y-%m-%d}", lambda *_: None)(contract, at)
        contract.refresh_from_db()
        if contract.status != status:
            changes[f"{at:%Y-%m-%d}"] = status = contract.status
    return changes


@pytest.mark.django_db
def test_a_year_of_a_contract(acme, now, balance):
    fields = {"credit": "1300", "service": "365", "onetime_credit": "100", "onetime_service": "5"}
    contract = offer(acme, now, "2027-01-31", **fields, bonus="50", auto_renew=True)
    agreement(acme, now, start_date=date(2027, 1, 31), amount_micros=to_micros("12.5"))
    changes = live_through(contract, date(2027, 1, 25), date(2028, 2, 1))

    assert changes == {
        "2027-01-31": "active",
        "2027-04-01": "past_due",
        "2027-04-03": "active",
        "2027-05-01": "past_due",
        "2027-05-02": "active",
    }
    assert [f"{row.due_date:%m-%d}" for row in rows(contract) if row.version.number == 1][1:4] == [
        "01-31",
        "02-28",
        "03-31",
    ]
    first_term = contract.installments.filter(version__term=1).exclude(state="superseded")
    assert sum(row.amount_micros for row in first_term) == to_micros("105") + 7 * to_micros("130") + to_micros(
        "1100.05"
    )
    assert current_schedule(contract)[0].period == "2028-01-31/2028-02-29"
    assert (contract.term, contract.status) == (2, Contract.Status.ACTIVE)
    # Bonus 50, one-time 100, seven months of 100, 1,000 amended, 200 of the next term; less 13 agreements of 12.50, and
    # less the refunded credit: 23.07 that was paid for and 5.49 that the discount covered.
    assert decimal_text(wallet_figures(acme, datetime(2028, 2, 1, tzinfo=UTC)).balance_micros) == "1858.94"
    assert balance(acme, Role.INSTALLMENTS) == 0
    assert balance(acme, Role.PROMOTIONS) < -to_micros("50")


@pytest.mark.django_db
@pytest.mark.long
def test_the_books_hold_on_every_day_of_it(acme, now):
    contract = offer(acme, now, "2027-01-31", credit="1300", service="365", onetime_credit="100", auto_renew=True)
    for number in range(373):
        day = date(2027, 1, 25) + timedelta(days=number)
        live_through(contract, day, day)
        assert [str(each) for each in (*contract_mismatches(), *book_mismatches())] == []
