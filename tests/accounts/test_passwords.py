import pytest
from django.contrib.auth.hashers import check_password, make_password

from accounts.domain.sign_up import WeakPassword, check_new_password
from accounts.models import User

SOMEBODY = User(email="ada.lovelace@example.org", name="Ada Lovelace")


def test_09_passwords_are_hashed_by_argon2id():
    hashed = make_password("a-quiet-village-evening")

    assert hashed.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")
    assert check_password("a-quiet-village-evening", hashed)


@pytest.mark.parametrize(
    "good",
    [
        "ten-signs!",
        "correct horse battery staple",
        "   spaces count too   ",
        "合唱団の夕べは静かに",
        "onlylowercaseletters",
        "x7" * 500,
    ],
)
def test_09_a_password_is_free_in_what_it_is_made_of(good):
    check_new_password(good, user=SOMEBODY)


@pytest.mark.parametrize(
    ("weak", "why"),
    [
        ("nine-sign", "too short"),
        ("y" * 1001, "no more than"),
        ("1234567890", "too common"),
        ("password123", "too common"),
        ("ada.lovelace1", "similar"),
        ("Ada Lovelace!", "similar"),
        ("ticketing2026", "more than the name"),
        ("TicketTicket1", "more than the name"),
    ],
)
def test_09_what_everybody_would_guess_is_refused_in_words(weak, why):
    with pytest.raises(WeakPassword, match=why):
        check_new_password(weak, user=SOMEBODY)
