from collections.abc import Collection

from django import template

from accounts.enums import SocialProvider
from accounts.identity_providers.providers import offered_providers

register = template.Library()


@register.simple_tag
def social_providers() -> Collection[SocialProvider]:
    """The providers whose buttons are shown: those that are configured."""
    return list(offered_providers())
