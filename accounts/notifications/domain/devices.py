"""Phones that take push messages."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.notifications.enums import Platform
from accounts.notifications.models import Device
from ticketing.core.errors import InvalidInput

if TYPE_CHECKING:
    from accounts.models import User

LONGEST_TOKEN = 500
MOST_DEVICES = 20


class InvalidDevice(InvalidInput):
    code = "invalid_device"
    message = _("This is no push token of a phone.")


@transaction.atomic
def register_device(user: "User", *, platform: str, token: str, now: datetime) -> Device:
    """Send push messages for this person to this phone; a phone belongs to who used it last.

    Beyond a number that nobody has, the oldest is dropped. Raises InvalidDevice.
    """
    is_clean = token.isascii() and token.isprintable() and 0 < len(token) <= LONGEST_TOKEN
    if platform not in Platform.values or not is_clean:
        raise InvalidDevice
    device, _is_new = Device.objects.update_or_create(
        token=token, defaults={"user": user, "platform": platform, "registered_at": now}
    )
    kept = Device.objects.filter(user=user).order_by("-registered_at", "-id")[:MOST_DEVICES]
    Device.objects.filter(user=user).exclude(pk__in=kept.values("pk")).delete()
    return device


def unregister_device(user: "User", *, token: str) -> None:
    Device.objects.filter(user=user, token=token).delete()


def devices_of(user_id: UUID) -> Iterable[Device]:
    return list(Device.objects.filter(user=user_id).order_by("registered_at", "id"))


def forget_device(device: Device) -> None:
    device.delete()


def keep_endpoint(device: Device, endpoint: str) -> None:
    device.endpoint = endpoint
    device.save(update_fields=["endpoint"])
