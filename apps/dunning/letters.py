"""What a dunning letter says: the overdue invoices, the fee, and what the step stops."""

from typing import Any

from apps.common.money import from_micros
from apps.common.strict_json import read_object, write_json
from apps.dunning.rules import Step
from apps.dunning.selectors import TEMPLATE, Standing
from apps.mail.letters import Written, write_mail
from apps.mail.selectors import people_reached

# Invoices that a letter lists; the sum counts all.
MOST_LINES = 50


def letter_data(standing: Standing, step: Step) -> dict[str, Any]:
    """Return the members of a letter about a step, as the notice's schema names them."""
    return {
        "level": step.letter.value,
        "currency": standing.documents[0].currency,
        "due": from_micros(standing.overdue_micros),
        "fee": from_micros(step.fee_micros),
        "act": step.act.value,
        "count": len(standing.documents),
        "invoices": [
            {
                "number": document.number,
                "total": from_micros(document.total_micros),
                "due": from_micros(document.left_micros),
                "dueDate": document.due_date,
            }
            for document in standing.documents[:MOST_LINES]
        ],
    }


def letter_text(standing: Standing, step: Step) -> Written:
    """Return a letter as the first contact would get it, before it is sent."""
    people = people_reached(standing.organization.pk, TEMPLATE)
    return write_mail(
        organization=standing.organization,
        template=TEMPLATE,
        context=read_object(write_json(letter_data(standing, step))),
        contact=people[0] if people else None,
    )
