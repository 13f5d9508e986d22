from django.apps import apps

APPS = {"accounts", "audit", "events", "bookings", "notifications", "payments", "core"}
MODELS = [model for model in apps.get_models() if model._meta.app_label in APPS]


def test_who_and_when_cannot_disagree():
    """Each `x_at` beside an `x_by` is required together with it, or a constraint ties them."""
    loose = []
    for model in MODELS:
        fields = {field.name: field for field in model._meta.get_fields()}
        for name, moment in fields.items():
            stem = name.removesuffix("_at")
            if stem == name or f"{stem}_by" not in fields:
                continue
            both_required = not (moment.null or fields[f"{stem}_by"].null)
            tied = any(
                f"{stem}_by" in str(constraint) and name in str(constraint)
                for constraint in model._meta.constraints
            )
            if not (both_required or tied):
                loose.append(f"{model.__name__}.{stem}")

    assert loose == []


def test_constraints_are_named_for_app_model_and_fact():
    misnamed = [
        constraint.name
        for model in MODELS
        for constraint in model._meta.constraints
        if not constraint.name.startswith(f"{model._meta.app_label}_{model._meta.model_name}_")
    ]

    assert misnamed == []


def test_moments_and_flags_have_the_names_of_moments_and_flags():
    odd = [
        str(field)
        for model in MODELS
        for field in model._meta.local_fields
        if field.model in MODELS
        and (
            (field.get_internal_type() == "DateTimeField" and not field.name.endswith(("_at", "_until")))
            or (field.get_internal_type() == "BooleanField" and not field.name.startswith(("is_", "has_", "can_")))
        )
    ]  # fmt: skip

    assert odd == ["accounts.User.last_login"]  # Django's own
