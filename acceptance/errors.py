"""What ends an acceptance before its table."""


class AcceptanceError(Exception):
    """It cannot be carried out; the message says what is missing, and what to do."""
