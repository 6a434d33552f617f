"""The normal form of model names, applied where events are read and where prices are written."""


def normal_model(name: str) -> str:
    """Strip surrounding space and fold case. "openai/atlas-mini" and "atlas-mini" remain two models."""
    return name.strip().casefold()
