"""Applications and certificates in every state, made by the same verbs people use."""


def fill() -> str:
    """Nothing yet."""
    return ""
