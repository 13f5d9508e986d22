"""Workers that die between any two steps: the file ends as if nobody had died, once."""

import signal

import pytest
from django.utils import timezone

from accounts.audit.models import Entry
from events.enums import MediaPurpose
from events.media.domain.uploads import take_file
from events.media.storage import NotStored, store
from events.models import Event, MediaFile
from tests.events.factories import NOW
from tests.events.media.conftest import wanted
from tests.events.media.files import picture
from tests.events.media.test_looking_into import stored
from tests.kit.dying import let_leases_run_out
from ticketing.core.models import AnnouncedEvent
from ticketing.core.outbox import deliver_all

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("folder")]
STEPS = ["media.begun", "media.examined", "media.size_kept", "media.kept", "media.finished"]


@pytest.mark.parametrize("step", STEPS)
def test_a_file_survives_the_death_of_its_worker(event, organizer, dying, step):
    content = picture(size=(600, 400))
    what = wanted(content, purpose=MediaPurpose.COVER)
    file = take_file(event, what, content, by=organizer, now=NOW)

    killed = dying("work", FAILPOINT=step)
    shown_before = Event.objects.get().cover is not None
    let_leases_run_out()
    other = dying("work")
    deliver_all(now=timezone.now())

    assert (killed, other, shown_before) == (-signal.SIGKILL, 0, step == "media.finished")

    after = MediaFile.objects.get()
    assert (after.state, len(after.variants), Event.objects.get().cover) == ("ready", 6, file)
    assert stored(after.original) == content
    assert all(stored(one["name"]) for one in after.variants)
    with pytest.raises(NotStored):
        store().fetch(after.inbox, None, most=1)
    assert AnnouncedEvent.objects.filter(name="media.file_ready").count() == 1
    assert Entry.objects.filter(action="media.ready").count() == 1
