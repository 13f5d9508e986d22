"""Kinds of events: a short list that the platform's staff keeps for everybody."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.audit.domain.records import record
from accounts.domain.people import require_staff
from accounts.models import User
from events.domain.asking import apply
from events.domain.events import NotToBeSet, look_over
from events.models import Category, CategoryName
from ticketing.core.errors import Conflict
from ticketing.core.pages import forget_pages


class CategoryTaken(Conflict):
    code = "category_taken"
    message = _("There is a category with this address already.")


class CategoryInUse(Conflict):
    code = "category_in_use"
    message = _("Events are in this category, so it stays.")


@transaction.atomic
def create_category(*, slug: str, position: int, by: User, now: datetime) -> Category:
    """Raises StaffAlone, CategoryTaken."""
    require_staff(by)
    category = Category(slug=slug, position=position)
    look_over(category)
    if Category.objects.filter(slug=slug).exists():
        raise CategoryTaken(field="slug")
    category.save(force_insert=True)
    after = {"slug": slug, "position": position}
    record(action="categories.created", by=by, on=category, after=after, now=now)
    forget_pages("events", "categories")
    return category


@transaction.atomic
def change_category(
    category: Category, *, slug: str, position: int, by: User, now: datetime
) -> None:
    require_staff(by)
    before, after = apply(category, {"slug": slug, "position": position})
    look_over(category)
    if Category.objects.filter(slug=slug).exclude(pk=category.pk).exists():
        raise CategoryTaken(field="slug")
    category.save()
    record(action="categories.changed", by=by, on=category, before=before, after=after, now=now)
    forget_pages("events", "categories")


@transaction.atomic
def set_category_name(
    category: Category, *, language: str, name: str, by: User, now: datetime
) -> CategoryName | None:
    """What it is called in a language; without a name the language is taken away again."""
    require_staff(by)
    if not language:
        raise NotToBeSet(field="language")
    known = CategoryName.objects.filter(category=category, language=language).first()
    text = known or CategoryName(category=category, language=language)
    before = {language: text.name}
    if name.strip():
        text.name = name.strip()
        look_over(text)
        text.save()
    elif known:
        known.delete()
    after = {language: name.strip()}
    record(action="categories.named", by=by, on=category, before=before, after=after, now=now)
    forget_pages("events", "categories")
    return text if name.strip() else None


@transaction.atomic
def delete_category(category: Category, *, by: User, now: datetime) -> None:
    """Raises StaffAlone, CategoryInUse."""
    require_staff(by)
    if category.events.exists():
        raise CategoryInUse
    before = {"slug": category.slug}
    record(action="categories.deleted", by=by, on=category, before=before, now=now)
    category.delete()
    forget_pages("events", "categories")
