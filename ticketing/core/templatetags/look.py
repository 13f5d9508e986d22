"""What templates need to show money, and the site's name where no request is at hand."""

from zlib import crc32

from django import template
from django.conf import settings
from django.forms import BaseForm, PasswordInput
from django.utils.translation import get_language

from ticketing.core.money import Money

COVERS = 6

register = template.Library()


@register.simple_tag
def site_name() -> str:
    """The context processor's `site_name`, also on error pages, which have no request."""
    return settings.SITE_NAME


@register.filter
def money(amount: Money) -> str:
    return amount.format(get_language() or settings.LANGUAGE_CODE)


@register.filter
def cover_number(title: str) -> int:
    """Which generated cover a title gets: always the same one, evenly spread."""
    return crc32(title.encode()) % COVERS + 1


@register.filter
def has_password(form: BaseForm) -> bool:
    """Whether something was typed that is never sent back."""
    return any(isinstance(field.widget, PasswordInput) for field in form.fields.values())
