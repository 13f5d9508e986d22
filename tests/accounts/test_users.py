import pytest
from django.contrib.auth import authenticate
from django.db import IntegrityError, transaction

from accounts.models import User
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db


def test_person_is_known_by_the_address_however_it_is_typed(attendee):
    assert authenticate(email="ATTENDEE@Example.org", password=PASSWORD) == attendee


def test_password_is_kept_as_argon2id(attendee):
    assert attendee.password.startswith("argon2$argon2id$")


def test_address_in_capitals_is_refused_by_the_database_itself(attendee):
    with (
        pytest.raises(IntegrityError, match="accounts_user_email_lower_case"),
        transaction.atomic(),
    ):
        User.objects.filter(pk=attendee.pk).update(name="x", email=Capitals("ADA@EXAMPLE.ORG"))


class Capitals(str):
    """An address that Python's own lowering leaves alone."""

    __slots__ = ()

    def lower(self):
        return self


def test_superuser_may_enter_the_back_office():
    user = User.objects.create_superuser(email="Root@Example.org", password=PASSWORD)

    assert (user.email, user.is_staff, user.is_superuser) == ("root@example.org", True, True)


@pytest.mark.parametrize(
    ("name", "shown", "short"),
    [("Ada Lovelace", "Ada Lovelace", "Ada"), ("", "x@example.org", "x@example.org")],
)
def test_person_is_called_by_name_if_there_is_one(name, shown, short):
    user = UserFactory(email="x@example.org", name=name)

    assert (str(user), user.get_short_name()) == (shown, short)
