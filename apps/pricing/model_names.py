"""How names of models compare: one normal form, given where an event is read and where a price is written."""


def normal_model(name: str) -> str:
    """Return a model's name as it compares: without space around it, and without a difference of case.

    Nothing else is guessed: "openai/atlas-mini" and "atlas-mini" are two models.
    """
    return name.strip().casefold()
