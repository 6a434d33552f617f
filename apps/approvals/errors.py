"""What can be refused when one person asks and another agrees."""

from apps.common.errors import Conflict, Forbidden, Gone, NotFound


class ApprovalNotFound(NotFound):
    code = "approval_not_found"
    title = "There is no such approval"


class ApprovalRequired(Forbidden):
    code = "approval_required"
    title = "This needs the approval of a second person"


class ApprovalForSomethingElse(Forbidden):
    code = "approval_for_something_else"
    title = "The approval was given for something else"


class MakerIsChecker(Forbidden):
    code = "maker_is_checker"
    title = "Nobody decides on their own request"


class NotIndependent(Forbidden):
    code = "not_independent"
    title = "Nobody decides for a person whose access they changed within seven days, nor that person for them"


class MayNotDecide(Forbidden):
    code = "may_not_decide"
    title = "Deciding on requests needs the permission to approve"


class ApprovalClosed(Conflict):
    code = "approval_closed"
    title = "The request is already decided"


class ApprovalExpired(Gone):
    code = "approval_expired"
    title = "The request has expired"


class MayNotAct(Forbidden):
    code = "may_not_move_money"
    title = "Moving money needs the permission to"


class MakerMayNotAct(Forbidden):
    code = "maker_may_not_act"
    title = "Who asked for it may no longer do it"


class AskedAlready(Conflict):
    code = "asked_already"
    title = "A request for exactly this waits already"


class SentWithOtherValues(Conflict):
    code = "sent_with_other_values"
    title = "This form was sent before with other values; open it again"


class UnknownAction(NotFound):
    code = "unknown_action"
    title = "There is no such action"


class SubjectGone(NotFound):
    code = "subject_gone"
    title = "What this was about is no longer there"
