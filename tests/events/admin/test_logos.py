"""An organizer's logo: sent by its owner, drawn anew, refused where it is none."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from accounts.audit.models import Entry
from events.models import Logo
from tests.events.media.files import pdf, picture

pytestmark = pytest.mark.django_db
ADD = "/admin/events/logo/add/"


def sent(content, name="logo.png"):
    return SimpleUploadedFile(name, content, "image/png")


def page(choir, name="change"):
    return reverse(f"admin:events_logo_{name}", args=[choir.pk])


def test_an_owner_sends_replaces_and_takes_a_logo_away(owner, choir):
    owner.post(ADD, {"organizer": str(choir.pk), "file": sent(picture("JPEG", size=(960, 960)))})
    first = bytes(Logo.objects.get().picture)
    owner.post(page(choir), {"file": sent(picture("PNG", size=(100, 40)))})

    with (
        Image.open(BytesIO(first)) as square,
        Image.open(BytesIO(Logo.objects.get().picture)) as it,
    ):
        assert (square.format, square.size, it.size) == ("JPEG", (180, 180), (100, 40))
    assert "data:image/jpeg;base64," in owner.get(page(choir)).text
    owner.post(page(choir, "delete"), {"post": "yes"})
    assert Logo.objects.count() == 0
    acts = Entry.objects.filter(action__startswith="organizers.logo")
    assert list(acts.order_by("pk").values_list("action", flat=True)) == [
        "organizers.logo_set", "organizers.logo_set", "organizers.logo_taken_away",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "content",
    [b"<svg xmlns='http://www.w3.org/2000/svg'/>", pdf(), picture()[:300], b"", b"GIF89a..."],
    ids=["svg", "pdf", "torn", "empty", "gif"],
)
def test_what_is_no_picture_is_refused_in_words(owner, choir, content):
    answer = owner.post(ADD, {"organizer": str(choir.pk), "file": sent(content)})

    assert (answer.status_code, Logo.objects.count()) == (200, 0)
    assert answer.context["adminform"].form.errors.keys() == {"file"}


def test_who_may_not_edit_the_organizer_only_looks_and_others_see_nothing(
    owner, viewer, other_team, choir
):
    owner.post(ADD, {"organizer": str(choir.pk), "file": sent(picture())})

    assert (viewer.get(page(choir)).status_code, other_team.get(page(choir)).status_code) == (
        200, 404,
    )  # fmt: skip
    assert viewer.post(page(choir), {"file": sent(picture())}).status_code == 403
    assert viewer.get(ADD).status_code == 403
    foreign = other_team.post(ADD, {"organizer": str(choir.pk), "file": sent(picture())})
    assert (foreign.status_code, "organizer" in foreign.context["adminform"].form.errors) == (
        200, True,
    )  # fmt: skip
