"""Drafts, edits, offers, overdue, cancellation, expiry and renewal."""

from datetime import date, timedelta

import pytest

from apps.common.money import to_micros
from apps.contracts import services
from apps.contracts.errors import (
    AlreadyRunning,
    ChangedMeanwhile,
    ContractHasPayments,
    ContractNotFound,
    ImpossibleTerms,
    NothingToPay,
    StateForbids,
)
from apps.contracts.models import CONTRACT_TRANSITIONS, INSTALLMENT_TRANSITIONS, Contract, Installment
from apps.contracts.selectors import contract_for_subscribe, current_schedule
from apps.outbox.models import OutboxMessage
from tests.contracts.factories import active, agreed, discount, draft, draft_fields, offer, pay, rows
from tests.factories import create_organization

Status = Contract.Status


def cancel(contract: Contract, now, reason: str = "Asked for") -> Contract:
    return services.cancel_contract(contract_id=contract.pk, reason=reason, now=now)


def overdue(contract: Contract, now) -> Contract:
    services.mark_overdue(contract_id=contract.pk, now=now)
    contract.refresh_from_db()
    return contract


def messages(task: str) -> list[dict[str, str]]:
    return [message.arguments for message in OutboxMessage.objects.filter(task=task).order_by("pk")]


class TestTransitions:
    def test_cover_every_state(self):
        assert set(CONTRACT_TRANSITIONS) == set(Contract.Status)
        assert set(INSTALLMENT_TRANSITIONS) == set(Installment.State)

    def test_end_in_the_ended_states(self):
        final = {state for state, following in CONTRACT_TRANSITIONS.items() if not following}
        assert final == {Status.EXPIRED, Status.CANCELED}

    def test_are_the_agreed_ones(self):
        assert CONTRACT_TRANSITIONS[Status.DRAFT] == {Status.PENDING_PAYMENT, Status.CANCELED}
        assert CONTRACT_TRANSITIONS[Status.PENDING_PAYMENT] == {Status.ACTIVE, Status.EXPIRED, Status.CANCELED}
        assert CONTRACT_TRANSITIONS[Status.ACTIVE] == {Status.PAST_DUE, Status.EXPIRED, Status.CANCELED}
        assert CONTRACT_TRANSITIONS[Status.PAST_DUE] == {Status.ACTIVE, Status.CANCELED}


class TestDrafting:
    def test_writes_the_schedule(self, acme, now):
        contract = draft(acme, now, months=4, credit="400")
        assert [row.amount_micros for row in rows(contract)] == [to_micros("100")] * 4
        assert (contract.status, contract.end_date) == (Status.DRAFT, date(2027, 3, 18))

    def test_names_the_impossible_term(self, acme, now):
        with pytest.raises(ImpossibleTerms) as refused:
            draft(acme, now, months=7, frequency="annual")
        assert refused.value.field == "term_months"
        assert not Contract.objects.exists()

    def test_refuses_a_negative_bonus(self, acme, now):
        with pytest.raises(ImpossibleTerms) as refused:
            draft(acme, now, bonus="-1")
        assert refused.value.field == "bonus_credits_micros"

    def test_is_edited_in_place(self, acme, now):
        contract = draft(acme, now)
        edited = services.edit_contract(
            contract_id=contract.pk,
            seen_revision=1,
            draft=draft_fields("2027-01-01", months=6, credit="600"),
            edited_by="staff:bob",
            now=now,
        )
        assert (edited.revision, len(rows(contract)), contract.versions.count()) == (2, 6, 1)

    def test_refuses_a_stale_edit(self, acme, now):
        contract = offer(acme, now)
        with pytest.raises(ChangedMeanwhile):
            services.edit_contract(
                contract_id=contract.pk, seen_revision=1, draft=draft_fields(), edited_by="staff:bob", now=now
            )


class TestOffering:
    def test_asks_for_the_arrangement(self, acme, now):
        contract = offer(acme, now)
        assert (contract.status, contract.offered_at) == (Status.PENDING_PAYMENT, now)
        assert messages("payments.arrange_contract") == [{"contract_id": str(contract.pk)}]

    def test_refuses_a_second_time_and_a_term_that_is_over(self, acme, now):
        contract = offer(acme, now)
        with pytest.raises(StateForbids):
            services.offer_contract(contract_id=contract.pk, seen_revision=contract.revision, now=now)
        with pytest.raises(StateForbids):
            offer(acme, now, "2024-01-01")

    def test_can_still_be_edited_while_nothing_is_paid(self, acme, now):
        contract = offer(acme, now)
        discount(acme, "10", now)
        contract.refresh_from_db()
        edited = services.edit_contract(
            contract_id=contract.pk,
            seen_revision=contract.revision,
            draft=draft_fields(months=6, credit="600"),
            edited_by="staff:bob",
            now=now,
        )
        shown = current_schedule(edited)
        assert (edited.status, len(shown), shown[0].discount_micros) == (Status.PENDING_PAYMENT, 6, to_micros("10"))
        assert len(messages("payments.arrange_contract")) == 3

    @pytest.mark.parametrize("amount", ["0.01", "100"])
    def test_is_never_edited_once_paid_on(self, acme, now, amount):
        contract = offer(acme, now)
        pay(rows(contract)[0], now, amount)
        contract.refresh_from_db()
        with pytest.raises((ContractHasPayments, StateForbids)):
            services.edit_contract(
                contract_id=contract.pk,
                seen_revision=contract.revision,
                draft=draft_fields(),
                edited_by="staff:bob",
                now=now,
            )

    def test_lets_details_change_after_payment(self, acme, now):
        contract = active(acme, now)
        changed = services.change_details(
            contract_id=contract.pk, seen_revision=contract.revision, auto_renew=True, notes="Hi", now=now
        )
        assert (changed.auto_renew, changed.notes, changed.revision) == (True, "Hi", contract.revision + 1)


class TestSubscribing:
    def test_finds_the_offer_and_what_to_pay(self, acme, now):
        contract = offer(acme, now)
        found, installment = contract_for_subscribe(organization=acme, contract_id=contract.pk)
        assert (found, installment) == (contract, rows(contract)[0])

    def test_does_not_tell_a_draft_from_anothers_or_an_ended_one(self, acme, now):
        others = offer(create_organization(now, "globex"), now)
        ended = cancel(offer(acme, now), now)
        for contract in (draft(acme, now), others, ended):
            with pytest.raises(ContractNotFound):
                contract_for_subscribe(organization=acme, contract_id=contract.pk)

    def test_refuses_a_running_one_and_one_that_is_being_paid(self, acme, now):
        with pytest.raises(AlreadyRunning):
            contract_for_subscribe(organization=acme, contract_id=active(acme, now).pk)
        second = offer(acme, now, "2027-11-18")
        services.mark_processing(installment_id=rows(second)[0].pk, now=now)
        with pytest.raises(NothingToPay):
            contract_for_subscribe(organization=acme, contract_id=second.pk)


class TestProcessing:
    def test_comes_and_goes_with_the_payment(self, acme, now):
        first = rows(offer(acme, now))[0]
        assert services.mark_processing(installment_id=first.pk, now=now).state == "processing"
        assert services.mark_payment_failed(installment_id=first.pk, now=now).state == "due"
        pay(first, now, "10")
        services.mark_processing(installment_id=first.pk, now=now)
        assert services.mark_payment_failed(installment_id=first.pk, now=now).state == "partially_paid"

    def test_does_not_revive_what_is_settled(self, acme, now):
        first = rows(active(acme, now))[0]
        assert services.mark_processing(installment_id=first.pk, now=now).state == "paid"
        assert services.mark_payment_failed(installment_id=first.pk, now=now).state == "paid"


class TestOverdue:
    def test_makes_a_running_contract_past_due_and_payment_active_again(self, acme, now):
        contract = overdue(active(acme, now), now + timedelta(days=31))
        assert contract.status == Status.PAST_DUE
        pay(rows(contract)[1], now)
        contract.refresh_from_db()
        assert contract.status == Status.ACTIVE

    def test_begins_after_the_due_date_has_passed(self, acme, now):
        contract = active(acme, now)
        last_moment = now.replace(month=12, hour=23, minute=59)
        assert overdue(contract, last_moment).status == Status.ACTIVE
        assert overdue(contract, last_moment + timedelta(minutes=1)).status == Status.PAST_DUE

    def test_waits_for_the_grace(self, acme, now, settings):
        settings.CONTRACT_GRACE_DAYS = 5
        contract = active(acme, now)
        assert overdue(contract, now.replace(month=12, day=23)).status == Status.ACTIVE
        assert overdue(contract, now.replace(month=12, day=24)).status == Status.PAST_DUE

    def test_leaves_an_offered_contract_waiting(self, acme, now):
        contract = overdue(offer(acme, now), now + timedelta(days=2))
        assert (contract.status, rows(contract)[0].overdue_at) == (Status.PENDING_PAYMENT, now + timedelta(days=2))

    def test_is_noted_once(self, acme, now):
        contract = active(acme, now)
        late = now + timedelta(days=40)
        assert services.mark_overdue(contract_id=contract.pk, now=late) == 1
        assert services.mark_overdue(contract_id=contract.pk, now=late) == 0

    def test_can_be_said_by_stripe(self, acme, now):
        contract = active(acme, now)
        services.mark_installment_overdue(installment_id=rows(contract)[1].pk, now=now)
        contract.refresh_from_db()
        assert contract.status == Status.PAST_DUE

    @pytest.mark.parametrize("close", [services.void_installment, services.write_off_installment])
    def test_ends_when_the_row_is_given_up(self, acme, now, close):
        contract = overdue(active(acme, now), now + timedelta(days=31))
        close(installment_id=rows(contract)[1].pk, now=now)
        contract.refresh_from_db()
        assert contract.status == Status.ACTIVE

    def test_money_that_comes_after_a_write_off_settles_it(self, acme, now):
        row = rows(active(acme, now))[1]
        services.write_off_installment(installment_id=row.pk, now=now)
        pay(row, now, "60", key="a")
        pay(row, now, "40", key="b")
        row.refresh_from_db()
        assert row.state == "paid"

    def test_rows_of_a_draft_are_edited_instead(self, acme, now):
        with pytest.raises(StateForbids):
            services.void_installment(installment_id=rows(draft(acme, now))[0].pk, now=now)


class TestCanceling:
    def test_voids_what_is_unpaid_and_keeps_what_is_paid(self, acme, now):
        contract = cancel(active(acme, now, months=3), now)
        assert [row.state for row in rows(contract)] == ["paid", "void", "void"]
        assert (contract.status, contract.ended_at, contract.end_reason) == (Status.CANCELED, now, "Asked for")
        assert messages("payments.cancel_contract") == [{"contract_id": str(contract.pk)}]

    def test_is_done_once(self, acme, now):
        contract = cancel(active(acme, now), now)
        assert cancel(contract, now + timedelta(days=1), "Again").ended_at == now

    @pytest.mark.parametrize("make", [draft, offer, active])
    def test_works_from_every_state_that_has_not_ended(self, acme, now, make):
        assert cancel(make(acme, now), now).status == Status.CANCELED

    def test_asks_nothing_of_stripe_for_a_draft(self, acme, now):
        cancel(draft(acme, now), now)
        assert messages("payments.cancel_contract") == []

    def test_refuses_one_that_expired(self, acme, now):
        contract = active(acme, now, months=1, credit="100")
        services.end_term(contract_id=contract.pk, now=now + timedelta(days=30))
        with pytest.raises(StateForbids):
            cancel(contract, now)

    def test_refuses_a_stale_page(self, acme, now):
        contract = active(acme, now)
        with pytest.raises(ChangedMeanwhile):
            services.cancel_contract(contract_id=contract.pk, reason="x", now=now, seen_revision=1)


class TestEndingATerm:
    def test_expires_what_does_not_renew(self, acme, now):
        contract = active(acme, now, months=1, credit="100")
        assert services.end_term(contract_id=contract.pk, now=now.replace(month=12, day=17)).status == Status.ACTIVE
        ended = services.end_term(contract_id=contract.pk, now=now.replace(month=12, day=18))
        assert ended.status == Status.EXPIRED

    def test_expires_an_offer_nobody_took(self, acme, now):
        contract = offer(acme, now, months=1)
        ended = services.end_term(contract_id=contract.pk, now=now + timedelta(days=60))
        assert (ended.status, rows(contract)[0].state) == (Status.EXPIRED, "void")

    def test_waits_while_something_is_open(self, acme, now):
        contract = active(acme, now, months=2)
        late = now + timedelta(days=90)
        assert services.end_term(contract_id=contract.pk, now=late).status == Status.ACTIVE
        overdue(contract, late)
        assert services.end_term(contract_id=contract.pk, now=late).status == Status.PAST_DUE
        services.write_off_installment(installment_id=rows(contract)[1].pk, now=late)
        assert services.end_term(contract_id=contract.pk, now=late).status == Status.EXPIRED

    def test_renews_from_the_original_anchor(self, acme, now):
        contract = active(acme, now, "2027-01-31", months=1, credit="100", auto_renew=True)
        for moment in ("2027-02-28", "2027-03-31", "2027-04-30"):
            at = now.fromisoformat(f"{moment}T00:00:00+00:00")
            services.end_term(contract_id=contract.pk, now=at)
            pay(rows(contract)[-1], at)
        assert [row.period for row in rows(contract)] == [
            "2027-01-31/2027-02-28",
            "2027-02-28/2027-03-31",
            "2027-03-31/2027-04-30",
            "2027-04-30/2027-05-31",
        ]
        contract.refresh_from_db()
        assert (contract.term, contract.start_date, contract.status) == (4, date(2027, 4, 30), Status.ACTIVE)

    def test_repeats_what_recurs_and_neither_one_time_amounts_nor_the_bonus(self, acme, now):
        contract = offer(acme, now, months=2, credit="300", onetime_credit="100", bonus="5", auto_renew=True)
        for row in rows(contract):
            pay(row, now)
        renewed = services.end_term(contract_id=contract.pk, now=now + timedelta(days=70))
        assert [row.amount_micros for row in current_schedule(renewed)] == [to_micros("100")] * 2

    def test_renews_once(self, acme, now):
        contract = active(acme, now, months=1, credit="100", auto_renew=True)
        late = now + timedelta(days=200)
        services.end_term(contract_id=contract.pk, now=late)
        services.end_term(contract_id=contract.pk, now=late)
        assert len(rows(contract)) == 2

    def test_repeats_the_newest_terms(self, acme, now):
        contract = active(acme, now, months=3, credit="300", auto_renew=True)
        services.amend_contract(
            contract_id=contract.pk,
            seen_revision=contract.revision,
            amendment=services.Amendment(
                effective_date=date(2026, 12, 18), agreed=agreed(months=2, credit="500"), reason="More"
            ),
            created_by="staff:ann",
            now=now,
        )
        for row in current_schedule(contract)[1:]:
            pay(row, now)
        renewed = services.end_term(contract_id=contract.pk, now=now + timedelta(days=100))
        assert [row.amount_micros for row in current_schedule(renewed)] == [to_micros("250")] * 3

    def test_expires_where_nothing_recurs(self, acme, now):
        fields = {"months": 1, "credit": "100", "onetime_credit": "100", "auto_renew": True}
        contract = active(acme, now, **fields)
        assert services.end_term(contract_id=contract.pk, now=now + timedelta(days=31)).status == Status.EXPIRED


class TestZeroRows:
    def test_need_no_payment_and_hold_nothing_up(self, acme, now):
        contract = offer(acme, now, months=4, credit="100", credit_limit=2)
        assert [row.state for row in rows(contract)] == ["due", "due", "nothing_due", "nothing_due"]
        for row in rows(contract)[:2]:
            pay(row, now)
        late = now + timedelta(days=130)
        assert overdue(contract, late).status == Status.ACTIVE
        assert services.end_term(contract_id=contract.pk, now=late).status == Status.EXPIRED
