"""Scheduled jobs for contracts. Rows are processed one by one; a failure does not stop the others."""

import logging
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from uuid import UUID

from apps.contracts import selectors, services
from apps.outbox.delivery import scheduled_task

logger = logging.getLogger(__name__)


class SomeFailed(Exception):
    """Some rows of a job failed; each failure is logged."""


@scheduled_task("contracts.end_terms")
def end_terms(*, now: datetime) -> None:
    """Renew or expire contracts whose term is over."""
    contracts = selectors.contracts_to_end(now.astimezone(UTC).date())
    _each(contracts, lambda contract_id: services.end_term(contract_id=contract_id, now=now))


@scheduled_task("contracts.mark_overdue")
def mark_overdue(*, now: datetime) -> None:
    """Mark installments overdue and their contracts past due."""
    contracts = selectors.contracts_with_late_installments(services.overdue_before(now))
    _each(contracts, lambda contract_id: services.mark_overdue(contract_id=contract_id, now=now))


@scheduled_task("contracts.announce_installments")
def announce_installments(*, now: datetime) -> None:
    """Notify customers of installments that are due soon."""
    services.announce_installments(now=now)


@scheduled_task("contracts.recognize_service_revenue")
def recognize_service_revenue(*, now: datetime) -> None:
    """Recognize the service revenue of ended months."""
    contracts = selectors.contracts_with_earned_service(now.astimezone(UTC).date())
    _each(contracts, lambda contract_id: services.recognize_service_revenue(contract_id=contract_id, now=now))


@scheduled_task("contracts.bill_service_agreements")
def bill_service_agreements(*, now: datetime) -> None:
    """Charge service agreements for the periods that have begun."""
    agreements = selectors.agreements_to_bill(now.astimezone(UTC).date())
    _each(agreements, lambda agreement_id: services.bill_agreement(agreement_id=agreement_id, now=now))


def _each(ids: Iterable[UUID], work: Callable[[UUID], object]) -> None:
    failed = [str(row_id) for row_id in list(ids) if not _succeeds(work, row_id)]
    if failed:
        raise SomeFailed(f"{len(failed)} failed, first {failed[0]}")


def _succeeds(work: Callable[[UUID], object], row_id: UUID) -> bool:
    try:
        work(row_id)
    except Exception:  # logged with its row; the job fails after the other rows are done
        logger.exception("contract_job_failed", extra={"row_id": str(row_id)})
        return False
    return True
