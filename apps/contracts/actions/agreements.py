"""Staff actions on service agreements, which bill the customer period by period."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import ClassVar, Self
from uuid import UUID

from django.contrib.auth.models import User
from django.db.models import Model

from apps.approvals.actions import person, register
from apps.common.admin import day_text, money_text
from apps.common.periods import add_months
from apps.contracts.errors import AgreementNotFound, ChangedMeanwhile
from apps.contracts.models import MONTHS_PER_CHARGE, ServiceAgreement
from apps.contracts.services import AgreementDraft, change_agreement, resume_agreement, write_agreement
from apps.tenants.models import Organization, Project
from apps.wallets.actions import CustomerAction, wallet_texts

ChargeType = ServiceAgreement.ChargeType


@dataclass(frozen=True, kw_only=True)
class AgreementTerms:
    """The terms of a service agreement as plain values; the amount is micros per period."""

    description: str
    charge_type: ChargeType
    amount_micros: int
    start_date: date
    end_date: date | None = None
    project_id: UUID | None = None
    bill_by: ServiceAgreement.BillBy = ServiceAgreement.BillBy.WALLET

    def draft(self) -> AgreementDraft:
        """Convert to the draft that the services take."""
        return AgreementDraft(
            description=self.description,
            charge_type=self.charge_type,
            amount_micros=self.amount_micros,
            start_date=self.start_date,
            end_date=self.end_date,
            project=Project.objects.filter(pk=self.project_id).first() if self.project_id else None,
            bill_by=self.bill_by,
        )


def first_charges(charge_type: str, amount_micros: int, *, due: date, end: date | None, today: date) -> int:
    """Return what an agreement charges immediately, in micros: every period begun by `today`, and at least one."""
    step = MONTHS_PER_CHARGE.get(ChargeType(charge_type))
    count = 1
    while step and (begins := add_months(due, step * count)) <= today and (end is None or begins < end):
        count += 1
    return amount_micros * count


@register
@dataclass(frozen=True, kw_only=True)
class WriteAgreement(CustomerAction):
    """Write a service agreement for a customer."""

    kind: ClassVar[str] = "contracts.write_agreement"
    title: ClassVar[str] = "Write a service agreement"
    permission: ClassVar[str] = "contracts.add_serviceagreement"

    terms: AgreementTerms

    @classmethod
    def of(cls, organization: Organization, terms: AgreementTerms, *, reason: str, key: str, now: datetime) -> Self:
        """Return the action; its size is the amount charged immediately."""
        return cls(
            organization_id=organization.pk,
            currency=organization.currency,
            amount_micros=charged_at_once(terms, now),
            terms=terms,
            reason=reason,
            key=key,
        )

    def perform(self, *, by: User, now: datetime) -> None:
        if charged_at_once(self.terms, now) > self.amount_micros:
            raise ChangedMeanwhile(
                "More periods have begun since this was requested; reload the page and request it again."
            )
        write_agreement(organization=self.customer(), draft=self.terms.draft(), created_by=person(by), now=now)

    def figures(self, now: datetime) -> Mapping[str, str]:
        rows = ServiceAgreement.objects.filter(organization=self.organization_id, active=True).order_by("created_at")
        return {"Active agreements": str(len(rows)), **_texts(rows.last(), self.terms, self.currency)}


@dataclass(frozen=True, kw_only=True)
class AgreementAction(CustomerAction):
    """An action on a service agreement."""

    permission: ClassVar[str] = "contracts.change_serviceagreement"
    subject_model: ClassVar[type[Model]] = ServiceAgreement
    subject_field: ClassVar[str] = "agreement_id"

    agreement_id: UUID

    def about(self) -> str:
        agreement = self.agreement()
        return f"{agreement.organization.name}: {agreement.description}"

    def agreement(self) -> ServiceAgreement:
        """Return the agreement.

        Raises:
            AgreementNotFound: there is none.
        """
        return self.row_among(ServiceAgreement.objects.select_related("organization", "project"), AgreementNotFound)

    def figures(self, now: datetime) -> Mapping[str, str]:
        agreement = self.agreement()
        return {
            "State": "Active" if agreement.active else "Stopped",
            "Description": agreement.description,
            "Charge": f"{money_text(agreement.amount_micros, self.currency)}, {agreement.get_charge_type_display()}",
            "Start": day_text(agreement.start_date),
            "End": str(agreement.end_date or "none"),
            "Project": str(agreement.project or "none"),
            "Billed by": agreement.get_bill_by_display(),
            "Next charge": str(agreement.next_due_date or "none"),
            **wallet_texts(agreement.organization, now),
        }


@register
@dataclass(frozen=True, kw_only=True)
class ChangeAgreement(AgreementAction):
    """Change an agreement for its unbilled periods. Its size is the change in the next charges."""

    kind: ClassVar[str] = "contracts.change_agreement"
    title: ClassVar[str] = "Change a service agreement"

    seen_revision: int
    terms: AgreementTerms

    @classmethod
    def of(
        cls,
        agreement: ServiceAgreement,
        terms: AgreementTerms,
        *,
        seen_revision: int,
        reason: str,
        key: str,
        now: datetime,
    ) -> Self:
        """Return the action; its size is the change in the next charges, and at least one charge for a later end."""
        return cls(
            organization_id=agreement.organization_id,
            currency=agreement.organization.currency,
            amount_micros=_changed_charges(agreement, terms, now),
            agreement_id=agreement.pk,
            seen_revision=seen_revision,
            terms=terms,
            reason=reason,
            key=key,
        )

    def perform(self, *, by: User, now: datetime) -> None:
        if _changed_charges(self.agreement(), self.terms, now) > self.amount_micros:
            raise ChangedMeanwhile(
                "More periods have begun since this was requested; reload the page and request it again."
            )
        change_agreement(
            agreement_id=self.agreement_id,
            seen_revision=self.seen_revision,
            draft=self.terms.draft(),
            now=now,
        )


@register
@dataclass(frozen=True, kw_only=True)
class ResumeAgreement(AgreementAction):
    """Resume billing of a stopped agreement from its next period."""

    kind: ClassVar[str] = "contracts.resume_agreement"
    title: ClassVar[str] = "Resume a service agreement"

    @classmethod
    def of(cls, agreement: ServiceAgreement, *, reason: str, key: str) -> Self:
        """Return the action; its size is the charge of one period."""
        return cls(
            organization_id=agreement.organization_id,
            currency=agreement.organization.currency,
            amount_micros=agreement.amount_micros,
            agreement_id=agreement.pk,
            reason=reason,
            key=key,
        )

    def perform(self, *, by: User, now: datetime) -> None:
        resumed = resume_agreement(agreement_id=self.agreement_id, now=now)
        if resumed.amount_micros != self.amount_micros:
            raise ChangedMeanwhile


def charged_at_once(terms: AgreementTerms, now: datetime) -> int:
    """Return what a new agreement charges immediately, in micros; see `first_charges`."""
    today = now.astimezone(UTC).date()
    return first_charges(terms.charge_type, terms.amount_micros, due=terms.start_date, end=terms.end_date, today=today)


def _changed_charges(agreement: ServiceAgreement, terms: AgreementTerms, now: datetime) -> int:
    """Return the change in the next charges, in micros; at least one charge if the new end is later."""
    today = now.astimezone(UTC).date()
    changed = abs(_next_charges(agreement, None, today) - _next_charges(agreement, terms, today))
    return max(changed, terms.amount_micros if _ends_later(agreement, terms) else 0)


def _next_charges(agreement: ServiceAgreement, terms: AgreementTerms | None, today: date) -> int:
    """Return the next charges of an agreement, in micros, unchanged or under new terms.

    0 if nothing is left to charge.
    """
    due = agreement.next_due_date
    if terms is not None and agreement.billed_at is None:
        due = terms.start_date
    as_is = terms or agreement
    if due is None or (as_is.end_date is not None and as_is.end_date <= due):
        return 0
    return first_charges(as_is.charge_type, as_is.amount_micros, due=due, end=as_is.end_date, today=today)


def _ends_later(agreement: ServiceAgreement, terms: AgreementTerms) -> bool:
    """Return whether the terms add periods after the agreement's current end."""
    if agreement.end_date is None or agreement.next_due_date is None:
        return False
    return terms.end_date is None or terms.end_date > agreement.end_date


def _texts(newest: ServiceAgreement | None, terms: AgreementTerms, currency: str) -> dict[str, str]:
    written = newest is not None and newest.description == terms.description
    if not written:
        return {}
    return {
        "Description": terms.description,
        "Charge": f"{money_text(terms.amount_micros, currency)}, {terms.charge_type.label}",
        "Start": day_text(terms.start_date),
        "End": str(terms.end_date or "none"),
    }
