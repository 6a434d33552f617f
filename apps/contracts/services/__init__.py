"""What changes contracts and service agreements. Each service is one transaction under the contract's lock."""

from apps.contracts.services.agreements import (
    AgreementWriting,
    bill_agreement,
    change_agreement,
    resume_agreement,
    stop_agreement,
    write_agreement,
)
from apps.contracts.services.amending import amend_contract, amended_terms
from apps.contracts.services.arrangement import record_payment_address
from apps.contracts.services.closing import (
    mark_instalment_overdue,
    mark_overdue,
    mark_payment_failed,
    mark_processing,
    overdue_before,
    void_instalment,
    write_off_instalment,
)
from apps.contracts.services.discounts import (
    apply_discount,
    discount_installment,
    postpone_discounts,
    withdraw_discount,
)
from apps.contracts.services.drafting import Writing, change_details, draft_contract, edit_contract, offer_contract
from apps.contracts.services.earning import recognise_service_revenue
from apps.contracts.services.ending import cancel_contract, end_term, given_up, renewal_terms
from apps.contracts.services.receiving import give_back_surplus, receive_payment
from apps.contracts.services.refunding import freeze_instalment, give_back_instalment, refund_instalment
from apps.contracts.services.returning import Return
from apps.contracts.services.settling import UNASKED, receive_unasked, settle_instalment
from apps.contracts.services.undoing import undo_instalment_refund

__all__ = [
    "UNASKED",
    "AgreementWriting",
    "Return",
    "Writing",
    "amend_contract",
    "amended_terms",
    "apply_discount",
    "bill_agreement",
    "cancel_contract",
    "change_agreement",
    "change_details",
    "discount_installment",
    "draft_contract",
    "edit_contract",
    "end_term",
    "freeze_instalment",
    "give_back_instalment",
    "give_back_surplus",
    "given_up",
    "mark_instalment_overdue",
    "mark_overdue",
    "mark_payment_failed",
    "mark_processing",
    "offer_contract",
    "overdue_before",
    "postpone_discounts",
    "receive_payment",
    "receive_unasked",
    "recognise_service_revenue",
    "record_payment_address",
    "refund_instalment",
    "renewal_terms",
    "resume_agreement",
    "settle_instalment",
    "stop_agreement",
    "undo_instalment_refund",
    "void_instalment",
    "withdraw_discount",
    "write_agreement",
    "write_off_instalment",
]
