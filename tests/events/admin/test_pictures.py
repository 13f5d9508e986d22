"""Covers and galleries in the back office: sent with the form, by the rules of the API."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from events.enums import MediaState
from events.media.domain import uploads
from events.media.queries import gallery_of, picture_of
from events.media.storage import StoreAway, store
from events.models import Event, MediaFile
from tests.events.admin.conftest import ADD
from tests.events.admin.test_pages import errors_of
from tests.events.factories import NOW, MediaFileFactory
from tests.events.media.files import pdf, picture
from tests.kit.forms import row, sent_from
from tests.kit.queries import queries_of
from ticketing.core.outbox import deliver_all

pytestmark = pytest.mark.django_db
at_commit = pytest.mark.django_db(transaction=True)
M = MediaState


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.MEDIA_BUCKET, settings.MEDIA_URL = "", "/media/"


def jpeg(name="choir.jpg", content=None):
    return SimpleUploadedFile(name, content or picture(), "image/jpeg")


def sending(form, *files, **typed):
    """The form with a row for each file, described and with what else is typed into it."""
    sent = sent_from(form)
    rows = [one if isinstance(one, tuple) else (one, {}) for one in files]
    first = int(sent["media-TOTAL_FORMS"])
    for number, (file, more) in enumerate(rows):
        fresh = row(form, "media", file=file, **{"alt": "Twelve people singing", **more})
        fresh = {
            name.replace(f"-{first}-", f"-{first + number}-"): one for name, one in fresh.items()
        }
        sent |= {**fresh, "media-TOTAL_FORMS": first + number + 1}
    return sent | typed


def names(event):
    return [file.filename for file in gallery_of(event) if file.pk != event.cover_id]


@at_commit
def test_a_cover_and_several_pictures_are_sent_at_once(owner, event, its_page, organizer):
    form = owner.get(its_page)

    done = owner.post(
        its_page,
        sending(form, (jpeg(), {"role": "cover"}), jpeg("barn.jpg"), jpeg("door.jpg")),
        follow=True,
    )
    deliver_all(now=NOW)

    event.refresh_from_db()
    assert done.redirect_chain
    assert (event.cover.filename, event.cover.alt) == ("choir.jpg", "Twelve people singing")
    assert event.cover.given_by == organizer
    assert names(event) == ["barn.jpg", "door.jpg"]
    assert picture_of(event.cover).src in owner.get(its_page).text


def test_an_event_is_made_with_its_pictures(owner, choir):
    owner.post(ADD, sending(owner.get(ADD), jpeg(), title="Harvest songs"))

    assert Event.objects.get().media.get().filename == "choir.jpg"


def test_a_picture_needs_words(owner, event, its_page):
    answer = owner.post(its_page, sending(owner.get(its_page), (jpeg(), {"alt": ""})))

    assert errors_of(answer) == {"media-0": {"alt": ["This field is required."]}}
    assert "Please choose “choir.jpg” again" in answer.text
    assert not MediaFile.objects.exists()


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (jpeg("x.jpg", b"<html><script>alert(1)</script>"), "Web pages and SVG drawings"),
        (jpeg("x.jpg", b"<svg onload=alert(1)>"), "Web pages and SVG drawings"),
        (jpeg("x.jpg", picture() + b"<script>alert(1)</script>"), "a second file of another kind"),
        (jpeg("x.jpg", b"just words"), "Files of this kind are not taken"),
        (jpeg("x.pdf", pdf()), "Files of this kind are not taken here. These are: AVIF, JPG"),
        (jpeg("x.png"), "The ending of the name does not go with the kind of file."),
    ],
)  # fmt: skip
def test_a_refused_file_is_told_at_its_field_and_loses_nothing_else(
    owner, event, its_page, file, words
):
    answer = owner.post(its_page, sending(owner.get(its_page), file, title="Other songs"))

    assert list(errors_of(answer)) == ["media-0"]
    assert list(errors_of(answer)["media-0"]) == ["file"]
    assert words in errors_of(answer)["media-0"]["file"][0]
    assert "again: browsers forget files" not in answer.text
    assert 'value="Other songs"' in answer.text
    assert 'value="Twelve people singing"' in answer.text
    assert not MediaFile.objects.exists()
    event.refresh_from_db()
    assert event.title == "Quiet songs"


def test_a_file_that_is_too_large_is_told_so(owner, event, its_page, monkeypatch):
    monkeypatch.setattr(uploads, "size_of", lambda _content: 21 * 1024 * 1024)

    answer = owner.post(its_page, sending(owner.get(its_page), jpeg()))

    assert errors_of(answer) == {
        "media-0": {"file": ["The file is too large: at most 20 MB are taken."]}
    }


def test_more_than_twenty_at_once_are_told_so(owner, event, its_page):
    sent = sending(owner.get(its_page), *(jpeg(f"{one}.jpg", b"x") for one in range(21)))

    answer = owner.post(its_page, sent)

    formsets = {one.formset.prefix: one.formset for one in answer.context["inline_admin_formsets"]}
    assert formsets["media"].non_form_errors() == [
        "Please send between one and twenty files at a time."
    ]
    assert not MediaFile.objects.exists()


def test_a_wrong_field_elsewhere_keeps_the_words_and_says_to_choose_the_file_again(
    owner, event, its_page
):
    answer = owner.post(its_page, sending(owner.get(its_page), jpeg(), title=""))

    assert "Please choose “choir.jpg” again" in answer.text
    assert 'value="Twelve people singing"' in answer.text
    assert not MediaFile.objects.exists()


@at_commit
def test_while_files_cannot_be_kept_all_else_is_saved_and_it_is_said(
    owner, event, its_page, monkeypatch
):
    def away(*_args, **_more):
        raise StoreAway("no answer")

    monkeypatch.setattr(type(store()), "put", away)

    answer = owner.post(
        its_page, sending(owner.get(its_page), jpeg(), title="Other songs"), follow=True
    )

    event.refresh_from_db()
    assert "“choir.jpg” could not be kept just now" in answer.text
    assert (event.title, MediaFile.objects.count()) == ("Other songs", 0)


def test_pictures_are_put_in_order_described_made_the_cover_and_taken_away(owner, event, its_page):
    one, two, three = (
        MediaFileFactory(event=event, state=M.READY, filename=f"{name}.jpg", alt=name, position=at)
        for at, name in enumerate(["one", "two", "three"])
    )
    form = owner.get(its_page)

    owner.post(
        its_page,
        sent_from(
            form,
            **{
                "media-0-position": "2",
                "media-1-role": "cover",
                "media-2-position": "0",
                "media-2-alt": "A barn at night",
            },
        ),
    )

    event.refresh_from_db()
    three.refresh_from_db()
    assert event.cover == two
    assert three.alt == "A barn at night"
    assert names(event) == ["three.jpg", "one.jpg"]

    form = owner.get(its_page)
    (place,) = (at for at in range(3) if sent_from(form)[f"media-{at}-id"] == str(one.pk))
    owner.post(its_page, sent_from(form, **{f"media-{place}-DELETE": "on"}))
    assert names(event) == ["three.jpg"]


def test_a_cover_that_goes_back_to_the_gallery_leaves_none(owner, event, its_page):
    cover = MediaFileFactory(event=event, state=M.READY, alt="A barn")
    Event.objects.filter(pk=event.pk).update(cover=cover)

    owner.post(its_page, sent_from(owner.get(its_page), **{"media-0-role": "gallery"}))

    event.refresh_from_db()
    assert event.cover is None


def test_what_was_refused_says_why_and_what_is_looked_into_says_so(owner, event, its_page):
    MediaFileFactory(event=event, state=M.REFUSED)
    MediaFileFactory(event=event, state=M.UPLOADED)

    page = owner.get(its_page).text

    assert "The file cannot be read. Please save it anew." in page
    assert "It is looked into before anybody sees it" in page


def test_a_decoration_without_words_does_not_stand_in_the_way(owner, event, its_page):
    MediaFileFactory(event=event, state=M.READY, alt="")

    owner.post(its_page, sent_from(owner.get(its_page), title="Other songs"))

    event.refresh_from_db()
    assert event.title == "Other songs"


def test_20_who_may_only_look_sees_pictures_and_sends_none(viewer, other_team, event, its_page):
    MediaFileFactory(event=event, state=M.READY, filename="barn.jpg")

    page = viewer.get(its_page)
    sent = viewer.post(its_page, {"media-TOTAL_FORMS": "1", "media-0-file": jpeg()})

    assert "barn.jpg" in page.text
    assert 'type="file"' not in page.text
    assert sent.status_code == 403
    assert other_team.get(its_page).status_code == 404
    assert MediaFile.objects.count() == 1


def test_answers_of_who_comes_are_no_pictures_of_the_event(owner, event, its_page):
    MediaFileFactory(event=event, state=M.READY, purpose="answer", filename="passport.jpg")
    MediaFileFactory(event=event, state=M.READY, purpose="attachment", filename="terms.jpg")

    page = owner.get(its_page).text

    assert ("passport.jpg" in page, "terms.jpg" in page) == (False, False)


def test_the_page_costs_the_same_with_one_picture_as_with_three(owner, event, its_page):
    MediaFileFactory(event=event, state=M.READY)
    owner.get(its_page)
    with_one = queries_of(lambda: owner.get(its_page))
    MediaFileFactory.create_batch(2, event=event, state=M.READY)

    assert len(queries_of(lambda: owner.get(its_page))) == len(with_one)


@at_commit
def test_what_is_sent_is_kept_as_it_was(owner, event, its_page):
    content = picture()
    owner.post(its_page, sending(owner.get(its_page), jpeg(content=content)))

    kept = BytesIO()
    store().fetch(MediaFile.objects.get().inbox, kept, most=10_000_000)

    assert kept.getvalue() == content
