"""Why something about a contract, its instalments or a service agreement was refused."""

from apps.common.errors import Rejected


class ImpossibleTerms(Rejected):
    """No schedule follows from these terms; `field` names the one to change."""

    code = "impossible_terms"
    title = "These terms do not make a schedule"
