from accounts.admin import legal_texts, people, teams  # noqa: F401 - they register themselves
