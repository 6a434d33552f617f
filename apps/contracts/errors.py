"""Errors raised by contracts, installments, and service agreements."""

from apps.common.errors import Conflict, NotFound, Rejected


class ImpossibleTerms(Rejected):
    """The terms do not form a valid schedule; `field` names the term to change."""

    code = "impossible_terms"
    title = "These terms do not form a valid schedule"


class ContractNotFound(NotFound):
    code = "contract_not_found"
    title = "There is no such contract"


class InstallmentNotFound(NotFound):
    code = "installment_not_found"
    title = "There is no such installment"


class AgreementNotFound(NotFound):
    code = "service_agreement_not_found"
    title = "There is no such service agreement"


class RefundNotFound(NotFound):
    code = "installment_refund_not_found"
    title = "There is no such refund of an installment"


class StateForbids(Conflict):
    code = "contract_state"
    title = "The contract is not in a state that allows this"


class ChangedMeanwhile(Conflict):
    code = "changed_meanwhile"
    title = "It has changed since you opened the page; reload it and try again"


class ContractHasPayments(Conflict):
    code = "contract_paid_on"
    title = "A contract with payments cannot be edited; amend or cancel it"


class CannotAmendFrom(Conflict):
    code = "cannot_amend_from"
    title = "The contract cannot be amended from this day"


class InstallmentOnInvoice(Conflict):
    """The installment is paid and refunded only with its invoice."""

    code = "installment_invoiced"
    title = "The installment is on an invoice; record its payment or credit note there"


class NotPayable(Conflict):
    code = "installment_not_payable"
    title = "The installment is not open for payment"


class Overpaid(Conflict):
    code = "installment_overpaid"
    title = "The amount is more than is left to pay on the installment"


class NotInSmallestUnits(Rejected):
    code = "not_in_smallest_units"
    title = "The amount must be positive and a multiple of the currency's smallest payable unit"


class NothingToDiscount(Conflict):
    code = "nothing_to_discount"
    title = "No unpaid installment can take a discount"


class RefundAboveReceived(Conflict):
    code = "refund_above_received"
    title = "The refund exceeds what was received for the installment"


class AlreadyRunning(Conflict):
    code = "contract_already_running"
    title = "The organization's contract is already active"


class NothingToPay(Conflict):
    code = "nothing_to_pay"
    title = "Nothing is left to pay on the contract"
