"""Services that change contracts and service agreements. Each is one transaction under the contract's lock."""

from apps.contracts.services.agreements import (
    AgreementDraft,
    bill_agreement,
    change_agreement,
    resume_agreement,
    stop_agreement,
    write_agreement,
)
from apps.contracts.services.amendments import Amendment, amend_contract, amended_terms
from apps.contracts.services.cancellations import cancel_contract_at, cancellation_cuts, money_left
from apps.contracts.services.collection_requests import announce_installments, record_payment_address
from apps.contracts.services.contract_end import cancel_contract, end_term, given_up, renewal_terms
from apps.contracts.services.credit_refunds import refund_bought_credit
from apps.contracts.services.discounts import (
    apply_discount,
    discount_installment,
    postpone_discounts,
    withdraw_discount,
)
from apps.contracts.services.drafts import ContractDraft, change_details, draft_contract, edit_contract, offer_contract
from apps.contracts.services.installment_states import (
    mark_installment_overdue,
    mark_overdue,
    mark_payment_failed,
    mark_processing,
    overdue_before,
    reopen_installment,
    set_last_day_to_pay,
    void_installment,
    write_off_installment,
)
from apps.contracts.services.prices import publish_agreed_prices
from apps.contracts.services.receipts import UNASKED, Receipt, receive_payment, settle_installment
from apps.contracts.services.refund_transfers import RefundOrder
from apps.contracts.services.refunds import (
    freeze_installment,
    refund_installment,
    refund_surplus,
    undo_installment_refund,
)
from apps.contracts.services.revenue_recognition import recognize_service_revenue

__all__ = [
    "UNASKED",
    "AgreementDraft",
    "Amendment",
    "ContractDraft",
    "Receipt",
    "RefundOrder",
    "amend_contract",
    "amended_terms",
    "announce_installments",
    "apply_discount",
    "bill_agreement",
    "cancel_contract",
    "cancel_contract_at",
    "cancellation_cuts",
    "change_agreement",
    "change_details",
    "discount_installment",
    "draft_contract",
    "edit_contract",
    "end_term",
    "freeze_installment",
    "given_up",
    "mark_installment_overdue",
    "mark_overdue",
    "mark_payment_failed",
    "mark_processing",
    "money_left",
    "offer_contract",
    "overdue_before",
    "postpone_discounts",
    "publish_agreed_prices",
    "receive_payment",
    "recognize_service_revenue",
    "record_payment_address",
    "refund_bought_credit",
    "refund_installment",
    "refund_surplus",
    "renewal_terms",
    "reopen_installment",
    "resume_agreement",
    "set_last_day_to_pay",
    "settle_installment",
    "stop_agreement",
    "undo_installment_refund",
    "void_installment",
    "withdraw_discount",
    "write_agreement",
    "write_off_installment",
]
