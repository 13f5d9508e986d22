class Trouble(Exception):
    """Why the run cannot start: one sentence that says what to do."""
