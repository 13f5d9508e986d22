import pytest

from ticketing.core.site import path_in_language


@pytest.mark.parametrize(
    ("path", "code", "there"),
    [
        ("/", "fr", "/fr/"),
        ("/fr/", "en", "/"),
        ("/terms/", "fr", "/fr/terms/"),
        ("/fr/terms/", "en", "/terms/"),
        ("/fr/terms/", "fr", "/fr/terms/"),
        ("/french/", "fr", "/fr/french/"),
    ],
)
def test_path_in_language_swaps_the_prefix(path, code, there):
    assert path_in_language(path, code) == there
