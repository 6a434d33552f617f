"""Service agreements: billed once per period at its start; missed periods are billed later, stopped ones never."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from django.contrib.auth.models import User

from apps.approvals.services import approve
from apps.approvals.submission import execute, submit
from apps.common.money import to_micros
from apps.contracts import services, tasks
from apps.contracts.actions import ChangeAgreement, WriteAgreement
from apps.contracts.actions.agreements import AgreementTerms
from apps.contracts.errors import AgreementNotFound, ChangedMeanwhile, ImpossibleTerms, StateForbids
from apps.contracts.models import ServiceAgreement
from apps.ledger.models import Transfer
from apps.tenants.models import Project
from apps.wallets.selectors import entries_page, wallet_figures
from tests.contracts.factories import agreement
from tests.factories import create_organization

ChargeType = ServiceAgreement.ChargeType
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


def day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def bill(written: ServiceAgreement, at: str) -> int:
    return services.bill_agreement(agreement_id=written.pk, now=day(at))


def keys(organization) -> list[str]:
    ids = [entry.transfer_id for entry in entries_page(organization, since=EPOCH, limit=100, after=None)]
    return sorted(row.key.split(":", 2)[2] for row in Transfer.objects.filter(pk__in=ids))


def change(written: ServiceAgreement, now, **fields) -> ServiceAgreement:
    written.refresh_from_db()
    given = {
        "description": written.description,
        "charge_type": ChargeType(written.charge_type),
        "amount_micros": written.amount_micros,
        "start_date": written.start_date,
        "end_date": written.end_date,
    } | fields
    return services.change_agreement(
        agreement_id=written.pk,
        seen_revision=written.revision,
        draft=services.AgreementDraft(**given),
        now=now,
    )


class TestBillAgreement:
    def test_charges_the_wallet_at_the_start_of_the_period(self, acme, now):
        written = agreement(acme, now)
        assert bill(written, "2026-11-17T23:59") == 0
        assert bill(written, "2026-11-18T00:00") == 1
        written.refresh_from_db()
        entry = entries_page(acme, since=EPOCH, limit=1, after=None)[0]
        assert (entry.kind, entry.amount_micros) == ("service", -to_micros("50"))
        assert written.billed_at == day("2026-11-18T00:00")
        assert wallet_figures(acme, now).balance_micros == -to_micros("50")

    def test_bills_each_period_once_however_often_it_runs(self, acme, now):
        written = agreement(acme, now)
        assert [bill(written, "2026-12-20"), bill(written, "2026-12-20"), bill(written, "2027-01-18")] == [2, 0, 1]
        assert keys(acme) == ["2026-11-18/2026-12-18", "2026-12-18/2027-01-18", "2027-01-18/2027-02-18"]

    def test_clamps_from_its_own_day(self, acme, now):
        written = agreement(acme, now, start_date=date(2027, 1, 31))
        bill(written, "2027-04-01")
        assert keys(acme) == ["2027-01-31/2027-02-28", "2027-02-28/2027-03-31", "2027-03-31/2027-04-30"]

    def test_bills_yearly_from_a_leap_day(self, acme, now):
        written = agreement(acme, now, start_date=date(2028, 2, 29), charge_type=ChargeType.ANNUAL)
        assert bill(written, "2029-03-01") == 2
        assert keys(acme) == ["2028-02-29/2029-02-28", "2029-02-28/2030-02-28"]

    def test_bills_a_one_time_charge_once(self, acme, now):
        written = agreement(acme, now, charge_type=ChargeType.ONE_TIME)
        assert [bill(written, "2026-11-18"), bill(written, "2036-11-18")] == [1, 0]
        written.refresh_from_db()
        assert (written.active, written.next_due_date) == (True, None)

    def test_stops_at_its_end(self, acme, now):
        written = agreement(acme, now, end_date=date(2027, 1, 1))
        assert bill(written, "2027-06-01") == 2
        written.refresh_from_db()
        assert written.active is False

    def test_catches_up_a_long_absence_in_bounded_steps(self, acme, now):
        written = agreement(acme, now, start_date=date(2010, 1, 1))
        assert [bill(written, "2026-01-01"), bill(written, "2026-01-01")] == [120, 73]

    def test_is_found_by_the_task(self, acme, now):
        agreement(acme, now)
        agreement(acme, now, start_date=date(2027, 1, 1))
        tasks.bill_service_agreements(now=now)
        assert keys(acme) == ["2026-11-18/2026-12-18"]


class TestStopping:
    def test_bills_no_more_and_not_for_the_time_in_between(self, acme, now):
        written = agreement(acme, now)
        bill(written, "2026-11-18")
        services.stop_agreement(agreement_id=written.pk, now=now)
        assert bill(written, "2027-02-01") == 0
        services.resume_agreement(agreement_id=written.pk, now=day("2027-02-01"))
        assert bill(written, "2027-02-20") == 1
        assert keys(acme) == ["2026-11-18/2026-12-18", "2027-02-18/2027-03-18"]

    def test_keeps_a_one_time_charge_that_was_not_billed(self, acme, now):
        written = agreement(acme, now, charge_type=ChargeType.ONE_TIME, start_date=date(2026, 11, 19))
        services.stop_agreement(agreement_id=written.pk, now=now)
        services.resume_agreement(agreement_id=written.pk, now=day("2027-02-01"))
        assert bill(written, "2027-02-01") == 1

    def test_bills_what_began_before_it_was_stopped(self, acme, now):
        written = agreement(acme, now, start_date=date(2026, 10, 17))
        services.stop_agreement(agreement_id=written.pk, now=now)
        assert keys(acme) == ["2026-10-17/2026-11-17", "2026-11-17/2026-12-17"]
        services.resume_agreement(agreement_id=written.pk, now=now)
        assert bill(written, "2026-11-18") == 0

    def test_does_nothing_twice(self, acme, now):
        written = agreement(acme, now)
        stopped = services.stop_agreement(agreement_id=written.pk, now=now)
        assert services.stop_agreement(agreement_id=written.pk, now=now).revision == stopped.revision
        resumed = services.resume_agreement(agreement_id=written.pk, now=now)
        assert services.resume_agreement(agreement_id=written.pk, now=now).revision == resumed.revision

    def test_an_ended_one_stays_stopped(self, acme, now):
        written = agreement(acme, now, end_date=date(2026, 12, 1))
        services.stop_agreement(agreement_id=written.pk, now=now)
        with pytest.raises(StateForbids):
            services.resume_agreement(agreement_id=written.pk, now=day("2026-12-01"))

    def test_an_unknown_one_is_not_found(self, acme, now):
        with pytest.raises(AgreementNotFound):
            services.stop_agreement(agreement_id=UUID(int=1), now=now)


class TestChangeAgreement:
    def test_applies_to_what_is_not_billed_yet(self, acme, now):
        written = agreement(acme, now)
        bill(written, "2026-11-18")
        change(written, now, amount_micros=to_micros("70"), description="More support")
        bill(written, "2026-12-18")
        assert wallet_figures(acme, now).balance_micros == -to_micros("120")

    def test_keeps_start_and_type_once_billed(self, acme, now):
        written = agreement(acme, now)
        change(written, now, start_date=date(2026, 11, 10))
        bill(written, "2026-11-18")
        with pytest.raises(StateForbids):
            change(written, now, charge_type=ChargeType.ANNUAL)

    def test_keeps_what_a_one_time_charge_was_billed_with(self, acme, now):
        written = agreement(acme, now, charge_type=ChargeType.ONE_TIME)
        bill(written, "2026-11-18")
        with pytest.raises(StateForbids) as refused:
            change(written, now, amount_micros=to_micros("70"))
        assert refused.value.field == "amount_micros"
        assert change(written, now, description="Else").description == "Else"

    def test_refuses_a_stale_page(self, acme, now):
        written = agreement(acme, now)
        change(written, now, description="Else")
        written.revision = 1
        with pytest.raises(ChangedMeanwhile):
            services.change_agreement(
                agreement_id=written.pk,
                seen_revision=1,
                draft=services.AgreementDraft(
                    description="x", charge_type=ChargeType.ANNUAL, amount_micros=1, start_date=date(2026, 1, 1)
                ),
                now=now,
            )


class TestWriteAgreement:
    @pytest.mark.parametrize(
        ("field", "fields"),
        [
            ("amount_micros", {"amount_micros": 0}),
            ("amount_micros", {"amount_micros": -1}),
            ("amount_micros", {"amount_micros": 10**16}),
            ("start_date", {"start_date": date(1800, 1, 1)}),
            ("end_date", {"end_date": date(2026, 11, 18)}),
        ],
    )
    def test_names_what_cannot_be(self, acme, now, field, fields):
        with pytest.raises(ImpossibleTerms) as refused:
            agreement(acme, now, **fields)
        assert refused.value.field == field

    def test_refuses_anothers_project(self, acme, now):
        globex = create_organization(now, "globex")
        project = Project.objects.create(organization=globex, name="X", slug="x", created_at=now, updated_at=now)
        with pytest.raises(ImpossibleTerms) as refused:
            agreement(acme, now, project=project)
        assert refused.value.field == "project"


class TestWhatIsCarriedOut:
    """An agreement above the limit charges the approved amount, not what later periods add."""

    @pytest.fixture
    def people(self, settings):
        settings.APPROVAL_LIMIT_MICROS = 1
        return [User.objects.create_superuser(name, is_staff=True) for name in ("ann", "bob")]

    def terms(self, **fields):
        start = date(2026, 10, 19)
        return AgreementTerms(
            **{"description": "Support", "charge_type": ChargeType.MONTHLY, "start_date": start} | fields
        )

    def test_writing_is_refused_once_another_period_has_begun(self, acme, now, people):
        ann, bob = people
        action = WriteAgreement.of(acme, self.terms(amount_micros=7), reason="x", key="staff:1", now=now)
        waiting = submit(action, by=ann, now=now)
        assert waiting.amount_micros == 7
        later = now + timedelta(days=1)
        approve(approval_id=waiting.pk, by=bob, now=later)
        with pytest.raises(ChangedMeanwhile, match="More periods have begun"):
            execute(waiting.pk, now=later)
        assert not ServiceAgreement.objects.exists()
        execute(waiting.pk, now=now)
        assert ServiceAgreement.objects.get().amount_micros == 7

    def test_changing_is_refused_once_another_period_has_begun(self, acme, now, people):
        ann, bob = people
        row = agreement(acme, now, start_date=date(2026, 10, 19), charge_type=ChargeType.MONTHLY, amount_micros=10)
        action = ChangeAgreement.of(
            row, self.terms(amount_micros=20), seen_revision=row.revision, reason="x", key="staff:1", now=now
        )
        waiting = submit(action, by=ann, now=now)
        assert waiting.amount_micros == 10
        later = now + timedelta(days=1)
        approve(approval_id=waiting.pk, by=bob, now=later)
        with pytest.raises(ChangedMeanwhile, match="More periods have begun"):
            execute(waiting.pk, now=later)
