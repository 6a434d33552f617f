"""Errors of dunning."""

from apps.common.errors import Conflict, NotFound, Rejected


class CaseNotFound(NotFound):
    """There is no such case."""

    code = "dunning_case_not_found"
    title = "There is no such dunning case"


class PolicyNotFound(NotFound):
    """There is no such policy."""

    code = "dunning_policy_not_found"
    title = "There is no such dunning policy"


class CaseIsClosed(Conflict):
    """A closed case takes no more steps."""

    code = "dunning_case_closed"
    title = "The dunning case is closed"


class NoStepLeft(Conflict):
    """All steps of the policy have been taken or skipped."""

    code = "no_step_left"
    title = "The dunning case has no step left"


class StepAhead(Conflict):
    """The case's next step is not the one that the page showed."""

    code = "dunning_step_changed"
    title = "The next step of the dunning case has changed; reload the page"


class InvalidPolicy(Rejected):
    """A policy breaks a rule."""

    code = "invalid_dunning_policy"
    title = "The dunning policy is not valid"
