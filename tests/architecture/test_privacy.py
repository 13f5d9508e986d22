"""Nothing about people is kept that nobody has declared."""

import pytest
from django.conf import settings
from django.utils.module_loading import import_string

from ticketing.core.encryption import EncryptedTextField
from ticketing.core.privacy import declaration_of, models_with_tables, stored_fields

OURS = {"accounts", "events", "bookings", "payments", "ticketing"}
MODELS = [pytest.param(model, id=model._meta.label) for model in models_with_tables()]


@pytest.mark.parametrize("model", MODELS)
def test_every_field_declares_what_it_says_about_people(model):
    undeclared = [
        field.name for field in stored_fields(model) if field.name not in declaration_of(model)
    ]

    assert undeclared == []


@pytest.mark.parametrize("model", MODELS)
def test_every_declared_field_exists(model):
    names = {field.name for field in stored_fields(model)}

    assert sorted(set(declaration_of(model)) - names) == []


@pytest.mark.parametrize("model", MODELS)
def test_our_models_declare_in_the_model_and_others_in_the_table(model):
    is_ours = model.__module__.partition(".")[0] in OURS
    others = import_string(settings.PRIVACY_OF_OTHERS)

    assert (hasattr(model, "privacy"), model._meta.label in others) == (is_ours, not is_ours)


@pytest.mark.parametrize("model", MODELS)
def test_what_is_personal_has_a_basis(model):
    without = [
        name
        for name, fact in declaration_of(model).items()
        if fact.is_personal is not bool(fact.basis)
    ]

    assert without == []


@pytest.mark.parametrize("model", MODELS)
def test_time_limits_count_from_a_moment_of_the_same_row(model):
    moments = {
        field.name
        for field in stored_fields(model)
        if field.get_internal_type() in {"DateTimeField", "DateField"}
    }
    counted_from = {fact.kept.after for fact in declaration_of(model).values() if fact.kept.after}

    assert counted_from - moments == set()


@pytest.mark.parametrize("model", MODELS)
def test_what_is_encrypted_or_a_password_is_declared_a_secret(model):
    open_secrets = [
        field.name
        for field in stored_fields(model)
        if isinstance(field, EncryptedTextField) or "password" in field.name
        if not declaration_of(model)[field.name].is_secret
    ]

    assert open_secrets == []
