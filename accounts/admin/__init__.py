# They register themselves.
from accounts.admin import audit, legal_texts, people, teams  # noqa: F401 - for what importing does
