"""The data and the text of a dunning letter: the overdue invoices, the fee, and the step's pause."""

from typing import Any

from apps.common.money import from_micros
from apps.common.strict_json import read_object, write_json
from apps.dunning.rules import Step
from apps.dunning.selectors import TEMPLATE, Assessment
from apps.mail.letters import WrittenMail, write_mail
from apps.mail.selectors import people_reached

# The most invoices that a letter lists; its total includes all invoices.
MOST_LINES = 50


def letter_data(assessment: Assessment, step: Step) -> dict[str, Any]:
    """Return a letter's data by the names of the notice's schema."""
    return {
        "level": step.letter.value,
        "currency": assessment.documents[0].currency,
        "due": from_micros(assessment.overdue_micros),
        "fee": from_micros(step.fee_micros),
        "restriction": step.restriction.value,
        "count": len(assessment.documents),
        "invoices": [
            {
                "number": document.number,
                "total": from_micros(document.total_micros),
                "due": from_micros(document.left_micros),
                "dueDate": document.due_date,
            }
            for document in assessment.documents[:MOST_LINES]
        ],
        "bankAccount": assessment.documents[-1].bank_account,
    }


def letter_text(assessment: Assessment, step: Step) -> WrittenMail:
    """Return a step's letter as the first contact would get it now."""
    people = people_reached(assessment.organization.pk, TEMPLATE)
    return write_mail(
        organization=assessment.organization,
        template=TEMPLATE,
        context=read_object(write_json(letter_data(assessment, step))),
        contact=people[0] if people else None,
    )
