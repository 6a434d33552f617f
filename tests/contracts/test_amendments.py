"""Amendments: new terms from a day; paid installments stay, unpaid ones are replaced, old versions are kept."""

from datetime import date, timedelta

import pytest

from apps.common.money import to_micros
from apps.contracts import services
from apps.contracts.errors import CannotAmendFrom, ChangedMeanwhile, ImpossibleTerms, StateForbids
from apps.contracts.models import Contract
from apps.contracts.selectors import current_schedule
from apps.outbox.models import OutboxMessage
from tests.contracts.factories import active, agreed, discount, draft, offer, pay, rows
from tests.factories import create_organization


def amend(contract: Contract, now, effective: str, **fields) -> Contract:
    contract.refresh_from_db()
    return services.amend_contract(
        contract_id=contract.pk,
        seen_revision=contract.revision,
        amendment=services.Amendment(
            effective_date=date.fromisoformat(effective), agreed=agreed(**fields), reason="More seats"
        ),
        created_by="staff:ann",
        now=now,
    )


class TestAmendContract:
    def test_replaces_the_unpaid_rows_and_keeps_the_old_version(self, acme, now):
        contract = amend(active(acme, now, months=4, credit="400"), now, "2027-01-18", months=2, credit="500")
        assert [(row.period, row.amount_micros // 1_000_000) for row in current_schedule(contract)] == [
            ("2026-11-18/2026-12-18", 100),
            ("2026-12-18/2027-01-18", 100),
            ("2027-01-18/2027-02-18", 250),
            ("2027-02-18/2027-03-18", 250),
        ]
        assert [row.state for row in rows(contract)] == ["paid", "due", "superseded", "superseded", "due", "due"]
        assert [version.kind for version in contract.versions.order_by("number")] == ["original", "amendment"]

    def test_applies_from_the_next_period_when_the_day_lies_within_one(self, acme, now):
        contract = amend(active(acme, now, months=4, credit="400"), now, "2026-12-01", months=3, credit="600")
        assert [row.amount_micros // 1_000_000 for row in current_schedule(contract)] == [100, 200, 200, 200]

    @pytest.mark.parametrize(("months", "end"), [(1, date(2027, 2, 18)), (12, date(2028, 1, 18))])
    def test_may_shorten_and_lengthen_the_term(self, acme, now, months, end):
        contract = amend(active(acme, now, months=4), now, "2027-01-18", months=months, credit="120")
        assert contract.end_date == end

    def test_keeps_the_anchors_day(self, acme, now):
        contract = active(acme, now, "2027-01-31", months=4)
        contract = amend(contract, now, "2027-02-28", months=2, credit="200")
        assert [row.due_date.day for row in current_schedule(contract)] == [31, 28, 31]

    def test_may_change_the_frequency(self, acme, now):
        contract = amend(active(acme, now), now, "2026-12-18", months=12, frequency="quarterly", credit="400")
        assert [f"{row.due_date:%m-%d}" for row in current_schedule(contract)][1:] == [
            "12-18",
            "03-18",
            "06-18",
            "09-18",
        ]

    def test_adds_a_one_time_amount_within_a_paid_period(self, acme, now):
        contract = active(acme, now, frequency="one_time", credit="1000")
        contract = amend(
            contract, now, "2027-03-01", months=0, frequency="one_time", credit="300", onetime_credit="300"
        )
        added = current_schedule(contract)[-1]
        assert (added.period, added.is_one_time) == ("2027-03-01/2027-11-18", True)
        assert contract.end_date == date(2027, 11, 18)

    def test_extends_from_the_end(self, acme, now):
        contract = active(acme, now, frequency="one_time", credit="1000")
        contract = amend(contract, now, "2027-11-18", months=12, frequency="one_time", credit="1100")
        assert contract.end_date == date(2028, 11, 18)

    def test_asks_for_a_new_arrangement(self, acme, now):
        contract = amend(active(acme, now), now, "2026-12-18", months=3, credit="90")
        newest = OutboxMessage.objects.filter(task="payments.arrange_contract").latest("pk")
        assert newest.key == f"arrange-contract:{contract.pk}:{contract.revision}"

    def test_carries_a_discount_to_the_new_rows(self, acme, now):
        contract = active(acme, now, months=4, credit="400")
        discount(acme, "30", now)
        contract = amend(contract, now, "2026-12-18", months=3, credit="600")
        assert [row.discount_micros for row in current_schedule(contract)] == [0, to_micros("30"), 0, 0]

    def test_makes_a_past_due_contract_active_when_nothing_overdue_is_left(self, acme, now):
        contract = active(acme, now, months=4)
        late = now + timedelta(days=31)
        services.mark_overdue(contract_id=contract.pk, now=late)
        assert amend(contract, late, "2026-12-18", months=2, credit="10").status == Contract.Status.ACTIVE

    def test_replaces_rows_that_were_given_up(self, acme, now):
        contract = active(acme, now, months=4, credit="400")
        services.void_installment(installment_id=rows(contract)[2].pk, now=now)
        contract = amend(contract, now, "2026-12-18", months=3, credit="300")
        assert [row.state for row in current_schedule(contract)] == ["paid", "due", "due", "due"]

    @pytest.mark.parametrize("effective", ["2026-11-17", "2027-11-19"])
    def test_refuses_a_day_outside_the_term(self, acme, now, effective):
        with pytest.raises(CannotAmendFrom) as refused:
            amend(active(acme, now), now, effective, months=2)
        assert refused.value.field == "effective_date"

    @pytest.mark.parametrize("amount", [None, "0.01"])
    def test_refuses_to_replace_what_was_paid_on(self, acme, now, amount):
        contract = active(acme, now)
        pay(rows(contract)[2], now, amount)
        with pytest.raises(CannotAmendFrom, match="amend from 2027-02-18 or later"):
            amend(contract, now, "2026-12-18", months=2)

    def test_refuses_while_a_payment_is_under_way(self, acme, now):
        contract = active(acme, now)
        services.mark_processing(installment_id=rows(contract)[1].pk, now=now)
        with pytest.raises(CannotAmendFrom):
            amend(contract, now, "2026-12-18", months=2)

    def test_refuses_a_draft_and_an_ended_contract(self, acme, now):
        ended = services.cancel_contract(contract_id=offer(acme, now).pk, reason="x", now=now)
        for contract in (draft(acme, now), ended):
            with pytest.raises(StateForbids):
                amend(contract, now, "2026-12-18")

    def test_refuses_a_stale_page(self, acme, now):
        contract = active(acme, now)
        with pytest.raises(ChangedMeanwhile):
            services.amend_contract(
                contract_id=contract.pk,
                seen_revision=1,
                amendment=services.Amendment(effective_date=date(2026, 12, 18), agreed=agreed(), reason="x"),
                created_by="staff:ann",
                now=now,
            )

    def test_names_the_impossible_term_and_changes_nothing(self, acme, now):
        contract = active(acme, now)
        with pytest.raises(ImpossibleTerms) as refused:
            amend(contract, now, "2026-12-18", months=5, frequency="annual")
        assert refused.value.field == "term_months"
        assert {row.state for row in rows(contract)} == {"paid", "due"}


class TestCarryingDiscounts:
    @pytest.mark.parametrize(("asked", "carried"), [("100", "99.99"), ("99.99", "99.99"), ("250", "99.99"), ("5", "5")])
    def test_moves_what_fits_and_leaves_a_cent_to_pay(self, acme, now, asked, carried):
        contract = offer(acme, now, credit="6000")
        given = discount(acme, asked, now)
        contract = amend(contract, now, "2026-11-18", credit="1200")
        given.refresh_from_db()
        assert (given.amount_micros, given.installment) == (to_micros(carried), current_schedule(contract)[0])
        assert given.installment.state == "due"

    def test_goes_on_to_the_next_row_where_nothing_fits(self, acme, now):
        contract = offer(acme, now, credit="6000")
        for number in range(2):
            discount(acme, "100", now, key=f"redemption:{number}")
        contract = amend(contract, now, "2026-11-18", credit="1200")
        assert [row.discount_micros for row in current_schedule(contract)[:3]] == [99_990_000, 99_990_000, 0]

    def test_leaves_a_yen_to_pay(self, db, now):
        globex = create_organization(now, "globex", currency="JPY")
        contract = offer(globex, now, credit="6000")
        given = discount(globex, "100", now)
        amend(contract, now, "2026-11-18", credit="1200")
        given.refresh_from_db()
        assert given.amount_micros == to_micros("99")


class TestATermOfZero:
    def test_is_refused_where_periods_would_be_dropped(self, acme, now):
        contract = active(acme, now)
        with pytest.raises(ImpossibleTerms) as refused:
            amend(contract, now, "2027-01-01", months=0, frequency="one_time", credit="50", onetime_credit="50")
        assert refused.value.field == "term_months"
        contract.refresh_from_db()
        assert (contract.end_date, len(current_schedule(contract))) == (date(2027, 11, 18), 12)

    def test_adds_an_amount_in_the_last_period(self, acme, now):
        contract = active(acme, now)
        amended = amend(contract, now, "2027-10-19", months=0, frequency="one_time", credit="50", onetime_credit="50")
        assert (amended.end_date, len(current_schedule(contract))) == (date(2027, 11, 18), 13)
