"""The two roles: what the application's may not do, whatever the code tries."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError, ProgrammingError, connection
from django.test import override_settings

from accounts.models import User
from tests.factories import UserFactory
from tests.kit.races import race
from ticketing.core.database import application_role_owns, as_owner
from ticketing.core.text import TextOrder


@pytest.mark.django_db
def test_application_role_owns_nothing():
    assert application_role_owns() == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE mine (id int)",
        "DROP TABLE accounts_user",
        "TRUNCATE accounts_user CASCADE",
        "ALTER TABLE accounts_user ADD COLUMN x int",
        "CREATE ROLE friend",
    ],
)
def test_application_role_cannot_change_the_house(statement):
    with (
        connection.cursor() as cursor,
        pytest.raises(ProgrammingError, match=r"denied|must be owner"),
    ):
        cursor.execute(statement)


@pytest.mark.django_db(transaction=True)
def test_as_owner_speaks_as_the_owner_and_back():
    def who():
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_user")
            return cursor.fetchone()[0]

    with as_owner():
        inside = who()

    assert (inside, who()) == ("ticketing_owner", "ticketing_app")


@override_settings(DATABASE_OWNER_URL="")
def test_as_owner_when_nobody_said_who_that_is_explains():
    with pytest.raises(ImproperlyConfigured, match="DATABASE_OWNER_URL"), as_owner():
        pass


@pytest.mark.django_db(transaction=True)
def test_one_address_is_one_person_however_many_sign_up_at_once():
    spellings = ["Ada@Example.org", "ada@example.org", "ADA@EXAMPLE.ORG", "ada@EXAMPLE.org"] * 3

    outcomes = race(len(spellings), lambda n: UserFactory(email=spellings[n]))

    assert [type(one) for one in outcomes].count(IntegrityError) == len(spellings) - 1
    assert User.objects.get(email="aDa@example.org").email == "ada@example.org"


@pytest.mark.django_db
def test_text_order_is_a_person_s_order_in_every_script():
    names = ["zoë", "Östen", "Zoe", "ada", "Åsa", "Émile", "emil", "Ян", "анна"]
    for name in names:
        UserFactory(name=name)

    ordered = User.objects.order_by(TextOrder("name"), "id").values_list("name", flat=True)

    assert list(ordered) == ["ada", "Åsa", "emil", "Émile", "Östen", "zoë", "Zoe", "анна", "Ян"]
