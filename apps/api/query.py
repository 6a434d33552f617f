"""Query parameters: integers of ASCII digits within bounds, each named once. Parameters nobody documented are ignored.

Leading zeros are taken: `month=05` is what people write.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rest_framework.request import Request

from apps.api.errors import FieldError, InvalidInput

_INTEGER = re.compile(r"-?[0-9]{1,18}")


@dataclass(frozen=True, slots=True)
class IntegerParameter:
    """An integer of the query; without a default it is required."""

    name: str
    minimum: int
    maximum: int
    default: int | None = None

    def read(self, given: Sequence[str]) -> int | FieldError:
        """Return the value, or which rule the given texts break."""
        if not given and self.default is not None:
            return self.default
        if len(given) != 1:
            message = "is given more than once" if given else "is required"
            return FieldError(f"query.{self.name}", message)
        if not _INTEGER.fullmatch(given[0]) or not self.minimum <= int(given[0]) <= self.maximum:
            message = f"must be an integer from {self.minimum} to {self.maximum}"
            return FieldError(f"query.{self.name}", message, given[0])
        return int(given[0])


DAYS = IntegerParameter("days", 1, 365, 30)


def read_integers(request: Request, *parameters: IntegerParameter) -> list[int]:
    """Return the parameters' values in order.

    Raises:
        InvalidInput: naming every parameter that breaks its rule.
    """
    values = [parameter.read(request.query_params.getlist(parameter.name)) for parameter in parameters]
    errors = [value for value in values if isinstance(value, FieldError)]
    if errors:
        raise InvalidInput(errors)
    return [value for value in values if isinstance(value, int)]


def read_text(request: Request, name: str) -> str:
    """Return an optional text parameter, empty where it is not given.

    Raises:
        InvalidInput: it is given more than once.
    """
    given = request.query_params.getlist(name)
    if len(given) > 1:
        raise InvalidInput([FieldError(f"query.{name}", "is given more than once")])
    return given[0] if given else ""
