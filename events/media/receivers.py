"""However a file's row goes — by itself, with its event, by the sweep — its bytes follow."""

from typing import Any

from django.db.models.signals import post_delete
from django.dispatch import receiver

from events.media.announcements import FileDeleted
from events.models import MediaFile
from ticketing.core.outbox import announce


@receiver(post_delete, sender=MediaFile)
def on_deleted(sender: type[MediaFile], instance: MediaFile, **_: Any) -> None:
    announce(FileDeleted(folder=instance.folder), about=instance, organizer=instance.organizer_id)
