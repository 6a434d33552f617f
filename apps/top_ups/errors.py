"""Errors of the settings of automatic top-up."""

from apps.common.errors import Conflict, Rejected


class TermsRejected(Rejected):
    code = "top_up_terms"
    title = "The settings of automatic top-up break a rule"


class NotPrepaid(Conflict):
    code = "not_prepaid"
    title = "Automatic top-up is for prepaid organizations"


class NoPaymentMethod(Conflict):
    code = "no_payment_method"
    title = "No card is saved; save one first"


class TopUpIsOff(Conflict):
    code = "top_up_off"
    title = "Automatic top-up is off; an admin of the organization switches it on"


class CardTriedTooOften(Conflict):
    code = "card_tried_too_often"
    title = "The card was declined four times in 30 days; save another one"


class NothingToConfirm(Conflict):
    code = "nothing_to_confirm"
    title = "This top-up was already confirmed, or has expired"
