"""Named ICU collations, so that every server orders and compares text alike.

The databases themselves compare bytes; a column that people read names one of these.
"""

TEXT_ORDER = "text_order"
"""Accents and case beside their letter, numbers by value (Row 9 before Row 10)."""

CASE_INSENSITIVE = "case_insensitive"
"""Equal whatever the case, for unique names such as e-mail addresses."""
