class Trouble(Exception):  # noqa: N818 - it is told to a person, word for word
    """Why the run cannot start: one sentence that says what to do."""
