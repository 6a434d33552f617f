"""Errors of approvals."""

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
    title = "You cannot decide on your own request"


class NotIndependent(Forbidden):
    code = "not_independent"
    title = "Two people cannot decide for each other within seven days after one changed the other's access"


class MayNotDecide(Forbidden):
    code = "may_not_decide"
    title = "You do not have the permission to decide on requests"


class ApprovalClosed(Conflict):
    code = "approval_closed"
    title = "The request has already been decided"


class ApprovalExpired(Gone):
    code = "approval_expired"
    title = "The request has expired"


class MayNotAct(Forbidden):
    code = "may_not_move_money"
    title = "You do not have the permission for this action"


class MakerMayNotAct(Forbidden):
    code = "maker_may_not_act"
    title = "The person who requested this no longer has the permission for it"


class AlreadyRequested(Conflict):
    code = "already_requested"
    title = "A request for this is already waiting"


class SentWithOtherValues(Conflict):
    code = "sent_with_other_values"
    title = "This form was already sent with other values; open it again"


class RunNotFound(NotFound):
    code = "bulk_action_not_found"
    title = "There is no such bulk action"


class RowsChanged(Conflict):
    code = "rows_changed"
    title = "The rows have changed since they were reviewed; review them again"


class UnknownAction(NotFound):
    code = "unknown_action"
    title = "There is no such action"


class SubjectGone(NotFound):
    code = "subject_gone"
    title = "The object of this request no longer exists"
