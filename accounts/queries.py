from accounts.enums import LegalKind
from accounts.models import LegalText


def legal_text(kind: LegalKind, *, language: str, otherwise: str) -> LegalText | None:
    """The text in the reader's language, else in the other one, else nothing yet."""
    texts = {
        text.language: text
        for text in LegalText.objects.filter(kind=kind, language__in={language, otherwise})
    }
    return texts.get(language) or texts.get(otherwise)
