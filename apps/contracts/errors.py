"""Why something about a contract, its installments or a service agreement was refused."""

from apps.common.errors import Conflict, NotFound, Rejected


class ImpossibleTerms(Rejected):
    """No schedule follows from these terms; `field` names the one to change."""

    code = "impossible_terms"
    title = "These terms do not make a schedule"


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
    title = "It was changed since you looked; look again, then make your change"


class PaidOn(Conflict):
    code = "contract_paid_on"
    title = "A contract that was paid on is not edited; amend or cancel it"


class CannotAmendFrom(Conflict):
    code = "cannot_amend_from"
    title = "The contract cannot change from this day"


class NotPayable(Conflict):
    code = "installment_not_payable"
    title = "The installment is not open for payment"


class Overpaid(Conflict):
    code = "installment_overpaid"
    title = "This is more than is left to pay on the installment"


class NotInSmallestUnits(Rejected):
    code = "not_in_smallest_units"
    title = "The amount is not positive, or finer than what can be paid in the currency"


class NothingToDiscount(Conflict):
    code = "nothing_to_discount"
    title = "No unpaid installment is open for a discount"


class RefundAboveReceived(Conflict):
    code = "refund_above_received"
    title = "More would go back than was received for the installment"


class AlreadyRunning(Conflict):
    code = "contract_already_running"
    title = "The organization's contract is running already"


class NothingToPay(Conflict):
    code = "nothing_to_pay"
    title = "Nothing is left to pay on the contract"
